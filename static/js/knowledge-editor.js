// The editor of articles: keeps what is typed, shows the preview the server made, and says when somebody else wrote too.
import { token } from "./http.js";

const form = document.querySelector("form[data-editor]");
const area = form.elements.body;
const rev = document.getElementById("id_rev");
const preview = document.querySelector("[data-preview]");
const conflict = document.getElementById("editor-conflict");
const state = document.querySelector("[data-editor-state]");
const words = form.dataset;
let timer = 0;
let running = false;
let waiting = false;
let kept = snapshot();

function snapshot() {
  return JSON.stringify(["title", "body", "category", "tags"].map((name) => form.elements[name].value));
}

const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

function say(text, wrong = false) {
  state.textContent = text;
  state.classList.toggle("text-danger", wrong);
}

async function save() {
  clearTimeout(timer);
  if (running) { waiting = true; return; }
  const now = snapshot();
  if (now === kept) return;
  const known = rev.value;
  running = true;
  say(words.wordSaving);
  try {
    const answer = await fetch(words.editor, { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" } });
    const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
    take(answer.status, told, now, known);
  } catch {
    say(words.wordFailed, true);
    timer = setTimeout(save, 5000);
  }
  running = false;
  if (waiting) { waiting = false; save(); }
}

function take(status, told, now, known) {
  if (told.preview !== undefined) preview.innerHTML = told.preview;
  if (status === 200) {
    kept = now;
    rev.value = told.rev;
    document.querySelectorAll("[data-rev]").forEach((field) => { field.value = told.rev; });
    conflict.replaceChildren();
    say(`${words.wordSaved} ${clock()}`);
  } else if (status === 409) {
    // Decided while the answer was under way ("Keep my text"): the waiting save knows the newer state.
    if (rev.value !== known) return;
    waiting = false;
    conflict.innerHTML = told.conflict;
    say(words.wordFailed, true);
  } else {
    say(told.error ? `${words.wordFailed}: ${told.error}` : words.wordFailed, true);
    if (status >= 500) timer = setTimeout(save, 5000);
  }
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(save, 700);
});
form.addEventListener("change", save);
// What was typed and could not be kept must not go with the page.
addEventListener("beforeunload", (event) => { if (snapshot() !== kept && !form.dataset.sent) event.preventDefault(); });
form.addEventListener("submit", () => { clearTimeout(timer); form.dataset.sent = "yes"; });
addEventListener("pageshow", () => { delete form.dataset.sent; });

// My text takes the place of the other one, on top of the newest state: saved like anything typed.
conflict.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keep-mine]")) {
    if (event.target.closest("[data-take-theirs]")) form.dataset.sent = "yes";
    return;
  }
  event.preventDefault();
  rev.value = conflict.querySelector("[data-conflict-rev]").dataset.conflictRev;
  kept = "";
  area.focus();
  save();
});

document.querySelectorAll("button[data-part]").forEach((button) => button.addEventListener("click", () => {
  document.querySelector(".kb-columns").dataset.part = button.dataset.part;
  document.querySelectorAll("button[data-part]").forEach((one) => one.toggleAttribute("aria-current", one === button));
}));

function put(text, from = area.selectionStart, to = area.selectionEnd) {
  area.focus();
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-md-around], [data-md-line], [data-insert-picture]");
  if (!button) return;
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to);
  if (button.dataset.insertPicture) put(`${button.dataset.insertPicture}\n`, to, to);
  else if (button.dataset.mdLine) {
    const start = value.lastIndexOf("\n", from - 1) + 1;
    put(value.slice(start, to).split("\n").map((line) => button.dataset.mdLine + line).join("\n"), start, to);
  } else {
    const [open, close = open] = button.dataset.mdAround.split("|");
    put(open + chosen + close, from, to);
    if (!chosen) area.selectionStart = area.selectionEnd = from + open.length;
  }
});
