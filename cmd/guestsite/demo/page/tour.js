// The guided tour: the server says which step comes next and where it is taken; the
// page points at it with a sentence. Whether it was taken shows in the state.

import { post } from "./api.js";
import { announce, h, keep, refocus, trouble } from "./dom.js";
import { days } from "./lab.js";
import * as mail from "./mail.js";
import * as slack from "./slack.js";
import { demo, get, watch } from "./state.js";
import { show } from "./tabs.js";
import * as teams from "./teams.js";
import { said, w } from "./words.js";

let box, drawn = "", number = 0, scrolled = "", pointed = null;

export function start() {
  box = h("div", { class: "tour-body" });
  document.getElementById("tour").append(box);
  watch("tour", draw);
  watch("lab", draw);
  setInterval(point, 150);
}

const chatName = (pane) => ({ slack: "Slack", teams: "Teams" })[pane] ?? "";

export function sentence(s) {
  return w("step." + s.kind, { name: s.kind === "accepts" ? guestName(s.text) : s.name, other: s.other, chat: chatName(s.pane), text: s.kind === "on" || s.kind === "off" ? switchTitle(s.text) : s.text, field: s.field, days: s.days });
}

const guestName = (address) => get("mail")?.find((g) => g.address === address)?.name ?? address;

// switchTitle finds a setting's title in the language of the page by its English one.
function switchTitle(title) {
  const s = get("tenant")?.switches.find((x) => x.title === title);
  if (!s) return title;
  if (s.name.startsWith("no-")) return w("switch.no", { role: s.name.slice(3) });
  const t = w("switch." + s.name);
  return t === "switch." + s.name ? title : t;
}

export async function begin(story) {
  trouble("");
  const r = await post("tour", { do: "begin", story });
  trouble(r.error);
}

export function draw() {
  const t = get("tour") ?? { state: "none", told: [] }, l = get("lab");
  if (!l) return;
  document.body.dataset.tour = t.state;
  const key = JSON.stringify([t.story, t.state, t.number, t.step, t.told.length, !!t.waiting, l.number, l.running, document.documentElement.lang]);
  if (key !== drawn) {
    drawn = key;
    refocus(box, () => keep(box, t.state === "none" ? choice(l) : running(t, l)));
    box.querySelector(".told")?.scrollTo(0, 1e6);
  }
  if (t.number !== number || !t.step) scrolled = "";
  if (t.step && t.number !== number) {
    number = t.number;
    announce(sentence(t.step));
    lead(t);
  }
  if (t.state === "none") number = 0;
  point();
}

// choice offers the tours.
function choice(l) {
  const stories = l.stories ?? [], off = l.number === 0;
  return [h("div", { class: "row wide" },
    h("button", { type: "button", class: "press primary big", disabled: off, data: { key: "begin", tour: "begin" }, on: { click: () => begin(stories[0]?.name) } }, w("tour.begin"))),
  h("details", { class: "stories", open: storiesOpen, on: { toggle: (e) => { storiesOpen = e.target.open; } } },
    h("summary", { data: { key: "stories", tour: "stories" } }, w("tour.other")),
    h("ul", {}, stories.map((s) => h("li", {}, h("button", { type: "button", class: "say", disabled: off, data: { key: "begin-" + s.name, tour: "begin-other", story: s.name }, on: { click: () => begin(s.name) } }, said(s.title)))))),
  h("p", { class: "small" }, w("tour.free"))];
}
let storiesOpen = false;

