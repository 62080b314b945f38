package card

import (
	"slices"
	"strings"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// PeopleForm is the step in which guests are named. Shown again after it was
// sent, it has one line a guest with what was found out about each.
func PeopleForm(v View) Form {
	s := &sheet{Lang: v.lang()}
	r, a := v.Request, v.Request.Answers
	title := keyFormSite
	if !r.NewSite() {
		title = keyFormPeople
	}
	f := v.form(s, flow.StepPeople, title, keyNext)
	v.stepLine(s, 2, keyStepNamePeople)
	v.standstill(s)
	v.notReady(s)
	if r.Target.GroupID != "" {
		s.text(keyPeopleSite, "site", v.site())
		v.deciderLine(s)
	}
	v.entryLines(s)
	if !r.NewSite() && r.Target.GroupID == "" {
		f.Fields = append(f.Fields, Field{
			ID: FieldSite, Kind: OneSite, Label: s.Say(keySiteLabel), Hint: s.Say(keySiteHint),
		})
	}
	if r.NewSite() {
		v.levelField(s, &f)
		f.Fields = append(f.Fields, Field{
			ID: FieldMembers, Kind: People, Label: s.Say(keyMembersLabel), Hint: s.Say(keyMembersHint), Optional: true, Value: picked(a.Members...),
		})
	}
	guestsHint := s.Say(keyGuestsHint)
	if n := r.Policy.MaxGuests; n > 0 {
		guestsHint = s.Say(keyGuestsHintMost, "count", n)
	}
	f.Fields = append(
		f.Fields,
		Field{
			ID: FieldGuests, Kind: Lines, Label: s.Say(keyGuestsLabel), Hint: guestsHint, Placeholder: s.Say(keyGuestsExample),
			Optional: r.NewSite(), MaxLength: maxPasted, Value: typed(a.Pasted),
		},
	)
	v.untilFields(s, &f)
	f.Fields = append(f.Fields, Field{
		ID: FieldWhy, Kind: Lines, Label: s.Say(keyWhyLabel), Hint: s.Say(keyWhyHint), Optional: r.NewSite(), MaxLength: maxWhy, Value: typed(a.Why),
	})
	v.errors(s, &f)
	if r.NewSite() {
		f.Buttons = []Button{v.button(ActBack, "", s.Say(keyFormBack))}
	}
	f.Blocks, f.Tail = s.blocks, v.kept(s, flow.StepPeople)
	return f
}

// entryLines is one line a guest: symbol, address, sentence, and a way out.
func (v View) entryLines(s *sheet) {
	fine := List{Marks: OwnMarks}
	shown, bad := 0, false
	for _, g := range v.Request.Answers.Guests {
		if g.Mark == "" || shown == firstGuests {
			continue
		}
		shown++
		runs := []Run{{Text: entrySymbol(g.Mark) + " "}, {Text: oneLine(g.Mail), Bold: true}, {Text: " – " + v.entry(s.Lang, g)}}
		if g.Mark == flow.MarkOK {
			fine.Items = append(fine.Items, runs)
			continue
		}
		s.add(Text{runs})
		bad = bad || g.Mark == flow.MarkBad
		var bs []Button
		if to := suggested(g); to != "" {
			b := v.button(ActSwap, "", s.Say(keySwap))
			b.Spoken, b.Value = s.Say(keySwapSpoken, "old", g.Mail, "new", to), g.Mail+">"+to
			bs = append(bs, b)
		}
		if g.Mark == flow.MarkBad || len(bs) > 0 {
			b := v.button(ActLeave, "", s.Say(keyLeave))
			b.Spoken, b.Value = s.Say(keyLeaveSpoken, "mail", g.Mail), g.Mail
			bs = append(bs, b)
		}
		s.actions(bs...)
	}
	if len(fine.Items) > 0 {
		s.add(fine)
	}
	if n := v.marked() - shown; n > 0 {
		s.note(keyMoreGuests, "count", n)
	}
	if bad && !v.wrong(FieldGuests) {
		s.note(keyAskAnyway)
	}
}

func (v View) marked() int {
	n := 0
	for _, g := range v.Request.Answers.Guests {
		if g.Mark != "" {
			n++
		}
	}
	return n
}

func entrySymbol(m string) string {
	return map[string]string{flow.MarkOK: "✓", flow.MarkNote: "!", flow.MarkBad: "✕"}[m]
}

// suggested is the whole address that was probably meant; empty for none.
func suggested(g flow.GuestEntry) string {
	to := oneLine(g.Args["suggestion"])
	if to == "" {
		return ""
	}
	if !strings.Contains(to, "@") {
		local, _, _ := strings.Cut(g.Mail, "@")
		to = local + "@" + to
	}
	return to
}

// levelField offers the sharing levels that the company allows, and says of the
// others that they are not possible here.
func (v View) levelField(s *sheet, f *Form) {
	l := v.Request.Looked
	if l == nil || len(l.Levels) == 0 {
		return
	}
	var options, value []Option
	for _, lv := range levels() {
		if !slices.Contains(l.Levels, string(lv)) {
			s.note(keyLevelOff, "level", s.value(string(lv)))
			continue
		}
		o := Option{Value: string(lv), Label: s.value(string(lv)), Hint: s.Say(Key("level." + levelKey(lv)))}
		options = append(options, o)
		if string(lv) == v.Request.Answers.Level {
			value = []Option{o}
		}
	}
	s.note(keyLevelAnyone)
	if len(options) == 0 {
		return
	}
	if value == nil {
		value = options[:1]
	}
	f.Fields = append(f.Fields, Field{ID: FieldLevel, Kind: Choice, Label: s.Say(keyLevelLabel), Options: options, Value: value})
}

func levelKey(l readiness.SharingLevel) string {
	if l == readiness.SharingExisting {
		return "existing"
	}
	return "guests"
}

// untilFields asks until when: 30, 90 or 180 days, or a date.
func (v View) untilFields(s *sheet, f *Form) {
	a, p := v.Request.Answers, v.Request.Policy
	spans := []int{30, 90, 180}
	if p.DefaultDays > 0 && !slices.Contains(spans, p.DefaultDays) {
		spans = append(spans, p.DefaultDays)
		slices.Sort(spans)
	}
	days := a.Days
	if days == 0 {
		days = p.DefaultDays
	}
	var options, value []Option
	for _, d := range spans {
		if p.MaxDays > 0 && d > p.MaxDays {
			continue
		}
		o := Option{Value: number(d), Label: s.Say(keyDays, "count", d), Hint: s.Say(keyDaysHint, "date", Day(v.Now.AddDate(0, 0, d)))}
		options = append(options, o)
		if d == days && a.Until == "" {
			value = []Option{o}
		}
	}
	own := Option{Value: "date", Label: s.Say(keyOwnDate), Hint: s.Say(keyOwnDateHint)}
	options = append(options, own)
	if a.Until != "" {
		value = []Option{own}
	}
	hint := s.Say(keyDaysLabelHint)
	if p.MaxDays > 0 {
		hint = s.Say(keyDaysMost, "count", p.MaxDays, "date", Day(v.Now.AddDate(0, 0, p.MaxDays)))
	}
	f.Fields = append(
		f.Fields,
		Field{ID: FieldDays, Kind: Choice, Label: s.Say(keyDaysLabel), Hint: hint, Options: options, Value: value},
		Field{ID: FieldDate, Kind: Date, Label: s.Say(keyDateLabel), Hint: s.Say(keyDateHint), Optional: true, Value: typed(a.Until)},
	)
}

// deciderLine says who decides on the guests, before they are named.
func (v View) deciderLine(s *sheet) {
	l := v.Request.Looked
	if l == nil {
		return
	}
	if l.Rule != "" {
		s.text(v.guestsDecide(l), "names", AnyOf(deciderNames(l.Deciders)), "admins", v.admins(s.Lang))
	}
}
