package card

import (
	"strings"

	"guestsite/bot/flow"
)

// Lengths of what people may type.
const (
	maxName    = 200
	maxPurpose = 500
	maxPasted  = 3000 // what one input of a dialog holds
	maxWhy     = 500
	maxNote    = 500
)

// form begins a step of the draft.
func (v View) form(s *sheet, step flow.FormStep, title, submit Key) Form {
	f := Form{Title: s.Say(title), Close: s.Say(keyFormShut), Step: string(step), Submit: s.Say(submit), Needed: s.needed()}
	if v.Request != nil {
		f.Request = v.Request.ID
	}
	return f
}

// needed says that a field was left empty.
func (l Lang) needed() string { return l.problem(flow.Problem{Code: "needed"}) }

// stepLine is where one is among the steps.
func (v View) stepLine(s *sheet, n int, name Key) {
	total := 3
	if !v.Request.NewSite() {
		n, total = n-1, 2
	}
	s.note(keyStepOf, "n", n, "total", total, "name", name)
}

// notReady says before the first field what stops every guest of the company.
func (v View) notReady(s *sheet) {
	l := v.Request.Looked
	if l == nil || l.Company == "" {
		return
	}
	s.text(keyCompany, "why", s.ruleShort(l.Company, nil, false))
	s.text(keyCompanyGoOn)
}

// kept says when answers are saved, and until when: closing a dialog sends none.
func (v View) kept(s *sheet, step flow.FormStep) []Block {
	k := keyKept
	switch {
	case v.Request.EndsAt.IsZero():
	case step == flow.StepReview:
		k = keyKeptAll
	default:
		k = keyKeptUntil
	}
	return []Block{Note{s.Runs(k, "date", Day(v.Request.EndsAt))}}
}

// errors puts what is wrong at the fields, and above them what is wrong with
// none of them.
func (v View) errors(s *sheet, f *Form) {
	l := v.Request.Looked
	if l == nil || len(l.Problems) == 0 {
		return
	}
	said := FieldErrors(v, l.Problems)
	for i := range f.Fields {
		if e := said[f.Fields[i].ID]; e != "" {
			f.Fields[i].Error = e
			delete(said, f.Fields[i].ID)
		}
	}
	for _, p := range l.Problems {
		if e := said[p.Field]; e != "" {
			s.text(keyProblemAbove, "text", e)
			delete(said, p.Field)
		}
	}
}

// typed is a text field's first value.
func typed(text string) []Option {
	if text == "" {
		return nil
	}
	return []Option{{Value: text}}
}

// picked is a people field's first value.
func picked(ws ...flow.Who) []Option {
	var out []Option
	for _, w := range ws {
		if w.ID != "" {
			out = append(out, Option{Value: w.ID, Label: short(oneLine(nameOf(w)), 75)})
		}
	}
	return out
}

// Loading is a form that is being filled: it is shown at once and redrawn.
// step is the step that comes.
func Loading(v View, step string) Form {
	s := &sheet{Lang: v.lang()}
	title, shut := keyFormSite, keyFormShut
	switch step {
	case string(flow.StepPeople):
		title = keyFormPeople
	case string(flow.StepReview):
		title = keyFormReview
	case StepDecline:
		title, shut = keyFormDecline, keyFormCancel
	case StepAsk:
		title, shut = keyFormAsk, keyFormCancel
	case StepAnswer:
		title, shut = keyFormAnswer, keyFormCancel
	}
	if v.Request != nil && !v.Request.NewSite() && title == keyFormSite {
		title = keyFormPeople
	}
	if title == keyFormSite || title == keyFormPeople {
		v.standstill(s)
	}
	s.text(keyLoading)
	f := Form{Title: s.Say(title), Close: s.Say(shut), Step: step, Blocks: s.blocks}
	if v.Request != nil {
		f.Request = v.Request.ID
	}
	return f
}

// SplitStep splits the step of a small form from what it carries.
func SplitStep(s string) (step, carry string) {
	step, carry, _ = strings.Cut(s, "|")
	return step, carry
}
