package card

import (
	"strconv"
	"strings"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// Asked is a question why somebody can or cannot be invited, with its answer.
type Asked struct {
	Verdict readiness.Verdict
	// Subject is the address asked for.
	Subject string
	// Site is the site asked for; empty for the company in general.
	Site flow.Target
	// If is the change of a what-if, as typed; empty when it is none.
	If string
	// Waiting are the open requests that this stops.
	Waiting []*flow.Request
}

// Why answers. Admins get the whole of it in a fixed order: verdict, decisive
// layer, evidence, other layers, fix, what to tell, who waits, what could not be
// seen. Everybody else gets the verdict, what to do and whom to ask; no values.
func Why(v View, a Asked) Card {
	s := &sheet{Lang: v.lang()}
	vd := a.Verdict
	var f *readiness.Finding
	if vd.Decisive >= 0 && vd.Decisive < len(vd.Findings) {
		f = &vd.Findings[vd.Decisive]
	}
	about := []any{"mail", a.Subject, "site", a.Site.Name}
	title := s.first(about, keyWhyTitleSite, keyWhyTitle)
	if a.If != "" {
		s.text(keyWhatIf, "change", a.If)
	}
	if v.Role != AsAdmin {
		v.whyShort(s, vd, f)
		if a.If == "" && (vd.Outcome == readiness.Can || vd.Outcome == readiness.CanByBot) {
			b := v.commandButton(s, CommandAdd)
			if a.Site.GroupID != "" {
				b.Value += " " + a.Site.GroupID
			}
			s.actions(b)
		}
		return s.card(title)
	}
	v.verdictLine(s, vd.Outcome, f)
	if f != nil {
		v.evidence(s, *f)
	}
	if vd.ByHand != nil {
		s.text(keyByHand, "layer", s.layer(vd.ByHand.Layer), "finding", s.finding(*vd.ByHand))
	}
	v.otherLayers(s, vd)
	v.alsoBlocking(s, vd)
	v.fixes(s, vd)
	v.tell(s, vd, f)
	v.whoWaits(s, a.Waiting)
	v.unseen(s, vd)
	return s.card(title)
}

// whyShort is the reduced answer.
func (v View) whyShort(s *sheet, vd readiness.Verdict, f *readiness.Finding) {
	s.text(Key("verdict." + outcomeKey(vd.Outcome)))
	if f != nil && f.Status != readiness.Passes {
		s.text(keySentence, "text", s.ruleShort(string(f.Code), f.Args, f.Status == readiness.CannotTell))
	}
	if vd.Outcome == readiness.Cannot || vd.Outcome == readiness.Unknown {
		s.text(keyWhyHelp, "admins", v.admins(s.Lang))
	}
}

func outcomeKey(o readiness.Outcome) string {
	if o == "" {
		return string(readiness.Unknown)
	}
	return string(o)
}

// verdictLine is the verdict and the layer that decides.
func (v View) verdictLine(s *sheet, o readiness.Outcome, f *readiness.Finding) {
	runs := s.Runs(Key("verdict." + outcomeKey(o)))
	if f != nil {
		runs = append(runs, Run{Text: " "})
		runs = append(runs, s.Runs(keyDecidedBy, "n", int(f.Layer), "name", Key(layerKey(f.Layer)))...)
	}
	s.add(Text{runs})
}

// evidence is the setting, its value, what it says, and when and where it was read.
func (v View) evidence(s *sheet, f readiness.Finding) {
	k := keyEvidence
	if f.Value == "" {
		k = keyEvidenceBare
	}
	runs := s.Runs(k, "setting", s.setting(f.Setting), "value", s.value(f.Value), "finding", s.finding(f))
	if f.Wanted != "" && (f.Fix == nil || f.Fix.Code == readiness.FixConfirm) { // other fixes say it
		runs = append(runs, Run{Text: " "})
		runs = append(runs, s.Runs(keyWanted, "value", s.value(f.Wanted))...)
	}
	s.add(Text{runs})
	if f.Source != "" && !f.At.IsZero() {
		s.note(keyRead, "when", Stamp(f.At), "source", f.Source)
	}
}

// otherLayers is one line a layer, all of them, with symbol and word.
func (v View) otherLayers(s *sheet, vd readiness.Verdict) {
	s.text(keyAllLayers)
	list := List{Marks: OwnMarks}
	for n := readiness.LayerAddress; n <= readiness.LayerRules; n++ {
		worst, said := readiness.DoesNotApply, ""
		for _, f := range vd.Findings {
			if f.Layer != n {
				continue
			}
			if worse(f.Status) > worse(worst) || said == "" {
				worst, said = f.Status, s.finding(f)
			}
		}
		if said == "" {
			list.Items = append(list.Items, line(statusSymbol(worst)+" "+s.layer(n)+" – "+s.Say(keyLayerSilent)))
			continue
		}
		list.Items = append(list.Items, []Run{
			{Text: statusSymbol(worst) + " "},
			{Text: s.layer(n), Bold: worst == readiness.Blocks},
			{Text: " – " + s.Say(Key("layerstate."+string(worst))) + ": " + said},
		})
	}
	s.add(list)
}

func worse(s readiness.Status) int {
	return map[readiness.Status]int{
		readiness.DoesNotApply: 0, readiness.Passes: 1, readiness.Warns: 2, readiness.CannotTell: 3, readiness.Blocks: 4,
	}[s]
}

func statusSymbol(s readiness.Status) string {
	return map[readiness.Status]string{
		readiness.DoesNotApply: "–", readiness.Passes: "✓", readiness.Warns: "▲", readiness.CannotTell: "?", readiness.Blocks: "✕",
	}[s]
}

// fixes are the changes that would let the guest in, the decisive one first,
// then that nothing need be changed.
func (v View) fixes(s *sheet, vd readiness.Verdict) {
	letter := byte('a')
	did := map[string]bool{}
	each := func(f readiness.Finding) {
		if f.Fix == nil || f.Status != readiness.Blocks && f.Status != readiness.CannotTell {
			return
		}
		said := s.fix(f.Fix, f.Setting)
		if did[said] || letter > 'f' {
			return
		}
		did[said] = true
		v.fixLines(s, string(letter), f, v.settingsPage(s, f.Fix.Link)...)
		letter++
	}
	if vd.Decisive >= 0 && vd.Decisive < len(vd.Findings) {
		each(vd.Findings[vd.Decisive])
	}
	for _, f := range vd.Findings {
		each(f)
	}
	if letter > 'a' {
		s.text(keyFixNothing, "letter", string(letter))
	}
}

// fixLines is one fix: what, by whom, how long it takes, and the command; more
// follows what is said.
func (v View) fixLines(s *sheet, letter string, f readiness.Finding, more ...Run) {
	if f.Fix == nil {
		return
	}
	runs := s.Runs(keyFix, "letter", letter, "fix", s.fix(f.Fix, f.Setting))
	if k := Key("role." + strings.ReplaceAll(f.Fix.Role, " ", "_")); v.Texts.Has(k) {
		runs = append(runs, Run{Text: " " + s.Say(k)})
	} else if f.Fix.Role != "" {
		runs = append(runs, Run{Text: " " + s.Say(keyRole, "role", s.role(f.Fix.Role))})
	}
	if f.Fix.Settles > 0 && f.Fix.Code != readiness.FixConfirm && f.Fix.Code != readiness.FixReview { // looking changes nothing
		runs = append(runs, Run{Text: " " + s.Say(keySettles, "time", s.howLong(f.Fix.Settles))})
	}
	s.add(Text{append(runs, more...)})
	if f.Fix.Command != "" {
		s.add(Text{[]Run{{Text: oneLine(f.Fix.Command), Code: true}}})
	}
}

// role is a role's name as the admin center shows it.
func (l Lang) role(name string) string {
	if k := Key("rolename." + strings.ReplaceAll(name, " ", "_")); l.texts.Has(k) {
		return l.Say(k)
	}
	return name
}

// howLong is a settling time in words.
func (l Lang) howLong(d time.Duration) string {
	if d < time.Hour {
		return l.Say(keyMinutes, "count", max(1, int(d/time.Minute)))
	}
	return l.Say(keyHours, "count", int((d+time.Hour-1)/time.Hour))
}

// tell is the text for the employee, in every language.
func (v View) tell(s *sheet, vd readiness.Verdict, f *readiness.Finding) {
	if f == nil || vd.Outcome == readiness.Can {
		return
	}
	s.text(keyTell)
	for _, tag := range Languages() {
		l := v.Texts.For(tag).In(v.Viewer.Zone, v.Now)
		said := l.ruleShort(string(f.Code), f.Args, f.Status == readiness.CannotTell)
		if vd.Outcome == readiness.Cannot || vd.Outcome == readiness.Unknown {
			said += " " + l.Say(keyWhyHelp, "admins", v.admins(l))
		}
		s.quote(said)
	}
}

// whoWaits lists the requests that this stops.
func (v View) whoWaits(s *sheet, rs []*flow.Request) {
	if rs == nil { // nobody looked: a terminal has no requests
		return
	}
	if len(rs) == 0 {
		s.note(keyNobodyWaits)
		return
	}
	s.text(keyWaits, "count", len(rs))
	var list List
	for i, r := range rs {
		if i == firstGuests {
			list.Items = append(list.Items, line(s.Say(keyMoreRequests, "count", len(rs)-i)))
			break
		}
		list.Items = append(list.Items, s.Runs(keyWaitsLine, "ref", r.ID, "name", given(nameOf(r.Requester)), "when", Day(r.CreatedAt)))
	}
	s.add(list)
	s.note(keyGoesOnAlone)
}

// unseen is what nobody here can read.
func (v View) unseen(s *sheet, vd readiness.Verdict) {
	if len(vd.Unseen) == 0 {
		return
	}
	s.text(keyUnseen)
	var list List
	for _, c := range vd.Unseen {
		list.Items = append(list.Items, line(s.first(nil, Key("unseen."+string(c)), Key(c))))
	}
	s.add(list)
}

// number is a number as text.
func number(n int) string { return strconv.Itoa(n) }
