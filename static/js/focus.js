// Where the focus goes after a swap: a named heir first, else the same id, else the row or pane it was in.
// An answer swaps several parts, and another answer may come between: the heir's place may be replaced once more after
// it got the focus. It gets it again then, until the person went somewhere else.
let before = [];
let wanted = "";

document.addEventListener("focusin", ({ target }) => { if (wanted && !target.matches(wanted)) wanted = ""; });

document.addEventListener("htmx:before:swap", () => {
  const active = document.activeElement;
  before = [active?.id, active?.closest?.("[id][tabindex]")?.id, "main"].filter(Boolean);
});

document.addEventListener("htmx:after:swap", () => {
  const heir = document.querySelector("[data-error-summary]:not([data-seen]), [data-focus]");
  if (heir) {
    wanted = heir.dataset.focus ?? "";
    const target = wanted ? document.querySelector(wanted) : heir;
    delete heir.dataset.focus;
    heir.dataset.seen = "";
    target?.focus();
    return;
  }
  if (document.activeElement !== document.body) return;
  const next = (wanted && document.querySelector(wanted)) || before.map((id) => document.getElementById(id)).find(Boolean);
  next?.focus({ preventScroll: true });
});

// A page that arrives with errors starts at their summary.
const summary = document.querySelector("[data-error-summary]");
if (summary) {
  summary.dataset.seen = "";
  summary.focus();
}
