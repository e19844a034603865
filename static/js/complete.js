// Behind @, # and / the composer offers colleagues, tickets and canned replies: a list box that the text box controls.
const KINDS = { "@": "person", "#": "ticket", "/": "reply" };
// At the caret: the sign at the beginning of a word, and what was typed behind it (names may have a second word).
const ASKED = /(?:^|[\s(])([@#/])([\p{L}\p{N}.'-]{0,40}(?: [\p{L}\p{N}.'-]{0,30})?)$/u;

let area = null;
let options = [];
let chosen = 0;
let asked = 0;
const box = () => area?.form.querySelector("[role=listbox]");
const isOpen = () => Boolean(area && box() && !box().hidden);

function close() {
  asked += 1;
  if (!area) return;
  if (box()) box().hidden = true;
  area.removeAttribute("aria-activedescendant");
  options = [];
}

function mark(index) {
  chosen = (index + options.length) % options.length;
  [...box().children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
  area.setAttribute("aria-activedescendant", `composer-option-${chosen}`);
  box().children[chosen].scrollIntoView({ block: "nearest" });
}

function draw() {
  box().replaceChildren(...options.map(({ label, detail }, at) => {
    const item = document.createElement("li");
    Object.assign(item, { id: `composer-option-${at}`, className: "menu-i" });
    item.setAttribute("role", "option");
    const [name, more] = [document.createElement("b"), document.createElement("span")];
    [name.textContent, more.textContent] = [label, detail];
    item.append(name, more);
    item.addEventListener("pointerdown", (event) => { event.preventDefault(); put(at); });
    return item;
  }));
  box().hidden = false;
  mark(0);
}

const before = () => area.value.slice(0, area.selectionStart);
const found = () => (area.selectionStart === area.selectionEnd ? before().match(ASKED) : null);

async function look() {
  const hit = found();
  // A slash is a date or a path more often than a question: only at the beginning of a line.
  if (!hit || (hit[1] === "/" && before().slice(0, hit.index + hit[0].indexOf("/")).split("\n").at(-1).trim())) return close();
  const turn = (asked += 1);
  const address = area.form.dataset.complete.replace(/kind$/, KINDS[hit[1]]);
  const answer = await fetch(`${address}?q=${encodeURIComponent(hit[2].trim())}`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (turn !== asked || !answer?.ok || !answer.headers.get("Content-Type")?.includes("json")) return;
  options = (await answer.json()).options;
  if (turn !== asked) return;
  if (options.length) draw(); else close();
}

function put(at) {
  const hit = found();
  const option = options[at];
  close();
  if (!hit || !option) return;
  const start = area.selectionStart - hit[1].length - hit[2].length;
  area.setRangeText(option.text, start, area.selectionStart, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  close();
  area.focus();
}

let timer = 0;
document.addEventListener("input", ({ target, isTrusted }) => {
  if (!target.matches("form[data-complete] textarea[name]")) return;
  area = target;
  clearTimeout(timer);
  if (isTrusted || target.dataset.asking) timer = setTimeout(look, 120);
  delete target.dataset.asking;
});

document.addEventListener("keydown", (event) => {
  if (!isOpen() || event.target !== area || event.ctrlKey || event.metaKey) return;
  const moves = { ArrowDown: () => mark(chosen + 1), ArrowUp: () => mark(chosen - 1), Enter: () => put(chosen), Tab: () => put(chosen), Escape: close };
  if (!moves[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  moves[event.key]();
}, true);
document.addEventListener("focusout", ({ target }) => { if (target === area) setTimeout(() => document.activeElement !== area && close(), 100); });

// The buttons type the sign.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-complete-with]");
  if (!button) return;
  area = button.form.querySelector("textarea[name]");
  area.focus();
  const sign = button.dataset.completeWith;
  const gap = { "/": /(^|\n)$/, "@": /(^|\s)$/ }[sign].test(before()) ? "" : { "/": "\n", "@": " " }[sign];
  area.setRangeText(gap + sign, area.selectionStart, area.selectionEnd, "end");
  area.dataset.asking = "yes";
  area.dispatchEvent(new Event("input", { bubbles: true }));
});
