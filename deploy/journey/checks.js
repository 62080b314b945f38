// Checks of a whole page, on measure.js. check() gives what is wrong.

// layerOf is what an element lies in: dialogs, menus and lists lie over the rest on
// purpose.
globalThis.layerOf = (e) => e.closest("[role=dialog], [role=listbox], .menu, .veil, .trouble, .skip");

globalThis.onScreen = (e) => {
  if (!e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  const r = e.getBoundingClientRect();
  return r.width > 1 && r.height > 1 && !hiddenFromEyes(e);
};

// hiddenFromEyes: what is for screen readers alone is a pixel, clipped.
globalThis.hiddenFromEyes = (e) => {
  for (; e; e = e.parentElement) {
    const s = getComputedStyle(e);
    if (s.position === "absolute" && (s.clipPath !== "none" || s.clip !== "auto") && e.clientWidth <= 1) return true;
  }
  return false;
};

globalThis.scrolls = (e, way) => ["auto", "scroll"].includes(getComputedStyle(e)[way]);

globalThis.check = () => {
  const problems = [];
  const found = (kind, what) => problems.push({ Kind: kind, What: what });
  const root = document.body, slack = 1;
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width + slack) found("outside", `the page is ${document.documentElement.scrollWidth} px wide in a window of ${width}`);
  const all = texts(root), words = all.filter((t) => t.boxes.length), pressed = controls(root).filter((c) => c.boxes.length && onScreen(c.owner));
  for (const t of all) {
    if (hiddenFromEyes(t.owner)) continue;
    for (let e = t.owner; e && e !== root; e = e.parentElement) {
      const style = getComputedStyle(e), frame = e.getBoundingClientRect(), lies = bounds(t.whole);
      const across = style.overflowX !== "visible" && !scrolls(e, "overflowX") && (lies.left < frame.left - slack || lies.right > frame.right + slack);
      const down = style.overflowY !== "visible" && !scrolls(e, "overflowY") && (lies.top < frame.top - slack || lies.bottom > frame.bottom + slack);
      if (across || down || (e === t.owner && style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + slack && !scrolls(e, "overflowX"))) {
        found("cut", `${t.name} does not fit into its box of ${Math.round(frame.width)} x ${Math.round(frame.height)}`);
        break;
      }
      if (scrolls(e, "overflowX") && e.scrollWidth > e.clientWidth + slack && !e.matches("pre, .body, .wide-ok")) {
        found("cut", `${t.name} stands in a box of ${e.clientWidth} px that has to be scrolled sideways (${e.scrollWidth} px)`);
        break;
      }
      if (scrolls(e, "overflowY")) break; // what lies further out shows a part of it at a time
    }
  }
  for (const e of root.querySelectorAll("input, textarea, select")) {
    if (!onScreen(e)) continue;
    if (e.tagName === "SELECT") {
      const chosen = e.selectedOptions[0]?.text || "";
      if (e.size <= 1 && widthOf(chosen, e) > roomIn(e) + slack) found("cut", `the choice "${short(chosen)}" does not fit into its field`);
    } else if (e.placeholder && !e.value && e.tagName === "INPUT" && widthOf(e.placeholder, e) > roomIn(e) + slack) found("cut", `the hint "${short(e.placeholder)}" does not fit into its field`);
    const label = e.labels?.length || e.getAttribute("aria-label")?.trim() || e.getAttribute("aria-labelledby");
    if (!label) found("label", `a field (${e.dataset.key ?? e.id ?? e.type}) has no label`);
  }
  const drawn = [...words, ...pressed];
  drawn.forEach((a, i) => {
    for (const b of drawn.slice(i + 1)) {
      if (a.owner.contains(b.owner) || b.owner.contains(a.owner) || layerOf(a.owner) !== layerOf(b.owner)) continue;
      const by = Math.max(...a.boxes.flatMap((x) => b.boxes.map((y) => over(x, y))));
      if (by > slack) found("overlap", `${a.name} and ${b.name} overlap by ${Math.round(by)} px`);
    }
  });
  for (const e of root.querySelectorAll("button, a[href], [role=button], [role=tab]")) {
    if (onScreen(e) && !e.innerText.trim() && !e.getAttribute("aria-label")?.trim()) found("button", `${e.tagName.toLowerCase()} ${e.dataset.key ?? e.className} has no word`);
  }
  for (const t of words) {
    const e = t.node.parentElement;
    if (e.closest("[disabled], [aria-disabled=true], :disabled")) continue;
    const back = behind(e), ratio = contrast(mix(colour(getComputedStyle(e).color), back), back);
    if (ratio < 4.5) found("contrast", `${t.name} has a contrast of ${ratio.toFixed(1)} to 1`);
  }
  return problems;
};
