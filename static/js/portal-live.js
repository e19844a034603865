// The requester's page follows what the desk does: state, progress and messages are drawn anew as soon as something
// happened, or every 30 seconds without a stream. What somebody writes, or the part they are in, is left alone.
import { announce } from "./toast.js";

const parts = ["portal-head", "portal-next", "portal-progress", "portal-thread", "portal-reply"];
const root = () => document.querySelector("[data-portal-live]");
let [timer, asking, again] = [0, false, false];

const typed = (part) => [...part.querySelectorAll("textarea, input:not([type=hidden])")].some((field) => (
  ["radio", "checkbox"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue
));
const busy = (part) => part.contains(document.activeElement) || typed(part);
// Ages ("5 min") and tokens of forms differ each time; they are no news.
const said = (part) => part.textContent.replace(/\s+/g, " ").trim();

function draw(page) {
  let news = false;
  parts.forEach((id) => {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (!old || !fresh || busy(old)) return;
    // The form stays while it offers the same; its token is worth keeping for a message that is sent twice.
    if (id === "portal-reply" && old.dataset.door === fresh.dataset.door) return;
    if (id === "portal-thread") news = fresh.querySelectorAll(".msg").length > old.querySelectorAll(".msg").length;
    if (said(old) === said(fresh) && id !== "portal-thread") return;
    old.replaceWith(fresh);
    window.htmx.process(fresh);
  });
  if (news) announce(root().dataset.portalLive);
}

async function renew() {
  if (document.hidden || !root()) return;
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
    const text = await answer.text();
    if (answer.ok && !answer.redirected) draw(new DOMParser().parseFromString(text, "text/html"));
  } catch { /* The next event, or the next half minute, tries again. */ } finally {
    asking = false;
    if (again) { again = false; later(); }
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(renew, 200);
}

if (root()) {
  document.addEventListener("flowtic:event", ({ detail }) => {
    if (detail.topic === root()?.dataset.topic && detail.kind !== "presence") later();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) later(); });
}
