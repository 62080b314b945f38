package card

import (
	"strings"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// problem is a fault at a field, in words. Its code is one of the catalogue's
// "problem" texts.
func (l Lang) problem(p flow.Problem) string {
	args := l.ruleArgs(p.Args)
	if t, err := time.Parse(time.RFC3339, p.Args["until"]); err == nil {
		args = append(args, "until", Day(t))
	}
	if k := Key("problem." + p.Code); l.texts.Has(k) || l.texts.Has(k+"_full") {
		return l.first(args, k+"_full", k, keyProblemPlain)
	}
	if why, ok := strings.CutPrefix(p.Code, "name_"); ok && l.texts.Has(Key("name."+why)) {
		return l.Say(keyProblemName, "reason", l.first(args, Key("name."+why), keyReasonPlain))
	}
	return l.ruleOr(p.Code, p.Args, false, keyProblemPlain)
}

// FieldErrors gives the faults by field, in the viewer's language; the first
// where a field has several.
func FieldErrors(v View, ps []flow.Problem) map[string]string {
	if len(ps) == 0 {
		return nil
	}
	l := v.lang()
	out := map[string]string{}
	for _, p := range ps {
		if out[p.Field] == "" {
			out[p.Field] = l.problem(p)
		}
	}
	return out
}

// entry is [Lang.entry]; a colleague is moved only where there is room for one.
func (v View) entry(l Lang, g flow.GuestEntry) string {
	if g.Code == "moved" && !v.Request.NewSite() {
		return l.Say(keyEntryColleague)
	}
	return l.entry(g)
}

// entry is what was found out about a guest of a draft, in words. Its code is an
// "entry" text's, "flag_" with a flag's, "address_" with what is wrong with an
// address, or a finding's.
func (l Lang) entry(g flow.GuestEntry) string {
	args := l.ruleArgs(g.Args)
	if to := suggested(g); to != "" {
		args = append(args, "suggestion", to)
	}
	if k := Key("entry." + g.Code); l.texts.Has(k) {
		return l.first(args, k+"_full", k)
	}
	if flag, ok := strings.CutPrefix(g.Code, "flag_"); ok {
		return l.first(args, Key("flag."+flag), keyFlagPlain)
	}
	if why, ok := strings.CutPrefix(g.Code, "address_"); ok && l.texts.Has(Key("address."+why)) {
		return l.Say(keyEntryAddress, "reason", l.first(args, Key("address."+why), keyReasonPlain))
	}
	return l.ruleOr(g.Code, g.Args, g.Mark != flow.MarkBad, keyEntryPlain)
}

// levels are the sharing levels in the order offered.
func levels() []readiness.SharingLevel {
	return []readiness.SharingLevel{readiness.SharingGuests, readiness.SharingExisting}
}
