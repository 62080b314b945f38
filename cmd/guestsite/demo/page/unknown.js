// What the page has no drawing for is said, never dropped.

import { h } from "./dom.js";
import { w } from "./words.js";

export const cannot = (what) => h("p", { class: "cannot", data: { unknown: what } }, w("cannot", { what }));

// strange lists the properties of an element that its drawing does not heed. known is
// a table of the kinds, each with the names that it heeds.
export function strange(el, known, extra = "") {
  const names = new Set(("type " + extra + " " + (known[el.type] ?? "")).split(" "));
  return Object.keys(el).filter((k) => !names.has(k)).map((k) => cannot(el.type + "." + k));
}
