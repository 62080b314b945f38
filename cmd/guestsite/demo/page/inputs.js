// The inputs of an Adaptive Card, drawn.

import { combo } from "./combo.js";
import { h, newId } from "./dom.js";
import { all } from "./state.js";
import { textField } from "./text.js";
import { cannot, strange } from "./unknown.js";

export const KNOWN = {
  "Data.Query": "dataset",
  "Input.Text": "id label placeholder isMultiline maxLength value isRequired errorMessage spacing separator isVisible",
  "Input.Date": "id label value isRequired errorMessage spacing separator isVisible placeholder",
  "Input.ChoiceSet": "id label choices choices.data value style wrap isMultiSelect isRequired errorMessage placeholder spacing separator isVisible",
};

const makers = { "Input.Text": text, "Input.Date": date, "Input.ChoiceSet": choice };

export function cardInput(e, at) {
  const make = makers[e.type];
  if (!make) return h("div", { class: "field" }, cannot("input " + e.type));
  const wrong = newId("wrong");
  const error = h("p", { class: "wrong", id: wrong, role: "alert" }, at.errors[e.id] ?? "");
  const fill = async (...values) => {
    const r = await at.send({ do: "fill", key: e.id, values: values.filter((v) => v !== "") });
    error.textContent = r.ok ? "" : r.error;
    return r.ok;
  };
  const field = e.id.slice(e.id.lastIndexOf("_") + 1);
  const made = make(e, { fill, wrong, at, field, value: at.values[e.id] ?? "" });
  at.fields[e.id] = { ...made, wrong: (t) => { error.textContent = t ?? ""; } };
  const label = h("span", { class: "label" }, e.label ?? e.id, e.isRequired ? h("span", { class: "must", "aria-hidden": "true" }, " *") : null);
  return h("div", { class: "field", data: { field } }, made.group ? null : h("label", { for: made.input.id }, label), made.root, error, strange(e, KNOWN));
}

function text(e, f) {
  const el = h(e.isMultiline ? "textarea" : "input", {
    id: newId("in"), type: e.isMultiline ? undefined : "text", rows: e.isMultiline ? "3" : undefined, maxlength: e.maxLength, placeholder: e.placeholder, value: f.value,
    "aria-describedby": f.wrong, "aria-required": e.isRequired ? "true" : undefined, data: { key: e.id, field: f.field }, autocomplete: "off",
  });
  const t = textField(el, (v) => f.fill(v));
  return { root: el, input: el, flush: t.flush, set: t.set };
}

function date(e, f) {
  const el = h("input", { type: "date", id: newId("in"), value: f.value, "aria-describedby": f.wrong, data: { key: e.id, field: f.field }, on: { change: () => f.fill(el.value) } });
  return { root: el, input: el, set: (v) => { if (document.activeElement !== el) el.value = v; } };
}

function choice(e, f) {
  if (e["choices.data"]) return lookup(e, f);
  if (e.isMultiSelect) return { root: cannot("Input.ChoiceSet.isMultiSelect"), input: {}, set() {} };
  return e.style === "expanded" ? radios(e, f) : menu(e, f);
}

function radios(e, f) {
  const name = newId("radio");
  const root = h("fieldset", { class: "options", data: { key: e.id, field: f.field } }, h("legend", { class: "label" }, e.label, e.isRequired ? h("span", { class: "must", "aria-hidden": "true" }, " *") : null), e.choices.map((c) => {
    const id = newId("in");
    return h("div", { class: "option" }, h("input", { type: "radio", id, name, value: c.value, checked: c.value === f.value, "aria-describedby": f.wrong, data: { key: e.id + "/" + c.value, value: c.value }, on: { change: () => f.fill(c.value) } }), h("label", { for: id }, c.title));
  }));
  return { root, group: true, set: (v) => { for (const r of root.querySelectorAll("input")) r.checked = r.value === v; } };
}

function menu(e, f) {
  const el = h("select", { id: newId("in"), "aria-describedby": f.wrong, data: { key: e.id, field: f.field }, on: { change: () => f.fill(el.value) } },
    h("option", { value: "" }, e.placeholder ?? "–"), e.choices.map((c) => h("option", { value: c.value }, c.title)));
  el.value = f.value;
  return { root: el, input: el, set: (v) => { el.value = v; } };
}

const names = {};
// nameOf finds what a person reads for a value: what was offered, what the card says, or who it is.
const nameOf = (e, v) => names[v] ?? e.choices?.find((c) => c.value === v)?.title ?? all("teams:").find((s) => s.person.id === v)?.person.name ?? v;

function lookup(e, f) {
  const odd = strange(e["choices.data"], KNOWN);
  const picked = (v) => (v ? v.split(",") : []).map((x) => ({ value: x, text: nameOf(e, x) }));
  const c = combo({
    key: e.id, field: f.field, label: e.label, placeholder: e.placeholder, least: 1, multi: e.isMultiSelect, describedby: f.wrong, required: e.isRequired,
    search: async (typed) => { const r = await f.at.send({ do: "suggest", key: e.id, typed }); for (const o of r.choices ?? []) names[o.value] = o.text; return r; },
    change: (values) => f.fill(...values),
  });
  c.input.id = newId("in");
  c.set(picked(f.value));
  return { root: h("span", {}, c.root, odd), input: c.input, set: (v) => c.set(picked(v)) };
}
