// Rules are dragged to another place; the buttons beside them do the same by keyboard. Loaded on the page of rules.
let drag = null;

const rows = (list) => [...list.children].filter((row) => row.matches(".rule"));

function over({ clientY }) {
  const { list, row, line } = drag;
  const others = rows(list).filter((one) => one !== row);
  const middle = (one) => { const box = one.getBoundingClientRect(); return box.top + box.height / 2; };
  const at = others.findIndex((one) => clientY < middle(one));
  drag.to = at < 0 ? others.length : at;
  (others[drag.to] ? others[drag.to].before(line) : list.append(line));
  const edge = clientY < 60 ? -14 : clientY > innerHeight - 60 ? 14 : 0;
  if (edge) (list.closest(".pane") ?? document.scrollingElement).scrollBy(0, edge);
}
function drop(done) {
  const { row, list, line, to } = drag;
  const from = rows(list).indexOf(row);
  line.remove();
  row.classList.remove("rule-dragged");
  document.removeEventListener("pointermove", over);
  drag = null;
  if (!done || to === null || to === from) return;
  const form = row.querySelector(".rule-order");
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "to", value: to }));
  form.requestSubmit();
}
document.addEventListener("pointerdown", (event) => {
  const grip = !event.button && event.target.closest?.(".rule-grip");
  if (!grip || drag) return;
  event.preventDefault();
  const row = grip.closest(".rule");
  const line = Object.assign(document.createElement("li"), { className: "rule-line", ariaHidden: "true" });
  drag = { row, list: row.parentElement, line, to: null };
  row.classList.add("rule-dragged");
  document.addEventListener("pointermove", over);
});
document.addEventListener("pointerup", () => drag && drop(true));
document.addEventListener("pointercancel", () => drag && drop(false));
document.addEventListener("keydown", (event) => drag && event.key === "Escape" && drop(false));
