// The conversation: it opens at what is new, tells the server when somebody looks again, and hands parts that come anew
// the time since when things are new. Text marked in a source field becomes the text to remove.
import { post } from "./http.js";

const thread = () => document.getElementById("thread");

function open() {
  const pane = thread();
  if (!pane || location.hash) return;
  const rule = document.getElementById("new-since");
  if (rule) rule.scrollIntoView({ block: "center" });
  else pane.scrollTop = pane.scrollHeight;
}

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const since = thread()?.dataset.since;
  if (since) ctx.request.headers["X-Seen-Since"] = since;
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && thread()?.dataset.visit) post(thread().dataset.visit, {}).catch(() => {});
});

document.addEventListener("select", ({ target }) => {
  if (!target.matches("[data-redaction-source]")) return;
  const field = target.form.querySelector("[name=text]");
  field.value = target.value.slice(target.selectionStart, target.selectionEnd);
});

open();
