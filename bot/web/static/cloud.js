// A cloud of songs in WebGL: flat or deep, to move, zoom and point at. Marks are drawn on a second canvas above it.

const VERTEX = `
attribute vec3 place; attribute vec3 colour;
uniform mat3 turn; uniform vec2 fit, pan; uniform float size;
varying vec3 shade;
void main() {
  vec3 p = turn * (place * 2.0 - 1.0);
  float near = 2.6 / (2.6 + p.z);
  gl_Position = vec4(p.xy * near * fit + pan, 0.0, 1.0);
  gl_PointSize = size * near;
  shade = colour;
}`;
const FRAGMENT = `
precision mediump float;
varying vec3 shade; uniform float strength;
void main() {
  float away = length(gl_PointCoord - 0.5);
  float alpha = strength * smoothstep(0.5, 0.32, away);
  gl_FragColor = vec4(shade * alpha, alpha);
}`;
const PLACE = 0, COLOUR = 1;
const FULL = 65535;
const REACH = 14;
export const REGIONS = 0, GENRES = 1, CLUSTERS = 2; // levels of labels
const FROM = [0, 1.5, 4.5]; // the least zoom of each
const FONTS = ["700 14px system-ui, sans-serif", "600 13px system-ui, sans-serif", "500 12px system-ui, sans-serif"];
const ROW = 20; // CSS pixels between two labels; a region's name without room goes up or down by one
const SLOW = 60, REST = 400; // milliseconds between two pictures: too long; no longer moving

