package main

import (
	"errors"
	"fmt"
)

// step is what the tour asks of its reader.
type step struct {
	Kind, Text, Field string
	Number            int
}

// tour goes through one story.
func (t *traveller) tour(story string) error {
	if err := t.choose(story); err != nil {
		return err
	}
	for n := 1; ; n++ {
		if err := t.wait("the next step, or the end", next); err != nil {
			return err
		}
		var now struct {
			State, Failed string
			Step          *step
			Number        int
		}
		if err := t.page.Eval(`demo.sections.tour`, &now); err != nil {
			return err
		}
		if now.State == "failed" {
			return errors.New(now.Failed)
		}
		name := fmt.Sprintf("%02d-end", n)
		if now.Step != nil {
			name = fmt.Sprintf("%02d-%s", n, now.Step.Kind)
		}
		if err := t.look(story, name); err != nil {
			return err
		}
		if now.Step == nil {
			return nil
		}
		now.Step.Number = now.Number
		if err := t.take(*now.Step); err != nil {
			return fmt.Errorf("step %d, %s %q: %w", n, now.Step.Kind, now.Step.Text, err)
		}
		past := fmt.Sprintf(`demo.sections.tour.number !== %d || demo.sections.tour.state !== "running" || !demo.sections.tour.step`, now.Number)
		if err := t.wait(fmt.Sprintf("step %d, %s %q, is seen to be taken", n, now.Step.Kind, now.Step.Text), past); err != nil {
			return err
		}
	}
}

// next holds when the page stands still and the reader has something to do, with the
// place in sight; or nothing more.
const next = `demo.idle(150) && ((t) => t.state === "done" || t.state === "failed" ||
	(t.state === "running" && t.step && (demo.pointed || t.step.kind === "reads" || t.step.kind === "both")))(demo.sections.tour)`

// choose begins the tour of a story, as a reader chooses it.
func (t *traveller) choose(story string) error {
	if err := t.page.Eval(`document.querySelector('[data-tour="end"]')?.click()`, nil); err != nil {
		return err
	}
	if err := t.wait("the choice of tours", `document.querySelector('[data-tour="begin"]:not(:disabled)') && demo.idle(100)`); err != nil {
		return err
	}
	one := fmt.Sprintf(`document.querySelector('[data-tour="begin-other"][data-story=%q]')`, story)
	var seen bool
	if err := t.page.Eval(one+".checkVisibility()", &seen); err != nil {
		return err
	}
	if !seen {
		if err := t.click(`[data-tour="stories"]`); err != nil {
			return err
		}
	}
	if err := t.clickAt(one); err != nil {
		return err
	}
	return t.wait("the tour begins", fmt.Sprintf(`demo.sections.tour?.story === %q`, story))
}
