// Small menus of the list: a link with data-quick opens in #quick beside what was clicked (without scripts it is a page);
// S, P, D and A change status, priority, department and assignee of the row that has the focus.
import { onKey } from "./shortcuts.js";

const layer = document.getElementById("quick");
const KEYS = { s: "status", p: "priority", d: "department", a: "assignment" };
const CELLS = { status: "c-st", priority: "c-pr", department: "c-d", assignment: "c-ass" };
let opener = null;

function place(anchor) {
  if (innerWidth < 1024) { layer.style.left = ""; layer.style.top = ""; return; }
  const from = anchor.getBoundingClientRect();
  const size = layer.getBoundingClientRect();
  const top = from.bottom + size.height + 8 < innerHeight ? from.bottom + 4 : Math.max(8, from.top - size.height - 4);
  layer.style.left = `${Math.max(8, Math.min(from.left, innerWidth - size.width - 8))}px`;
  layer.style.top = `${top}px`;
}

async function open(url, anchor, back) {
  opener = back;
  layer.replaceChildren();
  await window.htmx.ajax("GET", url, { source: layer, target: layer, swap: "innerHTML" });
  if (!layer.firstElementChild) return;
  if (!layer.matches(":popover-open")) layer.showPopover();
  place(anchor);
  (layer.querySelector("[aria-current]") ?? layer.querySelector(".menu-i, input:not([type=hidden]), select, button, a"))?.focus();
}

const address = (row) => row.querySelector(".c-sub a, .board-title")?.getAttribute("href");

function change(row, name) {
  const url = address(row);
  if (!url || !layer) return false;
  open(`${url}/quick/${name}`, row.querySelector(`.${CELLS[name]}`) ?? row, row);
  return true;
}

onKey((event, key) => {
  const row = event.target.closest?.("[data-list] .row, [data-board] .board-card");
  return Boolean(row && KEYS[key] && !event.shiftKey && change(row, KEYS[key]));
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const claim = event.target.closest("[data-list] .claim");
  if (claim && window.htmx) {
    event.preventDefault();
    window.htmx.ajax("POST", `${address(claim.closest(".row"))}/claim`, { source: claim, target: claim.closest(".row"), swap: "outerMorph" });
    return;
  }
  if (!layer?.showPopover) return;
  const link = event.target.closest("a[data-quick]");
  if (link) {
    event.preventDefault();
    open(link.href, link, link.closest(".board-card") ?? link);
    return;
  }
  const cell = event.target.closest("[data-list] .row > td");
  if (!cell || event.target.closest("a, button, input, label") || innerWidth < 1024) return;
  const name = Object.keys(CELLS).find((one) => cell.classList.contains(CELLS[one]));
  if (name) change(cell.parentElement, name);
});

layer?.addEventListener("click", ({ target }) => { if (target.closest("a.menu-i")) layer.hidePopover(); });
layer?.addEventListener("toggle", ({ newState }) => {
  if (newState === "closed") layer.removeAttribute("style");
  if (newState === "closed" && (document.activeElement === document.body || layer.contains(document.activeElement))) opener?.focus();
});
// The answer of a menu is the row: the menu has done its work.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (layer?.contains(ctx.sourceElement) && ctx.sourceElement !== layer && ctx.sourceElement.matches("form")) setTimeout(() => layer.hidePopover());
});

// ---- the form of the columns: order, width and choice become one text --------------------------------
function tell(form) {
  const names = [...form.querySelectorAll("[data-column]")].filter((line) => line.querySelector("[data-column-name]").checked)
    .map((line) => [line.querySelector("[data-column-name]").dataset.columnName, line.querySelector("[data-column-size]").value].filter(Boolean).join(":"));
  form.querySelector("[data-columns-text]").value = names.join(",");
}
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-column-move]");
  if (!button) return;
  const line = button.closest("[data-column]");
  if (button.dataset.columnMove === "1") line.nextElementSibling?.after(line); else line.previousElementSibling?.before(line);
  button.focus();
  tell(line.closest("form"));
});
document.addEventListener("change", ({ target }) => { if (target.closest("[data-column]")) tell(target.closest("form")); });
