// The workflow editor: steps open in place, forms save themselves one after the other, keys, zoom, picking of values.
// Without it every link and button still works as a plain page.
import { post } from "./http.js";

const editor = () => document.getElementById("wf-editor");
const form = () => document.getElementById("wf-step");
const byId = (id) => (id ? document.getElementById(id) : null);
const typing = (node) => node?.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");
let busy = false;
let waiting = null; // what was pressed meanwhile: [id of the form, id or name=value of the button]
let late = new Map(); // what was changed meanwhile, by name

// ---- links within the editor open in place
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('.we-wrap a[href^="?"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.getAttribute("href"), link.id);
});
async function go(href, from) {
  await window.htmx.ajax("GET", location.pathname + href, { source: editor(), target: "#wf-editor", swap: "outerHTML" });
  history.replaceState(history.state, "", href);
  const first = document.querySelector("#wf-new [name=kind]:checked");
  if (first) first.focus();
  else if (innerWidth < 1024 && editor().dataset.view === "step") byId("wf-step-title")?.focus();
  else byId(from)?.focus();
}

// ---- saving: one request at a time, so that no edit overtakes another
document.addEventListener("change", ({ target }) => {
  if (target.form !== form() || !form()?.matches("[data-autosave]") || target.closest("[data-conditions]")) return;
  if (busy) late.set(target.name, target.type === "checkbox" ? target.checked : target.value);
  else form().requestSubmit();
});
document.addEventListener("conditions:changed", ({ target }) => {
  if (!form()?.contains(target)) return;
  if (busy) waiting = ["wf-step", ""]; else form().requestSubmit();
});
document.addEventListener("submit", (event) => {
  if (!busy || !event.target.closest("#wf-editor") || event.target.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  waiting = [event.target.id, button?.id || (button?.name ? `${button.name}=${button.value}` : "")];
}, true);
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement?.closest?.("#wf-editor") && ctx.request.method !== "GET") busy = true;
});
document.addEventListener("htmx:finally:request", () => { if (busy) { busy = false; setTimeout(goOn); } });
function goOn() {
  const [id, button] = waiting ?? [];
  waiting = null;
  let changed = false;
  late.forEach((value, name) => {
    const field = form()?.elements[name];
    if (!field || field.length) return;
    if (field.type === "checkbox") field.checked = value; else field.value = value;
    changed = true;
  });
  late = new Map();
  if (!id && !changed) return;
  if (!id) return form().requestSubmit();
  const [name, value] = button.split("=");
  const presser = byId(button) ?? document.querySelector(`#wf-editor button[name="${name}"][value="${value}"]`);
  if (changed && id !== "wf-step") { waiting = [id, button]; form().requestSubmit(); return; }
  if (presser) presser.click(); else byId(id)?.requestSubmit();
}

// ---- what a swap must not take away: places in the lists, opened parts, what is being typed
let kept = null;
const scrolled = ["#wf-rows", "#wf-inspector", ".we-picture .wf-grid"];
document.addEventListener("htmx:before:swap", () => {
  if (!editor()) return;
  const active = document.activeElement;
  kept = {
    step: editor().dataset.step,
    scroll: scrolled.map((place) => [place, document.querySelector(place)?.scrollTop, document.querySelector(place)?.scrollLeft]),
    open: [...document.querySelectorAll("#wf-editor details[open][id]:not(.drop-menu)")].map((one) => one.id),
    zoom,
    typed: typing(active) && active.form === form() ? { id: active.id, name: active.name, value: active.value, at: active.selectionStart } : null,
    search: byId("wf-search")?.value ?? "",
  };
});
document.addEventListener("htmx:after:swap", () => {
  if (!kept || !editor()) return;
  const same = kept.step === editor().dataset.step;
  kept.scroll.forEach(([place, top, left]) => {
    const node = document.querySelector(place);
    if (node && (same || place !== "#wf-inspector")) { node.scrollTop = top; node.scrollLeft = left; }
  });
  kept.open.forEach((id) => byId(id)?.setAttribute("open", ""));
  const field = same && kept.typed && (byId(kept.typed.id) ?? form()?.elements[kept.typed.name]);
  if (field && field.value !== kept.typed.value) {
    field.value = kept.typed.value;
    field.addEventListener("blur", () => field.dispatchEvent(new Event("change", { bubbles: true })), { once: true });
  }
  if (field) {
    field.focus({ preventScroll: true });
    try { field.setSelectionRange(kept.typed.at, kept.typed.at); } catch { /* no text */ }
  }
  if (kept.search && byId("wf-search")) { byId("wf-search").value = kept.search; filter(kept.search); }
  if (zoom !== 1) draw();
  kept = null;
  seek();
});
function seek(place = "nearest") {
  byId(`step-${editor()?.dataset.step}`)?.scrollIntoView({ block: "nearest" });
  document.querySelector(".we-picture .wf-n.sel")?.scrollIntoView({ block: "nearest", inline: place });
}

