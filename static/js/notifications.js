// The bell: number of unread notifications, kept for the tabs of this browser and renewed when the stream says so; its
// list is fetched when it opens. A ticket that is open and seen is read.
import { post } from "./http.js";

const bells = () => document.querySelectorAll("[data-bell]");
const list = document.getElementById("notices");
const person = document.body.dataset.person;
const KEY = `unread:${person}`;
const FRESH = 60000;
let timer = 0;

function draw(number) {
  bells().forEach((bell) => {
    const text = bell.dataset.many.replace("%n", number > 99 ? "99+" : number);
    bell.querySelector("[data-bell-count]").textContent = number > 99 ? "99+" : number || "";
    bell.querySelector("[data-bell-count]").hidden = !number;
    bell.setAttribute("aria-label", number ? text : bell.dataset.none);
    bell.title = bell.getAttribute("aria-label");
  });
}

const stored = () => { try { return JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { return {}; } };
const keep = (number) => { try { sessionStorage.setItem(KEY, JSON.stringify({ number, at: Date.now() })); } catch { /* blocked */ } };

async function count() {
  const answer = await fetch(bells()[0].dataset.bell, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) return;
  const { unread } = await answer.json();
  keep(unread);
  draw(unread);
  if (unread) seen();
}

// The ticket of this page is being looked at: what it tells has been read.
async function seen() {
  const page = document.querySelector("[data-ticket-live], [data-ticket-seen]");
  const topic = page?.dataset.topic;
  if (!topic || document.hidden) return;
  const answer = await post(bells()[0].dataset.read, { ticket: topic.split("-")[1] });
  if (!answer.ok) return;
  const { unread } = await answer.json();
  keep(unread);
  draw(unread);
}

if (bells().length && person) {
  const { number = 0, at = 0 } = stored();
  draw(number);
  const asked = location.pathname.startsWith("/notifications") || document.querySelector("[data-ticket-live], [data-ticket-seen]");
  if (asked || Date.now() - at > FRESH) count();
  document.addEventListener("flowtic:event", ({ detail }) => {
    if (detail.topic !== "me") return;
    clearTimeout(timer);
    timer = setTimeout(count, 300);
  });
  list?.addEventListener("toggle", (event) => {
    if (event.newState === "open") window.htmx.ajax("GET", list.dataset.url, { source: list, target: "#notices", swap: "innerHTML" });
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - (stored().at ?? 0) > FRESH) count(); });
}
