// What the admin has: the tenant's settings, each a misconfiguration to turn on or mend,
// and the directory, where what has just changed is marked.

import { post } from "./api.js";
import { h, keep, refocus } from "./dom.js";
import { get, watch } from "./state.js";
import { w } from "./words.js";

const layers = ["Entra", "Groups", "SharePoint", "Site", "Permissions"];
const inWords = (key, title) => { const t = w("switch." + key); return t === "switch." + key ? title : t; };

let switches, directory, open = new Set(["Entra", "Groups", "SharePoint"]);
let drawnSwitches = "", drawnDirectory = "", had = null, company = 0;

export function start() {
  const settings = document.getElementById("settings"), dir = document.getElementById("directory");
  const error = h("p", { class: "wrong", role: "alert" });
  switches = h("div", { class: "switches" });
  directory = h("div", { class: "directory" });
  settings.append(h("p", { class: "lead", data: { word: "settings.lead" } }), error, switches);
  dir.append(h("p", { class: "lead", data: { word: "directory.lead" } }), directory);
  watch("tenant", () => draw(error));
  watch("lab", () => draw(error));
}

export function draw(error) {
  const t = get("tenant");
  if (!t) return;
  drawSwitches(t, error);
  drawDirectory(t);
}

function title(s) {
  if (s.name.startsWith("no-")) return w("switch.no", { role: s.name.slice(3) });
  return inWords(s.name, s.title);
}

function drawSwitches(t, error) {
  const key = JSON.stringify([t.switches, document.documentElement.lang]);
  if (key === drawnSwitches) return;
  drawnSwitches = key;
  for (const s of t.switches) if (s.on) open.add(s.layer);
  refocus(switches, () => keep(switches, layers.map((layer) => {
    const list = t.switches.filter((s) => s.layer === layer), on = list.filter((s) => s.on).length;
    return h("details", { open: open.has(layer), data: { layer }, on: { toggle: (e) => (e.target.open ? open.add(layer) : open.delete(layer)) } },
      h("summary", { data: { key: "layer-" + layer } }, w("layer." + layer), h("span", { class: on ? "count on" : "count" }, on ? w("settings.on", { n: on }) : w("settings.healthy"))),
      h("ul", {}, list.map((s) => h("li", {}, h("button", {
        type: "button", class: "switch", role: "switch", "aria-checked": String(s.on), data: { key: s.name, switch: s.name },
        on: { click: async () => { const r = await post("tenant", { switch: s.name, on: !s.on }); error.textContent = r.error ?? ""; } },
      }, h("span", { class: "knob", "aria-hidden": "true" }), h("span", {}, title(s)), h("span", { class: "state" }, w(s.on ? "on" : "off")))))));
  })));
}

// rows are all that the directory shows, each under a key: what is new or different is
// found by it.
function rows(t) {
  const out = new Map();
  for (const g of t.groups) out.set("group " + g.id, g);
  for (const u of t.guests) out.set("guest " + u.id, u);
  for (const i of t.invitations) out.set("invitation " + i.id, i);
  return new Map([...out].map(([k, v]) => [k, JSON.stringify(v)]));
}

function drawDirectory(t) {
  const now = rows(t), number = get("lab")?.number;
  const key = JSON.stringify([[...now], document.documentElement.lang]);
  if (key === drawnDirectory) return;
  drawnDirectory = key;
  if (number !== company) had = null;
  company = number;
  const mark = (k) => (had && had.get(k) !== now.get(k) ? h("span", { class: "mark fresh-mark" }, w(had.has(k) ? "directory.changed" : "directory.new")) : null);
  const cls = (k) => (had && had.get(k) !== now.get(k) ? "row-card fresh" : "row-card");
  const names = (list) => (list.length ? list.join(", ") : "–");
  const groups = t.groups.map((g) => h("li", { class: cls("group " + g.id), data: { group: g.name } },
    h("h4", {}, g.name, mark("group " + g.id)),
    h("dl", {},
      h("dt", {}, w("group.access")), h("dd", {}, w("group." + (g.visibility || "Private").toLowerCase())),
      h("dt", {}, w("group.owners")), h("dd", {}, names(g.owners)),
      h("dt", {}, w("group.members")), h("dd", {}, names(g.members)),
      h("dt", {}, w("group.guests")), h("dd", { data: { guests: g.name } }, names(g.guests)),
      h("dt", {}, w("group.site")), h("dd", {}, g.site ? g.site + " · " + w("sharing." + g.sharing) + (g.ready ? "" : " · " + w("group.coming")) : w("group.no_site")))));
  const guests = t.guests.map((u) => h("li", { class: cls("guest " + u.id), data: { guest: u.mail } },
    h("h4", {}, u.name, mark("guest " + u.id)), h("p", {}, u.mail, " · ", w("guest." + u.state), u.disabled ? " · " + w("guest.disabled") : "")));
  const invitations = t.invitations.map((i) => h("li", { class: cls("invitation " + i.id), data: { invitation: i.address } },
    h("p", {}, i.address, " · ", w(i.mailed ? "invitation.mailed" : "invitation.silent"), mark("invitation " + i.id))));
  keep(directory, [
    h("h3", {}, w("directory.groups")), h("ul", { class: "cards" }, groups),
    h("h3", {}, w("directory.guests")), h("ul", { class: "cards" }, guests),
    h("h3", {}, w("directory.invitations")),
    invitations.length ? h("ul", { class: "cards" }, invitations) : h("p", { class: "empty" }, w("directory.no_invitations")),
  ]);
  had = now;
}
