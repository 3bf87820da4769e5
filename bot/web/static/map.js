// The map's page: pointing, moving, finding a song, drawing a path.
import { CLUSTERS, Cloud, clusterColour, cut, familyColour, loadCloud } from "./cloud.js";

const stage = document.querySelector("[data-map]");
const canvas = stage.querySelector(".points");
const card = document.getElementById("map-song");
const legend = document.querySelector(".legend");
const cloud = new Cloud(stage, { large: true });
const known = new Map();
const asked = new URLSearchParams(location.search);
let about, colours = "genre", wanted = -1;

start().catch(() => { stage.querySelector(".loading").textContent = stage.dataset.failed; });

async function start() {
  about = await loadCloud(cloud);
  stage.querySelector(".loading").remove();
  cloud.closer = nameClusters;
  for (const [number, name] of about.families.entries()) {
    const last = number === about.families.length - 1;
    if (last && !cloud.families.includes(number)) continue;
    const item = document.createElement("li");
    item.innerHTML = '<svg viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="6"/></svg>';
    item.querySelector("circle").setAttribute("fill", `rgb(${familyColour(number, about.families).join(" ")})`);
    item.append(last ? legend.dataset.other : name);
    legend.append(item);
  }
  paint();
  if (asked.get("cluster")) await markAll(Number(asked.get("cluster")));
  if (asked.get("song")) await mark(asked.get("song"));
  if (asked.get("start") && asked.get("end")) await path(asked.get("start"), asked.get("end"));
}

// Requested once, when the map is zoomed in.
async function nameClusters() {
  cloud.closer = null;
  const found = await get(about.clusters_url);
  if (!found) return;
  const largest = cloud.middles().map((middle, number) => ({ ...middle, name: cut(found.names[number]), level: CLUSTERS }));
  cloud.labels.push(...largest.filter(Boolean).sort((one, other) => other.count - one.count));
  cloud.draw();
}

function paint() {
  legend.hidden = colours !== "genre";
  if (colours === "genre") cloud.paint(cloud.families, (number) => familyColour(number, about.families));
  else cloud.paint(cloud.clusters, clusterColour);
}

document.querySelectorAll("[name=colours]").forEach((radio) => radio.addEventListener("change", () => {
  colours = radio.value;
  paint();
}));
document.querySelectorAll("[name=view]").forEach((radio) => radio.addEventListener("change", () => cloud.turnTo(radio.value === "3" ? 1 : 0)));
document.getElementById("map-search").closest(".combo").addEventListener("chosen", (event) => mark(event.detail.id));
stage.querySelector("[data-do=in]").addEventListener("click", () => cloud.zoomBy(1.6));
stage.querySelector("[data-do=out]").addEventListener("click", () => cloud.zoomBy(1 / 1.6));
stage.querySelector("[data-do=home]").addEventListener("click", () => cloud.home());
document.querySelector("[data-do=path]").addEventListener("click", () => {
  const [from, to] = ["start", "end"].map((name) => document.querySelector(`input[name=${name}]`).value);
  if (from && to) path(from, to);
  else say("missing");
});

async function mark(id) {
  const song = await get(`/api/v1/songs/${encodeURIComponent(id)}`);
  if (!song?.map) return;
  cloud.spots = [{ ...song.map, label: song.title }];
  cloud.lookAt(song.map);
  show(song);
}

// Every song of a cluster.
async function markAll(number) {
  const cluster = await get(`/api/v1/clusters/${number}`);
  if (!cluster) return;
  cloud.spots = [...cloud.clusters.keys()].filter((i) => cloud.clusters[i] === number).map((i) => ({ ...cloud.spotOf(i), small: true }));
  cloud.draw();
  const name = document.createElement("a"), line = document.createElement("p");
  name.className = "song"; name.href = `/clusters/${number}`; name.textContent = cluster.name;
  line.textContent = stage.dataset.cluster;
  card.replaceChildren(name, line);
  card.hidden = false;
}

