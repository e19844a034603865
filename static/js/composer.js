// Reply and note: separate drafts behind the tabs, saved on the server and in this tab while it cannot be reached;
// Ctrl+Enter sends, Markdown buttons, a preview. The page brings each kind's draft in <template data-draft-of>.
import { drop, read, write } from "./drafts.js";
import { post } from "./http.js";
import { words } from "./toast.js";

const PAUSE = 1500;
const kindOf = (form) => form.querySelector(".composer-tab:has(:checked)")?.dataset.kind ?? "reply";
const keyOf = (form, kind = form.dataset.kind) => `composer:${form.dataset.composer}:${kind}`;
const text = (form) => form.querySelector("textarea[name]");
const kept = (form, kind) => form.querySelector(`template[data-draft-of="${kind}"]`);
const server = (form, kind) => kept(form, kind)?.content.textContent ?? "";
const share = (form) => form.querySelector("[data-draft-share]");

function state(form, word, at) {
  const place = form.querySelector("[data-draft-state]");
  if (!place) return;
  const now = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  place.textContent = word ? `${word} ${at || now()}` : "";
}

function shown(form) {
  const slot = kept(form, form.dataset.kind);
  if (share(form)) share(form).checked = slot?.dataset.shared === "1";
  form.querySelectorAll("[data-kept-files]").forEach((row) => { row.hidden = row.dataset.keptFiles !== form.dataset.kind; });
}

function setUp(form) {
  if (form.dataset.kind) return;
  form.dataset.kind = kindOf(form);
  const local = read(keyOf(form));
  if (local === null || local === text(form).value) return;
  // Sent without htmx just before: what now stands in the thread is no draft any more.
  if (document.getElementById("thread")?.textContent.includes(local.trim().split("\n")[0])) return drop(keyOf(form));
  // Typed while the server could not be reached.
  if (text(form).value.trim() && !form.dataset.drafts) return;
  text(form).value = local;
  state(form, words.restored);
  later(form);
}

const all = () => document.querySelectorAll("form[data-composer]").forEach(setUp);

// ---- saving ------------------------------------------------------------------------
const timers = new WeakMap();
const running = new WeakSet();
const waiting = new WeakMap();
let sending = null;

function later(form) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => (form.dataset.drafts ? save(form, form.dataset.kind) : state(form, text(form).value.trim() ? words.draft : "")), PAUSE));
}

function note(form, kind, answer, body) {
  const slot = kept(form, kind);
  slot.content.textContent = body;
  slot.dataset.revision = answer.revision;
  slot.dataset.shared = answer.shared ? "1" : "";
  if (read(keyOf(form, kind)) === body || !body.trim()) drop(keyOf(form, kind));
  if (form.dataset.kind === kind) state(form, answer.id ? words.draft : "", answer.at);
}

// `shared`: what the switch was set to; without it the draft stays as it is.
async function save(form, kind, force, shared) {
  const slot = kept(form, kind);
  const current = () => (form.dataset.kind === kind ? text(form).value : read(keyOf(form, kind)) ?? server(form, kind));
  const body = current();
  if (!slot || sending === form || (!force && body === server(form, kind))) return;
  if (running.has(form)) { if (force) waiting.set(form, [kind, true, shared]); else later(form); return; }
  running.add(form);
  const values = { kind, body, revision: slot.dataset.revision };
  if (slot.dataset.id) values.draft = slot.dataset.id;
  else values.shared = String(shared ?? slot.dataset.shared === "1");
  try {
    const answer = await post(form.dataset.drafts, values);
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    if (answer.ok && said) note(form, kind, said, body);
    else if (answer.status === 409 && said?.body) conflict(form, kind, said);
    else if (answer.status === 409) slot.dataset.revision = 0;
    else throw new Error(answer.status);
    running.delete(form);
    const next = waiting.get(form);
    waiting.delete(form);
    if (next) save(form, ...next);
    else if (answer.ok && current() !== body) later(form);
  } catch {
    running.delete(form);
    // Kept in this tab; the next key or the returning line tries again.
    write(keyOf(form, kind), body);
    if (form.dataset.kind === kind) state(form, form.dataset.wordLocal);
  }
}

