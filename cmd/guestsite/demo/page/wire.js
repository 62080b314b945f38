// The wire: each request between the bot and a vendor, with what was sent and answered.

import { h, keep } from "./dom.js";
import { demo, get, watch } from "./state.js";
import { exact, w } from "./words.js";

let list, filter, empty, rows = new Map(), company = 0;

export function start() {
  const pane = document.getElementById("wire");
  filter = h("select", { id: "wire-filter", data: { key: "wire-filter" }, on: { change: draw } });
  list = h("ol", { class: "wire", tabindex: "0" });
  empty = h("p", { class: "empty" });
  pane.append(h("p", { class: "lead", data: { word: "wire.lead" } }),
    h("div", { class: "field inline" }, h("label", { for: "wire-filter" }, h("span", { class: "label", data: { word: "wire.filter" } })), filter), empty, list);
  watch("wire", draw);
}

const parties = ["Slack", "Teams", "Graph", "SharePoint", "Sign-in"];

export function draw() {
  if (company !== demo.sections.lab?.number) { company = demo.sections.lab?.number; rows = new Map(); }
  const was = filter.value;
  const lang = document.documentElement.lang;
  if (filter.dataset.lang !== lang) {
    filter.dataset.lang = lang;
    keep(filter, []);
    filter.append(h("option", { value: "" }, w("wire.all")), ...parties.map((p) => h("option", { value: p }, p)));
    filter.value = was;
    rows = new Map();
  }
  list.setAttribute("aria-label", w("wire.title"));
  const entries = (get("wire") ?? []).filter((e) => !filter.value || e.to === filter.value || e.from === filter.value);
  const next = new Map();
  for (const e of entries) next.set(e.id, rows.get(e.id) ?? row(e));
  rows = new Map([...rows, ...next]);
  empty.hidden = entries.length > 0;
  empty.textContent = w("wire.empty");
  keep(list, [...next.values()].reverse()); // the newest on top
}

const name = (who) => (who === "bot" ? w("wire.bot") : who === "browser" ? w("wire.browser") : who);

function row(e) {
  const body = h("div", { class: "bodies" });
  const bad = e.status === 0 || e.status >= 400;
  const [path, query] = e.path.split(/\?(.*)/s);
  let asked = false;
  const d = h("details", { on: { toggle: async () => {
    if (!d.open || asked) return;
    asked = true;
    demo.pending++;
    try {
      const r = await fetch("api/wire/" + e.id);
      const x = r.ok ? await r.json() : {};
      if (query) body.append(...show("wire.query", query.split("&").join("\n")));
      body.append(...show("wire.sent", x.request), ...show("wire.answered", x.response));
      if (!body.children.length) body.append(h("p", { class: "small" }, w("wire.no_body")));
    } finally { demo.pending--; }
  } } },
  h("summary", { data: { key: "wire-" + e.id } },
    h("span", { class: "when" }, exact(new Date(e.at))), h("span", { class: "parties" }, name(e.from), " → ", name(e.to)),
    h("span", { class: bad ? "status bad" : "status" }, e.status || w("wire.cut")),
    h("span", { class: "what" }, h("b", {}, e.method), " ", path, query ? "?…" : "", e.what ? ` (${e.what})` : "", e.error ? ` – ${e.error}` : "")), body);
  return h("li", { data: { wire: e.id, from: e.from, to: e.to, status: e.status } }, d);
}

const show = (title, v) => (v === undefined ? [] : [h("h4", {}, w(title)), h("pre", { tabindex: "0" }, typeof v === "string" ? v : JSON.stringify(v, null, 2))]);
