// The condition builder (templates/components/condition_builder.html): rows come, go and change without the server.
// A builder says "conditions:changed" when every row that was begun is finished; pages save then, not at each change.
import { token } from "./http.js";

const builderOf = (node) => node.closest?.("[data-conditions]");
// Controls and operators may stand in another builder of the page that knows the same fields.
const lenderOf = (builder, kind) => (kind !== "new" && builder.dataset.condLender
  && document.getElementById(`${builder.dataset.condLender}-conditions`)) || builder;
const part = (builder, kind, name) => [...lenderOf(builder, kind).querySelectorAll(`:scope > template[data-cond-${kind}]`)]
  .find((one) => one.getAttribute(`data-cond-${kind}`).split(" ").includes(name));
const rowsIn = (place) => [...place.children].filter((one) => one.matches("[data-cond-row], [data-cond-group]"));
const idOf = (item) => item.dataset.condRow ?? item.dataset.condGroup;

// ---- finished, and what the server says to it ------------------------------------------
const waiting = new WeakMap();

const filled = (row) => {
  const field = row.querySelector(".cond-field");
  if (!field.value) return true; // nobody has begun it
  const cell = row.querySelector("[data-cond-value]");
  const { control } = cell.dataset;
  if (control === "none") return true;
  if (control === "boxes") return Boolean(cell.querySelector(":checked"));
  const how = cell.querySelector("[name$='-how']");
  const input = how && how.value !== "day" ? cell.querySelector("[name$='-count']") : cell.querySelector("[name$='-value']");
  return Boolean(input?.value.trim());
};

function changed(builder, wait = 400) {
  clearTimeout(waiting.get(builder));
  waiting.set(builder, setTimeout(() => {
    if (!builder.isConnected || ![...builder.querySelectorAll("[data-cond-row]")].every(filled)) return;
    builder.dispatchEvent(new CustomEvent("conditions:changed", { bubbles: true }));
    say(builder);
  }, wait));
}

async function say(builder) {
  if (!builder.dataset.evidence || !builder.form) return;
  const values = new FormData();
  for (const [name, value] of new FormData(builder.form)) if (name.startsWith(`${builder.dataset.conditions}-`)) values.append(name, value);
  try {
    const answer = await fetch(builder.dataset.evidence, {
      method: "POST", body: new URLSearchParams(values), headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" },
    });
    const place = builder.querySelector("[data-cond-said]");
    if (answer.ok && place) place.innerHTML = await answer.text();
  } catch { /* the sentence comes with the next change */ }
}

// ---- one row ---------------------------------------------------------------------------
function showControl(builder, row) {
  const cell = row.querySelector("[data-cond-value]");
  const key = row.querySelector(".cond-field").value;
  const control = row.querySelector(".cond-op").selectedOptions[0]?.dataset.control ?? "text";
  const own = control === "select" || control === "boxes" ? `${control}:${key}` : control;
  if (cell.dataset.control === control && (cell.dataset.own ?? "") === (own.includes(":") ? key : "")) return;
  const typed = cell.querySelector("input:not([type=checkbox]), textarea")?.value ?? "";
  const template = part(builder, "control", own);
  cell.innerHTML = template ? template.innerHTML.replaceAll("__NAME__", row.dataset.condName) : "";
  cell.dataset.control = control;
  cell.dataset.own = own.includes(":") ? key : "";
  const input = cell.querySelector("input[type=text], textarea");
  if (input && typed) input.value = typed;
}

function showOperators(builder, row) {
  const select = row.querySelector(".cond-op");
  const before = select.value;
  const key = row.querySelector(".cond-field").value;
  const template = part(builder, "ops", key || "-");
  if (!template) return;
  select.innerHTML = template.innerHTML;
  if ([...select.options].some((one) => one.value === before)) select.value = before;
  showControl(builder, row);
}

// ---- adding and removing ----------------------------------------------------------------
function made(builder, kind, id) {
  const holder = document.createElement("template");
  const name = `${builder.dataset.conditions}-${id}`;
  holder.innerHTML = part(builder, "new", kind).innerHTML.replaceAll("__ID__", id).replaceAll("__NAME__", name);
  return holder.content.querySelector("fieldset");
}

const following = (place) => Math.max(-1, ...rowsIn(place).map((one) => Number(idOf(one).split(".").pop()))) + 1;

function add(builder, group) {
  const place = (group ?? builder).querySelector("[data-cond-rows]");
  const id = group ? `${group.dataset.condGroup}.${following(place)}` : String(following(place));
  const row = made(builder, "row", id);
  place.append(row);
  row.querySelector(".cond-field").focus();
}

function addGroup(builder) {
  const place = builder.querySelector("[data-cond-rows]");
  const group = made(builder, "group", String(following(place)));
  place.append(group);
  add(builder, group);
}

function remove(builder, item) {
  const rest = rowsIn(item.parentElement).filter((one) => one !== item);
  item.remove();
  (rest.at(-1)?.querySelector("select") ?? builder.querySelector("[data-cond-add]"))?.focus();
  changed(builder, 0);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-conditions] button[value]");
  const builder = button && builderOf(button);
  if (!builder || button.name !== `${builder.dataset.conditions}-act`) return;
  const [verb] = button.value.split(":");
  if (verb === "add") add(builder, button.closest("[data-cond-group]"));
  else if (verb === "group") addGroup(builder);
  else if (verb === "remove") remove(builder, button.closest("[data-cond-row], [data-cond-group]"));
  else return; // between rows and text the server translates
  event.preventDefault();
});

document.addEventListener("change", ({ target }) => {
  const builder = builderOf(target);
  if (!builder) return;
  const row = target.closest("[data-cond-row]");
  if (target.matches(".cond-field")) showOperators(builder, row);
  if (target.matches(".cond-op")) showControl(builder, row);
  changed(builder);
});
document.addEventListener("input", ({ target }) => {
  const builder = builderOf(target);
  if (builder) changed(builder, 700);
});
