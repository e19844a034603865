// What others change: rows are fetched again together and glow; new tickets wait behind a button, so nothing moves under
// the hand. A row with the focus or an open menu is only marked.
import { settle } from "./list-board.js";
import { announce } from "./toast.js";

const pill = document.getElementById("new-tickets");
const [WAIT, SPREAD, GLOW, MOST, OWN] = [250, 500, 900, 100, 4000];
const changed = new Set();
const maybe = new Set();
const waiting = new Set();
const own = new Map();
let timer = 0;

const table = () => document.querySelector("[data-list], [data-list-board]");
const kept = () => document.getElementById("list-kept").dataset;
const row = (id) => document.getElementById(`ticket-${id}`);
const busy = (node) => node.contains(document.activeElement) || node.querySelector("details[open]")
  || (document.getElementById("quick")?.matches(":popover-open") && node.dataset.cur);

function glow(node) {
  node.dataset.changed = "";
  setTimeout(() => delete node.dataset.changed, GLOW);
}

function draw(old, fresh) {
  if (busy(old)) { old.dataset.stale = ""; return; }
  const box = old.querySelector(".c-chk .check");
  const again = fresh.querySelector(".c-chk .check");
  if (box?.checked && again) { again.checked = true; fresh.setAttribute("aria-selected", "true"); }
  fresh.tabIndex = old.tabIndex;
  if (old.dataset.cur) fresh.dataset.cur = old.dataset.cur;
  old.replaceWith(fresh);
  window.htmx.process(fresh);
  glow(fresh);
}

function offer() {
  if (!pill) return;
  pill.hidden = !waiting.size;
  pill.title = pill.dataset.tip;
  pill.textContent = waiting.size === 1 ? pill.dataset.one : pill.dataset.many.replace("{number}", waiting.size);
  if (waiting.size) announce(pill.textContent);
}

async function look() {
  const list = table();
  const [ids, others] = [[...changed].slice(0, MOST), [...maybe].slice(0, MOST)];
  changed.clear();
  maybe.clear();
  if (!list || !(ids.length || others.length)) return;
  const query = kept().query.length > 1 ? `&${kept().query.slice(1)}` : "";
  const board = list.matches("table") ? "" : "&cards=1";
  const answer = await fetch(`/tickets/rows?ids=${ids}&maybe=${others}${board}${query}`, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
  if (!answer.ok) return;
  (answer.headers.get("X-New-Tickets") ?? "").split(",").filter(Boolean).forEach((id) => waiting.add(id));
  offer();
  if (answer.status === 204) return;
  const page = document.createElement("template");
  page.innerHTML = board ? await answer.text() : `<table><tbody>${await answer.text()}</tbody></table>`;
  page.content.querySelectorAll(".row, .board-card").forEach((fresh) => {
    const old = document.getElementById(fresh.id);
    if (!old) return;
    draw(old, fresh);
    if (board) settle(fresh.id, false);
  });
}

// One request for all that changes within a moment, at another moment in each browser; none while nobody looks.
function soon() {
  timer ||= setTimeout(() => {
    timer = 0;
    if (!document.hidden) look();
  }, WAIT + Math.random() * SPREAD);
}
document.addEventListener("visibilitychange", () => { if (!document.hidden && (changed.size || maybe.size)) soon(); });

// What this tab did itself came with the answer: the row is as new as the message about it.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const node = ctx.request.method === "POST" && ctx.response?.status === 200 && document.getElementById(String(ctx.target?.id ?? ctx.target ?? "").replace("#", ""));
  if (node && node.matches?.("[data-list] .row")) own.set(node.id.slice(7), Date.now());
});
const isOwn = ({ by, ticket }) => String(by) === document.body.dataset.person && Date.now() - (own.get(String(ticket)) ?? 0) < OWN;

document.addEventListener("flowtic:event", ({ detail }) => {
  const list = table();
  if (!list || (detail.topic !== "tickets" && detail.kind !== "many") || isOwn(detail)) return;
  if (detail.kind === "many") document.querySelectorAll("[data-list] .row, .board-card").forEach((one) => changed.add(one.id.slice(7)));
  else if (row(detail.ticket)) changed.add(String(detail.ticket));
  else if (String(detail.by) !== document.body.dataset.person && kept().enters.split(" ").includes(detail.kind)) maybe.add(String(detail.ticket));
  soon();
});

// A row that was only marked is fetched when the focus has left it.
document.addEventListener("focusout", ({ target }) => {
  const left = target.closest?.("[data-stale]");
  if (left) setTimeout(() => { if (!busy(left)) { delete left.dataset.stale; changed.add(left.id.slice(7)); soon(); } });
});

pill?.addEventListener("click", async () => {
  const ids = [...waiting];
  waiting.clear();
  offer();
  const list = table();
  if (!list) return;
  await window.htmx.ajax("GET", `/tickets${kept().query}`, { source: pill, target: "#ticket-table", swap: "innerMorph" });
  (ids.map(row).find(Boolean) ?? document.querySelector("[data-list] .row"))?.focus();
});
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (["ticket-table", "ticket-rows"].includes(detail?.ctx?.target?.id ?? detail?.ctx?.target?.slice?.(1))) { waiting.clear(); offer(); }
});
