// What only a browser can test: whether events come one by one through whatever stands between, and its clock.

// Longest wait for the events, and what two clocks may differ by.
const PATIENCE_MS = 15000;
const SKEW_MAX_MS = 2000;

const clock = document.querySelector("[data-clock]");
const events = document.querySelector("[data-events]");
const arrived = [];

say(clock, "draft", "testing", "Comparing…");
say(events, "draft", "testing", "Listening…");
const source = new EventSource(events.dataset.events);
const timer = setTimeout(finish, PATIENCE_MS);
source.addEventListener("tick", (event) => {
  const [number, of, sent] = event.data.split(" ").map(Number);
  arrived.push({ sent, at: Date.now(), tick: performance.now() });
  if (number === of) finish(of);
});
source.addEventListener("error", () => finish());

function finish(expected = Infinity) {
  clearTimeout(timer);
  source.close();
  judgeEvents(expected);
  judgeClock();
}

function judgeEvents(expected) {
  if (arrived.length === 0) {
    say(events, "broken", "broken", "No event arrived.",
      "Live results do not work through this address: let the proxy pass text/event-stream on, with a long read timeout.");
    return;
  }
  if (arrived.length < expected) {
    say(events, "broken", "broken", `The stream broke off after ${arrived.length} events.`,
      "Live results are interrupted all the time: look for a time limit in the proxy.");
    return;
  }
  const first = arrived[0];
  const last = arrived[arrived.length - 1];
  const sent = last.sent - first.sent;
  const came = last.tick - first.tick;
  if (came < sent / 2) {
    say(events, "attention", "attention", `${arrived.length} events came all at once: something holds them back.`,
      "Live results come late. In nginx: proxy_buffering off for this server; elsewhere: no buffering and no compression of text/event-stream.");
  } else {
    say(events, "ok", "ok", `${arrived.length} events came one by one within ${Math.round(came)} ms.`);
  }
}

// The way takes time, so the event that was fastest says most.
function judgeClock() {
  if (arrived.length === 0) {
    say(clock, "draft", "not tested", "The server's time did not arrive.");
    return;
  }
  const skew = Math.min(...arrived.map(({ sent, at }) => at - sent));
  const found = `${Math.abs(Math.round(skew))} ms ${skew < 0 ? "behind" : "ahead of"} the gateway's, the way included.`;
  if (Math.abs(skew) > SKEW_MAX_MS) {
    say(clock, "attention", "attention", found, "Set the clock of this computer, or that of the server, whichever is wrong.");
  } else {
    say(clock, "ok", "ok", found);
  }
}

function say(row, look, word, found, advice = "") {
  const tag = row.querySelector(".tag");
  tag.className = `tag ${look}`;
  tag.textContent = word;
  const texts = [found, advice].filter(Boolean).map((text) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    return paragraph;
  });
  texts[1]?.classList.add("advice");
  row.querySelector(".found").replaceChildren(...texts);
}
