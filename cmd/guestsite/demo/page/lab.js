// The company as a whole: the clock, the bot, the language, and starting over.

import { post } from "./api.js";
import { announce, h, keep, refocus, trouble } from "./dom.js";
import { demo, get, now, watch } from "./state.js";
import { day, time, w } from "./words.js";

const leaps = [["hour", 3600], ["day", 86400], ["week", 7 * 86400], ["month", 30 * 86400]];

let place, clock, due, drawn = "";

export const days = { put: () => {} };

export function start() {
  place = document.querySelector(".lab");
  clock = h("time", { class: "now" });
  due = h("button", { type: "button", class: "press", data: { key: "due" }, on: { click: () => lab({ do: "due" }, w("clock.moved")) } });
  watch("lab", draw);
  setInterval(tick, 1000);
}

function tick() {
  const at = now();
  clock.textContent = `${day(at)}, ${time(at)}`;
}

// shut closes the clock's menu with Escape.
function shut(e) {
  if (e.key !== "Escape" || !e.currentTarget.open) return;
  e.currentTarget.open = false;
  e.currentTarget.querySelector("summary").focus();
}

async function lab(what, said) {
  const r = await post("lab", what);
  trouble(r.error);
  if (!r.error && said) announce(said);
}

export function draw() {
  const l = get("lab");
  if (!l) return;
  tick();
  due.disabled = !l.due;
  due.textContent = l.due ? w("clock.due", { at: `${day(new Date(l.due))}, ${time(new Date(l.due))}` }) : w("clock.none");
  const key = JSON.stringify([l.number, l.running, l.lang, document.documentElement.lang]);
  if (key === drawn) return;
  drawn = key;
  const ahead = (seconds) => lab({ do: "clock", seconds }, w("clock.moved"));
  const amount = h("input", { type: "number", min: "1", max: "3650", value: days.value ?? "14", id: "clock-days", data: { key: "amount" } });
  days.put = (n) => { days.value = String(n); amount.value = String(n); };
  amount.addEventListener("input", () => { days.value = amount.value; });
  const language = h("select", { id: "language", data: { key: "language" }, on: { change: () => lab({ do: "fresh", lang: language.value }) } },
    h("option", { value: "en", lang: "en" }, "English"), h("option", { value: "nl", lang: "nl" }, "Nederlands"));
  language.value = l.lang;
  refocus(place, () => keep(place, [
    h("details", { class: "clock", open: place.querySelector(".clock")?.open, data: { menu: "clock" }, on: { keydown: shut } },
      h("summary", { data: { key: "clock" } }, h("span", { class: "quiet" }, w("clock.title")), clock),
      h("div", { class: "menu" },
        h("p", { class: "small" }, w("clock.lead")),
        h("div", { class: "row" }, leaps.map(([name, s]) => h("button", { type: "button", class: "press", data: { key: "ahead-" + name, seconds: s }, on: { click: () => ahead(s) } }, w("clock." + name)))),
        h("form", { class: "row", on: { submit: (e) => { e.preventDefault(); const n = Number(amount.value); if (n > 0) ahead(n * 86400); } } },
          h("label", { for: "clock-days" }, w("clock.days")), amount, h("button", { type: "submit", class: "press", data: { key: "days" } }, w("clock.move"))),
        h("div", { class: "row" }, due))),
    h("span", { class: l.running ? "bot-state" : "bot-state down", role: "status" }, w(l.number === 0 ? "bot.making" : l.running ? "bot.running" : "bot.down")),
    l.running
      ? h("button", { type: "button", class: "press", title: w("bot.kill_why"), data: { key: "kill" }, on: { click: () => lab({ do: "kill" }) } }, w("bot.kill"))
      : h("button", { type: "button", class: "press primary", disabled: l.number === 0, data: { key: "start" }, on: { click: () => lab({ do: "start" }) } }, w("bot.start")),
    h("label", { class: "quiet", for: "language" }, w("language")), language,
    h("button", { type: "button", class: "press", title: w("fresh_why"), data: { key: "fresh" }, on: { click: () => lab({ do: "fresh", lang: l.lang }) } }, w("fresh")),
  ]));
}
