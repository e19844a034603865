// The CSRF token of the page, for htmx and for scripts, and the busy state of the button that was pressed.
const meta = () => document.querySelector('meta[name="csrf-token"]');

export const token = () => meta()?.content ?? "";

// After a login in place the old token is void: take over the one of the page that answered.
export function renewToken(page) {
  const fresh = page.querySelector('meta[name="csrf-token"]')?.content;
  if (!fresh) return;
  meta().content = fresh;
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = fresh; });
}

export const post = (url, values) => fetch(url, {
  method: "POST",
  headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" },
  body: new URLSearchParams(values),
});

const busy = (button, on) => {
  if (!button?.matches?.("button.btn")) return;
  if (on) button.setAttribute("aria-busy", "true"); else button.removeAttribute("aria-busy");
};
const pressed = (ctx) => ctx.request.submitter ?? ctx.sourceElement;

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET") ctx.request.headers["X-CSRFToken"] = token();
});
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => busy(pressed(ctx), true));
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => busy(pressed(ctx), false));

// A plain form that leaves the page: the second click finds a busy button. Coming back wakes it again.
document.addEventListener("submit", (event) => {
  setTimeout(() => { if (!event.defaultPrevented && event.target.method === "post") busy(event.submitter, true); });
});
addEventListener("pageshow", () => document.querySelectorAll('.btn[aria-busy="true"]').forEach((button) => busy(button, false)));

document.addEventListener("change", ({ target }) => target.form?.matches("[data-auto-submit]") && target.form.requestSubmit());
