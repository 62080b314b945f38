"use strict";

// What is on the screen, as boxes.

const short = (s) => {
  s = s.replace(/\s+/g, " ").trim();
  return s.length > 60 ? s.slice(0, 57) + "..." : s;
};

// blockOf is the nearest element that breaks lines: runs of text in one block
// are laid out together and cannot lie over each other.
function blockOf(node) {
  let e = node.parentElement;
  while (getComputedStyle(e).display === "inline") e = e.parentElement;
  return e;
}

// texts lists the text that is drawn: its words, its block and a box for each
// line, whole and as far as it is to be seen.
// A font's box is higher than its letters, and may reach into the next line
// without anything touching, so the boxes are lowered by a sixth at both ends.
function texts(root) {
  const found = [];
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("select, textarea, option, script, style") || !onScreen(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const whole = [...range.getClientRects()].map((r) => {
      const ease = r.height / 6;
      return { left: r.left, right: r.right, top: r.top + ease, bottom: r.bottom - ease };
    });
    const owner = blockOf(node);
    found.push({ node, owner, whole, boxes: clip(whole, owner, root), name: `text "${short(node.data)}"` });
  }
  return found;
}

// clip leaves of the boxes what the elements around them let through.
function clip(boxes, owner, root) {
  for (let e = owner; root.contains(e); e = e.parentElement) {
    const style = getComputedStyle(e);
    const frame = e.getBoundingClientRect();
    if (style.overflowX !== "visible") boxes = boxes.map((b) => ({ ...b, left: Math.max(b.left, frame.left), right: Math.min(b.right, frame.right) }));
    if (style.overflowY !== "visible") boxes = boxes.map((b) => ({ ...b, top: Math.max(b.top, frame.top), bottom: Math.min(b.bottom, frame.bottom) }));
  }
  return boxes.filter((b) => b.right > b.left && b.bottom > b.top);
}

// controls lists what can be pressed or filled in, and pictures.
function controls(root) {
  return [...root.querySelectorAll("input, select, textarea, button, img, [role=button]")].filter(onScreen).map((e) => {
    const { left, right, top, bottom } = e.getBoundingClientRect();
    const called = e.innerText || e.getAttribute("aria-label") || e.placeholder || e.alt || e.value || "";
    return { owner: e, boxes: clip([{ left, right, top, bottom }], e.parentElement, root), name: `${e.tagName.toLowerCase()} "${short(called)}"` };
  });
}

// bounds is the smallest box around all of them.
function bounds(boxes) {
  return {
    left: Math.min(...boxes.map((b) => b.left)),
    right: Math.max(...boxes.map((b) => b.right)),
    top: Math.min(...boxes.map((b) => b.top)),
    bottom: Math.max(...boxes.map((b) => b.bottom)),
  };
}

// over says by how much two boxes lie over each other, in the smaller direction.
const over = (a, b) => Math.min(Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

const pen = document.createElement("canvas").getContext("2d");

// widthOf measures a line of text in an element's font.
function widthOf(text, element) {
  const style = getComputedStyle(element);
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return pen.measureText(text).width;
}

function roomIn(control) {
  const style = getComputedStyle(control);
  return control.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
}

// Colours, as [red, green, blue, alpha].
function colour(css) {
  const n = (css.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  return n.length === 3 ? [...n, 1] : n;
}

const mix = (front, back) => [0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3])).concat(1);

// behind is the colour that an element stands on.
function behind(element) {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    const c = colour(getComputedStyle(e).backgroundColor);
    layers.push(c);
    if (c[3] === 1) break;
  }
  return layers.reverse().reduce((under, c) => mix(c, under), [255, 255, 255, 1]);
}

// contrast is the ratio of WCAG 2.
function contrast(a, b) {
  const light = ([red, green, blue]) => {
    const [r, g, v] = [red, green, blue].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * v;
  };
  const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
