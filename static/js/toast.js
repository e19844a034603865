// Toasts: at most three, six seconds (ten with an action), waiting while pointed at, spoken once through #live.
const box = document.getElementById("toasts");
const blank = document.getElementById("tpl-toast");
const timers = new WeakMap();

export const words = blank?.dataset ?? {};

export function announce(text) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  setTimeout(() => { live.textContent = text; }, 50);
}

export function toast(text, { kind = "info", sticky = false } = {}) {
  const node = blank.content.firstElementChild.cloneNode(true);
  node.classList.add(`toast-${kind}`);
  node.querySelector(".toast-text").textContent = text;
  if (sticky) node.dataset.sticky = "";
  box.append(node);
}

function start(node) {
  if ("sticky" in node.dataset) return;
  const seconds = node.querySelector(".toast-text ~ :is(a, form, button:not([data-toast-close]))") ? 10 : 6;
  clearTimeout(timers.get(node));
  timers.set(node, setTimeout(() => leave(node), seconds * 1000));
}

// Z takes back what was done last: only the newest toast listens to it.
function listen(node) {
  const undo = node.querySelector("[data-undo]");
  if (!undo) return;
  // On the board there are no rows to draw anew.
  undo.elements.board.value = document.querySelector("li[id^=ticket-]") ? "1" : "";
  document.querySelectorAll("[data-key=z]").forEach((button) => { if (!undo.contains(button)) button.removeAttribute("data-key"); });
}

// A toast that goes away gives the focus back to where it came from.
let cameFrom = null;
function leave(node) {
  if (node.contains(document.activeElement)) (cameFrom?.isConnected ? cameFrom : document.getElementById("main"))?.focus({ preventScroll: true });
  node.remove();
}

function arrive(node) {
  listen(node);
  announce(node.querySelector(".toast-text")?.textContent.trim() ?? "");
  start(node);
  const all = box.querySelectorAll("[data-toast]");
  for (let extra = 0; extra < all.length - Number(box.dataset.max); extra += 1) all[extra].remove();
}

if (box) {
  box.querySelectorAll("[data-toast]").forEach(arrive);
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
    if (node.matches?.("[data-toast]")) arrive(node);
  }))).observe(box, { childList: true });
  const pause = (event) => clearTimeout(timers.get(event.target.closest("[data-toast]")));
  const resume = (event) => { const node = event.target.closest("[data-toast]"); if (node?.isConnected) start(node); };
  box.addEventListener("pointerover", pause);
  box.addEventListener("focusin", (event) => {
    pause(event);
    if (event.relatedTarget && !box.contains(event.relatedTarget)) cameFrom = event.relatedTarget;
  });
  box.addEventListener("pointerout", resume);
  box.addEventListener("focusout", resume);
  box.addEventListener("click", (event) => event.target.closest("[data-toast-close]") && leave(event.target.closest("[data-toast]")));
  // Whatever comes of an undo is told by a toast of its own.
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const done = ctx.sourceElement.closest?.("[data-undo]") && ctx.response?.status !== 401;
    if (done) leave(ctx.sourceElement.closest("[data-toast]"));
  });
}
