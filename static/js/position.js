// Where a ticket stands in the list one came from: "3 / 38", J and K to its neighbours, B back to that list.
// The list leaves its rows in this tab's session storage; nothing is asked of the server.
const KEY = "flowtic.list";

function remember() {
  const rows = [...document.querySelectorAll("[data-list] .row .c-sub a")].map((link) => link.getAttribute("href").split("?")[0]);
  if (!rows.length || !document.querySelector("[data-list]")) return;
  const total = document.querySelector(".bar-count")?.textContent.trim() ?? "";
  sessionStorage.setItem(KEY, JSON.stringify({ from: location.pathname + location.search, rows, total }));
}

function show() {
  const slot = document.querySelector("[data-position]");
  if (!slot) return;
  const { from, rows, total } = JSON.parse(sessionStorage.getItem(KEY) || "{}");
  const at = rows?.indexOf(location.pathname) ?? -1;
  slot.hidden = at < 0;
  if (at < 0) return;
  slot.querySelector("[data-position-text]").textContent = `${at + 1} / ${total || rows.length}`;
  [["prev", rows[at - 1]], ["next", rows[at + 1]]].forEach(([name, href]) => {
    const link = slot.querySelector(`[data-position-${name}]`);
    if (href) link.setAttribute("href", href); else link.removeAttribute("href");
    link.toggleAttribute("hidden", !href);
    // "Send and next" goes where J goes.
    if (name === "next" && href) link.rel = "next"; else link.removeAttribute("rel");
  });
  document.querySelector("a[data-back]")?.setAttribute("href", from);
}

// A ticket that is left tells the list where one was.
addEventListener("pagehide", () => { if (document.querySelector("[data-position]")) sessionStorage.setItem("flowtic.left", location.pathname); });
addEventListener("pagehide", remember);
document.addEventListener("htmx:after:swap", show);
show();
