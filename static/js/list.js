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

function mark(row, on) {
  const check = box(row);
  if (check) check.checked = on;
  row.setAttribute("aria-selected", String(on));
}

function count() {
  const all = rows();
  const chosen = all.filter((row) => box(row)?.checked).length;
  const top = document.querySelector("[data-check-all]");
  if (top) { top.checked = chosen > 0 && chosen === all.length; top.indeterminate = chosen > 0 && chosen < all.length; }
  document.querySelectorAll("[data-bulk]").forEach((bar) => { bar.hidden = !chosen; });
  document.querySelectorAll("[data-selected-count]").forEach((node) => { node.textContent = chosen; });
}

function range(all, to) {
  const from = anchor ? all.indexOf(anchor) : at(all);
  const [low, high] = [Math.max(0, Math.min(from, to)), Math.max(from, to)];
  all.slice(low, high + 1).forEach((row) => mark(row, true));
}

onKey((event, key) => {
  const all = rows();
  if (!all.length || event.target.closest(".menu, [popover]")) return false;
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
  if (!target.closest("[data-select-none]")) return;
  rows().forEach((row) => mark(row, false));
  count();
});
document.addEventListener("focusin", ({ target }) => { if (target.matches?.("[data-list] .row")) current = target.id; });

// Below 64rem the rows are drawn as cards, and a table drawn so is no table to a screen reader unless it is told.
const narrow = matchMedia("(width < 64rem)");
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };

function tell() {
  if (!narrow.matches) return;
  document.querySelectorAll("[data-list], [data-list] :is(thead, tbody, tr, td)").forEach((node) => { if (ROLES[node.localName]) node.role ||= ROLES[node.localName]; });
}

// Exactly one row is reachable by Tab, also after rows were swapped.
function settle() {
  const all = rows();
  tell();
  if (!all.length) return;
  const row = all[Math.max(0, at(all))];
  all.forEach((one) => { one.tabIndex = one === row ? 0 : -1; });
  count();
}
document.addEventListener("htmx:after:swap", settle);
settle();
narrow.addEventListener("change", tell);
