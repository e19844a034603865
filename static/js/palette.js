// Ctrl K: one field that finds tickets, articles, people and places and does things with the ticket in front.
import { load } from "./late.js";
import { press } from "./shortcuts.js";

const dialog = document.getElementById("palette");
const field = dialog?.querySelector("[role=combobox]");
const list = dialog?.querySelector("[role=listbox]");
let timer = 0;
let request = null;
let subject = null;

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector('[aria-selected="true"]');

// The ticket in front: the one of the page, or the row of the list that has the focus.
function inFront() {
  const head = document.querySelector('[id^="ticket-"][id$="-head"]');
  const open = location.pathname.match(/^\/tickets\/([A-Za-z]+-\d{4}-\d+)$/);
  if (head && open) return { number: open[1], target: head, onPage: true };
  const row = document.querySelector("[data-list] .row[data-cur]");
  const link = row?.querySelector(".c-sub a")?.getAttribute("href")?.match(/^\/tickets\/([^/?]+)/);
  return link ? { number: link[1], target: row } : { number: "", target: null };
}

function choose(option) {
  chosen()?.removeAttribute("aria-selected");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id); else field.removeAttribute("aria-activedescendant");
}

async function fetchRows() {
  request?.abort();
  request = new AbortController();
  list.setAttribute("aria-busy", "true");
  try {
    const query = new URLSearchParams({ q: field.value, ticket: subject.number });
    const answer = await fetch(`${dialog.dataset.url}?${query}`, { signal: request.signal, headers: { "HX-Request": "true" } });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(answer.status);
    list.innerHTML = await answer.text();
    choose(options()[0]);
  } catch (error) {
    if (error.name === "AbortError") return;
    const said = document.createElement("p");
    said.className = "quick-none";
    said.setAttribute("role", "alert");
    said.textContent = dialog.dataset.failed;
    list.replaceChildren(said);
  }
  list.removeAttribute("aria-busy");
}

export function open(text = "") {
  if (!dialog || dialog.open || document.querySelector("dialog:modal")) return;
  subject = inFront();
  field.value = text;
  list.replaceChildren();
  dialog.showModal();
  field.focus();
  fetchRows();
}

// The page's own button does it where there is one: then what follows is as if it had been pressed.
async function act(option) {
  const { field: name, value } = option.dataset;
  const url = option.getAttribute("href");
  dialog.close();
  await load(document.querySelector(`[data-late][href^="${url.replace(/\/(\w+)$/, "/quick/$1?")}"]`));
  const form = [...document.forms].find((one) => one.getAttribute("action") === url);
  const button = form?.querySelector(`button[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`) ?? (name === "claim" ? form?.querySelector("button") : null);
  if (button) return button.click();
  window.htmx.ajax("POST", url, { source: subject.target, target: `#${subject.target.id}`, swap: "outerMorph", values: { [name]: value } });
}

function run(option, newTab) {
  if (!option) return;
  if ("field" in option.dataset) return act(option);
  if (option.dataset.press && subject.onPage && !newTab) {
    dialog.close();
    if (press(option.dataset.press)) return;
  }
  if (newTab) return void window.open(option.href, "_blank", "noopener");
  dialog.close();
  location.assign(option.href);
}

field?.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(fetchRows, 120); });
field?.addEventListener("keydown", (event) => {
  const all = options();
  const at = all.indexOf(chosen());
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(all[(at + step + all.length) % all.length]);
  else if (event.key === "PageDown" || event.key === "PageUp") choose(all[event.key === "PageUp" ? 0 : all.length - 1]);
  else if (event.key === "Enter") run(chosen() ?? all[0], event.ctrlKey || event.metaKey);
  else return;
  event.preventDefault();
});
list?.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  run(option, false);
});
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (dialog?.open) dialog.close(); else open();
});
document.addEventListener("click", (event) => {
  if (!dialog || !event.target.closest("[data-palette-open]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  open();
});
