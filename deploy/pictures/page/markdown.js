"use strict";

// The part of Markdown that Teams draws in a TextBlock: bold, italic, links,
// lists and backslash escapes. Everything else stays as it was written.
function markdown(text) {
  const kept = [];
  const keep = (html) => `\u0000${kept.push(html) - 1}\u0000`;
  const plain = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
  const inline = (s) =>
    s
      .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, label, url) => keep(`<a class="ac-anchor" href="${url}">`) + label + keep("</a>"))
      .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "<strong>$2</strong>")
      .replace(/(?<![\p{L}\p{N}])([*_])(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/gu, "<em>$2</em>");

  const escaped = plain(text).replace(/\\([\\`*_{}[\]()#+\-.!~|])/g, (_, c) => keep(c));
  const blocks = [];
  let list = null;
  let lines = null;
  for (const line of escaped.split(/\r\n|\r|\n/)) {
    const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/.exec(line);
    if (item) {
      const tag = item[1] ? "ol" : "ul";
      if (!list || list.tag !== tag) blocks.push((list = { tag, start: item[1] || 1, items: [] }));
      list.items.push(inline(item[2]));
      lines = null;
    } else if (line.trim() === "") {
      list = lines = null;
    } else {
      if (!lines) blocks.push((lines = { lines: [] }));
      lines.lines.push(inline(line));
      list = null;
    }
  }
  const html = blocks.map((b) =>
    b.lines
      ? `<p>${b.lines.join("<br>")}</p>`
      : `<${b.tag}${b.tag === "ol" ? ` start="${b.start}"` : ""}>${b.items.map((i) => `<li>${i}</li>`).join("")}</${b.tag}>`
  );
  return html.join("").replace(/\u0000(\d+)\u0000/g, (_, n) => kept[n]);
}
