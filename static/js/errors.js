// What a failed request does: expired login -> dialog in place and repeat; refusals and server errors -> toast; no network -> bar.
import { renewToken } from "./http.js";
import { toast, words } from "./toast.js";

const dialog = document.getElementById("login-dialog");
const body = document.getElementById("login-body");
let waiting = [];

const parse = (text) => new DOMParser().parseFromString(text, "text/html");
const person = (page) => page.body.dataset.person ?? "";

function reason(ctx) {
  const { status, headers } = ctx.response;
  const id = headers.get("X-Request-ID");
  if (status >= 500) return id ? `${words.error} ${words.id} ${id}` : words.error;
  return { 403: words.forbidden, 404: words.missing, 429: words.many }[status] ?? words.error;
}

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const { status } = ctx.response;
  if (status === 401) return askForLogin(ctx);
  // 409 and 422 are painted by the page; our own refusals bring their toast along.
  if (status === 409 || status === 422 || ctx.text.includes("data-toast")) return;
  toast(reason(ctx), { kind: "danger", sticky: true });
});
document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx && !detail.ctx.response) toast(words.network, { kind: "danger" });
});

async function askForLogin(ctx) {
  waiting.push(ctx);
  if (dialog.open) return;
  const next = encodeURIComponent(location.pathname + location.search);
  show(await fetch(`${dialog.dataset.url}?next=${next}`));
  dialog.showModal();
}

// Any step of the login (wrong password, second factor) is a form: show it, else the login is done.
async function show(response) {
  const page = parse(await response.text());
  const form = page.querySelector("main form[method=post], form[method=post]");
  if (person(page) || !form) return finish(page);
  form.setAttribute("action", new URL(form.getAttribute("action") || response.url, response.url).pathname);
  if (!form.elements.next) form.append(hidden("next", location.pathname + location.search));
  body.replaceChildren(form);
  (form.querySelector("[aria-invalid=true]") ?? form.querySelector("input:not([type=hidden])"))?.focus();
}

function hidden(name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  return field;
}

function finish(page) {
  if (person(page) !== person(document)) return location.reload();
  renewToken(page);
  dialog.close();
  const again = waiting;
  waiting = [];
  again.filter((ctx) => ctx.sourceElement.isConnected).forEach((ctx) => window.htmx.ajax(
    ctx.request.method, ctx.request.action, { source: ctx.sourceElement, event: ctx.sourceEvent },
  ));
}

body?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  show(await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter) }));
});
dialog?.addEventListener("close", () => { waiting = []; });

const offline = document.getElementById("offline");
const connection = () => { if (offline) offline.hidden = navigator.onLine; };
addEventListener("online", connection);
addEventListener("offline", connection);
connection();
