// A text field that tells the server what stands in it: a little after the typing
// stops, and before anything is pressed.

export function textField(el, send) {
  let sent = el.value, timer;
  const flush = async () => {
    clearTimeout(timer);
    if (el.value !== sent) { sent = el.value; return send(el.value); }
  };
  el.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(flush, 250); });
  el.addEventListener("change", flush);
  // set shows what the server holds, unless somebody has typed meanwhile.
  return { flush, set: (v) => { if (el.value === sent && v !== sent) { el.value = sent = v; } } };
}
