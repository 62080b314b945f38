// Adaptive Cards, drawn. KNOWN says which properties each kind's drawing heeds; a test
// reads it, and compares it with what the bot sends.

import { h, newId } from "./dom.js";
import { cardInput } from "./inputs.js";
import { cannot, strange } from "./unknown.js";

export const KNOWN = {
  AdaptiveCard: "body actions version $schema fallbackText msteams refresh",
  RichTextBlock: "inlines spacing separator id isVisible",
  TextRun: "text weight size isSubtle italic fontType color underline selectAction",
  TextBlock: "text weight size isSubtle fontType color wrap spacing separator id isVisible",
  Container: "items style id isVisible spacing separator",
  ActionSet: "actions spacing separator id isVisible",
  "Action.Execute": "title verb data style tooltip associatedInputs fallback id isEnabled",
  "Action.Submit": "title data style tooltip associatedInputs id isEnabled",
  "Action.OpenUrl": "title url style tooltip id isEnabled",
  "Action.ToggleVisibility": "title targetElements style tooltip id isEnabled",
};

const elements = {
  RichTextBlock: (e) => h("p", {}, e.inlines.map(run)),
  TextBlock: (e) => h("p", {}, run({ ...e, type: "TextRun" }, true)),
  Container: (e, at, path) => h("div", { class: "box " + (e.style ?? "") }, drawElements(e.items, at, path + ".items")),
  ActionSet: (e, at, path) => h("div", { class: "row" }, e.actions.map((a, i) => action(a, at, `${path}.actions.${i}`))),
};

// drawCard draws a card. at is where it stands: {send(what), fields, values, errors}.
export function drawCard(card, at) {
  return [
    drawElements(card.body, at, "body"),
    card.actions?.length ? h("div", { class: "row" }, card.actions.map((a, i) => action(a, at, "actions." + i))) : null,
    strange(card, KNOWN),
  ];
}

function drawElements(list, at, path) {
  return (list ?? []).map((e, i) => {
    const here = `${path}.${i}`;
    const input = e.type?.startsWith("Input.") ? cardInput(e, at, here) : null;
    const draw = elements[e.type];
    const el = input ?? (draw ? draw(e, at, here) : cannot("element " + e.type));
    if (e.isVisible === false) el.hidden = true;
    if (e.spacing) el.classList.add("space-" + e.spacing.toLowerCase());
    if (e.separator) el.classList.add("apart");
    return input || !draw ? el : [el, strange(e, KNOWN)];
  });
}

function run(r, loose) {
  if (typeof r === "string") return r;
  if (r.type !== "TextRun") return cannot("RichTextBlock/" + r.type);
  const names = ["run"];
  if (r.size) names.push("size-" + r.size.toLowerCase());
  if (r.isSubtle) names.push("subtle");
  if (r.color) names.push("color-" + r.color.toLowerCase());
  if (r.fontType === "Monospace") names.push("mono");
  const tag = r.weight === "Bolder" ? "strong" : r.italic ? "em" : "span";
  let inner = r.text;
  if (r.weight === "Bolder" && r.italic) inner = h("em", {}, inner);
  const link = r.selectAction;
  const el = link?.type === "Action.OpenUrl"
    ? h("a", { class: names.join(" "), href: link.url, target: "_blank", rel: "noopener noreferrer", title: link.title }, r.weight === "Bolder" ? h("strong", {}, inner) : inner)
    : h(tag, { class: names.join(" ") }, inner);
  return [el, link && link.type !== "Action.OpenUrl" ? cannot("TextRun/" + link.type) : null, loose ? null : strange(r, KNOWN)];
}

function action(a, at, path) {
  if (!(a.type in KNOWN)) return cannot("action " + a.type);
  const key = a.id || path;
  const ours = a.data?.guestsite ?? {};
  const about = a.tooltip && a.tooltip !== a.title ? a.tooltip : undefined;
  const props = { class: "press " + ({ positive: "primary", destructive: "danger" }[a.style] ?? ""), title: about, "aria-label": about, data: { key, action: ours.action ? ours.action + (ours.part ? ":" + ours.part : "") : ours.do } };
  if (a.type === "Action.OpenUrl") {
    return [h("a", { ...props, class: props.class + " link", href: a.url, target: "_blank", rel: "noopener noreferrer", on: { click: () => at.send({ do: "click", key }) } }, a.title, h("span", { class: "out", "aria-hidden": "true" }, "↗")), strange(a, KNOWN)];
  }
  const el = h("button", { type: "button", id: newId("act"), ...props, disabled: a.isEnabled === false, on: { click: async () => {
    el.classList.add("busy");
    await at.flush?.();
    await at.send({ do: "click", key });
    el.classList.remove("busy");
  } } }, a.title);
  return [el, strange(a, KNOWN)];
}
