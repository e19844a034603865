// What was typed survives errors, reloads and a lost login: kept in this tab, keyed by person, gone after logging out.
const person = document.body.dataset.person ?? "";
const PREFIX = "draft:";

const address = (key) => `${PREFIX}${person}:${key}`;

export const read = (key) => { try { return sessionStorage.getItem(address(key)); } catch { return null; } };
export const drop = (key) => { try { sessionStorage.removeItem(address(key)); } catch { /* storage may be blocked */ } };
export function write(key, text) {
  try { if (text.trim()) sessionStorage.setItem(address(key), text); else drop(key); } catch { /* full or blocked */ }
}

function forget(keep) {
  try {
    Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX) && !(keep && name.startsWith(keep))).forEach((name) => sessionStorage.removeItem(name));
  } catch { /* storage may be blocked */ }
}
if (person) forget(`${PREFIX}${person}:`);
document.addEventListener("submit", (event) => event.target.matches("[data-logout]") && forget(""));

// Any form with data-draft: its text fields and choices, as one entry.
const fields = (form) => [...form.elements].filter((field) => field.name && field.name !== "csrfmiddlewaretoken"
  && !field.matches("[type=password], [type=file], [type=hidden], button, fieldset"));
const chosen = (field) => (field.matches("[type=checkbox], [type=radio]") ? field.checked : field.value);

function save(form) {
  const values = fields(form).map((field) => [field.name, field.value, chosen(field)]);
  const touched = fields(form).some((field) => field.matches("textarea, input:not([type=checkbox], [type=radio])") && field.value.trim());
  write(`form:${form.dataset.draft}`, touched ? JSON.stringify(values) : "");
}

function restore(form) {
  const kept = read(`form:${form.dataset.draft}`);
  if (!kept || form.querySelector("[aria-invalid=true], .err")) return; // an answer with errors carries the newer text
  const values = JSON.parse(kept);
  fields(form).forEach((field) => {
    const isChoice = field.matches("[type=checkbox], [type=radio]");
    const value = values.find(([name, text]) => name === field.name && (!isChoice || text === field.value))?.[2];
    if (isChoice && value !== undefined) field.checked = value;
    else if (!isChoice && value && (!field.value || field.matches("select"))) field.value = value;
  });
}

document.querySelectorAll("form[data-draft]").forEach(restore);
document.addEventListener("input", ({ target }) => target.form?.matches("[data-draft]") && save(target.form));
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const form = ctx.request.form;
  if (ctx.sourceElement === form && form?.matches("[data-draft]") && ctx.response.status < 400) drop(`form:${form.dataset.draft}`);
});
// Sent as a whole page: the draft goes when the next page is another one.
document.addEventListener("submit", ({ target }) => target.matches("[data-draft]") && write("sent", JSON.stringify([target.dataset.draft, location.pathname])));
const sent = JSON.parse(read("sent") ?? "null");
if (sent && person && sent[1] !== location.pathname) { drop(`form:${sent[0]}`); drop("sent"); }
