// The assistant on the ticket page, loaded only while it is on: articles go into the answer as a link or as text.
import { ask } from "./confirm.js";
import { post } from "./http.js";

// A reply goes to the requester: what only agents may read goes into notes unless somebody says otherwise.
const allowed = ({ dataset }, composer) => !dataset.warning
  || composer.querySelector("[name=kind]:checked")?.value === "note"
  || ask({ text: dataset.warning });

function put(area, text) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const inline = text.startsWith("[") || !from || value[from - 1] === "\n";
  area.setRangeText(inline ? text : `\n\n${text}`, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

const link = ({ title, address }) => `[${title.replace(/[\\[\]]/g, "\\$&")}](${new URL(address, location.href)})`;

document.addEventListener("submit", async (event) => {
  const button = event.submitter?.closest("[data-assist-insert]");
  if (!button) return;
  event.preventDefault();
  const form = event.target;
  const composer = document.getElementById("composer");
  const area = composer?.querySelector("textarea");
  if (!area || !await allowed(button, composer)) return;
  const text = form.querySelector("template")?.content.textContent.trim() ?? "";
  put(area, button.dataset.assistInsert === "link" ? link(button.dataset) : text);
  post(form.action, {});
});
