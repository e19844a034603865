// Help for a formula while it is typed.
import { post } from "./http.js";

const MOST = 8;
const known = new Map();
let field = null;
let list = null;
let said = null;
let options = [];
let chosen = -1;
let turn = 0;
let timer = 0;

const editor = () => document.getElementById("wf-editor");
const make = (tag, more) => Object.assign(document.createElement(tag), more);
const before = () => field.value.slice(0, field.selectionStart);
const token = () => (before().match(/[A-Za-z_][\w.]*$/) ?? [""])[0];

async function words() {
  const { step, formula } = editor().dataset;
  const key = `${step} ${document.querySelector("#wf-do [name=rev]")?.value}`;
  if (!known.has(key)) {
    const answer = await fetch(`${formula}?step=${encodeURIComponent(step)}`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (!answer?.ok) return [];
    known.set(key, (await answer.json()).words);
  }
  return known.get(key);
}

export function attach(node) {
  if (node === field && list?.isConnected) return;
  field = node;
  list = make("ul", { id: "wf-complete", className: "we-complete pop", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", editor().dataset.formulaLabel);
  said = make("p", { id: "wf-formula-said", className: "err" });
  said.setAttribute("role", "status");
  field.after(list, said);
  if (field.tagName === "INPUT") field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  open(false);
  field.removeAttribute("list");
}

function open(yes) {
  list.hidden = !yes;
  if (field.tagName === "INPUT") field.setAttribute("aria-expanded", String(yes));
  if (!yes) { field.removeAttribute("aria-activedescendant"); options = []; }
}

function mark(at) {
  chosen = (at + options.length) % options.length;
  [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
  field.setAttribute("aria-activedescendant", `wf-complete-${chosen}`);
  list.children[chosen].scrollIntoView({ block: "nearest" });
}

async function look(all = false) {
  const mine = (turn += 1);
  const typed = token().toLowerCase();
  const tail = typed.slice(typed.lastIndexOf("."));
  const every = typed || all ? await words() : [];
  if (mine !== turn || !field?.isConnected) return;
  const rank = ({ text, kind, help }) => {
    const low = text.toLowerCase();
    if (kind === "method") return typed.includes(".") && low.startsWith(tail) ? 1 : 9;
    return low.startsWith(typed) ? 0 : low.includes(typed) || help.toLowerCase().includes(typed) ? 2 : 9;
  };
  options = every.filter((one) => rank(one) < 9 && one.text !== typed).sort((one, other) => rank(one) - rank(other)).slice(0, all ? 40 : MOST);
  list.replaceChildren(...options.map(({ text, help }, at) => {
    const item = make("li", { id: `wf-complete-${at}`, className: "menu-i" });
    item.setAttribute("role", "option");
    item.append(make("code", { textContent: text }), make("span", { textContent: help }));
    item.addEventListener("pointerdown", (event) => { event.preventDefault(); put(at); });
    return item;
  }));
  open(options.length > 0);
  if (options.length) mark(0);
}

function put(at) {
  const { text, kind } = options[at];
  const typed = token();
  const start = field.selectionStart - (kind === "method" ? typed.length - typed.lastIndexOf(".") : typed.length);
  field.setRangeText(text, start, field.selectionStart, "end");
  if (text.endsWith(")")) field.setSelectionRange(start + text.length - 1, start + text.length - 1);
  open(false);
  check();
  field.addEventListener("blur", ({ target }) => target.dispatchEvent(new Event("change", { bubbles: true })), { once: true });
}

function check() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const [mine, text] = [field, field.value];
    const answer = await post(editor().dataset.formula, { text }).catch(() => null);
    if (answer?.ok && mine === field && field.value === text) {
      said.textContent = (await answer.json()).error;
      field.setAttribute("aria-invalid", String(Boolean(said.textContent)));
    }
  }, 400);
}

document.addEventListener("input", ({ target }) => { if (target === field) { look(); check(); } });
document.addEventListener("keydown", (event) => {
  if (event.target !== field || !list?.isConnected) return;
  if (event.key === " " && event.ctrlKey) { event.preventDefault(); look(true); return; }
  const moves = { ArrowDown: () => mark(chosen + 1), ArrowUp: () => mark(chosen - 1), Enter: () => put(chosen), Tab: () => put(chosen), Escape: () => open(false) };
  if (list.hidden || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !moves[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  moves[event.key]();
}, true);
document.addEventListener("focusout", ({ target }) => { if (target === field && list?.isConnected) open(false); });
