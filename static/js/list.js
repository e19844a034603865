// The list as one stop for the Tab key: J/K or arrows move, O or Enter open, X selects, Shift selects a range, U claims;
// an element of the row with data-row-key="a" is clicked by that key.
import { onKey } from "./shortcuts.js";

const rows = () => [...document.querySelectorAll("[data-list] .row")];
const box = (row) => row?.querySelector(".c-chk .check");
let current = "";
let anchor = null;

const at = (all) => all.findIndex((row) => row.id === current);

function go(all, index) {
  const row = all[index];
  if (!row) return;
  all.forEach((one) => { one.tabIndex = one === row ? 0 : -1; delete one.dataset.cur; });
  current = row.id;
  row.dataset.cur = "true";
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

// What is selected outlives the swap of a row; bulk.js shows the bar for it.
const chosen = new Set();

function mark(row, on) {
  const check = box(row);
  if (!check) return;
  check.checked = on;
  row.setAttribute("aria-selected", String(on));
  chosen[on ? "add" : "delete"](check.value);
}

function count() {
  const all = rows();
  const top = document.querySelector("[data-check-all]");
  const every = all.length > 0 && chosen.size === all.length;
  if (top) { top.checked = every; top.indeterminate = chosen.size > 0 && !every; }
  document.dispatchEvent(new CustomEvent("flowtic:selection", { detail: { ids: [...chosen], every } }));
}

function none() {
  rows().forEach((row) => mark(row, false));
  chosen.clear();
  anchor = null;
  count();
}

// After a swap: rows that are still there keep their mark, others leave the selection.
function again(all) {
  const here = new Set();
  all.forEach((row) => {
    const check = box(row);
    if (!check) return;
    here.add(check.value);
    if (chosen.has(check.value) !== check.checked || check.checked) mark(row, chosen.has(check.value));
  });
  chosen.forEach((value) => { if (!here.has(value)) chosen.delete(value); });
}

function range(all, to) {
  const from = anchor ? all.indexOf(anchor) : at(all);
  const [low, high] = [Math.max(0, Math.min(from, to)), Math.max(from, to)];
  all.slice(low, high + 1).forEach((row) => mark(row, true));
}

onKey((event, key) => {
  const all = rows();
  if (!all.length || event.target.closest(".menu, [popover]")) return false;
  if (chosen.size) {
    // With a selection the keys of its bar come first.
    const own = [...document.querySelectorAll("[data-bulk] [data-bulk-key]")].find((one) => one.dataset.bulkKey === key);
    if (own) { own.focus(); own.click(); return true; }
    if (key === "Escape" && !event.defaultPrevented) { none(); return true; }
  }
  const index = at(all);
  const row = all[index];
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
  if (step) {
    if (event.shiftKey) { anchor ??= row ?? all[0]; mark(anchor, true); }
    go(all, Math.min(all.length - 1, Math.max(0, index + step)));
    if (event.shiftKey) { range(all, at(all)); count(); } else anchor = null;
    return true;
  }
  if (!row) return false;
  if (key === "o" || (key === "Enter" && event.target === row)) { row.querySelector(".c-sub a")?.click(); return true; }
  const own = row.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
  if (own) { own.click(); return true; }
  if (key === "x" && box(row)) { mark(row, !box(row).checked); anchor = row; count(); return true; }
  if (key === "u" && row.querySelector(".claim")) { row.querySelector(".claim").click(); return true; }
  return false;
});

document.addEventListener("click", (event) => {
  const check = event.target.closest("[data-list] .c-chk .check");
  if (!check || check.matches("[data-check-all]")) return;
  const all = rows();
  const row = check.closest(".row");
  if (event.shiftKey && anchor) range(all, all.indexOf(row)); else mark(row, check.checked);
  anchor = row;
  count();
});
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-check-all]")) return;
  rows().forEach((row) => mark(row, target.checked));
  count();
});
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-select-none]")) none();
});
document.addEventListener("flowtic:select-none", none);
// Ctrl+A in the list means its rows, not the text of the page.
document.addEventListener("keydown", (event) => {
  if (event.key !== "a" || !(event.ctrlKey || event.metaKey) || !event.target.closest?.("[data-list] .row")) return;
  event.preventDefault();
  rows().forEach((row) => mark(row, true));
  count();
});
// From the search field into what it found.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || !event.target.matches?.("#filter-q")) return;
  event.preventDefault();
  go(rows(), Math.max(0, at(rows())));
});
document.addEventListener("focusin", ({ target }) => { if (target.matches?.("[data-list] .row")) current = target.id; });
// The word of a priority's shape, for pointers; everybody else has it as text.
document.addEventListener("pointerover", ({ target }) => {
  if (target.matches?.("td.c-pr") && !target.title) target.title = target.textContent;
});

// Below 64rem the rows are drawn as cards, and a table drawn so is no table to a screen reader unless it is told.
const narrow = matchMedia("(width < 64rem)");
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };

function tell() {
  if (!narrow.matches) return;
  document.querySelectorAll("[data-list], [data-list] :is(thead, tbody, tr, td)").forEach((node) => { if (ROLES[node.localName]) node.role ||= ROLES[node.localName]; });
}

// The rows of an answer come without their box: what it says stands in the row.
function complete(row) {
  const cell = row.querySelector(".c-chk");
  if (!cell || cell.firstChild) return;
  const check = Object.assign(document.createElement("input"), { type: "checkbox", className: "check", name: "ticket", value: row.id.slice(7) });
  check.setAttribute("form", "bulk-form");
  check.setAttribute("aria-label", row.querySelector(".c-sub a").getAttribute("href").split("/").at(-1));
  cell.append(check);
}

// Exactly one row is reachable by Tab, also after rows were swapped.
function settle() {
  const all = rows();
  all.forEach(complete);
  tell();
  again(all);
  count();
  if (!all.length) return;
  const row = all[Math.max(0, at(all))];
  all.forEach((one) => { one.tabIndex = one === row ? 0 : -1; });
}
document.addEventListener("htmx:after:swap", settle);
// Boxes that the browser kept checked while the page was left.
rows().forEach((row) => { if (box(row)?.checked) chosen.add(box(row).value); });
// Back from a ticket: its row is the current one again.
const left = sessionStorage.getItem("flowtic.left");
const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward" || (document.referrer && new URL(document.referrer).pathname === left);
const link = left && isBack && [...document.querySelectorAll("[data-list] .row .c-sub a")].find((one) => one.getAttribute("href").split("?")[0] === left);
if (link) {
  sessionStorage.removeItem("flowtic.left");
  current = link.closest(".row").id;
  if (document.activeElement === document.body) go(rows(), at(rows()));
}
settle();
narrow.addEventListener("change", tell);
