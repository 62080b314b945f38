package teamsfake

import (
	"slices"
	"strings"
)

// place is where an input or action stands in a card.
type place struct {
	path   string
	cards  []string // paths of the Action.ShowCard around it, outermost first
	hidden bool     // it or something around it has isVisible false
}

type placedAction struct {
	place
	action obj
}

type placedInput struct {
	place
	input obj
}

// walked is everything in a card that a person can act on, in reading order.
type walked struct {
	actions []placedAction
	inputs  []placedInput
}

// walk lists the inputs and actions of a card. Fallbacks are not followed.
func walk(card obj) walked {
	w := &walked{}
	w.card(place{}, card)
	return *w
}

func (w *walked) card(at place, card obj) {
	w.elements(at.down("body"), list(card, "body"))
	w.actionList(at.down("actions"), list(card, "actions"))
	w.selectAction(at, card)
}

func (p place) down(key string) place {
	p.path = join(p.path, key)
	return p
}

func (p place) nth(i int) place {
	p.path = index(p.path, i)
	return p
}

func (w *walked) elements(at place, l []any) {
	for i, e := range l {
		o, _ := e.(obj)
		w.element(at.nth(i), o)
	}
}

func (w *walked) element(at place, e obj) {
	at.hidden = at.hidden || !flag(e, "isVisible", true)
	w.selectAction(at, e)
	switch kind := str(e, "type"); kind {
	case "Container":
		w.elements(at.down("items"), list(e, "items"))
	case "ColumnSet":
		w.parts(at.down("columns"), list(e, "columns"))
	case "ImageSet":
		w.elements(at.down("images"), list(e, "images"))
	case "Table":
		for i, r := range list(e, "rows") {
			w.parts(at.down("rows").nth(i).down("cells"), list(r, "cells"))
		}
	case "RichTextBlock":
		for i, r := range list(e, "inlines") {
			run, _ := r.(obj)
			w.selectAction(at.down("inlines").nth(i), run)
		}
	case "ActionSet":
		w.actionList(at.down("actions"), list(e, "actions"))
	default:
		if slices.Contains(inputTypes, kind) {
			w.inputs = append(w.inputs, placedInput{at, e})
			if a, ok := e["inlineAction"].(obj); ok {
				w.action(at.down("inlineAction"), a)
			}
		}
	}
}

// parts walks columns or cells.
func (w *walked) parts(at place, l []any) {
	for i, p := range l {
		o, _ := p.(obj)
		here := at.nth(i)
		here.hidden = here.hidden || !flag(o, "isVisible", true)
		w.selectAction(here, o)
		w.elements(here.down("items"), list(o, "items"))
	}
}

func (w *walked) selectAction(at place, e obj) {
	if a, ok := e["selectAction"].(obj); ok {
		w.action(at.down("selectAction"), a)
	}
}

func (w *walked) actionList(at place, l []any) {
	for i, a := range l {
		o, _ := a.(obj)
		w.action(at.nth(i), o)
	}
}

func (w *walked) action(at place, a obj) {
	w.actions = append(w.actions, placedAction{at, a})
	if str(a, "type") == typeShowCard {
		inner := at.down("card")
		inner.cards = append(slices.Clone(at.cards), at.path)
		w.card(inner, child(a, "card"))
	}
}

// shown tells whether a place is on the screen, given the open ShowCards.
func (p place) shown(open func(string) bool) bool {
	return !p.hidden && !slices.ContainsFunc(p.cards, func(c string) bool { return !open(c) })
}

// reaches tells whether an action at p submits an input at q: those of its own
// card and of the cards around it.
func (p place) reaches(q place) bool {
	return strings.HasPrefix(strings.Join(p.cards, "\n")+"\n", strings.Join(q.cards, "\n")+"\n") || len(q.cards) == 0
}
