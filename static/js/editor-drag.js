// Steps are dragged by their handle; a line shows where they would go. The keyboard moves them with Alt and the
// arrows, the menu of a step by "Move to …". Loaded when a handle is pointed at.
const rows = () => document.getElementById("wf-rows");
let drag = null;

// Where the line is: in front of all, behind a step, or first in a branch.
function places() {
  const own = new Set(drag.row.dataset.block.split(" "));
  const found = [];
  let inside = false;
  for (const row of rows().children) {
    if (row.hidden) continue;
    const box = row.getBoundingClientRect();
    const { at, to } = row.dataset;
    if (!found.length && !inside && row.matches(".we-row") && !own.has(at)) found.push({ y: box.top, to: "^", left: box.left });
    inside = own.has(at);
    if (to && !inside) found.push({ y: box.bottom, to, left: box.left });
  }
  return found;
}

function move({ clientY }) {
  const list = rows().getBoundingClientRect();
  if (clientY < list.top + 30) rows().scrollTop -= 12;
  if (clientY > list.bottom - 30) rows().scrollTop += 12;
  const near = places().sort((one, other) => Math.abs(one.y - clientY) - Math.abs(other.y - clientY))[0];
  drag.to = near && Math.abs(near.y - clientY) < 80 ? near.to : "";
  drag.line.hidden = !drag.to;
  if (drag.to) {
    drag.line.style.top = `${near.y - list.top + rows().scrollTop - 1}px`;
    drag.line.style.left = `${near.left - list.left + 8}px`;
  }
}

function end(drop) {
  const { row, line, to } = drag;
  line.remove();
  row.classList.remove("we-dragged");
  document.removeEventListener("pointermove", move);
  drag = null;
  if (!drop || !to) return;
  const form = document.getElementById("wf-do");
  form.elements.step.value = row.dataset.at;
  const fields = { do: "place", to };
  Object.entries(fields).forEach(([name, value]) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value })));
  form.requestSubmit();
}

document.addEventListener("pointerdown", (event) => {
  const row = event.target.closest?.(".we-grip")?.closest(".we-row");
  if (!row || event.button || drag) return;
  event.preventDefault();
  const line = Object.assign(document.createElement("li"), { className: "we-drop-line", hidden: true, ariaHidden: "true" });
  rows().append(line);
  row.classList.add("we-dragged");
  drag = { row, line, to: "" };
  document.addEventListener("pointermove", move);
});
document.addEventListener("pointerup", () => drag && end(true));
document.addEventListener("pointercancel", () => drag && end(false));
document.addEventListener("keydown", (event) => {
  if (!drag || event.key !== "Escape") return;
  event.preventDefault();
  end(false);
});
