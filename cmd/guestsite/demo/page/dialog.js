// A dialog over one pane: the focus goes in, stays in with Tab, and goes back to where
// it was. The rest of the page can be reached with F6.

import { h } from "./dom.js";

const stops = "a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea:not([disabled])";
const visible = (el) => el.offsetParent !== null;

export function trap(root, onEscape) {
  root.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && !e.defaultPrevented) { e.preventDefault(); e.stopPropagation(); onEscape(); return; }
    if (e.key !== "Tab") return;
    const list = [...root.querySelectorAll(stops)].filter(visible);
    if (!list.length) return;
    const first = list[0], last = list[list.length - 1];
    if (e.shiftKey && (document.activeElement === first || document.activeElement === root)) { e.preventDefault(); last.focus(); }
    else if (!e.shiftKey && document.activeElement === last) { e.preventDefault(); first.focus(); }
  });
}

export function focusFirst(root) {
  const list = [...root.querySelectorAll(stops)].filter(visible);
  (list.find((el) => el.matches("input,textarea,select")) ?? list[0] ?? root).focus({ preventScroll: true });
}

// ask shows a question over a pane and gives the answer.
export function ask(pane, { title, text, yes, no, danger }, back) {
  return new Promise((done) => {
    const end = (answer) => { veil.remove(); back?.focus(); done(answer); };
    const box = h("div", { class: "modal question", role: "alertdialog", "aria-modal": "true", "aria-label": title, tabindex: "-1" },
      h("h3", {}, title), h("p", { class: "lines" }, text),
      h("div", { class: "row end" },
        h("button", { type: "button", class: "press", data: { key: "no" }, on: { click: () => end(false) } }, no),
        h("button", { type: "button", class: "press " + (danger ? "danger" : "primary"), data: { key: "yes" }, on: { click: () => end(true) } }, yes)));
    const veil = h("div", { class: "veil" }, box);
    trap(box, () => end(false));
    pane.append(veil);
    box.querySelector("button").focus();
  });
}
