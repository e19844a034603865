// The form builder: saves at each change, moves fields by Alt+arrows, undoes by Ctrl+Z, walks through problems by F8.
const editor = () => document.getElementById("form-editor");
const writes = (node) => node.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
let waiting;

// One save at a time: what is typed while one is under way is saved behind it.
function save(form) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (form.isConnected) form.requestSubmit(form.querySelector("[data-fb-save]"));
  }, 250);
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("form[data-autosave]");
  if (form && !target.closest("[data-conditions]")) save(form);
});
document.addEventListener("conditions:changed", ({ target }) => {
  const form = target.closest("form[data-autosave]");
  if (form) save(form);
});
// A button saves by itself: what waits would only ask twice.
document.addEventListener("submit", ({ target }) => { if (editor()?.contains(target)) clearTimeout(waiting); }, true);

document.addEventListener("submit", (event) => {
  if (event.target.matches?.("[data-preview]")) event.preventDefault();
});

const press = (id) => {
  const button = document.getElementById(id);
  if (button && !button.disabled) button.click();
};

function move(row, way) {
  const button = row.querySelector(`[data-fb-${way}]`);
  if (!button || button.disabled) return;
  button.click();
}

function nextProblem() {
  const links = [...document.querySelectorAll("#fb-problems [data-problem]")].map((link) => link.getAttribute("href"));
  if (!links.length) return;
  const at = links.findIndex((link) => link === location.pathname + location.search);
  location.assign(links[(at + 1) % links.length]);
}

document.addEventListener("keydown", (event) => {
  if (!editor()) return;
  const row = event.target.closest?.("[data-fb-row]");
  if (row && event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    move(row, event.key === "ArrowUp" ? "up" : "down");
  } else if (row && event.key === "Delete") {
    event.preventDefault();
    document.getElementById("fb-remove")?.click();
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !writes(event.target)) {
    event.preventDefault();
    press(event.shiftKey ? "fb-redo" : "fb-undo");
  } else if (event.key === "F8") {
    event.preventDefault();
    nextProblem();
  }
});

// Up and down the list by arrows.
document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.(".fb-link");
  if (!link || event.altKey || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  event.preventDefault();
  const all = [...document.querySelectorAll(".fb-link")];
  all[all.indexOf(link) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
});
