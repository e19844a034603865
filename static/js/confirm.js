// Dialogs: open and close by attribute; copying and printing, too; data-confirm asks before a form is sent or a link is followed.
import { announce, words } from "./toast.js";

const dialog = document.getElementById("confirm-dialog");
let answer = null;

export function ask({ text, title = "", verb = "", danger = false }) {
  const [heading, body] = title ? [title, text] : [text, ""];
  const yes = dialog.querySelector("[value=yes]");
  dialog.querySelector("#confirm-title").textContent = heading;
  dialog.querySelector("#confirm-text").textContent = body;
  yes.textContent = verb || words.continue;
  yes.className = danger ? "btn btn-danger" : "btn btn-primary";
  dialog.showModal();
  return new Promise((resolve) => { answer = resolve; });
}

const options = ({ dataset }) => ({
  text: dataset.confirm, title: dataset.confirmTitle, verb: dataset.confirmVerb, danger: "confirmDanger" in dataset,
});

dialog?.addEventListener("click", (event) => {
  const button = event.target.closest("button[value]");
  if (!button) return;
  answer?.(button.value === "yes");
  answer = null;
  dialog.close();
});
dialog?.addEventListener("close", () => { answer?.(false); answer = null; });

// Captured before htmx or the browser see the event; after "yes" the same event is sent once more and let through.
const allowed = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const asks = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!asks.dataset.confirm || allowed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!await ask(options(asks))) return;
  allowed.add(form);
  form.requestSubmit(event.submitter);
}, true);

// A button with its own request (hx-post) never submits its form, so its click is what has to wait.
const comesBySubmit = (button) => button.form && button.type === "submit"
  && !button.matches("[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]");

document.addEventListener("click", async (event) => {
  const asks = event.target.closest("[data-confirm]:is(a, button)");
  if (!asks || comesBySubmit(asks) || allowed.delete(asks)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!await ask(options(asks))) return;
  allowed.add(asks);
  asks.click();
}, true);

document.addEventListener("htmx:confirm", async (event) => {
  event.preventDefault();
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (await ask({ ...options(ctx.sourceElement), text: ctx.confirm })) issueRequest(); else dropRequest();
});

// A click on the backdrop counts as one on the dialog itself.
const outside = ({ target, clientX, clientY }) => {
  const { left, right, top, bottom } = target.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
};

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    const target = document.getElementById(opener.dataset.open);
    target?.showModal();
    target?.querySelector("[autofocus], .dialog-title")?.focus();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog, [popover]")?.[event.target.closest("dialog") ? "close" : "hidePopover"]();
  if (event.target.matches("dialog:modal") && outside(event)) event.target.close();
  if (event.target.closest("[data-print]")) setTimeout(() => print());
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => announce(words.copied));
});
