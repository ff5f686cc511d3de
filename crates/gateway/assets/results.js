// Live results: changed parts come as finished HTML by server-sent events and replace their old selves.
// The order of the cards changes only when the reader asks for it.

const DEBOUNCE_MS = 250;
const RECONNECT_MS = 5000;

const live = document.querySelector("#live");
const filters = document.querySelector("#filters");
let source = null;
let search = 0;
let timer = 0;

live.hidden = false;
filters.classList.add("scripted");
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
filters.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, DEBOUNCE_MS);
});
listen();

function listen() {
  source?.close();
  source = new EventSource(document.querySelector("#stimuli").dataset.events);
  source.addEventListener("open", () => state("on", "Live"));
  source.addEventListener("error", () => {
    state("lost", "Connection lost, trying again");
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, RECONNECT_MS);
  });
  source.addEventListener("part", (event) => swap(event.data));
}

function state(name, text) {
  if (live.dataset.state === name) return;
  live.dataset.state = name;
  live.textContent = text;
}

// Replaces the elements of the page that have the ids of the new ones; what is not on the page is ignored.
function swap(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  // The collection shrinks while its elements move into the page, hence the copy.
  for (const fresh of [...template.content.children]) {
    const old = document.getElementById(fresh.id);
    if (!old || old.outerHTML === fresh.outerHTML || old.contains(document.activeElement)) continue;
    if (fresh.classList.contains("result")) fresh.classList.add("changed");
    old.replaceWith(fresh);
    fresh.addEventListener("animationend", () => fresh.classList.remove("changed"), { once: true });
  }
}

// Fetches the list as the filters want it, without leaving the page.
async function show() {
  const asked = (search += 1);
  const query = new URLSearchParams([...new FormData(filters)].filter(([, value]) => value !== ""));
  const address = `${filters.getAttribute("action")}?${query}`;
  document.querySelector(".cards")?.setAttribute("aria-busy", "true");
  let page;
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    document.querySelector(".cards")?.removeAttribute("aria-busy");
    state("lost", "The list could not be fetched; try again");
    return;
  }
  if (asked !== search) return;
  history.replaceState(null, "", address);
  document.querySelector("#stimuli").replaceWith(page.querySelector("#stimuli"));
  listen();
}
