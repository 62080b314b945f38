// The page's own words, in the language of the people; the bot's come from the bot.

let words = {}, stories = {};

export async function load(lang) {
  const get = async (l) => (await fetch(`words/${l}.json`)).json();
  const [en, own, told] = await Promise.all([get("en"), lang === "en" ? {} : get(lang), lang === "en" ? {} : get("stories." + lang)]);
  words = { ...en, ...own };
  stories = told;
  document.documentElement.lang = lang;
  apply();
}

// apply says what stands still on the page.
export function apply() {
  for (const el of document.querySelectorAll("[data-word]")) el.textContent = w(el.dataset.word);
}

// w gives a text with {names} filled in.
export function w(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

// said gives a sentence of a story, which is kept under its English words.
export const said = (text) => stories[text] ?? text;

export const lang = () => document.documentElement.lang || "en";

// zone is that of the company, as on the bot's cards.
const zone = "Europe/Amsterdam";
const format = (at, options) => new Intl.DateTimeFormat(lang() === "nl" ? "nl-NL" : "en-GB", { timeZone: zone, ...options }).format(at);
export const day = (at) => format(at, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
export const time = (at) => format(at, { hour: "2-digit", minute: "2-digit" });
export const exact = (at) => format(at, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
