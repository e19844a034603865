// The bar for selected rows, and the window in which a macro is looked at before it runs.
const bar = document.querySelector("[data-bulk]");
const field = (name) => bar.elements[name];
const part = (name) => bar.querySelector(`[data-bulk-${name}]`);

// Whether the whole view is meant, not only the rows that are loaded.
function whole(on, text = "") {
  field("all").value = on ? "1" : "";
  field("query").value = on ? location.search : "";
  part("count").hidden = on;
  part("whole").hidden = !on;
  part("whole").textContent = text;
}

async function selectView() {
  const button = part("view");
  const response = await fetch(`${button.dataset.url}${location.search}`, { headers: { "X-Requested-With": "fetch" } });
  if (!response.ok) return;
  whole(true, button.dataset.said.replace("{number}", (await response.text()).trim()));
  button.hidden = true;
}

// What was pressed is gone with the bar: the focus returns to the row.
function done() {
  document.dispatchEvent(new CustomEvent("flowtic:select-none"));
  const lost = document.activeElement === document.body || bar.contains(document.activeElement) || document.activeElement.id === "main";
  if (lost) (document.querySelector("[data-list] .row[data-cur]") ?? document.querySelector('[data-list] .row[tabindex="0"]'))?.focus({ preventScroll: true });
}

if (bar) {
  document.addEventListener("flowtic:selection", ({ detail: { ids, every } }) => {
    const opens = ids.length > 0;
    field("ids").value = ids.join(",");
    field("next").value = location.pathname + location.search;
    if (field("all").value && !every) whole(false);
    part("count").textContent = part("count").dataset.said.replace("{number}", ids.length);
    part("view").hidden = !every || Boolean(field("all").value) || !document.getElementById("more-row");
    bar.toggleAttribute("data-open", opens);
    if (opens) bar.querySelector("#bulk-menus[hx-get]")?.dispatchEvent(new CustomEvent("bulk:open"));
    if (!opens) bar.querySelectorAll("details[open]").forEach((menu) => menu.removeAttribute("open"));
  });
  part("view").addEventListener("click", selectView);
  // The boxes belong to the form for who has no scripts: with scripts one field says it all.
  bar.addEventListener("formdata", ({ formData }) => formData.delete("ticket"));
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement === bar) ctx.request.body?.delete?.("ticket");
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== bar) return;
    bar.querySelectorAll("details[open]").forEach((menu) => menu.removeAttribute("open"));
    if (ctx.response?.raw?.ok ?? ctx.response?.status < 400) done();
  });
}

// A macro's preview arrives in its dialog; running it closes the window.
document.addEventListener("htmx:after:swap", () => {
  const dialog = document.getElementById("macro-dialog");
  if (!dialog || dialog.open || !dialog.querySelector("[data-macro-fresh]")) return;
  dialog.querySelector("[data-macro-fresh]").removeAttribute("data-macro-fresh");
  dialog.showModal();
  dialog.querySelector("[data-macro-run]")?.focus();
});
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const dialog = ctx.sourceElement.closest?.("#macro-dialog");
  if (dialog && ctx.request.method === "POST") dialog.close();
});
