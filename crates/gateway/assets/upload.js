// Many pictures at once: dropped or chosen, each sent on its own with its progress and its own error.
// Without this script the form sends all files in one request.

// One after the other, so that the stimuli stand in the order of the files.
const AT_ONCE = 1;
const KEY_LENGTH = 120;
const BUSY_TRIES = 6;

const form = document.querySelector("#upload-form");
const input = document.querySelector("#files");
const list = document.querySelector("#uploads");
const status = document.querySelector("#upload-status");
const experiment = form.dataset.experiment;
const token = document.querySelector('meta[name="csrf-token"]').content;

const waiting = [];
const counts = { running: 0, done: 0, failed: 0 };
let keys = null;

form.classList.add("scripted");
input.addEventListener("change", () => add(input.files));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  add(input.files);
});

for (const name of ["dragenter", "dragover"]) {
  form.addEventListener(name, (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) {
  form.addEventListener(name, () => form.classList.remove("over"));
}
form.addEventListener("drop", (event) => {
  event.preventDefault();
  add(event.dataTransfer.files);
});
// A file dropped beside the field must not make the browser leave the page.
for (const name of ["dragover", "drop"]) {
  addEventListener(name, (event) => event.preventDefault());
}
addEventListener("beforeunload", (event) => {
  if (waiting.length + counts.running > 0) event.preventDefault();
});

async function add(files) {
  const chosen = [...files];
  input.value = "";
  if (chosen.length === 0) return;
  try {
    keys ??= await storedKeys();
  } catch {
    status.textContent = "The list of stimuli could not be read. Check the network and try again.";
    return;
  }
  for (const file of chosen) waiting.push({ file, key: freeKey(file.name), ...row(file) });
  tell();
  next();
}

async function storedKeys() {
  const answer = await fetch(`/api/v1/experiments/${experiment}/stimuli`, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const { stimuli } = await answer.json();
  return new Set(stimuli.map((stimulus) => stimulus.key));
}

// The file's stem; `-2`, `-3`, ... where that key is taken.
function freeKey(name) {
  const stem = [...name.replace(/\.[^.]*$/, "").replace(/[\\/\p{Cc}]/gu, "-").trim()].slice(0, KEY_LENGTH - 5).join("").trim();
  const base = /^\.{0,2}$/.test(stem) ? "stimulus" : stem;
  let key = base;
  for (let count = 2; keys.has(key); count += 1) key = `${base}-${count}`;
  keys.add(key);
  return key;
}

function row(file) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const state = document.createElement("span");
  const bar = document.createElement("progress");
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `Upload of ${file.name}`);
  state.append(bar);
  item.append(name, state);
  list.append(item);
  return { item, state, bar };
}

function next() {
  while (counts.running < AT_ONCE && waiting.length > 0) {
    const upload = waiting.shift();
    counts.running += 1;
    send(upload)
      .then(() => {
        counts.done += 1;
        upload.item.className = "done";
        upload.state.className = "soft";
        upload.state.textContent = `stored as ${upload.key}`;
      })
      .catch((error) => {
        counts.failed += 1;
        keys.delete(upload.key);
        upload.item.className = "failed";
        upload.state.className = "problem";
        upload.state.textContent = error.message;
      })
      .finally(async () => {
        counts.running -= 1;
        tell();
        next();
        if (counts.running === 0 && waiting.length === 0) await refresh();
      });
  }
}

async function send(upload) {
  if (upload.file.type && !upload.file.type.startsWith("image/")) {
    throw new Error("This is not a picture. PNG, JPEG and WebP are taken.");
  }
  for (let tries = 1; ; tries += 1) {
    const request = await put(upload);
    if (request.status >= 200 && request.status < 300) return;
    const busy = request.status === 429 || request.status === 503;
    if (!busy || tries === BUSY_TRIES) throw new Error(reason(request));
    upload.bar.removeAttribute("value");
    const seconds = Number(request.getResponseHeader("retry-after")) || 1;
    await new Promise((resolve) => { setTimeout(resolve, seconds * 1000 * tries); });
  }
}

function put({ file, key, bar }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `/api/v1/experiments/${experiment}/stimuli/${encodeURIComponent(key)}`);
    request.setRequestHeader("content-type", file.type || "image/png");
    request.setRequestHeader("x-csrf-token", token);
    request.setRequestHeader("accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => reject(new Error("The connection broke off. The file may be too large, or the network is down.")));
    request.send(file);
  });
}

function reason(request) {
  try {
    const { detail, title } = JSON.parse(request.responseText);
    const text = detail || title;
    return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
  } catch {
    return `The server refused the file (${request.status}).`;
  }
}

function tell() {
  const left = waiting.length + counts.running;
  const failed = counts.failed > 0 ? `, ${counts.failed} failed` : "";
  status.textContent = left > 0 ? `Uploading: ${left} to go, ${counts.done} done${failed}` : `${counts.done} stored${failed}`;
}

// Puts what the server shows now into the page, and leaves what is being typed alone.
async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["stimulus-list", "stimulus-count", "publish"]) {
    const fresh = page.getElementById(id);
    if (fresh) document.getElementById(id)?.replaceWith(fresh);
  }
}
