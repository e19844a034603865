// Space looks at the ticket beside the list; Escape gives the focus back to its row. The address says which one it is.
import { onKey } from "./shortcuts.js";

const sheet = document.getElementById("peek");
let row = null;

// The row may have been drawn anew meanwhile.
const here = () => (row?.isConnected ? row : row && document.getElementById(row.id));

function say(number) {
  const url = new URL(location.href);
  if (number) url.searchParams.set("peek", number); else url.searchParams.delete("peek");
  history.replaceState(history.state, "", url);
}

async function look(link) {
  await window.htmx.ajax("GET", `${link.getAttribute("href")}/peek`, { source: sheet, target: sheet, swap: "innerHTML" });
  if (!sheet.querySelector("#peek-title")) return;
  if (!sheet.open) sheet.showModal();
  say(link.getAttribute("href").split("/").at(-1));
  document.getElementById("peek-title").focus();
}

onKey((event, key) => {
  const at = event.target.closest?.("[data-list] .row, [data-board] .board-card");
  if (key !== " " || !sheet || !at || event.target.closest("button, input, summary")) return false;
  row = at;
  look(at.querySelector(".c-sub a, .board-title"));
  return true;
});

sheet?.addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1 }[event.key];
  if (event.key === " " && !event.target.closest("a, button, input")) { event.preventDefault(); sheet.close(); }
  row = here();
  if (!step || !row || event.target.closest("input, textarea")) return;
  const all = [...document.querySelectorAll("[data-list] .row, [data-board] .board-card")];
  const next = all[all.indexOf(row) + step];
  if (next) { row = next; look(next.querySelector(".c-sub a, .board-title")); }
});
sheet?.addEventListener("close", () => {
  say("");
  (here() ?? document.getElementById("ticket-table"))?.focus();
});
document.addEventListener("click", ({ target }) => { if (target.closest("#peek [data-close-peek]")) setTimeout(() => sheet.close()); });

// Opened by its address: the server has drawn it; with scripts it is a layer above the page.
if (sheet?.open) {
  const number = new URL(location.href).searchParams.get("peek");
  row = [...document.querySelectorAll(".c-sub a, .board-title")].find((link) => link.getAttribute("href").endsWith(`/${number}`))?.closest(".row, .board-card") ?? null;
  sheet.close();
  sheet.showModal();
  setTimeout(() => { say(number); document.getElementById("peek-title")?.focus(); });
}
