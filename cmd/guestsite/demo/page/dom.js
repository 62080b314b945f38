// Elements, without a framework: h("button", {class: "x", data: {key: "k"}, on: {click: f}}, "text").

export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (v === undefined || v === null || v === false) continue;
    if (k === "data") for (const [d, x] of Object.entries(v)) { if (x !== undefined) el.dataset[d] = x; }
    else if (k === "on") for (const [e, f] of Object.entries(v)) el.addEventListener(e, f);
    else if (k === "class") el.className = v;
    else if (k === "value" || k === "checked") el[k] = v;
    else el.setAttribute(k, v === true ? "" : v);
  }
  el.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

let ids = 0;
export const newId = (prefix) => prefix + "-" + ++ids;

// keep puts children into a parent in order, and takes away all others; those that
// are there already are not moved, so focus and scrolling stay.
export function keep(parent, children) {
  const wanted = new Set(children);
  for (const c of [...parent.children]) if (!wanted.has(c)) c.remove();
  children.forEach((c, i) => { if (parent.children[i] !== c) parent.insertBefore(c, parent.children[i] ?? null); });
}

// announce tells a screen reader.
export function announce(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
}

// trouble shows what went wrong with the page itself; an empty text takes it away.
export function trouble(text) {
  const el = document.getElementById("trouble");
  el.hidden = !text;
  el.textContent = text ?? "";
}

// refocus runs what redraws, and gives the focus back to what stands for what had it.
export function refocus(within, redraw) {
  const had = document.activeElement;
  const inside = had && within.contains(had) && had !== within;
  const msg = inside && had.closest("[data-msg]")?.dataset.msg;
  const key = inside && had.closest("[data-key]")?.dataset.key;
  const at = inside && "selectionStart" in had ? [had.selectionStart, had.selectionEnd] : null;
  redraw();
  if (!inside || document.activeElement === had) return;
  const host = msg ? within.querySelector(`[data-msg="${CSS.escape(msg)}"]`) : within;
  let to = key && host?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (to && !to.matches("input,textarea,select,button,a")) to = to.querySelector("input,textarea,select,button");
  to ??= host;
  if (!to) return;
  if (!to.matches("input,textarea,select,button,a,[tabindex]")) to.tabIndex = -1;
  to.focus({ preventScroll: true });
  if (at && to.setSelectionRange && at[0] !== null) { try { to.setSelectionRange(...at); } catch { /* a kind without a selection */ } }
}
