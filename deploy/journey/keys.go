package main

import "fmt"

// mostTabs is how far a thing may be from any other on the way of the Tab key.
const mostTabs = 400

// reach goes to an element with the Tab key, as those do who have no mouse, and
// presses it there; a field only gets the focus. F6 leads out of a dialog, which
// keeps Tab to itself.
func (t *traveller) reach(element string) error {
	here := fmt.Sprintf(`((e, f) => e === f || e.contains(f) || e.tagName === "LABEL" && e.control === f)(%s, document.activeElement)`, element)
	for n := range mostTabs {
		var there bool
		if err := t.page.Eval(here, &there); err != nil {
			return err
		}
		if there {
			return t.enter()
		}
		key := "Tab"
		if n%40 == 39 {
			key = "F6"
		}
		if err := t.page.Press(key, false); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s: not reached with Tab and F6: %w", element, errNotThere)
}

// enter presses what has the focus.
func (t *traveller) enter() error {
	var kind string
	if err := t.page.Eval(`((e) => ["radio", "checkbox"].includes(e.type) ? "choice" : e.matches("input, textarea, select") ? "field" : "button")(document.activeElement)`, &kind); err != nil {
		return err
	}
	switch kind {
	case "choice":
		return t.page.Press(" ", false)
	case "button":
		return t.page.Press("Enter", false)
	}
	return nil
}
