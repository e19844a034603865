// The form builder: saves at each change, moves fields by Alt+arrows, undoes by Ctrl+Z, walks through problems by F8.
const editor = () => document.getElementById("form-editor");
const writes = (node) => node.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");
const saver = () => editor()?.querySelector("form[data-autosave]");
let dirty = false; // something was changed that no request carries yet
let busy = false; // a request of the builder is under way
let next = null; // what was pressed meanwhile: pressed again when the answer is there
const later = new Map(); // what is typed while a request is under way; its answer does not know it

// One save at a time, at once: leaving a field for another one must not lose it.
function save() {
  dirty = true;
  setTimeout(() => {
    if (!dirty || busy) return;
    const form = saver();
    if (form) form.requestSubmit(form.querySelector("[data-fb-save]"));
  });
}

document.addEventListener("change", ({ target }) => {
  if (!target.closest?.("form[data-autosave]")) return;
  if (target.closest("[data-conditions]")) dirty = true; else save();
});
document.addEventListener("conditions:changed", ({ target }) => { if (target.closest("form[data-autosave]")) save(); });
document.addEventListener("input", ({ target }) => {
  if (busy && writes(target) && target.closest("form[data-autosave]")) later.set(target.name, target.value);
});

const inside = (ctx) => Boolean(editor()?.contains(ctx.sourceElement)) && !ctx.sourceElement.closest("[data-fb-preview]");
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!inside(ctx)) return;
  busy = true;
  if (ctx.sourceElement.matches("form[data-autosave]")) dirty = false;
  later.clear();
});
document.addEventListener("htmx:after:swap", () => {
  for (const [name, value] of later) {
    const control = saver()?.elements[name];
    if (!control?.matches || control.value === value) continue;
    control.value = value;
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  later.clear();
});
document.addEventListener("htmx:finally:request", () => {
  if (!busy) return;
  busy = false;
  const wanted = next;
  next = null;
  if (dirty) return save();
  if (wanted && !editor().querySelector("[aria-invalid=true], [data-error-summary]")) find(wanted)?.click();
});

const find = ({ href, id, value }) => [...editor().querySelectorAll(href ? "a[href]" : "button")]
  .find((one) => (href ? one.getAttribute("href") === href : id ? one.id === id : one.value === value));

// Whatever leads away waits until what was typed is in the draft.
document.addEventListener("click", (event) => {
  const target = event.target.closest?.("#form-editor a[href], #form-editor button");
  if (!target || !(dirty || busy) || target.matches("[data-fb-save]") || target.closest("[data-fb-preview]")) return;
  if (target.closest("[data-conditions]") && !busy) return;
  // Buttons of the choices carry the whole form themselves.
  if (target.value?.startsWith("choice-") && !busy) { dirty = false; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  next = { href: target.getAttribute("href"), id: target.id, value: target.value };
  if (!busy) save();
}, true);

document.addEventListener("submit", (event) => {
  if (event.target.matches?.("[data-fb-preview]")) event.preventDefault();
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
