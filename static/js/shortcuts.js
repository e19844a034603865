// Single keys: an element with data-key="r", "g t" or "shift y" is clicked, a text control gets the focus. Off inside inputs and dialogs,
// and altogether when the person switched them off; with Alt or other signs where they chose so (/me/shortcuts).
// "?" lists what the page offers.
const handlers = [];
const dialog = document.getElementById("shortcuts-dialog");
let prefix = "";
let timer = 0;

export const onKey = (handler) => handlers.push(handler);

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const shown = (element) => element.checkVisibility?.() ?? Boolean(element.offsetParent);
const mode = () => document.body.dataset.shortcuts;
// {usual key: the person's own}, and the way back; a usual key that was given away does nothing.
const own = JSON.parse(document.body.dataset.keymap || "{}");
const usual = Object.fromEntries(Object.entries(own).map(([key, mine]) => [mine, key]));
const meant = (key) => usual[key] ?? (key in own ? "" : key);
const wrongModifiers = (event) => event.ctrlKey || event.metaKey || event.altKey !== (mode() === "alt");
const keyed = () => [...document.querySelectorAll("[data-key]")];

export function press(keys) {
  const element = keyed().find((one) => one.dataset.key === keys && (shown(one) || one.matches("a, .menu-i")));
  if (!element) return false;
  // The button of a toast goes away with it: the focus stays where the work is.
  if (!element.closest("[data-toast]")) element.focus();
  if (!element.matches("input:not([type=radio]), textarea, select")) element.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || mode() === "off" || wrongModifiers(event) || typing(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? meant(event.key.toLowerCase()) : event.key;
  if (!key) return;
  clearTimeout(timer);
  if (key === "?") sheet();
  else if (prefix && press(`${prefix} ${key}`)) prefix = "";
  else if (handlers.some((handler) => handler(event, key)) || press(event.shiftKey ? `shift ${key}` : key)) prefix = "";
  else {
    prefix = key === "g" ? "g" : "";
    timer = setTimeout(() => { prefix = ""; }, 1200);
    return;
  }
  event.preventDefault();
});

const name = (element) => element.getAttribute("aria-label") || element.getAttribute("placeholder")
  || [...element.childNodes].filter((node) => !node.matches?.(".kbds, .n")).map((node) => node.textContent).join(" ").trim();

function line(keys, text) {
  const term = document.createElement("dt");
  keys.split(" ").forEach((key) => {
    const drawn = document.createElement("kbd");
    drawn.className = "kbd";
    drawn.textContent = key.length === 1 ? (own[key] ?? key).toUpperCase() : key;
    term.append(drawn);
  });
  const words = document.createElement("dd");
  words.textContent = text;
  return [term, words];
}

function sheet() {
  const seen = new Map();
  keyed().forEach((element) => { const said = name(element) || element.title; if (said) seen.set(element.dataset.key, said); });
  const more = (id) => document.getElementById(id)?.content.querySelectorAll("dt").forEach((term) => seen.set(term.dataset.keys, term.textContent));
  if (document.getElementById("palette")) more("tpl-keys");
  if (document.querySelector("[data-list]")) more("tpl-list-keys");
  dialog.querySelector("#shortcuts-list").replaceChildren(...[...seen].flatMap(([keys, text]) => line(keys, text)));
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-shortcuts-open]")) return;
  event.target.closest("[popover]")?.hidePopover();
  sheet();
});

// What the page prints beside a button is the usual key: show the person's own.
if (Object.keys(own).length) {
  const show = (root) => root.querySelectorAll?.("[data-key] .kbd, .kbd[data-key]").forEach((drawn) => {
    const key = drawn.closest("[data-key]").dataset.key;
    if (key in own) drawn.textContent = own[key].toUpperCase();
  });
  show(document);
  document.addEventListener("htmx:after:swap", () => show(document));
}
