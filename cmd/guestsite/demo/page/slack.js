// Slack: one person's messages with the bot, the line he types in, and his modals.

import { act } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { ask, focusFirst, trap } from "./dialog.js";
import { announce, h, keep, refocus } from "./dom.js";
import { composer, messageList } from "./chat.js";
import { current, switcher } from "./people.js";
import { plain } from "./rich.js";
import { demo, get, watch } from "./state.js";
import { w } from "./words.js";

let pane, list, line, who, modal, place;
const fields = {};
let modalKey = "", openView = "", returnTo = null, asked = false;

export function start() {
  pane = document.getElementById("slack");
  who = switcher("slack", "Sanne", draw);
  list = messageList();
  place = h("div", { class: "place" });
  line = composer({
    label: () => w("slack.line"), hint: "/guestsite new", quick: ["/guestsite new", "/guestsite add Project Linden", "/guestsite mine", "/guestsite help"],
    send: (text) => act("slack", current("slack"), { do: "say", text }),
  });
  pane.querySelector("h2").after(who.more);
  pane.append(who.row, h("div", { class: "screen" }, list.root, line.root, place));
  watch("slack:", draw);
}

export const choose = (id) => who.choose(id);

export function draw() {
  who.draw();
  const me = get("slack:" + current("slack"));
  if (!me) return;
  list.draw({
    whose: current("slack") + demo.sections.lab?.number, items: me.messages.map((m) => ({ id: m.ts, raw: m })), empty: me.person.absent ? w("slack." + me.person.absent) : w("slack.empty"),
    make: (m) => message(m, me), quick: (text) => line.put(text), bot: me.bot, author: (m) => m.author,
  });
  line.draw(me.person.absent === "left" || me.person.absent === "outside");
  line.warn(me.warning);
  drawModal(me);
}

function message(m, me) {
  const mine = m.author !== me.bot;
  const send = (what) => report(act("slack", me.person.id, { msg: m.ts, in: m.channel, ...what }));
  const at = { send, fields: {}, errors: {}, words: w, value: () => undefined, confirm: (c, el) => ask(pane, { title: c.title.text, text: c.text.text, yes: c.confirm.text, no: c.deny.text, danger: c.style === "danger" }, el) };
  return {
    mine, name: mine ? me.person.name : "Guest sites", at: Number(m.ts) * 1000,
    marks: [!mine && w("app"), m.ephemeral && w("slack.only_you"), m.edits > 0 && w("edited")],
    body: m.blocks?.length ? drawBlocks(m.blocks, at) : plain(m.text), title: m.text,
  };
}

async function report(promise) {
  const r = await promise;
  if (r.error) announce(r.error);
  line.warn(r.error ?? r.line);
  return r;
}

function drawModal(me) {
  const v = me.views[me.views.length - 1];
  if (!v) {
    if (openView) { openView = modalKey = ""; keep(place, []); if (returnTo?.isConnected) returnTo.focus(); else line.focus(); }
    return;
  }
  const key = JSON.stringify([v.id, v.hash, v.blocks, v.errors, v.trouble, me.person.id, document.documentElement.lang]);
  if (key === modalKey) { for (const [block, f] of Object.entries(fields)) f.set?.(valueOf(v, block)); return; }
  modalKey = key;
  const fresh = openView !== v.id;
  if (fresh && !openView) returnTo = pane.contains(document.activeElement) ? document.activeElement : null;
  openView = v.id;
  const scroll = modal?.querySelector(".modal-body")?.scrollTop ?? 0;
  refocus(place, () => { keep(place, [h("div", { class: "veil" }, (modal = makeModal(v, me)))]); });
  if (!fresh) modal.querySelector(".modal-body").scrollTop = scroll;
  const here = document.activeElement === document.body || pane.contains(document.activeElement);
  const asks = modal.querySelector(".field") !== null;
  if ((fresh || (asks && !asked)) && here) focusFirst(modal);
  else if (here && v.errors) modal.querySelector(".field:has(.wrong:not(:empty)) :is(input,textarea,select)")?.focus();
  asked = asks;
  if (fresh) announce(v.title);
}

const valueOf = (v, block) => Object.values(v.values?.[block] ?? {})[0];

function makeModal(v, me) {
  for (const k of Object.keys(fields)) delete fields[k];
  const person = me.person.id;
  const send = (what) => act("slack", person, { msg: v.id, in: "view", ...what });
  const flush = () => Promise.all(Object.values(fields).map((f) => f.flush?.()));
  const wrong = h("p", { class: "wrong", role: "alert" }, v.trouble ? get("slack:" + person)?.warning : "");
  const submit = async (e) => {
    e?.preventDefault();
    box.classList.add("busy");
    await flush();
    const r = await send({ do: "submit" });
    box.classList.remove("busy");
    wrong.textContent = r.fields ? "" : r.error ?? r.line ?? "";
  };
  const close = () => send({ do: "close" });
  const at = {
    send: async (what) => { const r = await send(what); if (r.error && what.do === "click") wrong.textContent = r.error; return r; },
    flush, fields, errors: v.errors ?? {}, words: w, value: (block) => valueOf(v, block), enter: v.submit ? submit : undefined,
    confirm: (c, el) => ask(pane, { title: c.title.text, text: c.text.text, yes: c.confirm.text, no: c.deny.text, danger: c.style === "danger" }, el),
  };
  const box = h("form", { class: "modal", role: "dialog", "aria-label": v.title, tabindex: "-1", novalidate: true, data: { msg: v.id }, on: { submit } },
    h("header", {}, h("h3", {}, v.title), h("button", { type: "button", class: "shut", "aria-label": w("close"), data: { key: "x" }, on: { click: close } }, "×")),
    h("div", { class: "modal-body" }, drawBlocks(v.blocks, at), wrong),
    h("footer", { class: "row end" },
      v.close && h("button", { type: "button", class: "press", data: { key: "close" }, on: { click: close } }, v.close),
      v.submit && h("button", { type: "submit", class: "press primary", data: { key: "submit" } }, v.submit)));
  trap(box, close);
  return box;
}
