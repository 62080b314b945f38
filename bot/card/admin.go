package card

import (
	"encoding/json"
	"slices"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// stuck is what waits for IT because of one setting: the parts it holds up, and
// what was found.
type stuck struct {
	parts []string
	names []string
	code  string
	check *flow.Check
	until time.Time // when it is closed
}

// stucks groups the parked parts of the view by what decides, in order.
func (v View) stucks() []stuck {
	var out []stuck
	add := func(part, name, code string, c *flow.Check, until time.Time) {
		if c == nil {
			c = &flow.Check{Code: code}
		}
		i := slices.IndexFunc(out, func(s stuck) bool { return s.code == code && s.check.Setting == c.Setting })
		if i < 0 {
			out, i = append(out, stuck{code: code, check: c, until: until}), len(out)
		}
		out[i].parts = append(out[i].parts, part)
		out[i].names = append(out[i].names, name)
	}
	if s := v.Request.Site; s != nil && s.State == flow.Parked {
		add(flow.SitePart, v.lang().Say(keyTheSite, "site", v.site()), s.Code, s.Check, s.Deadline)
	}
	for _, g := range v.Guests {
		if g.State == flow.Parked {
			name := g.Called()
			if g.Name != "" {
				name += " (" + oneLine(g.Mail) + ")"
			}
			add(g.ID, name, g.Code, g.Check, g.Deadline)
		}
	}
	return out
}

// mostStuck is how many settings one card tells about; the next ones follow when
// these are mended.
const mostStuck = 3

// Admin is the card of somebody in IT about what waits for IT in a request: what
// decides, its value, the value wanted, the smallest fix and who may do it.
func Admin(v View) Card {
	s := &sheet{Lang: v.lang()}
	r := v.Request
	v.standstill(s)
	list := v.stucks()
	if len(list) == 0 {
		s.text(keyAdminGoesOn, "site", v.site(), "ref", r.ID)
		s.note(keyAdminNothing)
		return s.card(s.Say(keyAdminDone, "ref", r.ID))
	}
	s.text(keyAdminWaiting, "ref", r.ID, "name", v.who(s.Lang, r.Requester), "site", v.site(), "when", Day(r.CreatedAt))
	for i, st := range list {
		if i == mostStuck {
			s.note(keyAdminMore, "count", len(list)-i)
			break
		}
		if i > 0 {
			s.add(Divider{})
		}
		v.stuck(s, st)
	}
	return s.card(s.Say(keyAdminTitle, "ref", r.ID, "site", v.site()))
}

// verdict is the whole answer that the record keeps for admins.
func (st stuck) verdict() (readiness.Verdict, bool) {
	var vd readiness.Verdict
	if len(st.check.Evidence) == 0 || json.Unmarshal(st.check.Evidence, &vd) != nil {
		return readiness.Verdict{}, false
	}
	return vd, true
}

func (st stuck) decisive() (readiness.Finding, bool) {
	vd, ok := st.verdict()
	if !ok || vd.Decisive < 0 || vd.Decisive >= len(vd.Findings) || string(vd.Findings[vd.Decisive].Code) != st.code {
		return readiness.Finding{}, false
	}
	return vd.Findings[vd.Decisive], true
}

// partCode is why a part waits where no single setting decides.
func (l Lang) partCode(st stuck) string {
	f := readiness.Finding{Code: readiness.Code(st.code), Setting: st.check.Setting, Args: st.check.Args}
	if l.texts.Has(Key("parked." + st.code)) {
		return l.first(l.ruleArgs(st.check.Args), Key("parked."+st.code))
	}
	if l.texts.Has(Key("finding." + st.code)) {
		return l.finding(f)
	}
	return l.Say(keyParkedPlain, "code", st.code)
}

// stuck adds what one setting holds up, and the ways out.
func (v View) stuck(s *sheet, st stuck) {
	s.text(keyAdminHolds, "names", Names(st.names))
	f, found := st.decisive()
	if found {
		v.verdictLine(s, readiness.Outcome(st.check.Outcome), &f)
		v.evidence(s, f)
		v.fixLines(s, "a", f)
	} else {
		if slices.Contains(readiness.Codes(), readiness.Code(st.code)) {
			v.verdictLine(s, readiness.Outcome(st.check.Outcome), &readiness.Finding{Layer: readiness.Layer(st.check.Layer)})
		}
		s.text(keyAdminWhy, "why", s.partCode(st))
		if w := st.check.Wanted; w != "" {
			s.text(keyAdminWanted, "setting", s.setting(st.check.Setting), "value", s.value(w))
		}
	}
	v.adminButtons(s, st, f)
	if vd, ok := st.verdict(); ok {
		v.alsoBlocking(s, vd)
	}
	s.text(keyAdminEmployee)
	s.quote(s.ruleShort(st.code, st.check.Args, st.check.Outcome == string(readiness.Unknown)))
	if !st.check.NextLook.IsZero() {
		s.note(keyAdminLooks, "when", Moment(st.check.NextLook))
	}
	if !st.until.IsZero() {
		s.note(keyAdminCloses, "when", Day(st.until))
	}
}

func (v View) adminButtons(s *sheet, st stuck, f readiness.Finding) {
	var bs []Button
	page := linkOf(st.check.Setting)
	if f.Fix != nil && f.Fix.Link != "" {
		page = f.Fix.Link
	}
	if b, ok := v.settingsLink(s, page); ok {
		bs = append(bs, b)
	}
	part := ""
	if len(st.parts) == 1 {
		part = st.parts[0]
	}
	if st.check.HandCheck {
		b := v.button(ActConfirm, part, s.Say(keyConfirm))
		b.Value = st.check.Setting
		text := keyConfirmText
		if st.check.Wanted != "" {
			text = keyConfirmWanted
		}
		b.Confirm = s.confirm(keyConfirmTitle, text, keyConfirm, keyBack, "setting", s.setting(st.check.Setting), "value", s.value(st.check.Wanted))
		bs = append(bs, b)
	}
	b := v.button(ActRecheck, part, s.Say(keyRecheck))
	b.Value = st.check.Setting
	s.actions(append(bs, b)...)
}

// linkOf is the page of a setting that an effect met and no verdict names.
func linkOf(setting string) string {
	switch setting {
	case "spo.site", readiness.KeySiteSharing:
		return readiness.LinkSites
	case "groups.naming":
		return readiness.LinkGroups
	}
	return ""
}

// settingsLink is a button to the page of a setting; false where none is known.
func (v View) settingsLink(s *sheet, key string) (Button, bool) {
	if v.Links == nil || key == "" {
		return Button{}, false
	}
	url := v.Links(key)
	if url == "" {
		return Button{}, false
	}
	return Button{Label: s.Say(keyOpenSettings), URL: url}, true
}

// settingsPage is a link to the page of a setting, to stand behind a sentence;
// nothing where none is known.
func (v View) settingsPage(s *sheet, key string) []Run {
	b, ok := v.settingsLink(s, key)
	if !ok {
		return nil
	}
	return []Run{{Text: " "}, {Text: b.Label, Link: b.URL}}
}

// alsoBlocking names what would stop it next, so that one trip is enough.
func (v View) alsoBlocking(s *sheet, vd readiness.Verdict) {
	var list List
	for i, f := range vd.Findings {
		if i != vd.Decisive && f.Status == readiness.Blocks {
			list.Items = append(list.Items, line(s.layer(f.Layer)+": "+s.finding(f)))
		}
	}
	if len(list.Items) == 0 {
		s.note(keyAlsoNothing)
		return
	}
	s.text(keyAlso)
	s.add(list)
}
