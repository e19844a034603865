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
  timers.set(node, setTimeout(() => node.remove(), seconds * 1000));
}

function arrive(node) {
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
  box.addEventListener("focusin", pause);
  box.addEventListener("pointerout", resume);
  box.addEventListener("focusout", resume);
  box.addEventListener("click", (event) => event.target.closest("[data-toast-close]") && event.target.closest("[data-toast]").remove());
}
