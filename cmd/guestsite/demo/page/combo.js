// A list that is searched while one types, with what was picked as little tags.
// Arrow keys walk the list, Enter takes, Escape closes it.

import { announce, h, keep, newId } from "./dom.js";
import { w } from "./words.js";

// combo: search(typed) gives {choices, line}; change(values) is told of each pick.
export function combo({ key, field, label, placeholder, least = 1, multi, search, change, describedby, required }) {
  const list = newId("list");
  const tags = h("span", { class: "tags" });
  const box = h("ul", { class: "offers", role: "listbox", id: list, hidden: true, "aria-label": label });
  const input = h("input", {
    type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": list, "aria-autocomplete": "list",
    "aria-label": label, "aria-describedby": describedby, "aria-required": required ? "true" : undefined, placeholder: placeholder || w("combo.type"), data: { key, field },
  });
  const root = h("span", { class: "combo" }, tags, input, box);
  let picked = [], offers = [], at = -1, asked = 0, timer;

  const shut = () => { box.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = () => {
    [...box.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === at)));
    const li = box.children[at];
    if (li?.id) { input.setAttribute("aria-activedescendant", li.id); li.scrollIntoView({ block: "nearest" }); }
  };
  const take = async (o) => {
    const before = picked;
    picked = multi ? [...picked.filter((x) => x.value !== o.value), o] : [o];
    input.value = "";
    shut();
    draw();
    if (!(await change(picked.map((x) => x.value)))) { picked = before; draw(); }
    input.focus();
  };
  const drop = async (o) => { picked = picked.filter((x) => x.value !== o.value); draw(); input.focus(); await change(picked.map((x) => x.value)); };
  const draw = () => {
    keep(tags, []);
    tags.append(...picked.map((o) => h("span", { class: "tag" }, o.text,
      h("button", { type: "button", "aria-label": w("combo.remove", { name: o.text }), data: { key: key + "/remove" }, on: { click: () => drop(o) } }, "×"))));
    input.placeholder = picked.length && !multi ? w("combo.another") : placeholder || w("combo.type");
  };
  const show = (choices, line) => {
    offers = choices;
    at = choices.length ? 0 : -1;
    keep(box, []);
    box.append(...(choices.length ? choices.map((o) => h("li", { role: "option", id: newId("offer"), data: { value: o.value }, on: { mousedown: (e) => { e.preventDefault(); take(o); } } }, o.text))
      : [h("li", { class: "none", role: "option", "aria-disabled": "true" }, line || w("combo.none"))]));
    box.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark();
    announce(choices.length ? w("combo.found", { n: choices.length }) : line || w("combo.none"));
  };
  const ask = async () => {
    const typed = input.value.trim(), mine = ++asked;
    if ([...typed].length < least) { shut(); return; }
    const r = await search(typed);
    if (mine === asked && document.activeElement === input) show(r.choices ?? [], r.line ?? r.error);
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 200); });
  input.addEventListener("blur", shut);
  input.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (box.hidden) ask();
      else if (offers.length) { at = (at + (e.key === "ArrowDown" ? 1 : offers.length - 1)) % offers.length; mark(); }
    } else if (e.key === "Enter" && !box.hidden && at >= 0) { e.preventDefault(); take(offers[at]); }
    else if (e.key === "Escape" && !box.hidden) { e.stopPropagation(); shut(); }
    else if (e.key === "Backspace" && !input.value && picked.length && multi) drop(picked[picked.length - 1]);
  });
  draw();
  // set shows what the server holds, unless somebody is at it.
  return { root, input, set: (options) => { if (JSON.stringify(options) !== JSON.stringify(picked)) { picked = options; draw(); } } };
}
