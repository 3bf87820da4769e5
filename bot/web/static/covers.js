// Covers and 30 s of songs: looked up when a song comes into view, shown and played from their owners' servers.

const sound = new Audio();
let pressed = null;

const inView = new IntersectionObserver((boxes) => {
  for (const { isIntersecting, target } of boxes) {
    if (!isIntersecting) continue;
    inView.unobserve(target);
    show(target);
  }
}, { rootMargin: "150px" });

function watch() {
  for (const box of document.querySelectorAll("[data-media]")) inView.observe(box);
}

watch();
const pick = document.getElementById("recommendation");
if (pick) new MutationObserver(watch).observe(pick, { childList: true });

async function show(box) {
  const address = box.dataset.media;
  delete box.dataset.media;
  const answer = await fetch(address).catch(() => null);
  const { cover, has_preview } = answer?.ok ? await answer.json() : {};
  if (cover) box.append(picture(box, cover));
  if (has_preview) box.append(player(box, address));
  if (!box.children.length) empty(box);
}

// In a list, a row without a picture keeps its place if others may have one, so that the rows are aligned.
function empty(box) {
  box.dataset.empty = "";
  const boxes = [...(box.closest(".songs")?.querySelectorAll(".cover") ?? [box])];
  if (boxes.every((one) => "empty" in one.dataset)) for (const one of boxes) one.remove();
}

function picture(box, cover) {
  const link = document.createElement(cover.page_url ? "a" : "span");
  const image = document.createElement("img"), credit = document.createElement("small");
  if (cover.page_url) Object.assign(link, { href: cover.page_url, rel: "noopener noreferrer" });
  Object.assign(image, { loading: "lazy", alt: "", width: 250, height: 250, referrerPolicy: "no-referrer", src: cover.image_url });
  image.addEventListener("error", () => {
    link.remove();
    if (!box.children.length) empty(box);
  });
  credit.textContent = box.dataset.credit.replace("{source}", cover.source);
  link.append(image, credit);
  return link;
}

function player(box, address) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "small", textContent: "▶ 30 s" });
  button.setAttribute("aria-label", box.dataset.play);
  button.addEventListener("click", () => (pressed === button ? stop() : play(button, `${address.replace(/media$/, "preview")}`)));
  return button;
}

async function play(button, address) {
  stop();
  pressed = button;
  const answer = await fetch(address).catch(() => null); // such links expire, so each press asks for a fresh one
  if (!answer?.ok) return void button.remove();
  const preview = await answer.json();
  if (pressed !== button) return;
  button.textContent = "■ 30 s";
  button.title = preview.source;
  sound.src = preview.url;
  sound.play().catch(stop);
}

function stop() {
  sound.pause();
  if (pressed) pressed.textContent = "▶ 30 s";
  pressed = null;
}

sound.addEventListener("ended", stop);
