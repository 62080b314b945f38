package card

import (
	"slices"
	"strings"
	"time"

	"guestsite/bot/flow"
)

// mine says whether the viewer is that person.
func (v View) mine(w flow.Who) bool { return w.ID != "" && w.ID == v.Viewer.ID }

// who is how a list names a person: "you", or his name or address. Within a
// sentence people go by their names, since "you" bends the words around it.
func (v View) who(l Lang, w flow.Who) string {
	switch {
	case v.mine(w):
		return l.Say(keyYou)
	case w.Name != "":
		return oneLine(w.Name)
	}
	return oneLine(w.Mail)
}

// others lists people by given name, the viewer left out.
func (v View) others(ws []flow.Who) []string {
	var out []string
	for _, w := range ws {
		if !v.mine(w) {
			out = append(out, given(nameOf(w)))
		}
	}
	return out
}

func nameOf(w flow.Who) string {
	if w.Name != "" {
		return w.Name
	}
	return w.Mail
}

// site is the name of the request's site.
func (v View) site() string {
	r := v.Request
	if r.NewSite() && r.Target.Name == "" && r.Looked != nil && r.Looked.Display != "" {
		return oneLine(r.Looked.Display)
	}
	for _, n := range []string{r.Target.Name, r.Origin.Typed, r.Answers.Name} {
		if n = oneLine(n); n != "" {
			return n
		}
	}
	return r.ID
}

// guest finds a guest by the part's id; nil when there is none.
func (v View) guest(id string) *flow.Guest {
	for _, g := range v.Guests {
		if g.ID == id {
			return g
		}
	}
	return nil
}

// callName is what a guest is called on a button: the given name where it tells
// him from the others on the card, else the whole name, else the address.
func (v View) callName(g *flow.Guest) string {
	short, whole := given(g.Called()), oneLine(g.Called())
	same := func(name func(*flow.Guest) string, n string) bool {
		return slices.ContainsFunc(v.Guests, func(o *flow.Guest) bool { return o != g && strings.EqualFold(name(o), n) })
	}
	switch {
	case !same(func(o *flow.Guest) string { return given(o.Called()) }, short):
		return short
	case !same(func(o *flow.Guest) string { return oneLine(o.Called()) }, whole):
		return whole
	}
	return oneLine(g.Mail)
}

// org is the organisation behind an address, or its domain.
func (v View) org(mail string) string {
	_, domain, _ := strings.Cut(mail, "@")
	if n := v.Orgs[strings.ToLower(domain)]; n != "" {
		return oneLine(n)
	}
	return oneLine(domain)
}

// isNew says whether a guest has no account yet, as far as is known.
func isNew(g *flow.Guest) bool { return g.Check == nil || g.Check.NewAccount }

func flagsOf(g *flow.Guest) []flow.Flag {
	if g.Check == nil {
		return nil
	}
	return g.Check.Flags
}

// until is when the access of a draft's guests ends.
func (v View) until() time.Time {
	a := v.Request.Answers
	l := v.lang()
	if a.Until != "" {
		if t, err := time.ParseInLocation(time.DateOnly, a.Until, l.zone); err == nil {
			return t
		}
	}
	days := a.Days
	if days == 0 {
		days = v.Request.Policy.DefaultDays
	}
	return v.Now.AddDate(0, 0, days)
}

// decisionOn gives the decision that counts and the people asked, of a part.
func (v View) decisionOn(part string) (*flow.Decision, []flow.Who) {
	if v.Request == nil {
		return nil, nil
	}
	if part == flow.SitePart {
		if s := v.Request.Site; s != nil {
			return s.Decision, s.Deciders
		}
		return nil, nil
	}
	if g := v.guest(part); g != nil {
		if g.Second != nil {
			return g.Second, g.Deciders
		}
		return g.Decision, g.Deciders
	}
	return nil, nil
}
