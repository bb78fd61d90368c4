// A kiosk's page: keeps the reader's field in focus, says when the lab cannot be reached, and goes back to its start only when it can.
const home = "/kiosk";
const lookEvery = 10_000;
const answerWithin = 5_000;
const notice = document.getElementById("unreachable");
const badge = document.getElementById("badge");
const seconds = Number(document.querySelector("main").dataset.return) || 0;
let away = false, waited = 0;

async function isThere() {
  try {
    return (await fetch("/health/live", { cache: "no-store", signal: AbortSignal.timeout(answerWithin) })).ok;
  } catch {
    return false;
  }
}

async function look() {
  away = !(navigator.onLine && await isThere());
  notice.hidden = !away;
  return !away;
}

// Somebody who types is not interrupted, but not for ever: their name must not stay on the screen.
const isTyping = () => [...document.querySelectorAll("input:not([type=hidden], [type=checkbox]), textarea")].some(field => field.value !== field.defaultValue);

async function goBack() {
  if (isTyping() && waited++ < 2) setTimeout(goBack, seconds * 1000);
  else if (await look()) location.replace(home);
  else setTimeout(goBack, lookEvery);
}

if (seconds > 0) setTimeout(goBack, seconds * 1000);
setInterval(look, lookEvery);
addEventListener("online", look);
addEventListener("offline", look);

document.addEventListener("submit", event => {
  if (!away) return;
  event.preventDefault();
  notice.scrollIntoView();
});

// A reader is a keyboard: what it types belongs into the field, wherever somebody touched before.
if (badge) {
  document.addEventListener("keydown", event => {
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !document.activeElement.matches("input, textarea, button, summary, a")) badge.focus();
  });
}
