"use strict";
(() => {
  const page = JSON.parse(document.getElementById("data").textContent);
  const narrow = () => window.innerWidth <= 640;
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Plots: drawn when they come near the window, in the page's colours.
  const config = { responsive: true, displaylogo: false, scrollZoom: false };
  const axis = (own) => ({ gridcolor: css("--grid"), linecolor: css("--line"), zerolinecolor: css("--grid"), automargin: true, ...own });

  function layoutOf(figure) {
    const layout = structuredClone(figure.layout);
    const height = narrow() && figure.height > 500 ? 440 : figure.height;
    const themed = {
      dragmode: false,
      ...layout,
      margin: { l: 50, r: 12, t: layout.title ? 40 : 10, b: 46, ...layout.margin },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: css("--soft"), activecolor: css("--ink") },
      height,
      autosize: true,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: css("--ink"), size: 12, family: "system-ui, sans-serif" },
      hoverlabel: { align: "left", namelength: -1 },
    };
    if (layout.title) {
      themed.title = { font: { size: narrow() ? 12 : 14 }, x: 0.01, xanchor: "left", yanchor: "top", y: 0.98, ...layout.title };
    }
    if (layout.scene) {
      const back = { backgroundcolor: "rgba(0,0,0,0)", showspikes: false };
      const { camera, ...axes } = layout.scene;
      const away = narrow() ? 1.35 : 1;
      themed.scene = Object.fromEntries(Object.entries(axes).map(([name, own]) => [name, axis({ ...back, ...own })]));
      themed.scene.camera = { eye: Object.fromEntries(Object.entries(camera.eye).map(([name, at]) => [name, at * away])) };
    } else {
      themed.xaxis = axis(layout.xaxis);
      themed.yaxis = axis(layout.yaxis);
    }
    if (layout.legend && narrow()) themed.legend = { ...layout.legend, font: { size: 10 } };
    if (layout.legend && narrow() && layout.legend.orientation === "h") {
      themed.showlegend = false; // twelve long names would be taller than the map
    }
    return themed;
  }

  function draw(place) {
    const figure = page.figures[Number(place.dataset.figure)];
    const buttons = figure.layout.scene
      ? ["orbitRotation", "pan3d", "zoom3d", "resetCameraDefault3d"]
      : ["pan2d", "zoom2d", "zoomIn2d", "zoomOut2d", "resetScale2d"];
    const layout = layoutOf(figure);
    place.style.height = `${layout.height}px`;
    place.dataset.drawn = "yes";
    return Plotly.react(place, structuredClone(figure.data), layout, {
      ...config,
      displayModeBar: Boolean(figure.layout.scene || figure.layout.dragmode),
      modeBarButtons: [buttons],
    });
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        seen.unobserve(entry.target);
        (entry.target.dataset.cluster ? drawRadar : draw)(entry.target);
      }
    }
  }, { rootMargin: "500px 0px" });
  const places = [...document.querySelectorAll(".plot")];
  places.forEach((place) => seen.observe(place));
  const redraw = () => {
    places.filter((place) => place.dataset.drawn).forEach(draw);
    document.querySelectorAll(".radar").forEach((place) => place.dataset.drawn && drawRadar(place));
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  matchMedia("(max-width: 640px)").addEventListener("change", redraw);

  // Clusters: cards, and a list to search and sort.
  const text = (tag, content, className) => {
    const element = document.createElement(tag);
    element.textContent = content;
    if (className) element.className = className;
    return element;
  };

  // A cluster's shape against the catalogue's mean, the dashed ring.
  function drawRadar(place) {
    const cluster = page.clusters[Number(place.dataset.cluster)];
    const ends = [...page.axes, page.axes[0]];
    const closed = (values) => [...values, values[0]];
    const beside = (z, number) => `${page.features[number]}: ${Math.abs(z).toFixed(2)} deviations ${z < 0 ? "below" : "above"} the mean`;
    const traces = [
      { type: "scatterpolar", mode: "lines", theta: ends, r: closed(page.axes.map(() => page.edge)), hoverinfo: "skip", line: { color: css("--soft"), dash: "dot", width: 1 } },
      {
        type: "scatterpolar",
        mode: "lines+markers",
        theta: ends,
        r: closed(cluster.z.map((z) => Math.max(-page.edge, Math.min(page.edge, z)) + page.edge)),
        text: closed(cluster.z.map(beside)),
        hovertemplate: "%{text}<extra></extra>",
        fill: "toself",
        fillcolor: `${cluster.color}4d`,
        line: { color: cluster.color, width: 2 },
        marker: { size: 7 },
      },
    ];
    const layout = {
      height: 210,
      autosize: true,
      showlegend: false,
      dragmode: false,
      margin: { l: 46, r: 52, t: 16, b: 16 },
      paper_bgcolor: "rgba(0,0,0,0)",
      font: { color: css("--soft"), size: 10, family: "system-ui, sans-serif" },
      hoverlabel: { align: "left", namelength: -1 },
      polar: {
        bgcolor: "rgba(0,0,0,0)",
        gridshape: "linear",
        radialaxis: { visible: false, range: [0, 2 * page.edge] },
        angularaxis: { direction: "clockwise", rotation: 90 - page.turn, gridcolor: css("--line"), linecolor: css("--line"), ticks: "" },
      },
    };
    place.dataset.drawn = "yes";
    return Plotly.react(place, traces, layout, { ...config, displayModeBar: false });
  }

  const genres = (cluster) => cluster.genres.map(([name, share]) => `${name} ${Math.round(100 * share)} %`).join(", ");

  function card(cluster) {
    const box = text("article", "", "card");
    box.style.setProperty("--shade", cluster.color);
    box.append(text("h4", cluster.name), text("p", `No. ${cluster.number} · ${cluster.size.toLocaleString("en")} tracks`, "size"));
    if (cluster.genres.length) box.append(text("p", genres(cluster), "size"));
    const radar = text("div", "", "radar");
    radar.dataset.cluster = page.clusters.indexOf(cluster);
    radar.setAttribute("role", "img");
    radar.setAttribute("aria-label", `Shape of ${cluster.name}`);
    box.append(radar);
    seen.observe(radar);
    const songs = document.createElement("ul");
    cluster.examples.forEach((example) => songs.append(text("li", example)));
    box.append(songs);
    return box;
  }

  const cards = document.getElementById("cards");
  if (!cards) return;
  page.clusters.slice(0, page.cards).forEach((cluster) => cards.append(card(cluster)));

  const dialog = document.getElementById("one");
  const body = document.querySelector("#list tbody");
  const rows = page.clusters.map((cluster) => {
    const row = document.createElement("tr");
    const open = text("button", cluster.name);
    open.addEventListener("click", () => {
      document.getElementById("one-card").replaceChildren(card(cluster));
      dialog.showModal();
    });
    const name = document.createElement("td");
    name.append(open);
    row.append(name, text("td", cluster.size.toLocaleString("en"), "number"), text("td", genres(cluster), "wide"), text("td", cluster.examples.join("; "), "wide"));
    const words = `${cluster.name} ${genres(cluster)} ${cluster.examples.join(" ")}`.toLowerCase();
    return { row, words, name: cluster.name.toLowerCase(), size: cluster.size, genre: cluster.genres.length ? cluster.genres[0][0] : "\uffff" };
  });
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const state = { by: "size", down: true };

  function list() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = rows.filter((entry) => wanted.every((word) => entry.words.includes(word)));
    const order = (a, b) => (a[state.by] < b[state.by] ? -1 : a[state.by] > b[state.by] ? 1 : 0);
    shown.sort((a, b) => (state.down ? order(b, a) : order(a, b)));
    body.replaceChildren(...shown.map((entry) => entry.row));
    found.textContent = `${shown.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} clusters`;
  }
  search.addEventListener("input", list);
  document.querySelectorAll("#list button[data-sort]").forEach((button) => {
    button.addEventListener("click", () => {
      const by = button.dataset.sort;
      Object.assign(state, { down: state.by === by ? !state.down : by === "size", by });
      document.querySelectorAll("#list th[aria-sort]").forEach((heading) => heading.setAttribute("aria-sort", "none"));
      button.parentElement.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      list();
    });
  });
  list();
})();
