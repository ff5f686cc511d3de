// Variants without leaving one's place: forms are sent in the background, and the page is swapped for the one that
// the server answers. Everything works without this script, too.

const TEMPORARY = "Sending failed; try again";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.closest("#variants")) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  const row = event.submitter?.closest("tr");
  const place = row ? [...row.parentElement.children].indexOf(row) : -1;
  busy(form, true);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!swap(page)) throw new Error(String(answer.status));
  } catch {
    busy(form, false);
    tell(TEMPORARY);
    return;
  }
  const problem = document.querySelector("#problem");
  if (problem) problem.scrollIntoView({ block: "center" });
  else if (place >= 0) focusRow(place);
});

document.addEventListener("change", (event) => {
  if (event.target.id !== "tick-all") return;
  for (const box of document.querySelectorAll('#proposals-table input[name="pick"]')) box.checked = event.target.checked;
});

prepare();

function prepare() {
  const all = document.querySelector(".tick-all");
  if (all) all.hidden = false;
}

// Takes over the part that can change. What was opened stays open.
function swap(page) {
  const fresh = page.querySelector("#variants");
  const old = document.querySelector("#variants");
  if (!fresh) return false;
  for (const details of old.querySelectorAll("details[open][id]")) {
    const same = fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = true;
  }
  old.replaceWith(fresh);
  prepare();
  return true;
}

// The next proposal moves up to the place of the one that was decided.
function focusRow(place) {
  const rows = document.querySelectorAll("#proposals-table tbody tr");
  rows[Math.min(place, rows.length - 1)]?.querySelector("button")?.focus();
}

function busy(form, is) {
  form.setAttribute("aria-busy", String(is));
  for (const button of form.querySelectorAll("button")) button.disabled = is;
}

function tell(text) {
  document.querySelector("#problem")?.remove();
  const notice = document.createElement("p");
  notice.className = "notice danger";
  notice.id = "problem";
  notice.setAttribute("role", "alert");
  notice.textContent = text;
  document.querySelector("#variants").prepend(notice);
}
