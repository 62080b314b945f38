package card

import (
	"guestsite/bot/flow"
)

// small begins a form of one or two questions about v.Part. carry comes back in
// the step; see [SplitStep].
func (v View) small(s *sheet, step, carry string, title, submit Key, args ...any) Form {
	f := Form{Title: s.Say(title), Submit: short(s.Say(submit, args...), 24), Close: s.Say(keyFormCancel), Step: step, Request: v.Request.ID, Needed: s.needed()}
	if carry != "" {
		f.Step += "|" + carry
	}
	return f
}

// subject is what a small form is about: the guest of v.Part, or the site.
func (v View) subject() string {
	if g := v.guest(v.Part); g != nil {
		return v.callName(g)
	}
	return v.site()
}

// DeclineForm asks a decider why not, and says what the requester will read.
func DeclineForm(v View, carry string) Form {
	s := &sheet{Lang: v.lang()}
	asker := given(nameOf(v.Request.Requester))
	f := v.small(s, StepDecline, carry, keyFormDecline, keyDeclineSubmit)
	about, preview := keyDeclineAbout, keyDeclinePreview
	if v.Part == flow.SitePart {
		about, preview = keyDeclineSite, keyDeclinePreviewSite
	}
	s.text(about, "name", asker, "subject", v.subject(), "site", v.site())
	var options []Option
	for _, r := range Reasons() {
		options = append(options, Option{Value: r, Label: capital(s.Say(Key("reason." + reasonKey(r))))})
	}
	f.Fields = []Field{
		{ID: FieldReason, Kind: Choice, Label: s.Say(keyReasonLabel), Options: options},
		{ID: FieldNote, Kind: Lines, Label: s.Say(keyNoteLabel), Hint: s.Say(keyNoteHint, "name", asker), Optional: true, MaxLength: maxNote},
	}
	s.note(preview, "name", asker, "subject", v.subject(), "decider", given(nameOf(v.Viewer)))
	f.Blocks = s.blocks
	return f
}

// AskForm asks a decider for his question to the requester.
func AskForm(v View, carry string) Form {
	s := &sheet{Lang: v.lang()}
	asker := given(nameOf(v.Request.Requester))
	f := v.small(s, StepAsk, carry, keyFormAsk, keyAskSubmit)
	s.text(keyAskAbout, "name", asker, "subject", v.subject())
	f.Fields = []Field{{ID: FieldText, Kind: Lines, Label: s.Say(keyAskLabel), Hint: s.Say(keyAskHint, "name", asker), MaxLength: maxNote}}
	f.Blocks = s.blocks
	return f
}

// AnswerForm asks the requester for the answer to the open question about v.Part.
func AnswerForm(v View, carry string) Form {
	s := &sheet{Lang: v.lang()}
	f := v.small(s, StepAnswer, carry, keyFormAnswer, keyAnswerSubmit)
	by := flow.Who{}
	if g := v.guest(v.Part); g != nil && len(g.Asked) > 0 {
		x := g.Asked[len(g.Asked)-1]
		by = x.By
		s.text(keyAskedAbout, "name", given(nameOf(x.By)), "guest", g.Called(), "when", Stamp(x.At))
		s.quote(x.Text)
	}
	f.Fields = []Field{{ID: FieldText, Kind: Lines, Label: s.Say(keyAnswerLabel), Hint: s.Say(keyAnswerHint, "name", given(nameOf(by))), MaxLength: maxNote}}
	f.Blocks = s.blocks
	return f
}
