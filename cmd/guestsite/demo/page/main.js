// Starts the page: the words, the panels, then the stream of what there is. See README.md.

import { announce, trouble } from "./dom.js";
import * as lab from "./lab.js";
import * as mail from "./mail.js";
import * as people from "./people.js";
import * as slack from "./slack.js";
import { demo, get, listen, watch } from "./state.js";
import * as tabs from "./tabs.js";
import * as teams from "./teams.js";
import * as tenant from "./tenant.js";
import * as tour from "./tour.js";
import * as wire from "./wire.js";
import { apply, load, w } from "./words.js";

const parts = [slack, teams, tenant, mail, wire, lab, tour, tabs];
demo.current = people.current;
demo.show = tabs.show;
demo.choose = (chat, id) => ({ slack, teams })[chat].choose(id);

let language = "", company = 0;
async function speak(lang) {
  language = lang;
  await load(lang);
  for (const p of parts) p.draw();
}

watch("lab", () => {
  const l = get("lab");
  if (!l) return;
  if (l.number && l.number !== company) { if (company) announce(w("made_anew")); company = l.number; people.forget(); }
  if (l.lang !== language) speak(l.lang);
});

// F6 walks from panel to panel, also out of a dialog.
const stops = ["tour", "slack", "teams", "side"];
document.addEventListener("keydown", (e) => {
  if (e.key !== "F6") return;
  e.preventDefault();
  const here = stops.findIndex((id) => document.getElementById(id).contains(document.activeElement));
  const list = stops.map((_, i) => stops[(here + (e.shiftKey ? -1 - i : 1 + i) + 2 * stops.length) % stops.length]);
  const to = list.map((id) => document.getElementById(id)).find((el) => !el.hidden);
  (to?.querySelector(".modal") ?? to)?.focus();
});

// A menu shuts when one goes elsewhere.
document.addEventListener("click", (e) => { for (const m of document.querySelectorAll("details.clock[open]")) if (!m.contains(e.target) && !e.target.closest(".tour")) m.open = false; });

await load("en");
language = "en";
for (const p of parts) p.start?.();
apply();
let lost;
listen((why) => { clearTimeout(lost); if (why) lost = setTimeout(() => trouble(w(why)), 1500); else trouble(""); });
