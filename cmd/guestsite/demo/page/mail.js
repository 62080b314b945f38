// A guest's view: the mailbox with the invitation, and the sites as he finds them.

import { post } from "./api.js";
import { h, keep, refocus } from "./dom.js";
import { demo, get, watch } from "./state.js";
import { day, time, w } from "./words.js";

let pane, body, chosen = "", drawn = "", error;

export function start() {
  pane = document.getElementById("mail");
  body = h("div");
  error = h("p", { class: "wrong", role: "alert" });
  pane.append(h("p", { class: "lead", data: { word: "mail.lead" } }), body, error);
  watch("mail", draw);
}

export function choose(address) { if (address && address !== chosen) { chosen = address; draw(); } }

export function draw() {
  const list = get("mail") ?? [];
  const me = list.find((g) => g.address === chosen) ?? list[0];
  if (!me) return;
  const key = JSON.stringify([list, me.address, document.documentElement.lang]);
  if (key === drawn) return;
  drawn = key;
  const select = h("select", { id: "mail-who", data: { key: "guest" }, on: { change: () => { chosen = select.value; error.textContent = ""; draw(); } } },
    list.map((g) => h("option", { value: g.address, selected: g === me }, called(g, list))));
  refocus(body, () => keep(body, [
    h("div", { class: "field" }, h("label", { for: "mail-who" }, h("span", { class: "label" }, w("mail.who"))), select),
    h("h3", {}, w("mail.inbox", { name: me.name })),
    me.name !== me.address && h("p", { class: "small" }, me.address),
    me.mails.length ? h("ul", { class: "cards" }, me.mails.map((m, i) => letter(m, me, i === me.mails.length - 1))) : h("p", { class: "empty" }, w("mail.empty")),
    h("h3", {}, w("mail.sites")),
    me.sites.length ? h("ul", { class: "cards" }, me.sites.map((s) => site(s, me))) : h("p", { class: "empty" }, w("mail.no_sites")),
  ].filter(Boolean)));
}

// called is a guest's name, with the address where two have the same one.
const called = (g, list) => (list.some((x) => x !== g && x.name === g.name) ? `${g.name} (${g.address})` : g.name);

function letter(m, me, last) {
  const at = new Date(m.at);
  const pending = me.state === "PendingAcceptance";
  return h("li", { class: "letter", data: { mail: me.address } },
    h("p", { class: "small" }, w("mail.from"), " · ", day(at), " ", time(at)),
    h("h4", {}, w("mail.subject")),
    h("p", {}, w("mail.text")),
    last && pending ? h("button", { type: "button", class: "press primary", data: { key: "accept" }, on: { click: async () => {
      const r = await post("tenant", { accept: me.address });
      error.textContent = r.error ?? "";
    } } }, w("mail.accept")) : h("p", { class: "small" }, w(pending ? "mail.older" : "mail.accepted")));
}

function site(s) {
  return h("li", { class: "site " + (s.open ? "open" : "shut-out"), data: { site: s.name, open: String(s.open) } },
    h("h4", {}, s.name), s.open
      ? [h("p", { class: "site-nav", "aria-hidden": "true" }, w("site.nav")), h("p", {}, w("site.open"))]
      : h("p", {}, h("strong", {}, w("site.shut")), " ", s.why));
}
