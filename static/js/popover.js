// Contact cards (fetched once per person), menus made of <details>, arrow keys in menus, places for browsers without CSS anchors.
const card = document.getElementById("person-card");
const cards = new Map();
const anchored = CSS.supports("position-area: block-end");

function place(layer, invoker) {
  if (anchored || innerWidth < 1024) return;
  const from = invoker.getBoundingClientRect();
  const size = layer.getBoundingClientRect();
  const below = from.bottom + size.height + 8 < innerHeight;
  layer.style.left = `${Math.max(8, Math.min(from.left, innerWidth - size.width - 8))}px`;
  layer.style.top = `${below ? from.bottom : Math.max(8, from.top - size.height - 12)}px`;
}

async function openCard(link) {
  const url = `${link.getAttribute("href")}/card`;
  card.innerHTML = cards.get(url) ?? '<span class="skel skel-title"></span><span class="skel mt-3"></span><span class="skel skel-short mt-3"></span>';
  card.showPopover({ source: link });
  place(card, link);
  if (!cards.has(url)) {
    await window.htmx.ajax("GET", url, { source: link, target: "#person-card", swap: "innerHTML" });
    if (card.querySelector(".skel")) return card.hidePopover();
    cards.set(url, card.innerHTML);
  }
  place(card, link);
  (card.querySelector("[autofocus], [data-close], a, button"))?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-card], a.who[data-i]"); // rows of lists are short of bytes
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !card?.showPopover) return;
  event.preventDefault();
  openCard(link);
});

// A card that is open and gets closed gives the focus back to where it came from.
let opener = null;
document.addEventListener("toggle", (event) => {
  const layer = event.target;
  if (!layer.matches?.("[popover]")) return;
  if (event.newState === "open") {
    opener = event.source ?? document.querySelector(`[popovertarget="${layer.id}"]:focus`) ?? opener;
    if (opener) place(layer, opener);
  } else if (document.activeElement === document.body) opener?.focus();
}, true);

// Its content came later.
document.addEventListener("flowtic:filled", ({ target }) => { if (opener && target.matches("[popover]")) place(target, opener); });

// A letter goes to the next line of the open menu that begins with it; what is no beginning stays a key of the page.
function search(layer, event) {
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return false;
  const items = [...layer.querySelectorAll(".menu-i")].filter((item) => item.offsetParent);
  const from = items.indexOf(document.activeElement) + 1;
  const begins = (item) => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase());
  const next = [...items.slice(from), ...items.slice(0, from)].find(begins);
  next?.focus();
  return Boolean(next);
}

const menus = () => document.querySelectorAll("details.drop-menu[open]");
document.addEventListener("click", (event) => menus().forEach((menu) => {
  const inside = menu.contains(event.target);
  if (!inside || event.target.closest(".menu-i:not([data-stay])")) menu.open = false;
}));

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.drop-menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  }
  const layer = event.target.closest?.(".menu, details.drop-menu[open]");
  if (layer && search(layer, event)) event.preventDefault();
  if (!layer || !["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("input, textarea, select")) return;
  const items = [...layer.querySelectorAll(".menu-i")].filter((item) => item.offsetParent);
  const at = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  items.at(at < 0 ? -1 : at % items.length)?.focus();
  event.preventDefault();
});
