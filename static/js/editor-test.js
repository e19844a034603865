// The test below the picture: where it stands in the list and in the picture, and what was open.
const dock = document.getElementById("wf-dock");
const body = document.getElementById("wf-dock-body");
const KEY = `wf-test ${location.pathname}`;
const shown = () => body.querySelector("[data-dock]");

const remember = () => {
  try {
    if (dock.open) sessionStorage.setItem(KEY, shown()?.dataset.dock ?? body.dataset.url); else sessionStorage.removeItem(KEY);
  } catch { /* closed */ }
};

function paint() {
  document.querySelectorAll(".we-run").forEach((one) => one.remove());
  document.querySelectorAll(".we-picture :is(.wf-n, .wf-e)").forEach((one) => one.classList.remove("done", "cur", "fail", "on"));
  dock.firstElementChild.toggleAttribute("data-key", false);
  if (!dock.open || !body.querySelector("[data-key=t]")) dock.firstElementChild.dataset.key = "t";
  if (!dock.open) return;
  body.querySelectorAll("#wf-run-marks > li").forEach(({ dataset: { step, state, way }, title, innerHTML }) => {
    if (way) return document.querySelector(`.we-picture .wf-e[data-way="${way}"]`)?.classList.add("on");
    document.querySelector(`.we-picture .wf-n[data-step="${step}"]`)?.classList.add(state);
    const mark = Object.assign(document.createElement("span"), { className: "we-run", title, innerHTML });
    document.querySelector(`#step-${step} .we-w`)?.after(mark);
  });
}

async function open() {
  if (dock.open && !shown()) {
    let url = body.dataset.url;
    try { url = sessionStorage.getItem(KEY) || url; } catch { /* closed */ }
    const get = (address) => window.htmx.ajax("GET", address, { source: body, target: "#wf-dock-body", swap: "innerHTML" });
    await get(url);
    if (!shown() && url !== body.dataset.url) await get(body.dataset.url);
  }
  remember();
  paint();
}

dock.addEventListener("toggle", open);
document.addEventListener("htmx:after:swap", () => { if (dock.isConnected) { remember(); paint(); } });
open();
