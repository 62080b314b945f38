// Teams: one person's chat with the bot, its cards, and a dialog where one is open.

import { act } from "./api.js";
import { drawCard } from "./cards.js";
import { composer, messageList } from "./chat.js";
import { focusFirst, trap } from "./dialog.js";
import { announce, h, keep, refocus } from "./dom.js";
import { current, switcher } from "./people.js";
import { demo, get, watch } from "./state.js";
import { w } from "./words.js";

let pane, list, line, who, place, install;
let dialogKey = "", returnTo = null, dialogFields = {};

export function start() {
  pane = document.getElementById("teams");
  who = switcher("teams", "Mehmet", draw);
  list = messageList();
  place = h("div", { class: "place" });
  install = h("button", { type: "button", class: "press primary", data: { key: "install" }, on: { click: () => act("teams", current("teams"), { do: "install" }) } });
  line = composer({
    label: () => w("teams.line"), hint: "new", quick: ["new", "add Project Linden", "inbox", "help"],
    send: (text) => act("teams", current("teams"), { do: "say", text }),
  });
  pane.querySelector("h2").after(who.more);
  pane.append(who.row, h("div", { class: "screen" }, list.root, h("div", { class: "row center" }, install), line.root, place));
  watch("teams:", draw);
}

export const choose = (id) => who.choose(id);

export function draw() {
  who.draw();
  const me = get("teams:" + current("teams"));
  if (!me) return;
  const away = me.person.absent === "no-app";
  list.draw({
    whose: current("teams") + demo.sections.lab?.number, items: me.messages.map((m) => ({ id: m.id, raw: m })), empty: w(away ? "teams.no-app" : "teams.empty", { name: me.person.name }),
    make: (m, was) => message(m, me, was),
  });
  install.textContent = w("teams.install", { name: me.person.name.split(" ")[0] });
  install.parentElement.hidden = !away;
  line.draw(away);
  drawDialog(me);
}

// bare is a message without what is typed into it: only what differs in it is drawn anew.
const bare = ({ values, ...m }) => JSON.stringify([m, document.documentElement.lang]);

function message(m, me, was) {
  if (was?.bare === bare(m)) {
    for (const [id, f] of Object.entries(was.fields)) f.set?.(m.values?.[id] ?? "");
    return was;
  }
  const mine = m.from !== me.bot;
  const fields = {}, person = me.person.id;
  const problem = h("p", { class: "wrong", role: "alert" });
  const at = {
    fields, values: m.values ?? {}, errors: {},
    flush: () => Promise.all(Object.values(fields).map((f) => f.flush?.())),
    send: async (what) => {
      const r = await act("teams", person, { msg: m.id, in: m.conversation_id, ...what });
      if (what.do === "click") {
        for (const [id, f] of Object.entries(fields)) f.wrong(r.fields?.[id]);
        problem.textContent = r.fields ? "" : r.error ?? "";
        if (r.error) announce(r.fields ? Object.values(r.fields).join(" ") : r.error);
        if (r.fields) fields[Object.keys(r.fields)[0]]?.input?.focus?.();
      }
      return r;
    },
  };
  const body = [];
  if (m.text) body.push(h("p", { class: "lines" }, m.text));
  if (m.card) body.push(h("div", { class: "card" }, drawCard(m.card, at)));
  for (const more of m.more ?? []) body.push(h("div", { class: "card" }, drawCard(more, { ...at, fields: {} })));
  const refresh = m.card?.refresh && h("button", { type: "button", class: "say", data: { key: "refresh" }, on: { click: () => at.send({ do: "refresh" }) } }, w("teams.refresh"));
  const made = {
    mine, name: mine ? m.from_name : "Guest sites", at: Date.parse(m.created_at), fields, bare: bare(m),
    marks: [!mine && w("app"), m.edited > 0 && w("edited")], title: m.summary || m.text || "",
    body, under: [problem, (m.notes ?? []).map((n) => h("p", { class: "note", role: "status" }, n)), refresh],
  };
  return made;
}

function drawDialog(me) {
  const d = me.dialog;
  if (!d) {
    if (dialogKey) { dialogKey = ""; keep(place, []); if (returnTo?.isConnected) returnTo.focus(); }
    return;
  }
  const key = JSON.stringify([d.title, d.card, d.open, d.trouble, me.person.id]);
  if (key === dialogKey) { for (const [id, f] of Object.entries(dialogFields)) f.set?.(d.values?.[id] ?? ""); return; }
  const fresh = !dialogKey;
  if (fresh) returnTo = document.activeElement;
  dialogKey = key;
  dialogFields = {};
  const person = me.person.id, fields = dialogFields;
  const wrong = h("p", { class: "wrong", role: "alert" }, d.trouble ?? "");
  const at = {
    fields, values: d.values ?? {}, errors: {}, flush: () => Promise.all(Object.values(fields).map((f) => f.flush?.())),
    send: async (what) => {
      const r = await act("teams", person, { in: "dialog", ...what });
      if (what.do === "click") { for (const [id, f] of Object.entries(fields)) f.wrong(r.fields?.[id]); wrong.textContent = r.fields ? "" : r.error ?? ""; }
      return r;
    },
  };
  const close = () => act("teams", person, { do: "close" });
  const box = h("div", { class: "modal", role: "dialog", "aria-label": d.title, tabindex: "-1", data: { msg: "dialog" } },
    h("header", {}, h("h3", {}, d.title), h("button", { type: "button", class: "shut", "aria-label": w("close"), data: { key: "x" }, on: { click: close } }, "×")),
    h("div", { class: "modal-body card" }, drawCard(d.card, at), wrong));
  trap(box, close);
  refocus(place, () => keep(place, [h("div", { class: "veil" }, box)]));
  if (fresh) focusFirst(box);
}
