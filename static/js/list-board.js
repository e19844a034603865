// The board: a card is drawn to another column, or its menu moves it; J and K walk through a column, H and L across.
import { onKey } from "./shortcuts.js";

let dragged = null;
const columns = () => [...document.querySelectorAll(".board-col")];
const cards = (column) => [...column.querySelectorAll(".board-card")];

// After its answer the card says its status: it goes to the head of that column.
export function settle(id, focus = true) {
  const card = document.getElementById(id);
  const column = card && columns().find((one) => one.dataset.status === card.dataset.status);
  if (!column || column.contains(card)) return;
  column.querySelector(".board-none")?.remove();
  column.querySelector(".board-cards").prepend(card);
  if (focus) card.focus();
}

async function move(card, status) {
  const url = card.querySelector(".board-title").getAttribute("href");
  const id = card.id;
  await window.htmx.ajax("POST", `${url}/status`, { source: card, target: card, swap: "outerMorph", values: { status } });
  settle(id);
}

document.addEventListener("htmx:after:swap", () => document.querySelectorAll("[data-board] .board-card").forEach((card) => settle(card.id)));
document.addEventListener("dragstart", ({ target, dataTransfer }) => {
  dragged = target.closest?.(".board-card") ?? null;
  if (dragged) { dataTransfer.effectAllowed = "move"; dataTransfer.setData("text/plain", dragged.id); }
});
document.addEventListener("dragover", (event) => {
  const column = dragged && event.target.closest?.(".board-col");
  if (!column) return;
  event.preventDefault();
  columns().forEach((one) => one.toggleAttribute("data-over", one === column));
});
document.addEventListener("dragend", () => { columns().forEach((one) => one.removeAttribute("data-over")); dragged = null; });
document.addEventListener("drop", (event) => {
  const column = dragged && event.target.closest?.(".board-col");
  if (!column) return;
  event.preventDefault();
  if (column.dataset.status !== dragged.dataset.status) move(dragged, column.dataset.status);
});

onKey((event, key) => {
  const card = event.target.closest?.("[data-board] .board-card");
  const all = columns();
  if (!all.length) return false;
  if (!card) {
    if (!["j", "k"].includes(key)) return false;
    document.querySelector(".board-card")?.focus();
    return true;
  }
  const at = all.findIndex((one) => one.contains(card));
  const place = cards(all[at]).indexOf(card);
  const step = { j: [0, 1], ArrowDown: [0, 1], k: [0, -1], ArrowUp: [0, -1], l: [1, 0], ArrowRight: [1, 0], h: [-1, 0], ArrowLeft: [-1, 0] }[key];
  if (key === "o" || (key === "Enter" && event.target === card)) { card.querySelector(".board-title").click(); return true; }
  if (!step) return false;
  if (step[1]) cards(all[at])[place + step[1]]?.focus();
  else for (let next = at + step[0]; all[next]; next += step[0]) {
    const found = cards(all[next]);
    if (found.length) { (found[place] ?? found.at(-1)).focus(); break; }
  }
  return true;
});
