// What both chats have: a list of messages that keeps its place, and a line to type in.

import { announce, h, keep, newId, refocus } from "./dom.js";
import { time, w } from "./words.js";

// messageList draws messages and leaves alone those that have not changed.
export function messageList() {
  const root = h("ol", { class: "messages", tabindex: "0" });
  const empty = h("div", { class: "empty" });
  const outer = h("div", { class: "scroll" }, empty, root);
  let drawn = new Map(), whose = "";
  const draw = (v) => {
    const lang = document.documentElement.lang;
    root.setAttribute("aria-label", w("messages"));
    empty.hidden = v.items.length > 0;
    empty.textContent = v.empty;
    root.hidden = v.items.length === 0;
    const other = whose !== v.whose;
    if (other) drawn = new Map();
    whose = v.whose;
    const bottom = outer.scrollHeight - outer.scrollTop - outer.clientHeight < 80;
    let changed = null, added = false, place = null;
    refocus(root, () => {
      const next = new Map();
      for (const { id, raw } of v.items) {
        const json = JSON.stringify(raw) + lang;
        let e = drawn.get(id);
        if (!e || e.json !== json) {
          const fresh = !e;
          const m = v.make(raw, e?.made);
          if (e && m === e.made) e.json = json; // only what stands in its fields differs
          else {
            e = { json, made: m, node: item(id, m, !other) };
            if (!m.mine) { changed = m; added ||= fresh; place = e.node; }
          }
        }
        next.set(id, e);
      }
      drawn = next;
      keep(root, [...next.values()].map((e) => e.node));
    });
    if (other || (bottom && changed) || added) requestAnimationFrame(() => settle(other ? root.lastElementChild : place));
    if (changed && !other) announce(w(added ? "said.new" : "said.changed", { text: changed.title }));
  };
  // settle shows the end of a message, or its beginning where it is longer than there is
  // room; what the tour points at stays in sight.
  const settle = (el) => {
    if (!el?.isConnected || outer.querySelector(".pointed")) return;
    const end = el.offsetTop + el.offsetHeight - outer.clientHeight + 10;
    outer.scrollTop = el.offsetHeight > outer.clientHeight ? el.offsetTop : Math.max(end, 0);
  };
  return { root: outer, draw };
}

function item(id, m, fresh) {
  return h("li", { class: (m.mine ? "message mine" : "message") + (fresh ? " fresh" : ""), data: { msg: id } },
    h("span", { class: "face " + (m.mine ? "face-1" : "face-bot"), "aria-hidden": "true" }, m.mine ? m.name[0] : "g"),
    h("div", { class: "bubble" },
      h("p", { class: "who" }, h("strong", {}, m.name), m.marks.filter(Boolean).map((x) => h("span", { class: "mark" }, x)), h("time", {}, time(new Date(m.at)))),
      m.body, m.under));
}

// composer is the line one types in, with a few things to say at once.
export function composer({ label, hint, quick, send }) {
  const id = newId("line");
  const input = h("input", { id, type: "text", autocomplete: "off", placeholder: hint, data: { key: "line", field: "line" } });
  const name = h("label", { class: "quiet", for: id });
  const button = h("button", { type: "submit", class: "press primary", data: { key: "send" } });
  const warning = h("p", { class: "wrong", role: "alert" });
  const chips = h("div", { class: "quick" }, quick.map((q) => h("button", { type: "button", class: "say", data: { say: q }, on: { click: () => put(q) } }, q)));
  const put = (text) => { input.value = text; input.focus(); };
  const form = h("form", { class: "composer", on: { submit: async (e) => {
    e.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    warning.textContent = "";
    const r = await send(text);
    if (r.error || r.line) { warning.textContent = r.error ?? r.line; }
    if (r.error) input.value ||= text;
  } } }, name, input, button);
  return {
    root: h("div", { class: "foot" }, warning, chips, form), put, focus: () => input.focus(),
    warn: (text) => { warning.textContent = text ?? ""; },
    draw: (off) => { name.textContent = label(); button.textContent = w("send"); for (const el of [input, button, ...chips.children]) el.disabled = !!off; chips.hidden = !!off; },
  };
}
