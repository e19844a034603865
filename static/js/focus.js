// Where the focus goes after a swap: a named heir first, else the same id, else the row or pane it was in.
let before = [];

document.addEventListener("htmx:before:swap", () => {
  const active = document.activeElement;
  before = [active?.id, active?.closest?.("[id][tabindex]")?.id, "main"].filter(Boolean);
});

document.addEventListener("htmx:after:swap", () => {
  const heir = document.querySelector("[data-error-summary]:not([data-seen]), [data-focus]");
  if (heir) {
    const target = heir.dataset.focus ? document.querySelector(heir.dataset.focus) : heir;
    delete heir.dataset.focus;
    heir.dataset.seen = "";
    target?.focus();
    return;
  }
  if (document.activeElement !== document.body) return;
  const next = before.map((id) => document.getElementById(id)).find(Boolean);
  next?.focus({ preventScroll: true });
});

// A page that arrives with errors starts at their summary.
const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.dataset.seen = "";
  summary.focus();
}