async function path(from, to) {
  say("looking");
  const answer = await fetch(`/api/v1/path?${new URLSearchParams({ start: from, end: to, count: 8 })}`).catch(() => null);
  const found = await answer?.json();
  if (!answer?.ok) return say("unreachable", found?.detail);
  cloud.path = found.items.filter((step) => step.map).map((step) => ({ ...step.map, label: step.song.title }));
  cloud.spots = [];
  cloud.home();
  say("drawn");
  document.querySelector(".path").replaceChildren(...found.items.map((step, number) => {
    const item = document.createElement("li"), what = document.createElement("div"), rank = document.createElement("b");
    rank.className = "rank"; rank.textContent = number + 1;
    what.className = "what"; what.append(link(step.song), by(step.song));
    item.append(rank, what);
    if (step.percent !== null) { const near = document.createElement("small"); near.textContent = `${step.percent} %`; item.append(near); }
    return item;
  }));
}

function say(what, detail) {
  const status = document.getElementById("path-status");
  status.textContent = detail ?? status.dataset[what];
}

async function get(address) {
  const answer = await fetch(address).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

function link(song) {
  const anchor = document.createElement("a");
  anchor.className = "song";
  anchor.href = `/song/${encodeURIComponent(song.id)}`;
  anchor.textContent = song.title;
  return anchor;
}

function by(song) {
  const line = document.createElement("small");
  line.textContent = [song.artists.join(", "), ...song.genres].join(" · ");
  return line;
}

function show(song) {
  const line = document.createElement("p");
  line.append(by(song));
  card.replaceChildren(link(song), line);
  card.hidden = false;
}

// The song under the pointer: requested when the pointer rests.
async function hover(number) {
  if (number === cloud.hovered) return;
  cloud.hovered = wanted = number;
  stage.classList.toggle("over", number >= 0);
  cloud.draw();
  if (number < 0) return void (card.hidden = !cloud.spots.length);
  await new Promise((later) => setTimeout(later, 70));
  const song = await songAt(number);
  if (song && wanted === number) show(song);
}

async function songAt(number) {
  if (wanted !== number) return null;
  if (!known.has(number)) known.set(number, await get(`/api/v1/map/${about.model}/songs/${number}`));
  return known.get(number);
}

const fingers = new Map();
let moved = 0;
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
  moved = 0;
});
canvas.addEventListener("pointermove", (event) => {
  const here = [event.offsetX, event.offsetY], before = fingers.get(event.pointerId);
  if (!before) return void hover(cloud.at(...here));
  if (fingers.size === 2) {
    const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, spot]) => spot);
    const span = (spot) => Math.hypot(spot[0] - other[0], spot[1] - other[1]);
    cloud.zoomBy(span(here) / Math.max(span(before), 1), (here[0] + other[0]) / 2, (here[1] + other[1]) / 2);
  } else {
    cloud.moveBy(here[0] - before[0], here[1] - before[1]);
  }
  moved += Math.abs(here[0] - before[0]) + Math.abs(here[1] - before[1]);
  fingers.set(event.pointerId, here);
});
for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
canvas.addEventListener("pointerleave", () => hover(-1));
canvas.addEventListener("click", async (event) => {
  if (moved > 6) return;
  const touch = event.pointerType === "touch", number = cloud.at(event.offsetX, event.offsetY, touch ? 24 : 14);
  if (number < 0) return;
  if (touch) return void hover(number); // the first tap names it, its link opens it
  wanted = number;
  const song = await songAt(number);
  if (song) location.href = `/song/${encodeURIComponent(song.id)}`;
});
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  cloud.zoomBy(Math.exp(-event.deltaY * 0.0016), event.offsetX, event.offsetY);
}, { passive: false });
canvas.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
  if (step) cloud.moveBy(...step);
  else if (event.key === "+" || event.key === "=") cloud.zoomBy(1.5);
  else if (event.key === "-") cloud.zoomBy(1 / 1.5);
  else if (event.key === "Enter" && cloud.hovered >= 0) return void songAt(cloud.hovered).then((song) => song && (location.href = `/song/${encodeURIComponent(song.id)}`));
  else return;
  event.preventDefault();
  hover(cloud.at(stage.clientWidth / 2, stage.clientHeight / 2, 400));
});