export class Cloud {
  constructor(stage, { large }) {
    this.stage = stage;
    this.canvas = stage.querySelector(".points");
    this.marks = stage.querySelector(".marks");
    this.large = large;
    this.count = 0;
    this.deep = 0;
    this.yaw = 0.6;
    this.pitch = -0.35;
    this.home(false);
    this.labels = [];
    this.spots = [];
    this.path = [];
    this.hovered = -1;
    this.asked = 0;
    this.coarse = this.step = 1;
    this.drawnAt = -Infinity;
    this.#fit(); // a context of the right size at once: to change it later takes long
    this.gl = this.canvas.getContext("webgl", { antialias: false, premultipliedAlpha: true });
    if (this.gl) this.#program();
    else this.flat = this.canvas.getContext("2d");
    new ResizeObserver(() => this.draw()).observe(stage);
    addEventListener("theme", () => this.draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  load(buffer, count) {
    const part = (number) => new Uint16Array(buffer, 2 * number * count, count);
    const [xs, ys, zs] = [part(0), part(1), part(2)];
    this.clusters = part(3);
    this.families = new Uint8Array(buffer, 8 * count, count);
    this.places = new Uint16Array(4 * count); // four, so that every point starts at a multiple of four bytes
    for (let i = 0; i < count; i++) {
      this.places[4 * i] = xs[i]; this.places[4 * i + 1] = ys[i]; this.places[4 * i + 2] = zs[i];
    }
    this.colours = new Uint8Array(4 * count);
    this.count = count;
    if (this.gl) {
      this.placeBuffer = this.#filled(this.gl.createBuffer(), this.places);
      this.colourBuffer = this.gl.createBuffer();
    }
  }

  // Each point in the colour of its number.
  paint(numbers, colourOf) {
    const colours = [];
    for (let i = 0; i < this.count; i++) {
      const [red, green, blue] = colours[numbers[i]] ??= colourOf(numbers[i]);
      const at = 4 * i;
      this.colours[at] = red; this.colours[at + 1] = green; this.colours[at + 2] = blue;
    }
    if (this.gl) this.#filled(this.colourBuffer, this.colours);
    this.draw();
  }

  home(redraw = true) {
    this.zoom = 1; this.panX = 0; this.panY = 0;
    if (redraw) this.draw();
  }

  // Zooms around (x, y), in CSS pixels.
  zoomBy(factor, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    const zoom = Math.min(60, Math.max(0.7, this.zoom * factor));
    const share = zoom / this.zoom;
    const middleX = x / this.stage.clientWidth * 2 - 1, middleY = 1 - y / this.stage.clientHeight * 2;
    this.panX = middleX + (this.panX - middleX) * share;
    this.panY = middleY + (this.panY - middleY) * share;
    this.zoom = zoom;
    this.draw();
  }

  moveBy(x, y) {
    if (this.deep > 0.5) {
      this.yaw += x * 0.008;
      this.pitch = Math.min(1.5, Math.max(-1.5, this.pitch + y * 0.008));
    } else {
      this.panX += 2 * x / this.stage.clientWidth;
      this.panY -= 2 * y / this.stage.clientHeight;
    }
    this.draw();
  }

  // Animates between the flat and the 3-D map.
  turnTo(deep) {
    const from = this.deep, started = performance.now();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = (now) => {
      const share = calm ? 1 : Math.min(1, (now - started) / 500);
      this.deep = from + (deep - from) * (1 - (1 - share) ** 3);
      this.draw();
      if (share < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  lookAt(spot, zoom = Math.max(this.zoom, 2.6)) {
    this.zoom = zoom;
    this.panX = this.panY = 0;
    const [x, y] = this.#project(spot.x, spot.y, spot.z);
    this.panX = 1 - 2 * x / this.stage.clientWidth;
    this.panY = 2 * y / this.stage.clientHeight - 1;
    this.draw();
  }

  // The number of the nearest point within reach of (x, y), or -1.
  at(x, y, reach = REACH) {
    const view = this.#view(), places = this.places, end = 4 * this.count;
    const [a, b, c, d, e, f, g, h, k] = view.rows;
    let best = reach * reach, found = -1;
    for (let i = 0; i < end; i += 4) { // as `apply` has it, without an array for each of 100,000 points
      const px = 2 * places[i] / FULL - 1, py = 2 * places[i + 1] / FULL - 1, pz = 2 * places[i + 2] / FULL - 1;
      const near = 2.6 / (2.6 + g * px + h * py + k * pz);
      const dx = view.x + (a * px + b * py + c * pz) * near * view.fitX - x;
      const dy = view.y - (d * px + e * py + f * pz) * near * view.fitY - y;
      const away = dx * dx + dy * dy;
      if (away < best) { best = away; found = i / 4; }
    }
    return found;
  }

  spotOf(number) {
    const [x, y, z] = this.places.subarray(4 * number, 4 * number + 3);
    return { x: x / FULL, y: y / FULL, z: z / FULL };
  }

  draw() {
    if (!this.asked) this.asked = requestAnimationFrame((now) => { this.asked = 0; this.#pace(now); this.#drawNow(); });
  }

  // On slow devices only every second, fourth … point is drawn while the map moves.
  #pace(now) {
    const gap = now - this.drawnAt;
    this.drawnAt = now;
    if (gap < REST) this.coarse = gap > SLOW ? Math.min(8, 2 * this.coarse) : this.coarse;
    this.step = gap < REST ? this.coarse : 1;
    clearTimeout(this.resting);
    if (this.step > 1) this.resting = setTimeout(() => { this.step = 1; this.#drawNow(); }, REST);
  }

  // Resizes both canvases to the stage in device pixels; returns the ratio of these to CSS pixels.
  #fit() {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const [w, h] = [Math.round(this.stage.clientWidth * ratio), Math.round(this.stage.clientHeight * ratio)];
    for (const canvas of [this.canvas, this.marks]) if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
    return ratio;
  }

  #drawNow() {
    const { clientWidth: width, clientHeight: height } = this.stage, ratio = this.#fit();
    if (this.count) this.gl ? this.#drawPoints(ratio) : this.#drawFlat(ratio);
    this.#drawMarks(width, height, ratio);
  }

  #size() {
    const crowd = Math.sqrt(this.stage.clientWidth * this.stage.clientHeight / Math.max(this.count, 1));
    return Math.min(11, Math.max(1.6, 0.42 * crowd) * Math.sqrt(this.zoom));
  }

  #drawPoints(ratio) {
    if (!this.#linked()) return this.draw();
    const gl = this.gl, view = this.#view(), width = this.stage.clientWidth, height = this.stage.clientHeight;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniformMatrix3fv(this.uniform("turn"), false, view.columns);
    gl.uniform2f(this.uniform("fit"), 2 * view.fitX / width, 2 * view.fitY / height);
    gl.uniform2f(this.uniform("pan"), this.panX, this.panY);
    gl.uniform1f(this.uniform("size"), (this.#size() + 1) * ratio);
    gl.uniform1f(this.uniform("strength"), this.zoom > 3 ? 0.9 : 0.72);
    this.#bind(this.placeBuffer, PLACE, gl.UNSIGNED_SHORT, 8 * this.step);
    this.#bind(this.colourBuffer, COLOUR, gl.UNSIGNED_BYTE, 4 * this.step);
    gl.drawArrays(gl.POINTS, 0, Math.ceil(this.count / this.step));
  }

  #drawFlat(ratio) {
    const view = this.#view(), size = this.#size();
    this.flat.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.flat.clearRect(0, 0, this.stage.clientWidth, this.stage.clientHeight);
    for (let i = 0; i < this.count; i++) {
      const [x, y] = apply(view, this.places[4 * i] / FULL, this.places[4 * i + 1] / FULL, this.places[4 * i + 2] / FULL);
      this.flat.fillStyle = `rgb(${this.colours.subarray(4 * i, 4 * i + 3).join(" ")} / .72)`;
      this.flat.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  #drawMarks(width, height, ratio) {
    const pen = this.marks.getContext("2d", { willReadFrequently: true }); // few marks: drawn without waiting for the GPU
    const style = getComputedStyle(document.documentElement);
    const [ink, card, accent] = ["--ink", "--card", "--accent"].map((name) => style.getPropertyValue(name).trim());
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    if (this.large && this.deep < 0.5 && !this.path.length) this.#drawLabels(pen, width, height, ink, card);
    if (this.path.length) {
      const way = this.path.map((stop) => this.#project(stop.x, stop.y, stop.z));
      for (const [colour, thick] of [[card, 6], [accent, 3]]) {
        pen.strokeStyle = colour; pen.lineWidth = thick;
        pen.beginPath();
        way.forEach(([x, y], number) => number ? pen.lineTo(x, y) : pen.moveTo(x, y));
        pen.stroke();
      }
      pen.font = "700 11px system-ui, sans-serif";
      way.forEach(([x, y], number) => { disc(pen, x, y, 9, accent, card); pen.fillStyle = card; pen.fillText(number + 1, x, y + 0.5); });
      const ends = [0, way.length - 1];
      pen.font = "650 13px system-ui, sans-serif";
      for (const number of ends) outlined(pen, cut(this.path[number].label), ...inside(pen, way[number], width, cut(this.path[number].label)), ink, card);
    }
    if (this.hovered >= 0) {
      const spot = this.spotOf(this.hovered), [x, y] = this.#project(spot.x, spot.y, spot.z);
      pen.strokeStyle = ink; pen.lineWidth = 2.5;
      pen.beginPath(); pen.arc(x, y, 9, 0, 7); pen.stroke();
    }
    for (const spot of this.spots) {
      const [x, y] = this.#project(spot.x, spot.y, spot.z);
      disc(pen, x, y, spot.small ? 5 : 8, "#e5202e", "#ffffff");
      pen.font = "650 13px system-ui, sans-serif";
      if (spot.label) outlined(pen, cut(spot.label), ...inside(pen, [x, y], width, cut(spot.label)), ink, card);
    }
  }

  // Labels of regions, of genres when zoomed in, of clusters when zoomed in further; as many as have room.
  #drawLabels(pen, width, height, ink, card) {
    const taken = [], most = Math.max(8, width * height / 20000);
    for (const label of this.labels) {
      if (this.zoom < FROM[label.level]) continue;
      const [x, y] = this.#project(label.x, label.y, 0.5);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      pen.font = FONTS[label.level];
      label.half ??= pen.measureText(label.name).width / 2 + 6;
      const middle = Math.min(Math.max(x, label.half), width - label.half);
      const free = (row) => !taken.some((other) => Math.abs(other.y - row) < ROW && Math.abs(other.x - middle) < other.half + label.half);
      const row = (label.level === REGIONS ? [y, y + ROW, y - ROW] : [y]).find(free);
      if (row === undefined) continue;
      taken.push({ x: middle, y: row, half: label.half });
      outlined(pen, label.name, middle, row, ink, card);
      if (taken.length >= most) break;
    }
    if (this.zoom >= FROM[CLUSTERS]) this.closer?.();
  }

  // The middle of each cluster's points.
  middles() {
    const sums = [];
    for (let i = 0; i < this.count; i++) {
      const sum = sums[this.clusters[i]] ??= { x: 0, y: 0, count: 0 };
      sum.x += this.places[4 * i] / FULL; sum.y += this.places[4 * i + 1] / FULL; sum.count++;
    }
    return sums.map(({ x, y, count }) => ({ x: x / count, y: y / count, count }));
  }

  #project(x, y, z) { return apply(this.#view(), x, y, z); }

  #view() {
    const { clientWidth: width, clientHeight: height } = this.stage, deep = this.deep;
    const unit = (0.46 - 0.08 * deep) * Math.min(width, height) * this.zoom;
    const wide = 1 + (1 - deep) * (Math.min(1.9, Math.max(1, width / height)) - 1);
    const tall = 1 + (1 - deep) * (Math.min(1.5, Math.max(1, height / width)) - 1);
    const [a, b] = [this.yaw * deep, this.pitch * deep];
    const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
    // Rotated about the vertical axis, then tilted; a flat map has no depth.
    const rows = [ca, 0, sa * deep, sa * sb, cb, -ca * sb * deep, -sa * cb * deep, sb * deep, ca * cb * deep];
    const columns = [rows[0], rows[3], rows[6], rows[1], rows[4], rows[7], rows[2], rows[5], rows[8]];
    return { rows, columns, fitX: unit * wide, fitY: unit * tall, x: (1 + this.panX) * width / 2, y: (1 - this.panY) * height / 2 };
  }

  #program() {
    const gl = this.gl, program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.bindAttribLocation(program, PLACE, "place");
    gl.bindAttribLocation(program, COLOUR, "colour");
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.program = program;
    const known = {};
    this.uniform = (name) => known[name] ??= gl.getUniformLocation(program, name);
  }

  // Querying a program that is still being linked would block the page.
  #linked() {
    const late = this.gl.getExtension("KHR_parallel_shader_compile");
    return !late || this.gl.getProgramParameter(this.program, late.COMPLETION_STATUS_KHR);
  }

  #filled(buffer, data) {
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, buffer);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, data, this.gl.STATIC_DRAW);
    return buffer;
  }

  #bind(buffer, at, type, stride) {
    const gl = this.gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, 3, type, true, stride, 0);
  }
}

