// Who else has the ticket open: says every 20 seconds what this page does, and shows what the server answers.
import { post } from "./http.js";

const place = () => document.querySelector("[data-presence]");
const [BEAT, IDLE, TYPING] = [20000, 300000, 6000];
let [active, typed, said] = [Date.now(), 0, ""];
let timer = 0;
let shown = "";

function state() {
  if (Date.now() - typed < TYPING) return "typing";
  return Date.now() - active > IDLE ? "idle" : "viewing";
}

function draw(html) {
  const node = place();
  if (!node) return;
  shown = html;
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  // The same people: leave the elements alone, one of them may have the focus.
  if (node.innerHTML.trim() !== fresh.innerHTML.trim()) node.replaceChildren(...fresh.childNodes);
  const writing = document.querySelector("[data-presence-typing]");
  if (writing) writing.textContent = node.querySelector("[data-typing]")?.dataset.typing ?? "";
}

async function beat(now = state()) {
  const node = place();
  if (!node || (document.hidden && now !== "gone")) return;
  clearTimeout(timer);
  timer = setTimeout(beat, BEAT);
  said = now;
  try {
    const answer = await post(node.dataset.presence, { state: now });
    if (answer.ok && answer.status !== 204) draw(await answer.text());
  } catch { /* no connection: the next beat tries again */ }
}

const change = () => { if (state() !== said) beat(); };

if (place()) {
  beat();
  ["pointerdown", "keydown", "wheel"].forEach((name) => document.addEventListener(name, () => { active = Date.now(); if (said === "idle") beat(); }, { passive: true }));
  document.addEventListener("input", ({ target }) => {
    if (!target.closest("[data-composer]") || !target.matches("textarea")) return;
    typed = target.value.trim() ? Date.now() : 0;
    change();
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => { if (ctx.sourceElement?.matches?.("[data-composer]")) { typed = 0; change(); } });
  setInterval(change, 3000);
  // The head of the page was swapped: what stood there comes back.
  document.addEventListener("htmx:after:swap", () => { if (shown && !place()?.childElementCount) draw(shown); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) { typed = 0; beat("gone"); } else { active = Date.now(); beat(); } });
  // Sent with keepalive: the page may be gone before the answer.
  addEventListener("pagehide", () => {
    const node = place();
    const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
    if (node) fetch(node.dataset.presence, { method: "POST", keepalive: true, headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" }, body: new URLSearchParams({ state: "gone" }) });
  });
  document.addEventListener("flowtic:event", async ({ detail }) => {
    const node = place();
    if (!node || detail.kind !== "presence" || document.hidden) return;
    const answer = await fetch(node.dataset.presence, { headers: { "X-Requested-With": "fetch" } });
    if (answer.ok) draw(await answer.text());
  });
}
