package main

import (
	"errors"
	"fmt"
)

var errNotThere = errors.New("it is not there, or something lies over it")

// take takes a step where the tour points.
func (t *traveller) take(s step) error {
	switch s.Kind {
	case "reads":
		return t.click(`[data-tour="next"]`)
	// Two people at the same moment are more than one reader can be, and a sign-in goes
	// on in a window of its own.
	case "both", "signs", "signs_only":
		t.forMe++
		return t.click(`[data-tour="do"]`)
	}
	t.byHand++
	switch s.Kind {
	case "types":
		return t.write(s.Text, true)
	case "fills":
		return t.fill(s.Text)
	case "clears":
		return t.empty()
	case "picks":
		return t.pick(s.Text)
	default: // what is pressed
		if err := t.press(); err != nil {
			return err
		}
		return t.confirm(s)
	}
}

// spot is where in an element a mouse would go, once it stands still. It is null where
// something else lies there.
const spot = `(async (find) => {
	let e = find(), last = "";
	for (let i = 0; i < 100; i++) {
		e = find();
		e?.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
		await new Promise(requestAnimationFrame);
		const now = JSON.stringify(e?.getBoundingClientRect());
		if (e === find() && now === last) break;
		last = now;
	}
	if (!e) return null;
	const r = e.getBoundingClientRect();
	const x = r.left + Math.min(r.width / 2, 60), y = r.top + Math.min(r.height / 2, 200);
	const top = document.elementFromPoint(x, y);
	return top && (e.contains(top) || top.contains(e) && top.tagName === "LABEL") ? [x, y] : null;
})`

// click presses the mouse on an element.
func (t *traveller) click(selector string) error {
	return t.clickAt(fmt.Sprintf("document.querySelector(%q)", selector))
}

// clickAt presses what an expression gives: with the mouse, or with the keys alone.
func (t *traveller) clickAt(element string) error {
	if t.keys {
		return t.reach(element)
	}
	var at []float64
	if err := t.page.Eval(spot+"(() => "+element+")", &at); err != nil {
		return err
	}
	if len(at) != 2 {
		return fmt.Errorf("%s: %w", element, errNotThere)
	}
	return t.page.Click(at[0], at[1])
}

// press presses what the tour points at.
func (t *traveller) press() error { return t.clickAt("demo.pointed") }

// confirm answers yes where a button asks first.
func (t *traveller) confirm(s step) error {
	const asked = `document.querySelector('[data-key="yes"]')`
	taken := fmt.Sprintf(`demo.sections.tour.number !== %d || !demo.sections.tour.step`, s.Number)
	if err := t.wait("the press does something", asked+" || "+taken+" || demo.idle(400)"); err != nil {
		return err
	}
	var there bool
	if err := t.page.Eval("Boolean("+asked+")", &there); err != nil || !there {
		return err
	}
	return t.clickAt(asked)
}

// write writes into the field that the tour points at, in place of what is there.
func (t *traveller) write(text string, enter bool) error {
	if err := t.press(); err != nil {
		return err
	}
	if err := t.page.Eval(`document.activeElement.select?.()`, nil); err != nil {
		return err
	}
	if err := t.page.Type(text); err != nil {
		return err
	}
	if enter {
		return t.page.Press("Enter", false)
	}
	return t.page.Press("Tab", false) // leaving a field is what sends it on
}

// fill answers the field that the tour points at, whichever kind it is.
func (t *traveller) fill(text string) error {
	var kind string
	if err := t.page.Eval(`((e) => { const c = e.matches("input,textarea,select") ? e : e.querySelector("input,textarea,select"); return c.tagName === "SELECT" || ["radio", "checkbox"].includes(c.type) ? "choice" : c.type === "date" ? "date" : "text"; })(demo.pointed)`, &kind); err != nil {
		return err
	}
	switch kind {
	case "choice":
		return t.choice(text)
	case "date":
		return t.page.Eval(fmt.Sprintf(`((e) => { const c = e.matches("input") ? e : e.querySelector("input"); c.value = %q; c.dispatchEvent(new Event("input", {bubbles: true})); c.dispatchEvent(new Event("change", {bubbles: true})); })(demo.pointed)`, text), nil)
	}
	return t.write(text, false)
}

// choice chooses by value or by label: a list opens outside of the page, where no
// mouse of ours reaches, so it is set; the others are pressed.
func (t *traveller) choice(text string) error {
	var left bool
	err := t.page.Eval(fmt.Sprintf(`((e, text) => {
		const s = e.matches("select") ? e : e.querySelector("select");
		if (s) {
			const o = [...s.options].find((o) => o.value === text || o.text === text || o.text.startsWith(text));
			if (!o) throw new Error("no choice " + text + " among " + [...s.options].map((o) => o.text).join(", "));
			s.value = o.value;
			s.dispatchEvent(new Event("input", {bubbles: true}));
			s.dispatchEvent(new Event("change", {bubbles: true}));
			return false;
		}
		const i = [...(e.matches("input") ? [e] : e.querySelectorAll("input"))].find((i) => i.value === text || i.closest("label")?.innerText.startsWith(text));
		if (!i) throw new Error("no choice " + text);
		demo.choice = i.closest("label") ?? i;
		return true;
	})(demo.pointed, %q)`, text), &left)
	if err != nil || !left {
		return err
	}
	return t.clickAt("demo.choice")
}

// empty takes out what stands in the field that the tour points at.
func (t *traveller) empty() error {
	const out = `demo.pointed?.closest(".field")?.querySelector('[data-key$="/remove"]')`
	var people bool
	if err := t.page.Eval("Boolean("+out+")", &people); err != nil {
		return err
	}
	if people {
		if err := t.clickAt(out); err != nil {
			return err
		}
		return t.wait("the field is empty", "!"+out+" && demo.idle(150)")
	}
	if err := t.press(); err != nil {
		return err
	}
	return t.page.Eval(`((e) => { e.value = ""; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); })(document.activeElement)`, nil)
}

// pick looks for somebody and takes the first who is offered. Where one alone can
// stand, who stands there goes first.
func (t *traveller) pick(text string) error {
	var full bool
	if err := t.page.Eval(`!demo.pointed.checkVisibility()`, &full); err != nil {
		return err
	}
	if full {
		if err := t.empty(); err != nil {
			return err
		}
	}
	if err := t.press(); err != nil {
		return err
	}
	if err := t.page.Type(text); err != nil {
		return err
	}
	if err := t.wait("somebody is offered", `document.activeElement.getAttribute("aria-expanded") === "true" && document.activeElement.parentElement.querySelector('[role=option]:not([aria-disabled])')`); err != nil {
		return err
	}
	return t.page.Press("Enter", false)
}