// ---- keys
const press = (id) => { const button = byId(id); if (button && !button.disabled) button.click(); };
document.addEventListener("keydown", (event) => {
  if (!editor() || document.querySelector("dialog[open]")) return;
  if (drag && event.key === "Escape") return drop(false);
  const inField = typing(event.target);
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown") && !event.target.matches("select")) {
    event.preventDefault();
    press(event.key === "ArrowUp" ? "wf-up" : "wf-down");
  } else if (event.key === "F8") {
    event.preventDefault();
    nextProblem(event.shiftKey ? -1 : 1);
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    press("wf-publish");
  } else if (event.key === "Delete" && !inField) {
    event.preventDefault();
    press("wf-remove");
  } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && event.target.matches(".we-i")) {
    event.preventDefault();
    const rows = [...document.querySelectorAll(".we-row:not([hidden]) > .we-i")];
    rows[rows.indexOf(event.target) + (event.key === "ArrowUp" ? -1 : 1)]?.focus();
  }
});
let problem = -1;
function nextProblem(by) {
  const links = [...document.querySelectorAll("[data-problem]")];
  if (!links.length) return;
  problem = (problem + by + links.length) % links.length;
  go(links[problem].getAttribute("href"), "wf-step-title").then(() => byId("wf-step-title")?.focus());
}

// ---- search in the steps
const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
function filter(text) {
  const wanted = fold(text.trim());
  document.querySelectorAll(".we-row").forEach((row) => { row.hidden = !fold(row.firstElementChild.dataset.name).includes(wanted); });
  document.querySelectorAll(".we-branch").forEach((row) => { row.hidden = Boolean(wanted); });
}
document.addEventListener("input", ({ target }) => target.id === "wf-search" && filter(target.value));

// ---- picture: three buttons and Ctrl with the wheel
let zoom = 1;
function draw() {
  const svg = document.querySelector(".we-picture .wf-svg");
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  svg.setAttribute("width", width * zoom);
  svg.setAttribute("height", height * zoom);
}
function scale(to) {
  zoom = Math.min(2, Math.max(0.25, to));
  draw();
}
document.addEventListener("click", ({ target }) => {
  const how = target.closest?.("[data-zoom]")?.dataset.zoom;
  if (!how) return;
  const grid = document.querySelector(".we-picture .wf-grid");
  const [, , width, height] = grid.querySelector(".wf-svg").getAttribute("viewBox").split(" ").map(Number);
  if (how === "fit") scale(Math.min(1, (grid.clientWidth - 24) / width, (grid.clientHeight - 24) / height));
  else scale(zoom * (how === "in" ? 1.25 : 0.8));
});
document.addEventListener("wheel", (event) => {
  if (!event.ctrlKey || !event.target.closest?.(".we-picture .wf-grid")) return;
  event.preventDefault();
  scale(zoom * (event.deltaY < 0 ? 1.1 : 0.9));
}, { passive: false });

