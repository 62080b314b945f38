// Requests to the server. What one person does goes out in the order it was done.

import { demo } from "./state.js";

const queues = new Map();

// post sends and gives {ok, …answer}; an error is {ok: false, error, fields}.
export async function post(path, body) {
  demo.pending++;
  try {
    const r = await fetch("api/" + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const text = await r.text();
    let answer = {};
    try { answer = JSON.parse(text); } catch { answer = { error: text.trim() }; }
    return { ok: r.ok, ...answer };
  } catch (e) {
    return { ok: false, error: String(e.message ?? e) };
  } finally {
    demo.pending--;
    demo.at = performance.now();
  }
}

// act does something for a person in a chat, after all that he did before.
export function act(chat, person, what) {
  const key = chat + person;
  const next = (queues.get(key) ?? Promise.resolve()).then(() => post("act", { chat, person, ...what }));
  queues.set(key, next);
  return next;
}
