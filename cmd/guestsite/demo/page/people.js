// Whom one is in a chat: a row of those in the stories, and a list of the others.

import { h, keep } from "./dom.js";
import { all, get } from "./state.js";
import { w } from "./words.js";

const order = ["Sanne", "Mehmet", "Priya", "Joost"];
const chosen = {};
const seen = {};

export const current = (chat) => chosen[chat];

const people = (chat) => all(chat + ":").map((s) => s.person);
const first = (p) => p.name.split(" ")[0];
const rank = (p) => (p.chief ? order.indexOf(first(p)) : 9);
const count = (chat, id) => get(chat + ":" + id)?.messages?.filter((m) => m.author !== id && m.from !== id).length ?? 0;
const edits = (chat, id) => get(chat + ":" + id)?.messages?.reduce((n, m) => n + (m.edits ?? m.edited ?? 0), 0) ?? 0;
const news = (chat, id) => { const s = (seen[chat] ??= {})[id] ?? [0, 0]; return count(chat, id) - s[0] || (edits(chat, id) > s[1] ? -1 : 0); };

// settle picks somebody where nobody is chosen, or the chosen one is no more.
function settle(chat, fallback) {
  const list = people(chat);
  if (list.some((p) => p.id === chosen[chat])) return;
  chosen[chat] = (list.find((p) => first(p) === fallback) ?? list[0])?.id;
}

export function forget() { for (const c of Object.keys(chosen)) { delete chosen[c]; delete seen[c]; } }

// switcher makes the row; onChange redraws the chat. It gives a function to redraw it,
// and one to choose somebody.
export function switcher(chat, fallback, onChange) {
  const row = h("div", { class: "people", role: "group" }), more = h("div", { class: "more" });
  const choose = (id) => { if (id && chosen[chat] !== id && get(chat + ":" + id)) { chosen[chat] = id; onChange(); } };
  let drawn = "";
  const draw = () => {
    settle(chat, fallback);
    const list = people(chat).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    const me = chosen[chat];
    (seen[chat] ??= {})[me] = [count(chat, me), edits(chat, me)];
    const shown = JSON.stringify([me, list.map((p) => [p, news(chat, p.id)]), document.documentElement.lang]);
    if (shown === drawn) return;
    drawn = shown;
    row.setAttribute("aria-label", w("people.label", { chat: chat === "slack" ? "Slack" : "Teams" }));
    const focused = row.contains(document.activeElement) && document.activeElement.dataset.person;
    const chips = list.filter((p) => p.chief).map((p) => {
      const n = news(chat, p.id);
      return h("button", { type: "button", class: "chip", "aria-pressed": String(p.id === me), title: n > 0 ? w("people.new", { n }) : n < 0 ? w("people.changed") : undefined, data: { person: p.id, name: first(p) }, on: { click: () => choose(p.id) } },
        h("span", { class: "face face-" + (rank(p) % 4), "aria-hidden": "true" }, first(p)[0]), first(p),
        n !== 0 && h("span", { class: "news" }, h("span", { "aria-hidden": "true" }, n > 0 ? n : "•"), h("span", { class: "quiet" }, n > 0 ? w("people.new", { n }) : w("people.changed"))));
    });
    const others = list.filter((p) => !p.chief);
    const elsewhere = others.some((p) => p.id === me);
    const select = h("select", { class: "others", "aria-label": w("people.others"), data: { key: "others" }, on: { change: (e) => choose(e.target.value) } },
      h("option", { value: "" }, w("people.others")), others.map((p) => h("option", { value: p.id, selected: p.id === me }, p.name)));
    keep(row, []);
    row.append(...chips);
    const had = more.contains(document.activeElement);
    keep(more, [select]);
    select.classList.toggle("chosen", elsewhere);
    if (had) select.focus();
    if (focused) row.querySelector(`[data-person="${CSS.escape(focused)}"]`)?.focus();
  };
  return { row, more, draw, choose };
}