function running(t, l) {
  const story = l.stories.find((s) => s.name === t.story);
  const scenes = t.told.filter((x) => x.kind === "scene");
  const scene = scenes[scenes.length - 1];
  const press = (what) => () => post("tour", { do: what, step: t.number });
  let main;
  if (t.state === "failed") main = h("div", { class: "sentence" }, h("p", { class: "bad" }, w("tour.failed")), h("details", { class: "small" }, h("summary", { data: { key: "failed" } }, w("tour.why")), h("pre", { tabindex: "0" }, t.failed)));
  else if (t.state === "done") main = h("p", { class: "sentence", data: { tour: "done" } }, w("tour.done"));
  else if (t.step) main = h("p", { class: "sentence", id: "sentence", data: { tour: "sentence", kind: t.step.kind } }, sentence(t.step));
  else main = h("p", { class: "sentence waits", data: { tour: "waits" } }, h("span", { class: "spin", "aria-hidden": "true" }), w("tour.waits"));
  const reads = t.step?.kind === "reads";
  const next = l.stories[(l.stories.findIndex((s) => s.name === t.story) + 1) % l.stories.length];
  return [
    h("div", { class: "head" },
      h("p", { class: "story" }, h("strong", {}, said(story?.title ?? t.story))),
      h("p", { class: "scene" }, scene ? said(scene.text) : "")),
    h("div", { class: "row wide" }, main, hint,
      t.step && !reads && h("button", { type: "button", class: "press primary", disabled: down(t, l), data: { key: "do", tour: "do" }, on: { click: press("do") } }, w("tour.do")),
      t.step && reads && h("button", { type: "button", class: "press primary", data: { key: "do", tour: "next" }, on: { click: press("next") } }, w("tour.next")),
      t.step && !reads && h("button", { type: "button", class: "press", data: { key: "where", tour: "where" }, on: { click: () => { lead(t); scrolled = ""; point(); (pointed?.matches("input,button,select,textarea,a") ? pointed : pointed?.querySelector("input,button"))?.focus(); } } }, w("tour.where")),
      t.state !== "running" && h("button", { type: "button", class: "press primary", data: { key: "do", tour: "another" }, on: { click: () => begin(next.name) } }, w("tour.another", { title: said(next.title) })),
      h("button", { type: "button", class: "press", data: { key: "again", tour: "again" }, on: { click: () => begin(t.story) } }, w("tour.again")),
      h("button", { type: "button", class: "press", data: { key: "end", tour: "end" }, on: { click: () => post("tour", { do: "end" }) } }, w("tour.end"))),
    h("details", { class: "log", open: logOpen, on: { toggle: (e) => { logOpen = e.target.open; } } },
      h("summary", { data: { key: "log" } }, w("tour.log", { n: t.told.filter((x) => x.kind === "step").length })),
      h("ol", { class: "told", tabindex: "0", "aria-label": w("tour.log_label") }, t.told.map((x) => h("li", { class: x.kind }, x.kind === "seen" ? "✓ " : "", x.step ? sentence(x.step) : said(x.text))))),
  ];
}
let logOpen = false;

// hint says what stands in the way of a step.
const hint = h("p", { class: "hindrance", role: "status" });

// down says whether a step needs the bot while it is down.
const down = (t, l) => !!t?.step && !l?.running && l?.number > 0 && !["kill", "start", "on", "off", "days"].includes(t.step.kind);

function hinder(t, el) {
  const veil = el?.closest(".pane")?.querySelector(".veil");
  const why = down(t, get("lab")) ? w("tour.down") : veil && !veil.contains(el) ? w("tour.covered") : "";
  if (hint.textContent !== why) hint.textContent = why;
}

// lead makes the place of a step visible: the person, the panel.
function lead(t) {
  const to = t.target, pane = t.step?.pane;
  if (pane === "slack") slack.choose(t.step.person);
  if (pane === "teams") teams.choose(t.step.person);
  if (pane === "mail") mail.choose(t.step.person);
  show({ slack: "slack", teams: "teams", tenant: "settings", mail: "mail" }[pane]);
  if (t.step?.kind === "days") days.put(t.step.days);
  const menu = document.querySelector("details.clock");
  if (menu) menu.open = t.step?.kind === "days";
  if (to?.key && pane === "tenant") document.querySelector(`[data-switch="${CSS.escape(to.key)}"]`)?.closest("details")?.setAttribute("open", "");
}

function find(to) {
  if (!to) return null;
  const pane = document.querySelector(`[data-pane="${to.pane}"]`);
  if (!pane) return null;
  if ((to.pane === "slack" || to.pane === "teams") && pane.querySelector(".people")) {
    const here = demo.current?.(to.pane);
    if (here && to.person && here !== to.person) return pane.querySelector(`.chip[data-person="${CSS.escape(to.person)}"]`) ?? pane.querySelector(".others");
  }
  const host = to.msg ? pane.querySelector(`[data-msg="${CSS.escape(to.msg)}"]`) : pane;
  if (!host) return null;
  if (!to.key) return host;
  const el = host.querySelector(`[data-key="${CSS.escape(to.key)}"]`);
  // What is taken out of a list is taken out at its tag.
  return (get("tour")?.step?.kind === "clears" && el?.closest(".combo")?.querySelector(".tag button")) || el;
}

// point marks the element that the step is taken at.
function point() {
  const t = get("tour");
  const el = t?.step ? find(t.target) : null;
  if (el !== pointed) {
    pointed?.classList.remove("pointed");
    if (pointed?.getAttribute("aria-describedby") === "sentence") pointed.removeAttribute("aria-describedby");
    pointed = el;
    el?.classList.add("pointed");
    if (el && !el.hasAttribute("aria-describedby")) el.setAttribute("aria-describedby", "sentence");
  }
  hinder(t, el);
  const mark = JSON.stringify(t?.target ?? null) + t?.number;
  if (el && scrolled !== mark && el.offsetParent) {
    scrolled = mark;
    reveal(el);
  }
  demo.pointed = el;
}

// reveal scrolls the lists that an element is in, and never the whole page sideways.
function reveal(el) {
  el.scrollIntoView({ block: el.offsetHeight > 400 ? "start" : "nearest", inline: "nearest" });
}
