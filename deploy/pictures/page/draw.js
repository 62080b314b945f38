"use strict";

const stage = document.getElementById("stage");

// ready waits for the fonts. Without them the widths would be of another font.
async function ready() {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown(text);
    result.didProcess = true;
  };
  for (const weight of [400, 600, 700]) {
    try {
      await document.fonts.load(`${weight} 14px "Segoe UI"`);
    } catch {
      throw new Error("the font Open Sans is not installed: apt-get install fonts-open-sans");
    }
  }
}

// put draws a card into a bubble at the end of the stage.
function put(json, width) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
  // 1.6 for the people picker, which Teams takes in cards of 1.5.
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_6);
  card.parse(json, context);
  const parsed = [];
  for (let i = 0; i < context.eventCount; i++) parsed.push(context.getEventAt(i).message);

  const state = document.createElement("section");
  state.style.width = width + "px";
  const caption = document.createElement("p");
  const bubble = document.createElement("form"); // else the radio buttons of all faces are one group
  bubble.className = "bubble";
  state.append(caption, bubble);
  stage.append(state);
  const root = card.render(bubble);
  if (!root) throw new Error("the library draws nothing");
  if (!root.isConnected) bubble.append(root);
  card.updateLayout();
  return { card, parsed, root, caption };
}

// draw puts every face of a card onto an empty stage and checks each.
function draw(json, width) {
  const across = Math.max(1, Math.floor(1600 / width));
  stage.style.gridTemplateColumns = `repeat(${across}, max-content)`;
  stage.replaceChildren();
  const problems = [];
  const notes = [];
  const add = (list, kind, state) => (what) => {
    // The same thing in a later face is the same thing.
    if (!list.some((f) => f.kind === kind && f.what === what)) list.push({ kind, state, what });
  };
  const { found, left } = faces(() => put(json, width));
  for (const face of found) face.caption.textContent = face.name; // all at once: each moves what is below
  for (const face of found) {
    face.texts = texts(face.root);
    face.drawn = [...face.texts, ...controls(face.root)].filter((t) => t.boxes.length > 0);
    for (const [kind, check] of Object.entries(checks)) check(face, add(problems, kind, face.name), add(notes, kind, face.name));
  }
  if (left > 0) add(problems, "library", "all")(`the card has more than ${found.length} faces; ${left} were not drawn`);
  const size = stage.getBoundingClientRect();
  return { states: found.map((f) => f.name), problems, notes, size: { width: Math.ceil(size.width), height: Math.ceil(size.height) } };
}
