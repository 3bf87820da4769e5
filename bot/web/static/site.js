// For all pages: suggestions while typing, another recommendation, links to copy, light and dark theme.

const FRESH = 140;

for (const combo of document.querySelectorAll("[data-combo]")) suggest(combo);

function suggest(combo) {
  const input = combo.querySelector("[role=combobox]");
  const list = combo.querySelector("[role=listbox]");
  const chosen = combo.querySelector("input[type=hidden]");
  let asked = 0, timer = 0, at = -1, songs = [];

  input.addEventListener("input", () => {
    if (chosen) chosen.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, FRESH);
  });
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" && !open) return void ask();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!songs.length) return;
      mark((at + (event.key === "ArrowDown" ? 1 : -1) + songs.length) % songs.length);
      event.preventDefault();
    } else if (event.key === "Enter" && open && (at >= 0 || chosen) && songs.length) {
      event.preventDefault();
      choose(Math.max(at, 0));
    } else if (event.key === "Escape" && open) {
      event.preventDefault(); // a search box would empty itself
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(Number(option.dataset.at));
  });

  async function ask() {
    const mine = ++asked;
    const query = new URLSearchParams({ q: input.value, size: "8" });
    const answer = await fetch(`/api/v1/songs?${query}`).catch(() => null);
    if (mine !== asked || !answer?.ok || document.activeElement !== input) return;
    songs = (await answer.json()).items;
    list.replaceChildren(...songs.map(option));
    at = -1;
    list.hidden = !songs.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function option(song, number) {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.role = "option";
    item.dataset.at = number;
    item.ariaSelected = "false";
    const title = document.createElement("b"), by = document.createElement("small");
    title.textContent = song.title;
    by.textContent = song.artists.join(", ");
    item.append(title, by);
    return item;
  }

  function mark(number) {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = number;
    list.children[at].setAttribute("aria-selected", "true");
    list.children[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function choose(number) {
    const song = songs[number];
    close();
    if (combo.dataset.combo === "open") {
      location.href = `/song/${encodeURIComponent(song.id)}`;
      return;
    }
    chosen.value = song.id;
    input.value = `${song.title} – ${song.artists.join(", ")}`;
    combo.dispatchEvent(new CustomEvent("chosen", { detail: song, bubbles: true }));
  }

  function close() {
    asked++;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-fetch]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const into = document.getElementById(link.dataset.into);
  const answer = await fetch(link.dataset.fetch).catch(() => null);
  if (!answer?.ok) return void (link.textContent = answer?.status === 429 ? link.dataset.wait : link.dataset.again);
  into.innerHTML = await answer.text(); // escaped where it was made
  into.querySelector("[data-fetch]")?.focus();
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    const said = document.getElementById("copied");
    try {
      await navigator.clipboard.writeText(text.value.trim());
      said.textContent = said.dataset.done;
    } catch {
      text.closest("details").open = true;
      text.select();
      said.textContent = said.dataset.press;
    }
  });
}

const button = document.querySelector(".theme");
button.hidden = false;
button.addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  dispatchEvent(new Event("theme"));
});
