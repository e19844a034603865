// Menus that are fetched when somebody is about to open them: a link with data-late stands in their place, which is the way without
// scripts. Keys that are pressed while a menu is on its way are played to it once it is there.
const running = new WeakMap();
const [HOVER, FOCUS] = [60, 150];
let byKey = false;
let played = [];
let timer = 0;

const layerOf = (node) => {
  const opener = node.closest?.("details.drop-menu > summary, [popovertarget]");
  return opener?.matches("summary") ? opener.parentElement : opener && document.getElementById(opener.getAttribute("popovertarget"));
};
const placeIn = (layer) => layer?.querySelector("[data-late]");
const waiting = () => document.querySelector("details.drop-menu[open] [data-late]:not([data-failed]), [popover]:popover-open [data-late]:not([data-failed])");

// Puts the content in place of the link; what was fetched once stays until the part of the page is drawn anew.
export function load(place) {
  if (!place?.isConnected || running.has(place)) return running.get(place);
  delete place.dataset.failed;
  place.setAttribute("hx-target", "this");
  place.setAttribute("hx-swap", "outerHTML");
  const layer = place.closest("details.drop-menu, [popover]");
  const done = window.htmx.ajax("GET", place.getAttribute("href"), { source: place, target: place, swap: "outerHTML" }).catch(() => {}).then(() => {
    running.delete(place);
    if (place.isConnected) { place.dataset.failed = ""; played = []; return; }
    arrived(layer);
  });
  running.set(place, done);
  return done;
}

function arrived(layer) {
  layer.dispatchEvent(new CustomEvent("flowtic:filled", { bubbles: true }));
  const keys = played;
  played = [];
  if (!layer.matches("[open], :popover-open")) return;
  if (byKey) enter(layer);
  keys.forEach((key) => {
    if (key === "Enter" || key === " ") document.activeElement?.matches(".menu-i") && document.activeElement.click();
    else document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
}

// The focus goes to what is chosen now, else to the first line, unless somebody has gone on.
function enter(layer) {
  const focus = document.activeElement;
  if (focus !== document.body && !layer.contains(focus) && layerOf(focus) !== layer) return;
  const items = [...layer.querySelectorAll(".menu-i, .seg button")].filter((item) => item.offsetParent);
  (items.find((item) => item.matches("[aria-current=true]")) ?? items[0])?.focus();
}

function soon(node, wait) {
  clearTimeout(timer);
  const place = placeIn(layerOf(node));
  if (place) timer = setTimeout(() => load(place), wait);
}

document.addEventListener("pointerover", ({ target }) => soon(target, HOVER));
document.addEventListener("focusin", ({ target }) => soon(target, FOCUS));
document.addEventListener("pointerdown", ({ target }) => { byKey = false; load(placeIn(layerOf(target))); }, true);
// A menu that was left alone long enough to be opened: also by a shortcut, which clicks its button.
document.addEventListener("toggle", ({ target }) => {
  if (!(target.matches?.("details.drop-menu[open]") || target.matches?.(":popover-open"))) return;
  const place = placeIn(target);
  if (place) load(place);
  else if (byKey && "filled" in target.dataset) enter(target);
}, true);
document.addEventListener("flowtic:filled", ({ target }) => { target.dataset.filled = ""; });

document.addEventListener("keydown", (event) => {
  byKey = true;
  const plain = event.key.length === 1 || ["Enter", "ArrowDown", "ArrowUp"].includes(event.key);
  if (!plain || event.ctrlKey || event.metaKey || event.altKey || !waiting()) return;
  if (event.target.matches?.("input, textarea, select, [data-late]")) return;
  played.push(event.key);
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
