// File fields with data-files: drop, paste, a list with sizes and a way to take one out again, size checked before sending.
import { toast, words } from "./toast.js";

const format = (bytes) => {
  const unit = bytes < 1024 * 1024 ? ["kilobyte", bytes / 1024] : ["megabyte", bytes / 1024 / 1024];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: unit[0], maximumFractionDigits: unit[0] === "kilobyte" ? 0 : 1 }).format(unit[1]);
};
const chosen = new WeakMap();
const listOf = (field) => field.form?.querySelector("[data-files-list]");

function put(field, files) {
  const bag = new DataTransfer();
  files.forEach((file) => bag.items.add(file));
  field.files = bag.files;
  chosen.set(field, files);
  draw(field, files);
}

function add(field, more) {
  const limit = Number(field.dataset.maxBytes) || Infinity;
  const fits = more.filter((file) => file.size <= limit);
  if (fits.length < more.length) toast(`${words.large} ${format(limit)}.`, { kind: "danger", sticky: true });
  put(field, field.multiple ? [...(chosen.get(field) ?? []), ...fits] : fits.slice(0, 1));
}

function draw(field, files) {
  const list = listOf(field);
  if (!list) return;
  list.replaceChildren(...files.map((file, index) => {
    const chip = document.createElement("span");
    chip.className = "chip";
    const title = document.createElement("b");
    title.textContent = file.name;
    const remove = document.createElement("button");
    Object.assign(remove, { type: "button", className: "chip-x", textContent: "×" });
    remove.setAttribute("aria-label", `${words.remove}: ${file.name}`);
    remove.addEventListener("click", () => { put(field, files.filter((_, at) => at !== index)); field.focus(); });
    chip.append(title, ` ${format(file.size)}`, remove);
    return chip;
  }));
}

document.addEventListener("change", ({ target: field }) => {
  if (!field.matches("[data-files]")) return;
  const picked = [...field.files];
  if (picked.length) add(field, picked); else { chosen.delete(field); draw(field, []); }
});

const zone = (event) => event.target.closest?.(".drop, form[data-composer]");
const fieldIn = (place) => place?.querySelector("[data-files]");

document.addEventListener("dragover", (event) => {
  if (!fieldIn(zone(event))) return;
  event.preventDefault();
  zone(event).dataset.over = "";
});
document.addEventListener("dragleave", (event) => { const place = zone(event); if (place && !place.contains(event.relatedTarget)) delete place.dataset.over; });
document.addEventListener("drop", (event) => {
  const field = fieldIn(zone(event));
  if (!field) return;
  event.preventDefault();
  delete zone(event).dataset.over;
  add(field, [...event.dataTransfer.files]);
});
document.addEventListener("paste", (event) => {
  const field = event.target.closest?.("form")?.querySelector("[data-files]");
  const files = [...(event.clipboardData?.files ?? [])];
  if (!field || !files.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  add(field, files);
});
