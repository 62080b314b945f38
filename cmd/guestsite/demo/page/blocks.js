// Block Kit, drawn. KNOWN says which properties each kind's drawing heeds; a test
// reads it, and compares it with what the bot sends.

import { h, newId } from "./dom.js";
import { combo } from "./combo.js";
import { richText } from "./rich.js";
import { textField } from "./text.js";
import { cannot, strange } from "./unknown.js";

export const KNOWN = {
  header: "block_id text",
  rich_text: "block_id elements",
  context: "block_id elements",
  divider: "block_id",
  actions: "block_id elements",
  section: "block_id text",
  input: "block_id label element hint optional dispatch_action",
  plain_text: "text emoji",
  button: "action_id text value url style confirm accessibility_label",
  confirm: "title text confirm deny style",
  option: "text value description",
  plain_text_input: "action_id initial_value multiline max_length min_length placeholder",
  radio_buttons: "action_id options initial_option",
  static_select: "action_id options initial_option placeholder",
  external_select: "action_id initial_option min_query_length placeholder",
  multi_external_select: "action_id initial_options min_query_length placeholder",
  datepicker: "action_id initial_date placeholder",
};

const blocks = {
  header: (b) => h("h4", { class: "card-title" }, b.text.text),
  rich_text: (b) => h("div", { class: "rich" }, b.elements.map(richText)),
  context: (b) => h("p", { class: "small" }, b.elements.map((e) => (e.type === "plain_text" ? e.text : cannot("context/" + e.type)))),
  divider: () => h("hr"),
  actions: (b, at) => h("div", { class: "row" }, b.elements.map((e) => (e.type === "button" ? button(b, e, at) : cannot("actions/" + e.type)))),
  section: (b) => h("p", {}, b.text?.type === "plain_text" ? b.text.text : cannot("section/" + (b.text?.type ?? "no text"))),
  input,
};

const inputs = { plain_text_input: typed, radio_buttons: radios, static_select: menu, external_select: lookup, multi_external_select: lookup, datepicker: date };

// drawBlocks draws a list of blocks. at is where they stand: {send(what), confirm(dialog, element),
// fields} – the last one gets what each input is set by, under its block_id.
export function drawBlocks(list, at) {
  return (list ?? []).map((b) => {
    const draw = blocks[b.type];
    if (!draw) return cannot("block " + b.type);
    return [draw(b, at), strange(b, KNOWN)];
  }).flat(Infinity);
}

function button(b, e, at) {
  const key = b.block_id + "/" + e.action_id;
  const props = { class: "press " + (e.style ?? ""), "aria-label": e.accessibility_label, data: { key, action: actionOf(e) } };
  if (e.url && !e.value) {
    return [h("a", { ...props, class: props.class + " link", href: e.url, target: "_blank", rel: "noopener noreferrer", on: { click: () => at.send({ do: "click", key }) } }, e.text.text, h("span", { class: "out", "aria-hidden": "true" }, "↗")), strange(e, KNOWN)];
  }
  const el = h("button", { type: "button", ...props, on: { click: async () => {
    if (e.confirm && !(await at.confirm(e.confirm, el))) return;
    el.classList.add("busy");
    await at.flush?.();
    await at.send({ do: "click", key });
    el.classList.remove("busy");
  } } }, e.text.text);
  return [el, strange(e, KNOWN)];
}

// actionOf is what a button of the bot asks for, for whoever looks for it on the page.
function actionOf(e) {
  try { const v = JSON.parse(e.value); return v[1] + (v[3] ? ":" + v[3] : ""); } catch { return undefined; }
}