function conflict(form, kind, said) {
  form.querySelector("[data-draft-sides]")?.remove();
  const box = document.createElement("div");
  box.dataset.draftSides = "";
  box.append(form.querySelector("template[data-draft-conflict]").content.cloneNode(true));
  box.querySelector("[data-conflict-text]").textContent = said.by ? `${said.message} (${said.by})` : said.message;
  box.querySelector("[data-mine]").textContent = text(form).value;
  box.querySelector("[data-theirs]").textContent = said.body;
  box.addEventListener("click", ({ target }) => {
    const choice = target.closest("[data-keep]")?.dataset.keep;
    if (!choice) return;
    kept(form, kind).dataset.revision = said.revision;
    kept(form, kind).content.textContent = said.body;
    if (choice === "theirs") { text(form).value = said.body; drop(keyOf(form, kind)); state(form, words.draft); } else save(form, kind, true);
    box.remove();
    text(form).focus();
  });
  form.querySelector(".composer-box").before(box);
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-composer]");
  if (!form || target !== text(form)) return;
  write(keyOf(form), target.value);
  if (!target.value.trim()) drop(keyOf(form));
  later(form);
});
addEventListener("online", () => document.querySelectorAll("form[data-composer][data-drafts]").forEach((form) => save(form, form.dataset.kind)));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") document.querySelectorAll("form[data-composer][data-drafts]").forEach((form) => save(form, form.dataset.kind));
});
// Leaving needs no dialogue: what was not saved yet goes along.
addEventListener("pagehide", () => document.querySelectorAll("form[data-composer][data-drafts]").forEach((form) => {
  if (sending !== form && text(form).value !== server(form, form.dataset.kind)) write(keyOf(form), text(form).value);
}));

document.addEventListener("change", ({ target }) => {
  const form = target.closest("form[data-composer]");
  if (!form) return;
  if (target.matches("[data-draft-share]")) {
    clearTimeout(timers.get(form));
    save(form, form.dataset.kind, true, target.checked);
    return;
  }
  if (!target.closest(".composer-tab")) return;
  if (text(form).value !== server(form, form.dataset.kind)) {
    write(keyOf(form), text(form).value);
    if (form.dataset.drafts) save(form, form.dataset.kind);
  }
  form.dataset.kind = kindOf(form);
  text(form).value = read(keyOf(form)) ?? server(form, form.dataset.kind);
  const slot = kept(form, form.dataset.kind);
  state(form, slot?.dataset.at ? words.draft : "", slot?.dataset.at);
  shown(form);
  showPreview(form, false);
  text(form).focus();
});

// R and N come back to the text also where their tab is open already.
document.addEventListener("click", ({ target }) => { if (target.matches(".composer-tab input")) text(target.form).focus(); });

// ---- sending -----------------------------------------------------------------------
const own = (ctx) => ctx.request.form?.matches?.("form[data-composer]") && ctx.sourceElement === ctx.request.form;

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!own(ctx)) return;
  sending = ctx.request.form;
  clearTimeout(timers.get(sending));
  // Whatever becomes of the answer, the words are still here.
  write(keyOf(sending), text(sending).value);
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!own(ctx)) return;
  const form = ctx.request.form;
  sending = null;
  if (!ctx.response || ctx.response.status >= 400) return;
  drop(keyOf(form));
  const slot = kept(form, form.dataset.kind);
  if (slot) { slot.content.textContent = ""; slot.dataset.revision = 0; slot.dataset.shared = ""; slot.dataset.at = ""; }
  text(form).value = "";
  form.querySelectorAll("input[type=file]").forEach((field) => { field.value = ""; field.dispatchEvent(new Event("change", { bubbles: true })); });
  form.querySelectorAll(`[data-kept-files="${form.dataset.kind}"], [data-draft-sides]`).forEach((row) => row.remove());
  shown(form);
  showPreview(form, false);
  state(form, "");
});

document.addEventListener("submit", ({ target }) => {
  if (!target.matches("form[data-composer]")) return;
  const next = document.querySelector("[data-next-ticket], a[rel=next]")?.getAttribute("href");
  if (next && !target.querySelector("[name=next]")) target.insertAdjacentHTML("beforeend", '<input type="hidden" name="next">');
  if (next) target.querySelector("[name=next]").value = next;
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form[data-composer], form[data-ctrl-enter]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit((event.shiftKey && form.querySelector("[data-send-next]")) || form.querySelector('.btn-primary[name="go"], .btn-primary:not([type=button])'));
});

// ---- writing -----------------------------------------------------------------------
const AROUND = { bold: ["**", "**"], italic: ["_", "_"], code: ["`", "`"], link: ["[", "](https://)"] };
const BEFORE = { list: "- ", quote: "> " };

async function showPreview(form, on) {
  const [button, box] = [form.querySelector("[data-preview]"), form.querySelector(".composer-preview")];
  if (!button || !box || box.hidden === !on) return;
  if (on) {
    const answer = await post(form.dataset.previewUrl, { body: text(form).value }).catch(() => null);
    if (!answer?.ok) return;
    box.innerHTML = await answer.text();
  }
  box.hidden = !on;
  text(form).hidden = on;
  button.setAttribute("aria-pressed", String(on));
  if (on) box.focus();
}

document.addEventListener("click", (event) => {
  const preview = event.target.closest("[data-preview]");
  if (preview) { showPreview(preview.form, preview.getAttribute("aria-pressed") !== "true").then(() => preview.getAttribute("aria-pressed") === "false" && text(preview.form).focus()); return; }
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

document.addEventListener("htmx:after:swap", all);
all();
