// Written suggestions: "Insert" puts a reply into the composer, "Take over" replaces what stands there. The text is
// marked until somebody changes it. Loaded only while the assistant is on.
import { ask } from "./confirm.js";
import { post } from "./http.js";

const area = () => document.getElementById("composer-body");
const mark = (on) => { const tag = document.getElementById("written-mark"); if (tag) tag.hidden = !on; };
const textOf = (button) => button.parentElement.querySelector("template[data-write-text]")?.content.textContent ?? "";

function reply() {
  const radio = document.querySelector("#composer [name=kind][value=reply]");
  if (radio && !radio.checked) radio.click();
}

function write(text, { replace } = {}) {
  const box = area();
  if (!box) return false;
  const before = replace ? "" : box.value.trimEnd();
  box.value = before ? `${before}\n\n${text}` : text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  box.setSelectionRange(0, 0);
  box.scrollTop = 0;
  mark(true);
  return true;
}

// Before htmx sends the form: whoever says no to the warning has put nothing anywhere.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-write-put]");
  if (!button || button.dataset.asked) return;
  event.preventDefault();
  event.stopPropagation();
  if (button.dataset.warning && !await ask({ text: button.dataset.warning })) return;
  reply();
  if (!write(textOf(button))) return;
  button.dataset.asked = "yes";
  button.click();
  delete button.dataset.asked;
}, true);

document.addEventListener("click", ({ target }) => {
  const taken = target.closest("[data-write-replace]");
  if (taken) {
    write(textOf(taken), { replace: true });
    post(taken.dataset.url, {});
  }
  if (taken || target.closest("[data-write-close]")) document.getElementById("rewritten")?.replaceChildren();
});

// What a script put there is no change by a person.
document.addEventListener("input", (event) => { if (event.isTrusted && event.target === area()) mark(false); });
document.addEventListener("submit", ({ target }) => { if (target.id === "composer") mark(false); });
