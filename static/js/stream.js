// Live updates: one EventSource per browser. The tab that holds the lock listens for all tabs and passes on what it
// hears. Topics are those of the page's data-topic elements; everything arrives as "flowtic:event" on the document.
// Without a stream the page is told to look again every 30 seconds, and after 10 seconds the dot says so.
import { announce } from "./toast.js";

const person = document.body.dataset.person;
const [POLL, SHOW_AFTER, ALIVE, HIDDEN_LONG, FORGET] = [30000, 10000, 40000, 300000, 150000];
const tab = crypto.randomUUID?.() ?? String(Math.random());
const channel = person && "BroadcastChannel" in window ? new BroadcastChannel(`flowtic:${person}`) : null;
const others = new Map();
let [source, wanted, last, leading, release] = [null, "", "", false, null];
let [heard, connected, retry, hiddenAt, poll] = [Date.now(), null, 1000, 0, 0];
let reopen = 0;

const away = () => hiddenAt && Date.now() - hiddenAt > HIDDEN_LONG;
const mine = () => (away() ? [] : ["me", ...[...document.querySelectorAll("[data-topic]")].map((node) => node.dataset.topic)]);

function fire(detail) {
  document.dispatchEvent(new CustomEvent("flowtic:event", { detail }));
}

// ---- what the page is told -------------------------------------------------------------------------
function state(now) {
  if (now) heard = Date.now();
  if (now === connected) return;
  const before = connected;
  connected = now;
  document.documentElement.dataset.stream = now ? "on" : "off";
  clearInterval(poll);
  poll = 0;
  if (!now) poll = setInterval(() => { if (!document.hidden) again(); }, POLL);
  document.dispatchEvent(new CustomEvent("flowtic:stream", { detail: { connected } }));
  if (now) show(true, before === false);
  else setTimeout(() => { if (!connected && !document.hidden) show(false, true); }, SHOW_AFTER);
}

// "A lot may have changed": the same message as the server's, for each topic of this page.
function again() {
  new Set(mine()).forEach((topic) => fire({ topic, ticket: Number(topic.split("-")[1]) || null, kind: "many", by: null }));
}

function show(on, speak) {
  const dots = document.querySelectorAll("[data-stream-state]");
  dots.forEach((dot) => {
    const changed = (dot.dataset.state ?? "on") !== (on ? "on" : "off");
    dot.dataset.state = on ? "on" : "off";
    dot.querySelector("[data-stream-word]").textContent = on ? dot.dataset.on : dot.dataset.off;
    if (changed && speak && dot === dots[0]) announce(on ? dot.dataset.back : dot.dataset.off);
  });
}

const receive = ({ topic, ...rest }) => { if (mine().includes(topic)) fire({ topic, ...rest }); };

// ---- the tab that listens --------------------------------------------------------------------------
function union() {
  others.forEach((one, id) => { if (Date.now() - one.at > FORGET) others.delete(id); });
  return [...new Set([...mine(), ...[...others.values()].flatMap((one) => one.topics)])].sort().slice(0, 30).join(",");
}

function tell(now) {
  state(now);
  channel?.postMessage({ connected: now });
}

function open() {
  clearTimeout(reopen);
  source?.close();
  wanted = union();
  source = null;
  if (!wanted || !leading) return;
  const since = last ? `after=${last}` : `age=${Math.round(performance.now() / 1000)}`;
  source = new EventSource(`/events?topics=${encodeURIComponent(wanted)}&${since}`);
  const alive = ({ lastEventId }) => { last = lastEventId || last; retry = 1000; tell(true); };
  source.addEventListener("begun", alive);
  source.addEventListener("beat", alive);
  source.onmessage = (event) => {
    alive(event);
    const detail = JSON.parse(event.data);
    receive(detail);
    channel?.postMessage({ detail });
  };
  source.onerror = () => {
    tell(false);
    // The browser tries again by itself unless the server refused.
    if (source?.readyState !== EventSource.CLOSED) return;
    reopen = setTimeout(open, retry + Math.random() * 1000);
    retry = Math.min(retry * 2, 60000);
  };
}

const settle = () => { if (leading && union() !== wanted) { clearTimeout(reopen); reopen = setTimeout(open, 300); } };

function lead() {
  leading = true;
  open();
  return new Promise((done) => { release = done; });
}

function follow(options = {}) {
  if (!navigator.locks || !channel) { lead(); return; }
  navigator.locks.request(`flowtic:stream:${person}`, options, lead).catch(() => {
    // Another tab took it over because nothing was heard of this one.
    leading = false;
    source?.close();
    source = null;
    follow();
  });
}

// ---- between tabs ----------------------------------------------------------------------------------
const hello = () => channel?.postMessage({ tab, topics: mine() });

channel?.addEventListener("message", ({ data }) => {
  if (data.gone) others.delete(data.gone);
  if (data.tab) others.set(data.tab, { topics: data.topics, at: Date.now() });
  if (data.tab && leading && connected) channel.postMessage({ connected });
  if (!leading && data.detail) { state(true); receive(data.detail); }
  if (!leading && "connected" in data) state(data.connected);
  settle();
});

function watch() {
  hello();
  settle();
  const silent = Date.now() - heard > ALIVE;
  if (!silent || document.hidden) return;
  heard = Date.now();
  state(false);
  if (leading) open(); else follow({ steal: true });
}

if (person) {
  document.addEventListener("visibilitychange", () => {
    const long = away();
    hiddenAt = document.hidden ? Date.now() : 0;
    if (document.hidden) return;
    if (long) { heard = Date.now(); again(); }
    watch();
  });
  document.addEventListener("htmx:after:swap", () => setTimeout(() => { hello(); settle(); }));
  addEventListener("pagehide", () => { channel?.postMessage({ gone: tab }); source?.close(); release?.(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  follow();
  hello();
  setInterval(watch, 15000);
}
