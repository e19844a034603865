// What stands around the rows. Heads and "more" are links; here they fetch the table or the next rows. A filter's answer brings
// only rows where the table's head stays as it is, so the links around it are given the new address here.
const kept = () => document.getElementById("list-kept")?.dataset.query ?? "?";
let shown = kept();

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !window.htmx) return;
  const link = event.target.closest("#ticket-table thead a, #more-row [data-more]");
  if (!link) return;
  event.preventDefault();
  const more = link.closest("#more-row");
  window.htmx.ajax("GET", link.getAttribute("href"), { source: link, target: more ?? "#ticket-table", swap: more ? "outerHTML" : "innerMorph" });
});

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const table = document.querySelector("#ticket-table [data-frame]");
  if (table && ctx.request.method === "GET" && ctx.target?.id === "ticket-table") ctx.request.headers["Flowtic-Frame"] = table.dataset.frame;
});

// What was typed was asked for while it was typed; leaving the field asks nothing more, and cannot overtake what was clicked.
document.addEventListener("change", (event) => { if (event.target.id === "filter-q") event.stopPropagation(); }, true);

// A link keeps what it says itself: the order, the form or the layout it leads to.
function follow(link, query) {
  const [path, search] = link.getAttribute("href").split("?");
  const [own, next] = [new URLSearchParams(search), new URLSearchParams(query)];
  const name = link.closest("thead") ? "sort" : link.matches(":last-child") ? "layout" : "edit";
  if (own.has(name)) next.set(name, own.get(name)); else next.delete(name);
  link.setAttribute("href", `${path}?${next}`);
}

async function recount(place, query) {
  const answer = await fetch(`/tickets/count${query}`, { headers: { "HX-Request": "true" } });
  if (answer.ok && kept() === query) place.textContent = await answer.text();
}

document.addEventListener("htmx:after:swap", ({ detail }) => {
  const query = kept();
  const target = detail?.ctx?.target;
  if ((target?.id ?? target) !== "ticket-rows" && target !== "#ticket-rows") { shown = query; return; }
  if (query === shown) return;
  shown = query;
  document.querySelectorAll("#ticket-table thead a, #list-arrange a").forEach((link) => follow(link, query));
  const choices = document.querySelector("#filters details[hx-get]");
  choices?.setAttribute("hx-get", `${choices.getAttribute("hx-get").split("?")[0]}${query}`);
  recount(document.querySelector("#list-title .bar-count"), query);
});
