// The ticket page follows what others do: head, thread, side panel and steps are fetched anew, each unless somebody is busy in it.
// Then a mark appears there, to be clicked. The composer is never touched, and the thread stays where it was scrolled to.
const root = () => document.querySelector("[data-ticket-live]");
const me = Number(document.body.dataset.person);
const parts = {
  head: () => document.querySelector("[id^=ticket-][id$=-head]"),
  thread: () => document.getElementById("thread"),
  panel: () => document.querySelector("#panel[data-live]"),
  steps: () => document.getElementById("steps"),
};
// The places of strips, before htmx has filled them.
const strips = [...document.querySelectorAll(".strip-slot[hx-get]")].map((slot) => slot.getAttribute("hx-get"));
const due = new Set();
let timer = 0;
let own = 0;

// Something that was typed or chosen and not sent yet.
const typed = (part) => [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) => (
  field.options
    ? field.selectedIndex !== Math.max([...field.options].findIndex((one) => one.defaultSelected), 0)
    : field.value !== field.defaultValue
));

// To stand on a message or on a closed menu is no work that could be lost: the focus comes back to it.
function busy(part) {
  const focus = document.activeElement;
  const inside = part.contains(focus) && focus !== part && !focus.matches("[tabindex='-1'], details:not([open]) > summary");
  return inside || part.querySelector("details[open], :popover-open, dialog[open]") !== null || typed(part);
}

function mark(name, on) {
  document.querySelectorAll(`[data-changed="${name}"]`).forEach((button) => { button.hidden = !on; });
}

// One after the other: htmx lets a source of requests wait with one more at most, and drops the rest.
let turn = Promise.resolve();
const renew = (name) => { turn = turn.then(() => load(name)).catch(() => mark(name, true)); return turn; };

async function load(name) {
  const part = parts[name]();
  if (!part) return mark(name, false);
  const url = name === "steps" ? strips[0] : `${root().dataset.ticketLive}?part=${name}`;
  if (!url) return;
  mark(name, false);
  const pane = document.getElementById("thread");
  const [top, height] = [pane?.scrollTop ?? 0, pane?.scrollHeight ?? 0];
  const atEnd = pane && height - top - pane.clientHeight < 40;
  await window.htmx.ajax("GET", url, { source: root(), target: `#${part.id}`, swap: "outerMorph" });
  const fresh = document.getElementById("thread");
  if (name === "thread" && fresh) fresh.scrollTop = atEnd ? fresh.scrollHeight : top;
}

function flush() {
  if (!root() || document.hidden) return;
  [...due].forEach((name) => {
    const part = parts[name]();
    due.delete(name);
    if (!part) return;
    if (busy(part)) mark(name, true); else renew(name);
  });
}

function ask(names) {
  names.forEach((name) => due.add(name));
  clearTimeout(timer);
  timer = setTimeout(flush, 200);
}

const PARTS = (kind) => {
  if (/^(instance|work_item)\./.test(kind)) return Object.keys(parts);
  return ["head", "thread", "panel"];
};

// Somebody opened a menu while the answer was on its way: it is not drawn over, the mark stands there instead.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!root() || ctx.sourceElement !== root() || ctx.request?.method === "POST") return;
  const name = Object.keys(parts).find((one) => parts[one]()?.id === (ctx.target?.id ?? String(ctx.target).slice(1)));
  if (!name || !busy(parts[name]())) return;
  event.preventDefault();
  mark(name, true);
});

if (root()) {
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => { if (ctx.request.method !== "GET") own = Date.now(); });
  document.addEventListener("flowtic:event", ({ detail }) => {
    if (detail.topic !== root()?.dataset.topic || detail.kind === "presence") return;
    // What this tab did itself is on the screen already; another tab of the same person is told like everybody.
    if (detail.by === me && Date.now() - own < 4000) return;
    ask(detail.kind === "many" ? Object.keys(parts) : PARTS(detail.kind));
  });
  document.addEventListener("visibilitychange", flush);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-changed]");
    if (!button) return;
    button.blur();
    renew(button.dataset.changed);
  });
}
