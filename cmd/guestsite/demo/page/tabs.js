// Where there is little room the panels become tabs; where there is more, only IT's do.

import { h, keep } from "./dom.js";
import { w } from "./words.js";

const chats = ["slack", "teams"], sides = ["settings", "directory", "mail", "wire"];
const wide = matchMedia("(min-width: 1000px)");
let bar;

export function start() {
  bar = h("div", { role: "tablist" });
  document.querySelector(".tabs").append(bar);
  wide.addEventListener("change", draw);
  draw();
}

// show brings a panel to the front.
export function show(name) {
  if (!name) return;
  document.body.dataset.tab = name;
  if (sides.includes(name)) document.body.dataset.side = name;
  draw();
}

export function draw() {
  const names = wide.matches ? sides : [...chats, ...sides];
  const on = wide.matches ? document.body.dataset.side : document.body.dataset.tab;
  const focused = bar.contains(document.activeElement) && document.activeElement.dataset.tab;
  bar.setAttribute("aria-label", w("tabs"));
  keep(bar, []);
  bar.append(...names.map((n) => h("button", {
    type: "button", role: "tab", id: "tab-" + n, "aria-controls": n, "aria-selected": String(n === on), tabindex: n === on ? "0" : "-1", data: { tab: n, key: "tab-" + n },
    on: { click: () => show(n), keydown: (e) => walk(e, names, n) },
  }, w("tab." + n))));
  if (focused) bar.querySelector(`[data-tab="${focused}"]`)?.focus();
  for (const n of [...chats, ...sides]) {
    const el = document.getElementById(n);
    el.hidden = !(n === on || (wide.matches && chats.includes(n)));
    const tab = names.includes(n);
    el.setAttribute("role", tab ? "tabpanel" : "region");
  }
  document.getElementById("side").hidden = !sides.includes(on);
}

function walk(e, names, n) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  const to = step ? names[(names.indexOf(n) + step + names.length) % names.length] : { Home: names[0], End: names[names.length - 1] }[e.key];
  if (!to) return;
  e.preventDefault();
  show(to);
  bar.querySelector(`[data-tab="${to}"]`).focus();
}
