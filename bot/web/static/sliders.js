// The sliders: the prediction is updated while they move.
import { Cloud, familyColour, loadCloud } from "./cloud.js";

const form = document.getElementById("sliders");
const box = document.getElementById("prediction");
const cloud = new Cloud(document.querySelector("[data-map]"), { large: false });
let asking = false, again = false;

loadCloud(cloud).then((about) => {
  cloud.paint(cloud.families, (number) => familyColour(number, about.families));
  place();
}).catch(() => {});

form.addEventListener("input", (event) => { show(event.target); ask(); });
document.querySelector(".presets button").hidden = true;
document.getElementById("preset").addEventListener("change", async (event) => {
  if (!event.target.value) return;
  const answer = await fetch(`/api/v1/clusters/${event.target.value}`);
  if (!answer.ok) return;
  const { features, duration_ms } = await answer.json();
  if (duration_ms !== null) features.duration = duration_ms / 1000;
  for (const [name, value] of Object.entries(features)) {
    form.elements[name].value = value;
    show(form.elements[name]);
  }
  ask();
});

function show(slider) {
  const unit = slider.dataset.unit, value = Number(slider.value);
  slider.parentElement.querySelector("output").value = unit ? `${Math.round(value)} ${unit}` : value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

// One request at a time; later changes are sent afterwards.
async function ask() {
  if (asking) return void (again = true);
  asking = true;
  box.ariaBusy = "true";
  const answer = await fetch(`/sliders/prediction?${new URLSearchParams(new FormData(form))}`).catch(() => null);
  if (answer?.ok) {
    box.innerHTML = await answer.text(); // escaped where it was made
    place();
  }
  asking = false;
  box.ariaBusy = "false";
  if (again || answer?.status === 429) {
    again = false;
    setTimeout(ask, answer?.status === 429 ? 1000 : 60);
  }
}

function place() {
  const { x, y, z } = box.querySelector(".predicted").dataset;
  cloud.spots = [{ x: Number(x), y: Number(y), z: Number(z) }];
  cloud.draw();
}
