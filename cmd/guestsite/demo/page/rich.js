// rich_text, drawn: sections, lists and quotes of text and links.

import { h } from "./dom.js";
import { cannot, strange } from "./unknown.js";

export const KNOWN = {
  rich_text_section: "elements",
  rich_text_list: "elements style",
  rich_text_quote: "elements",
  text: "text style",
  link: "url text style",
};

export function richText(e) {
  switch (e.type) {
    case "rich_text_section": return [h("p", {}, e.elements.map(leaf)), strange(e, KNOWN)];
    case "rich_text_quote": return [h("blockquote", {}, e.elements.map(leaf)), strange(e, KNOWN)];
    case "rich_text_list": return [h(e.style === "ordered" ? "ol" : "ul", {}, e.elements.map((i) => h("li", {}, i.elements.map(leaf), strange(i, KNOWN)))), strange(e, KNOWN)];
  }
  return cannot("rich_text/" + e.type);
}

function leaf(e) {
  let el;
  if (e.type === "text") el = document.createTextNode(e.text);
  else if (e.type === "link") el = h("a", { href: e.url, target: "_blank", rel: "noopener noreferrer" }, e.text || e.url);
  else return cannot("rich_text/" + e.type);
  if (e.style?.code) el = h("code", {}, el);
  if (e.style?.italic) el = h("em", {}, el);
  if (e.style?.bold) el = h("strong", {}, el);
  return [el, strange(e, KNOWN)];
}

// plain draws a message's text, whose links Slack writes as <url|words>.
export function plain(text) {
  const out = [];
  for (const part of (text ?? "").split(/(<[^>]+>)/)) {
    const m = /^<([^|>]+)(?:\|([^>]*))?>$/.exec(part);
    const bare = (s) => s.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
    if (!m) out.push(bare(part));
    else if (/^https?:/.test(m[1])) out.push(h("a", { href: bare(m[1]), target: "_blank", rel: "noopener noreferrer" }, bare(m[2] ?? m[1])));
    else out.push(bare(m[2] ?? m[1].replace(/^mailto:/, "")));
  }
  return h("p", { class: "lines" }, out);
}
