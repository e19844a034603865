// Reply and note: separate drafts behind the tabs, Ctrl+Enter sends, Markdown buttons, the box grows with its text.
import { drop, read, write } from "./drafts.js";
import { words } from "./toast.js";

const kindOf = (form) => form.querySelector(".composer-tab:has(:checked)")?.dataset.kind ?? "reply";
const keyOf = (form, kind = form.dataset.kind) => `composer:${form.dataset.composer}:${kind}`;
const text = (form) => form.querySelector("textarea");

function state(form, word) {
  const place = form.querySelector("[data-draft-state]");
  if (!place) return;
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  place.textContent = word ? `${word} ${time}` : "";
}

function setUp(form) {
  if (form.dataset.kind) return;
  form.dataset.kind = kindOf(form);
  const kept = read(keyOf(form));
  if (!kept || text(form).value.trim()) return;
  // Sent without htmx just before: what now stands in the thread is no draft any more.
  if (document.getElementById("thread")?.textContent.includes(kept.trim().split("\n")[0])) return drop(keyOf(form));
  text(form).value = kept;
  state(form, words.restored);
}

const all = () => document.querySelectorAll("form[data-composer]").forEach(setUp);
document.addEventListener("htmx:after:swap", all);
all();

let timer = 0;
document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-composer]");
  if (!form || !target.matches("textarea")) return;
  clearTimeout(timer);
  const [key, value] = [keyOf(form), target.value];
  write(key, value);
  timer = setTimeout(() => state(form, value.trim() ? words.draft : ""), 1500);
});

document.addEventListener("change", ({ target }) => {
  const form = target.closest("form[data-composer]");
  if (!form || !target.closest(".composer-tab")) return;
  write(keyOf(form), text(form).value);
  form.dataset.kind = kindOf(form);
  text(form).value = read(keyOf(form)) ?? "";
  state(form, "");
  text(form).focus();
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const form = ctx.request.form;
  if (!form?.matches("form[data-composer]") || ctx.sourceElement !== form || ctx.response.status >= 400) return;
  drop(keyOf(form));
  text(form).value = "";
  form.querySelectorAll("input[type=file]").forEach((field) => { field.value = ""; field.dispatchEvent(new Event("change", { bubbles: true })); });
  state(form, "");
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form[data-composer], form[data-ctrl-enter]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit((event.shiftKey && form.querySelector("[data-send-next]")) || form.querySelector(".btn-primary:not([type=button])"));
});

const AROUND = { bold: ["**", "**"], italic: ["_", "_"], code: ["`", "`"], link: ["[", "](https://)"] };
const BEFORE = { list: "- ", quote: "> " };

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-md]");
  const area = button?.closest("form")?.querySelector("textarea");
  if (!area) return;
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to);
  const [open, close] = AROUND[button.dataset.md] ?? ["", ""];
  const mark = BEFORE[button.dataset.md];
  area.focus();
  area.setRangeText(mark ? mark + chosen.replaceAll("\n", `\n${mark}`) : open + chosen + close, from, to, "end");
  if (!chosen && close) area.selectionStart = area.selectionEnd = from + open.length;
  area.dispatchEvent(new Event("input", { bubbles: true }));
});
