// Articles for the text that is being written on the ticket page: looked up in a dialog, put in at the cursor.
import { post } from "./http.js";

const dialog = document.getElementById("article-dialog");
const question = dialog?.querySelector("input");
const choices = dialog?.querySelector("#article-choices");
const composer = () => document.getElementById("composer");
const area = () => composer()?.querySelector("textarea");
const isNote = () => composer()?.querySelector(".composer-tab:has(:checked)")?.dataset.kind === "note";
let asked = 0;
let timer = 0;

async function look() {
  const mine = ++asked;
  const given = new URLSearchParams({ q: question.value, about: dialog.dataset.about, for: dialog.dataset.for });
  const answer = await fetch(`${dialog.dataset.articles}?${given}`, { headers: { "HX-Request": "true" } });
  if (mine !== asked || !answer.ok) return;
  choices.innerHTML = await answer.text();
}

function open() {
  if (dialog.open) return;
  dialog.showModal();
  question.select();
  look();
}

// Whoever reads a reply cannot open an internal article: said once, a second click does it anyway.
function warned(row) {
  const place = row.querySelector("[data-warning]");
  if (!row.dataset.internal || isNote() || !place.hidden) return false;
  place.textContent = row.dataset.internal;
  place.hidden = false;
  return true;
}

async function insert(row, as) {
  if (warned(row)) return;
  const text = await fetched(row.dataset.article, as);
  if (text === null) return;
  dialog.close();
  put(text);
}

async function fetched(url, as) {
  const answer = await post(url, { as, for: dialog.dataset.for, kind: isNote() ? "note" : "reply" });
  return answer.ok ? (await answer.json()).text : null;
}

function put(text) {
  const box = area();
  if (!box) return;
  const before = box.value.slice(0, box.selectionStart);
  const gap = before && !/\s$/.test(before) ? " " : "";
  box.focus();
  box.setRangeText(gap + text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

if (dialog) {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-article-open]")) open();
    const button = event.target.closest("[data-insert]");
    if (button) insert(button.closest("[data-article]"), button.dataset.insert);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "i" && event.ctrlKey && !event.shiftKey && !event.altKey && event.target === area()) {
      event.preventDefault();
      open();
    }
  });
  question.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 200); });
  dialog.addEventListener("keydown", (event) => {
    const rows = [...choices.querySelectorAll("[data-article]")];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      if (next < 0) question.focus(); else rows[Math.min(next, rows.length - 1)]?.querySelector("[data-insert]").focus();
    } else if (event.key === "Enter" && (event.target === question || event.target.matches("[data-insert]"))) {
      const row = rows[Math.max(at, 0)];
      event.preventDefault();
      if (row) insert(row, event.shiftKey ? "text" : event.target.dataset.insert ?? "link");
    }
  });
  // From an article's page: "Insert into ticket …" leads here.
  const wanted = new URLSearchParams(location.search).get("insert");
  if (/^[0-9]{1,18}$/.test(wanted ?? "")) {
    history.replaceState(history.state, "", location.pathname + location.hash);
    fetched(`/knowledge/articles/${wanted}/insertion`, "link").then((text) => text && put(text));
  }
}
