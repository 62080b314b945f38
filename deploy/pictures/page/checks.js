"use strict";

// Each check gets a face of a card as it is drawn, and calls found for each
// thing that is wrong. The names of the checks are the kinds of problems.

const slack = 1; // browsers round to parts of a pixel

const checks = {
  // What the library itself says about the card.
  library({ card, parsed, drawn }, found) {
    if (drawn.length === 0) found("the card shows nothing");
    for (const e of parsed) found(e);
    for (const f of card.validateProperties().validationEvents) {
      // A list that is searched while one types may begin with no choice.
      const searched = f.event === AdaptiveCards.ValidationEvent.CollectionCantBeEmpty && f.source.choicesData?.dataset;
      if (!searched) found(f.message);
    }
    if (card.version && card.version.compareTo(new AdaptiveCards.Version(1, 5)) > 0) found(`version ${card.version}: Teams takes 1.5 from a bot`);
  },

  // Text that cannot be read to its end.
  cut({ card, root, texts }, found) {
    for (const t of texts) {
      for (let e = t.owner; root.contains(e); e = e.parentElement) {
        const style = getComputedStyle(e);
        const frame = e.getBoundingClientRect();
        const all = bounds(t.whole);
        const across = style.overflowX !== "visible" && (all.left < frame.left - slack || all.right > frame.right + slack);
        const down = style.overflowY !== "visible" && (all.top < frame.top - slack || all.bottom > frame.bottom + slack);
        const short = e === t.owner && style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + slack;
        if (across || down || short) {
          found(`${t.name} does not fit into its box of ${Math.round(frame.width)} x ${Math.round(frame.height)}`);
          break;
        }
      }
    }
    for (const e of elements(card)) {
      if (!(e instanceof AdaptiveCards.TextBlock) || !onScreen(e.renderedElement)) continue;
      const ended = /(\.\.\.|…)\s*$/;
      if (ended.test(e.renderedElement.innerText) && !ended.test(e.text)) found(`text "${short(e.text)}" ends in dots`);
    }
    for (const e of root.querySelectorAll("input, textarea")) {
      const lines = e.tagName === "TEXTAREA" ? Math.floor(e.clientHeight / 20) : 1;
      if (e.placeholder && onScreen(e) && widthOf(e.placeholder, e) > roomIn(e) * lines + slack) found(`the hint "${short(e.placeholder)}" does not fit into its field`);
    }
    for (const e of root.querySelectorAll("select")) {
      const chosen = e.selectedOptions[0]?.text || "";
      const arrow = 20;
      if (onScreen(e) && widthOf(chosen, e) > roomIn(e) - arrow + slack) found(`the choice "${short(chosen)}" does not fit into its field`);
    }
  },

  // Things that stick out of the card.
  outside({ root, drawn }, found) {
    const frame = root.getBoundingClientRect();
    for (const t of drawn) {
      const all = bounds(t.boxes);
      const by = Math.max(frame.left - all.left, all.right - frame.right, frame.top - all.top, all.bottom - frame.bottom);
      if (by > slack) found(`${t.name} sticks out of the card by ${Math.round(by)} px`);
    }
  },

  // Things that lie over each other. What is inside the other belongs there.
  overlap({ drawn }, found) {
    drawn.forEach((a, i) => {
      for (const b of drawn.slice(i + 1)) {
        if (a.owner.contains(b.owner) || b.owner.contains(a.owner)) continue;
        const by = Math.max(...a.boxes.flatMap((x) => b.boxes.map((y) => over(x, y))));
        if (by > slack) found(`${a.name} and ${b.name} overlap by ${Math.round(by)} px`);
      }
    });
  },

  // Words broken in the middle although the card has room for them: a column
  // is too narrow.
  broken({ root, texts }, found) {
    for (const t of texts) {
      for (const token of t.node.data.matchAll(/\S+/g)) {
        // Addresses break where they must.
        if (/[@/]|\.[\p{L}\p{N}]/u.test(token[0]) || widthOf(token[0], t.node.parentElement) > root.clientWidth / 2) continue;
        for (const word of token[0].matchAll(/[\p{L}\p{N}]+/gu)) {
          const range = document.createRange();
          range.setStart(t.node, token.index + word.index);
          range.setEnd(t.node, token.index + word.index + word[0].length);
          const lines = new Set([...range.getClientRects()].map((r) => Math.round(r.top)));
          if (lines.size > 1) found(`the word "${short(word[0])}" is broken: its column is too narrow`);
        }
      }
    }
  },

  // Buttons without a word on them.
  button({ root }, found) {
    for (const e of root.querySelectorAll("button, [role=button]")) {
      if (onScreen(e) && !e.innerText.trim() && !e.getAttribute("aria-label")?.trim()) found("a button has no title");
    }
  },

  // Fields without a label. A hint inside a field is none: it goes when one types.
  label({ card }, found) {
    for (const i of card.getAllInputs()) {
      const words = i.label || i.labelledBy || (i instanceof AdaptiveCards.ToggleInput ? i.title : "");
      if (!words?.trim()) found(`the input "${i.id}" has no label`);
    }
  },

  // Text that is hard to read on what is behind it.
  contrast({ texts }, found, note) {
    const theirs = statusColours();
    for (const t of texts) {
      const e = t.node.parentElement;
      if (e.closest("[disabled], [aria-disabled=true]")) continue;
      const style = getComputedStyle(e);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
      const back = behind(e);
      const ratio = contrast(mix(colour(style.color), back), back);
      const say = theirs.has(String(colour(style.color).slice(0, 3))) ? note : found;
      if (ratio < (large ? 3 : 4.5)) say(`${t.name} has a contrast of ${ratio.toFixed(1)} to 1`);
    }
  },
};

// statusColours are those that Teams gives to good, warning and attention. They
// are its choice and not the card's, and those of the designer's settings are
// paler than what Teams draws: not a problem of the card.
function statusColours() {
  const found = new Set();
  for (const style of Object.values(hostConfig.containerStyles)) {
    for (const name of ["good", "warning", "attention"]) {
      for (const hex of Object.values(style.foregroundColors[name])) {
        found.add(String(hex.slice(-6).match(/../g).map((h) => parseInt(h, 16))));
      }
    }
  }
  return found;
}
