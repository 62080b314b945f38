"use strict";

// A card has more than one face: its buttons show and hide parts of it. These
// functions find every face that a press can bring about.

// elements lists a card's elements with those of the cards inside it, always
// in the same order.
function elements(root) {
  const found = [];
  const visit = (e) => {
    if (!e || found.includes(e)) return;
    found.push(e);
    for (let i = 0; e.getItemCount && i < e.getItemCount(); i++) visit(e.getItemAt(i));
    for (let i = 0; e.getActionCount && i < e.getActionCount(); i++) visit(e.getActionAt(i)?.card);
  };
  visit(root);
  return found;
}

const onScreen = (node) => !!node && node.getClientRects().length > 0 && getComputedStyle(node).visibility === "visible";

// The library lists some actions twice.
const actions = (card) => [...new Set(card.getAllActions())];

// presses lists the numbers of the actions that change the card's face and
// that can be pressed now.
function presses(card) {
  const found = [];
  actions(card).forEach((a, i) => {
    const changes = a instanceof AdaptiveCards.ToggleVisibilityAction || a instanceof AdaptiveCards.ShowCardAction;
    if (changes && onScreen(a.renderedElement || a.parent?.renderedElement)) found.push(i);
  });
  return found;
}

function press(card, i) {
  const action = actions(card)[i];
  if (action.renderedElement) action.renderedElement.click();
  else action.execute();
  return (action.title || "").trim() || "a part that can be pressed";
}

// faces calls put, which draws the card anew, for the card as it comes, after
// each press, and after each press on what that press brought up: a press on
// what was there before leads to a face that is drawn anyway. Parts that no
// press shows are shown by force, in one last face.
function faces(put) {
  const found = [];
  const shown = new Set();
  const todo = [{ path: [], before: [] }];
  const most = 40;
  while (todo.length > 0 && found.length < most) {
    const { path, before } = todo.shift();
    const face = put();
    const names = path.map((i) => press(face.card, i));
    face.name = names.length ? "after " + names.map((n) => `"${n}"`).join(", ") : "as sent";
    elements(face.card).forEach((e, i) => onScreen(e.renderedElement) && shown.add(i));
    found.push(face);
    const now = presses(face.card);
    for (const i of now) if (!before.includes(i)) todo.push({ path: [...path, i], before: now });
  }
  const hidden = (e, i) => !e.isVisible && !shown.has(i);
  if (elements(found[0].card).some(hidden)) {
    const face = put();
    elements(face.card).forEach((e, i) => hidden(e, i) && (e.isVisible = true));
    face.name = "all shown";
    found.push(face);
  }
  return { found, left: todo.length };
}