// ---- known values go where the cursor was last
let last = "";
document.addEventListener("focusin", ({ target }) => { if (typing(target) && target.form === form() && target.type !== "hidden") last = target.id; });
document.addEventListener("click", ({ target }) => {
  const name = target.closest?.("[data-insert]")?.dataset.insert;
  const field = name && byId(last);
  if (!field || field.matches("select")) return;
  const formula = field.matches("[data-formula], .cond textarea");
  const bare = formula || (["wf-own", "wf-known"].includes(field.getAttribute("list")) && /field|target|until/.test(field.name));
  const at = field.selectionStart ?? field.value.length;
  field.value = bare && !formula ? name : field.value.slice(0, at) + (bare ? name : `{{ ${name} }}`) + field.value.slice(field.selectionEnd ?? at);
  field.focus();
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

// ---- one editor at a time; who else is at which step
let at = "";
const here = async () => {
  if (document.hidden || !editor()) return;
  at = editor().dataset.step;
  const answer = await post(editor().dataset.hold, { step: at }).catch(() => null);
  if (!answer || !editor() || ![200, 409].includes(answer.status)) return;
  if ((answer.status === 409) !== ("readOnly" in editor().dataset)) return go(`?step=${editor().dataset.step}`);
  byId("wf-who").innerHTML = await answer.text();
  watchers();
};
function watchers() {
  document.querySelectorAll(".we-i > .we-watcher").forEach((one) => one.remove());
  document.querySelectorAll("#wf-who > [data-step]").forEach((one) => byId(`step-${one.dataset.step}`)?.append(one.cloneNode(true)));
}
document.addEventListener("htmx:after:swap", () => {
  if (!editor()) return;
  watchers();
  if (editor().dataset.step !== at) here();
});
here();
setInterval(here, 25_000);
document.addEventListener("visibilitychange", here);
addEventListener("pagehide", () => {
  if (editor() && !("readOnly" in editor().dataset)) navigator.sendBeacon?.(editor().dataset.hold, new URLSearchParams({ leave: "1", csrfmiddlewaretoken: document.querySelector("#wf-do [name=csrfmiddlewaretoken]")?.value ?? "" }));
});
seek("center");

// ---- steps are dragged
let drag = null;
function places() {
  const own = drag.row.dataset.block.split(" ");
  const found = [];
  for (const row of byId("wf-rows").children) {
    const box = row.getBoundingClientRect();
    const { at: key, to } = row.dataset;
    if (row.hidden || !key || own.includes(key)) continue;
    if (!found.length) found.push({ y: box.top, to: "^", left: box.left });
    if (to) found.push({ y: box.bottom, to, left: box.left });
  }
  return found;
}
function over({ clientY }) {
  const rows = byId("wf-rows");
  const list = rows.getBoundingClientRect();
  rows.scrollTop += clientY < list.top + 30 ? -12 : clientY > list.bottom - 30 ? 12 : 0;
  const away = ({ y }) => Math.abs(y - clientY);
  const near = places().sort((one, other) => away(one) - away(other))[0];
  drag.to = near && away(near) < 80 ? near.to : "";
  drag.line.hidden = !drag.to;
  if (!drag.to) return;
  drag.line.style.top = `${near.y - list.top + rows.scrollTop - 1}px`;
  drag.line.style.left = `${near.left - list.left + 8}px`;
}
function drop(done) {
  const { row, line, to } = drag;
  line.remove();
  row.classList.remove("we-dragged");
  document.removeEventListener("pointermove", over);
  drag = null;
  if (!done || !to || busy) return;
  const aim = byId("wf-do");
  aim.elements.step.value = row.dataset.at;
  aim.elements.to.value = to;
  byId("wf-place").click();
}
document.addEventListener("pointerdown", (event) => {
  const row = !event.button && event.target.closest?.(".we-grip")?.closest(".we-row");
  if (!row || drag) return;
  event.preventDefault();
  drag = { row, to: "", line: Object.assign(document.createElement("li"), { className: "we-drop-line", hidden: true }) };
  byId("wf-rows").append(drag.line);
  row.classList.add("we-dragged");
  document.addEventListener("pointermove", over);
});
document.addEventListener("pointerup", () => drag && drop(true));
document.addEventListener("pointercancel", () => drag && drop(false));

// ---- loaded when used: help for formulas, the test
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("#wf-step :is([data-formula], .cond textarea[name$='-text'])") && !target.readOnly) import("./formula.js").then((module) => module.attach(target));
});
const dock = byId("wf-dock");
const load = () => import("./editor-test.js");
try { dock.open = Boolean(sessionStorage.getItem(`wf-test ${location.pathname}`)); } catch { /* closed */ }
if (dock.open) load(); else dock.addEventListener("toggle", load, { once: true });
