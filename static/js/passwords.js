// A button beside every password that shows what was typed; without scripts there is none.
const part = document.getElementById("tpl-secret");

function show(field, button, visible) {
  field.type = visible ? "text" : "password";
  button.setAttribute("aria-pressed", String(visible));
}

function dress(box) {
  const field = box.querySelector("input");
  if (!field || !part || box.querySelector("button")) return;
  box.append(part.content.cloneNode(true));
  const button = box.querySelector("button");
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    show(field, button, field.type === "password");
    field.focus();
  });
  // Never sent or remembered as an ordinary text.
  field.form?.addEventListener("submit", () => show(field, button, false), true);
}

const all = () => document.querySelectorAll(".secret").forEach(dress);
document.addEventListener("htmx:after:swap", all);
const login = document.getElementById("login-body");
if (login) new MutationObserver(all).observe(login, { childList: true, subtree: true });
all();
