// What the server says there is, in sections; see page_view.go. window.demo is for
// whoever waits for the page: sections, seen (events so far), at (when the last one
// came), pending (requests under way), idle(ms).

const sections = {};
const watchers = [];

export const demo = {
  sections, seen: 0, at: performance.now(), pending: 0, connected: false,
  idle: (ms = 300) => demo.connected && demo.pending === 0 && performance.now() - demo.at > ms,
};
window.demo = demo;

export const get = (key) => sections[key];
export const all = (prefix) => Object.keys(sections).filter((k) => k.startsWith(prefix)).map((k) => sections[k]);

// watch calls f with the set of keys that changed, where one begins with the prefix.
export function watch(prefix, f) { watchers.push([prefix, f]); }

let told = false, source = null, rest;

// listen opens the stream, and again whenever it has ended. A page that nobody sees
// keeps none: a browser has few connections for all windows of a page together.
export function listen(onLost) {
  const open = () => {
    source?.close();
    source = new EventSource("api/events");
    source.onopen = () => { demo.connected = true; onLost(""); };
    source.onerror = async () => {
      demo.connected = false;
      if (source.readyState !== EventSource.CLOSED) { onLost("lost"); return; } // it tries by itself
      clearTimeout(rest);
      rest = setTimeout(open, 2000);
      onLost(await fetch("api/state").then((r) => (r.ok ? "crowded" : "lost"), () => "lost"));
    };
    source.onmessage = (e) => take(JSON.parse(e.data));
  };
  const hide = () => { source?.close(); source = null; demo.connected = false; };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(rest);
    if (document.hidden) rest = setTimeout(hide, 5000);
    else if (!source) open();
  });
  addEventListener("pageshow", (e) => { if (e.persisted) open(); });
  open();
}

function take(changed) {
  // The first event after a lost connection is everything there is.
  for (const [k, v] of Object.entries(changed)) { if (v === null) delete sections[k]; else sections[k] = v; }
  demo.seen++;
  demo.at = performance.now();
  const keys = Object.keys(changed);
  for (const [prefix, f] of watchers) {
    const mine = keys.filter((k) => k.startsWith(prefix));
    if (mine.length || !told) f(mine);
  }
  told = true;
}

export const now = () => new Date(Date.now() + (sections.lab?.ahead ?? 0) * 1000);
