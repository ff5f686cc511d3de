// Draws the target on the picture: drag to mark, drag inside to move, drag a corner to resize.
// The number fields stay the truth; the form is sent as without this script.

const SVG = "http://www.w3.org/2000/svg";
const CORNER_PIXELS = 16;
const SMALLEST = 0.5;

const stage = document.querySelector("#stage");
const picture = stage.querySelector(".picture");
const form = document.querySelector("#stimulus-form");
const fields = ["x", "y", "width", "height"].map((name) => form.elements.namedItem(name));

let drag = null;

stage.classList.add("scripted");
stage.addEventListener("pointerdown", begin);
stage.addEventListener("pointermove", move);
stage.addEventListener("pointerup", () => { drag = null; });
stage.addEventListener("pointercancel", () => { drag = null; });
stage.addEventListener("dragstart", (event) => event.preventDefault());
form.addEventListener("input", draw);
document.querySelector("#remove-target").addEventListener("click", (event) => {
  event.preventDefault();
  for (const field of fields) field.value = "";
  draw();
});

// The box of the fields in per cent, or none while they say none.
function box() {
  const [x, y, width, height] = fields.map((field) => (field.value.trim() === "" ? NaN : Number(field.value.replace(",", "."))));
  const inside = x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 100.01 && y + height <= 100.01;
  return inside ? { x, y, width, height } : null;
}

function begin(event) {
  if (event.button !== 0) return;
  const start = place(event);
  const marked = box();
  stage.setPointerCapture(event.pointerId);
  event.preventDefault();
  const corner = marked && nearCorner(marked, event);
  if (corner) {
    drag = { from: corner };
  } else if (marked && start.x > marked.x && start.x < marked.x + marked.width && start.y > marked.y && start.y < marked.y + marked.height) {
    drag = { moved: marked, from: start };
  } else {
    drag = { from: start };
  }
}

function move(event) {
  if (!drag) return;
  const at = place(event);
  if (drag.moved) {
    const { width, height } = drag.moved;
    write({
      x: Math.min(Math.max(drag.moved.x + at.x - drag.from.x, 0), 100 - width),
      y: Math.min(Math.max(drag.moved.y + at.y - drag.from.y, 0), 100 - height),
      width,
      height,
    });
    return;
  }
  const width = Math.abs(at.x - drag.from.x);
  const height = Math.abs(at.y - drag.from.y);
  if (width < SMALLEST || height < SMALLEST) return;
  write({ x: Math.min(at.x, drag.from.x), y: Math.min(at.y, drag.from.y), width, height });
}

function place(event) {
  const area = picture.getBoundingClientRect();
  const part = (value, start, size) => Math.min(Math.max(((value - start) / size) * 100, 0), 100);
  return { x: part(event.clientX, area.left, area.width), y: part(event.clientY, area.top, area.height) };
}

// The corner opposite to the one under the pointer, which stays where it is.
function nearCorner(marked, event) {
  const area = picture.getBoundingClientRect();
  const xs = [marked.x, marked.x + marked.width];
  const ys = [marked.y, marked.y + marked.height];
  for (const [column, x] of xs.entries()) {
    for (const [line, y] of ys.entries()) {
      const distance = Math.hypot(area.left + (x / 100) * area.width - event.clientX, area.top + (y / 100) * area.height - event.clientY);
      if (distance <= CORNER_PIXELS) return { x: xs[1 - column], y: ys[1 - line] };
    }
  }
  return null;
}

function write({ x, y, width, height }) {
  // Rounded so that the right and the lower edge stay within the picture.
  const round = (value) => Math.round(value * 100) / 100;
  const left = round(x);
  const top = round(y);
  const values = [left, top, Math.min(round(width), round(100 - left)), Math.min(round(height), round(100 - top))];
  values.forEach((value, index) => { fields[index].value = String(value); });
  draw();
}

function draw() {
  const marked = box();
  const empty = fields.every((field) => field.value.trim() === "");
  const old = picture.querySelector("svg.target");
  if (!marked) {
    // A polygon from a file stays visible until something is typed or removed.
    if (empty || old?.dataset.drawn) old?.remove();
    return;
  }
  const [left, top, right, bottom] = [marked.x, marked.y, marked.x + marked.width, marked.y + marked.height].map((value) => (value * 10).toFixed(1));
  const outline = `M${left} ${top}H${right}V${bottom}H${left}Z`;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "target");
  svg.setAttribute("viewBox", "0 0 1000 1000");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.dataset.drawn = "true";
  if (form.elements.namedItem("style").value === "dim") {
    svg.append(path("target-dim", `M0 0H1000V1000H0Z${outline}`));
  } else {
    svg.append(path("target-halo", outline), path("target-line", outline));
  }
  if (old) old.replaceWith(svg);
  else picture.append(svg);
}

function path(name, data) {
  const element = document.createElementNS(SVG, "path");
  element.setAttribute("class", name);
  element.setAttribute("fill-rule", "evenodd");
  element.setAttribute("d", data);
  return element;
}