function input(b, at) {
  const e = b.element, make = inputs[e.type];
  const label = h("span", { class: "label" }, b.label.text, b.optional ? h("span", { class: "optional" }, " " + at.words("optional")) : null);
  if (!make) return h("div", { class: "field" }, label, cannot("input " + e.type));
  const about = newId("about"), wrong = newId("wrong");
  const key = b.block_id, field = b.block_id.split(".")[1];
  const fill = async (...values) => {
    const r = await at.send({ do: "fill", key: b.block_id + "/" + e.action_id, values: values.filter((v) => v !== "") });
    error.textContent = r.ok ? at.errors[b.block_id] ?? "" : r.error;
    return r.ok;
  };
  const error = h("p", { class: "wrong", id: wrong, role: "alert" }, at.errors[b.block_id] ?? "");
  const made = make(e, { key, field, fill, label: b.label.text, describedby: about + " " + wrong, required: !b.optional, at, kind: e.type });
  at.fields[b.block_id] = made;
  const hint = h("p", { class: "hint", id: about }, b.hint?.text ?? "");
  return h("div", { class: "field", data: { field, block: b.block_id } }, made.group ? null : h("label", { for: made.input?.id || undefined }, label), made.root, hint, error, strange(e, KNOWN));
}

function typed(e, f) {
  const id = newId("in");
  const el = h(e.multiline ? "textarea" : "input", {
    id, type: e.multiline ? undefined : "text", rows: e.multiline ? "3" : undefined, maxlength: e.max_length, placeholder: e.placeholder?.text,
    value: f.at.value(f.key)?.value ?? e.initial_value ?? "", "aria-describedby": f.describedby, "aria-required": f.required || undefined, data: { key: f.key, field: f.field }, autocomplete: "off",
  });
  if (!e.multiline) el.addEventListener("keydown", (ev) => { if (ev.key === "Enter") { ev.preventDefault(); f.at.enter?.(); } });
  const t = textField(el, (v) => f.fill(v));
  return { root: el, input: el, flush: t.flush, set: (v) => t.set(v?.value ?? "") };
}

function radios(e, f) {
  const name = newId("radio");
  const now = () => f.at.value(f.key)?.selected_option?.value ?? "";
  const make = (o) => {
    const id = newId("in");
    const el = h("input", { type: "radio", id, name, value: o.value, checked: o.value === now(), "aria-describedby": f.describedby, data: { key: f.key + "/" + o.value, value: o.value }, on: { change: () => f.fill(o.value) } });
    return h("div", { class: "option" }, el, h("label", { for: id }, o.text.text, o.description && h("span", { class: "hint" }, o.description.text)), strange({ ...o, type: "option" }, KNOWN));
  };
  const root = h("fieldset", { class: "options", data: { key: f.key, field: f.field } }, h("legend", { class: "label" }, f.label), e.options.map(make));
  const set = (v) => { for (const r of root.querySelectorAll("input")) r.checked = r.value === (v?.selected_option?.value ?? ""); };
  return { root, group: true, set };
}

function menu(e, f) {
  const id = newId("in");
  const el = h("select", { id, "aria-describedby": f.describedby, data: { key: f.key, field: f.field }, on: { change: () => f.fill(el.value) } },
    h("option", { value: "" }, e.placeholder?.text ?? "–"), e.options.map((o) => h("option", { value: o.value }, o.text.text + (o.description ? " – " + o.description.text : ""))));
  el.value = f.at.value(f.key)?.selected_option?.value ?? "";
  return { root: el, input: el, set: (v) => { el.value = v?.selected_option?.value ?? ""; } };
}

function lookup(e, f) {
  const multi = f.kind.startsWith("multi");
  const picked = (v) => (multi ? v?.selected_options ?? [] : v?.selected_option ? [v.selected_option] : []).map((o) => ({ text: o.text.text, value: o.value }));
  const c = combo({
    key: f.key, field: f.field, label: f.label, placeholder: e.placeholder?.text, least: e.min_query_length ?? 3, multi, describedby: f.describedby, required: f.required,
    search: (typed) => f.at.send({ do: "suggest", key: f.key + "/" + e.action_id, typed }), change: (values) => f.fill(...values),
  });
  c.input.id = newId("in");
  c.set(picked(f.at.value(f.key)));
  return { root: c.root, input: c.input, set: (v) => c.set(picked(v)) };
}

function date(e, f) {
  const el = h("input", { type: "date", id: newId("in"), "aria-describedby": f.describedby, data: { key: f.key, field: f.field }, on: { change: () => f.fill(el.value) } });
  el.value = f.at.value(f.key)?.selected_date ?? "";
  return { root: el, input: el, set: (v) => { if (document.activeElement !== el) el.value = v?.selected_date ?? ""; } };
}