function apply(view, x, y, z) {
  const [a, b, c, d, e, f, g, h, i] = view.rows;
  x = 2 * x - 1; y = 2 * y - 1; z = 2 * z - 1;
  const near = 2.6 / (2.6 + g * x + h * y + i * z);
  return [view.x + (a * x + b * y + c * z) * near * view.fitX, view.y - (d * x + e * y + f * z) * near * view.fitY];
}

function disc(pen, x, y, radius, colour, edge) {
  pen.beginPath(); pen.arc(x, y, radius, 0, 7);
  pen.fillStyle = colour; pen.fill();
  pen.strokeStyle = edge; pen.lineWidth = 2; pen.stroke();
}

function outlined(pen, text, x, y, ink, edge) {
  pen.strokeStyle = edge; pen.lineWidth = 4; pen.strokeText(text, x, y);
  pen.fillStyle = ink; pen.fillText(text, x, y);
}

// Above the spot, and not beyond the edges.
function inside(pen, [x, y], width, text) {
  const half = pen.measureText(text).width / 2 + 6;
  return [Math.min(Math.max(x, half), Math.max(half, width - half)), y > 34 ? y - 20 : y + 22];
}

export function cut(text) { return text.length > 48 ? `${text.slice(0, 47)}…` : text; }

export async function loadCloud(cloud) {
  const about = await (await fetch("/api/v1/map")).json();
  const points = await fetch(about.points_url);
  if (!points.ok) throw new Error("the map cannot be loaded");
  cloud.load(await points.arrayBuffer(), about.points);
  const named = new Set(about.regions.map((region) => region.name.toLowerCase()));
  const regions = [...about.regions].sort((one, other) => other.share - one.share);
  const genres = about.genres.filter((genre) => !named.has(genre.name.toLowerCase()));
  cloud.labels = [
    ...regions.map((region) => ({ ...region, name: region.name.toUpperCase(), level: REGIONS })),
    ...genres.map((genre) => ({ ...genre, level: GENRES })),
  ];
  return about;
}

const HUES = [168, 28, 262, 96, 338, 205, 52, 300, 130, 0, 235];

export function familyColour(number, families) {
  return number === families.length - 1 ? [140, 146, 150] : colour(HUES[number % HUES.length], 0.62);
}

// Neighbouring numbers get distant hues: steps of the golden angle.
export function clusterColour(number) { return colour(number * 137.508 % 360, number % 2 ? 0.55 : 0.7); }

function colour(hue, saturation) {
  const light = 0.5, reach = saturation * Math.min(light, 1 - light);
  const part = (number) => {
    const k = (number + hue / 30) % 12;
    return Math.round(255 * (light - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [part(0), part(8), part(4)];
}
