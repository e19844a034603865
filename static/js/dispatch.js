// The dispatcher's board: drag a ticket onto a person, or choose with J/K and X and press the person's digit;
// A finds a person by name and Enter assigns.
const board = () => document.getElementById("dispatch");
const boxes = () => [...board().querySelectorAll("[name=ticket]")];
const lanes = () => [...board().querySelectorAll("[data-lane]")];
const boxOf = (row) => row?.querySelector("[name=ticket]");
let current = null;

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest?.("[data-dispatch]");
  if (row) current = row.id;
});

// Nothing ticked: the row where one is stands for itself.
document.addEventListener("click", (event) => {
  const choose = event.target.closest("[data-choose]");
  if (choose) boxOf(choose.closest("[data-dispatch]")).checked = true;
  if (!event.target.closest("#dispatch button[name=person]") || boxes().some((box) => box.checked)) return;
  const box = boxOf(document.getElementById(current)) ?? boxes()[0];
  if (box) box.checked = true;
}, true);

document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.("[data-dispatch]");
  if (!row) return;
  current = row.id;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", row.dataset.dispatch);
});
const laneAt = (event) => event.target.closest?.("[data-lane]");
document.addEventListener("dragover", (event) => {
  const lane = laneAt(event);
  lanes().forEach((one) => one.classList.toggle("lane-over", one === lane));
  if (lane && current) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const lane = laneAt(event);
  if (!lane || !current) return;
  event.preventDefault();
  const box = boxOf(document.getElementById(current));
  // One of the ticked rows carries all of them; another one goes alone.
  if (box && !box.checked) boxes().forEach((one) => { one.checked = one === box; });
  lane.querySelector("button[name=person]").click();
});
document.addEventListener("dragend", () => lanes().forEach((one) => one.classList.remove("lane-over")));

const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
document.addEventListener("input", ({ target }) => {
  if (target.id !== "lane-filter") return;
  lanes().forEach((lane) => { lane.hidden = !fold(lane.dataset.lane).includes(fold(target.value.trim())); });
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "lane-filter" || event.key !== "Enter") return;
  event.preventDefault();
  lanes().find((lane) => !lane.hidden)?.querySelector("button[name=person]").click();
});

// After an undo from the toast the tickets are back in the queue.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!ctx.request.action?.includes("/undo/")) return;
  window.htmx.ajax("GET", location.pathname + location.search, { source: board(), target: "#dispatch", swap: "outerMorph" });
});
