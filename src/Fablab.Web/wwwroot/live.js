// Keeps a page's live parts fresh: each fragment replaces the element of its id. Without this script the page still works.
const stream = document.querySelector("[data-live]")?.dataset.live;
const state = document.getElementById("live-state");
const patience = 45_000; // three missed heartbeats
let source, watch, lastHeard = "";

function show(name, text) {
  if (state.dataset.state !== name || state.textContent !== text) {
    state.dataset.state = name;
    state.textContent = text;
  }
}

const stale = () => show("stale", state.dataset.stale.replace("{0}", lastHeard || "—"));

function heard(time) {
  lastHeard = time || lastHeard;
  show("on", state.dataset.on);
  clearTimeout(watch);
  watch = setTimeout(stale, patience);
}

function replace(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.firstElementChild;
  const old = fresh && document.getElementById(fresh.id);
  if (!old) return;
  // Somebody is in the middle of typing or choosing there: their work comes first.
  if (old.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
  const focused = old.contains(document.activeElement) && [...old.querySelectorAll("a, button")].indexOf(document.activeElement);
  const open = [...old.querySelectorAll("details")].map(details => details.open);
  old.replaceWith(fresh);
  if (Number.isInteger(focused) && focused >= 0) fresh.querySelectorAll("a, button")[focused]?.focus();
  fresh.querySelectorAll("details").forEach((details, i) => { details.open = open[i] ?? details.open; });
}

function connect() {
  source = new EventSource(stream);
  source.addEventListener("hello", event => heard(event.data));
  source.addEventListener("beat", event => heard(event.data));
  source.addEventListener("fragment", event => replace(event.data));
  source.addEventListener("reload", () => location.reload());
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) stale();
    else if (state.dataset.state !== "stale") show("reconnecting", state.dataset.reconnecting);
  };
}

// A hidden page gives its connection back; browsers allow few of them.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) source?.close();
  else connect();
});
if (stream && !document.hidden) connect();
