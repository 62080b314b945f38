package bot

import (
	"context"
	"slices"

	"guestsite/bot/flow"
)

// identify finds out who a chat account is, fresh. Two questions are answered
// apart: what the chat says of its account, and who in the directory that is: by
// the directory's own id where the chat signs people in with it, else who has
// exactly that address. Anything but one enabled member is a refusal, never a
// guess. It also gives the view data of the chat (language, zone) for a refused one.
func (e *Engine) identify(ctx context.Context, u ChatUser) (flow.Who, Refusal, error) {
	c, err := e.chat(u.Chat)
	if err != nil {
		return flow.Who{}, "", err
	}
	p, err := c.Profile(ctx, u)
	if err != nil && CodeOf(err) == NotFound {
		return flow.Who{}, RefusedStranger, nil
	}
	if err != nil {
		return flow.Who{}, "", err
	}
	who := flow.Who{Name: p.Name, Lang: p.Locale, Zone: p.Zone}
	if p.Refusal != "" {
		return who, p.Refusal, nil
	}
	d, by, refusal, err := e.behind(ctx, u, p)
	if err != nil || refusal != "" {
		return who, refusal, err
	}
	who = whoIs(d, p.Zone)
	if who.Lang == "" {
		who.Lang = p.Locale
	}
	switch {
	case d.Guest:
		return who, RefusedDirGuest, nil
	case !d.Enabled:
		return who, RefusedDisabled, nil
	}
	return who, "", e.remember(ctx, u, who, by)
}

// By what an account was bound to a person.
const (
	byDirectory = "directory"
	byMail      = "email"
	bySignIn    = "sign_in"
)

// behind finds the one person of the directory behind a chat account, and says
// by what. Who signed in for an account is read by his id, whatever its address.
func (e *Engine) behind(ctx context.Context, u ChatUser, p Profile) (d Person, by string, refusal Refusal, err error) {
	if p.PersonID != "" {
		d, err = e.Directory.Person(ctx, p.PersonID)
		if err != nil && CodeOf(err) == NotFound {
			return d, "", RefusedNoMatch, nil
		}
		return d, byDirectory, "", err
	}
	l, err := e.bound(ctx, u)
	switch {
	case err != nil:
		return d, "", "", err
	case l != nil && l.By == bySignIn:
		d, err = e.Directory.Person(ctx, l.Who.ID)
		if err != nil && CodeOf(err) == NotFound {
			return d, "", RefusedNoMatch, nil
		}
		return d, bySignIn, "", err
	case e.links(u.Chat):
		return d, "", RefusedUnlinked, nil
	}
	if p.Mail == "" {
		return d, "", RefusedNoMail, nil
	}
	people, err := e.Directory.ByMail(ctx, p.Mail)
	if err != nil {
		return d, "", "", err
	}
	people = slices.DeleteFunc(people, func(d Person) bool { return !d.has(p.Mail) })
	switch {
	case len(people) == 0:
		return d, "", RefusedNoMatch, nil
	case len(people) > 1:
		return d, "", RefusedAmbiguous, nil
	}
	return people[0], byMail, "", nil
}

// has says whether an address is the person's own, and no other address of his: what
// else the directory notes beside those two says nothing of who is meant.
func (p Person) has(mail string) bool { return sameMail(p.Mail, mail) || sameMail(p.UPN, mail) }

// holders are those of the people found by an address whose it is: who has it as his
// own, else the only one who has it in another way.
func holders(people []Person, mail string) []Person {
	own := slices.DeleteFunc(slices.Clone(people), func(p Person) bool { return !p.has(mail) })
	switch {
	case len(own) > 0:
		return own
	case len(people) == 1:
		return people
	}
	return nil
}

func whoIs(p Person, zone string) flow.Who {
	return flow.Who{ID: p.ID, Name: p.Name, Mail: p.Mail, Lang: p.Language, Zone: zone}
}

// sameMail compares addresses without regard to the case of ASCII letters alone:
// folding others would make look-alikes equal.
func sameMail(a, b string) bool { return a != "" && lowerASCII(a) == lowerASCII(b) }

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// remember keeps who an account was found to be and that he was seen there: for
// the language of answers, for pickers, and for where to knock; never for a right.
func (e *Engine) remember(ctx context.Context, u ChatUser, who flow.Who, by string) error {
	return again(ctx, func() error {
		recs, err := e.Store.Get(ctx, linkKey(u), personKey(who.ID))
		if err != nil {
			return err
		}
		now := e.Clock.Now()
		var puts []Put
		l, ok := recs[0].Value.(*Link)
		known := ok && recs[0].Rev != 0
		switch signedIn := known && l.By == bySignIn; {
		case by == bySignIn && (!signedIn || l.Who.ID != who.ID):
			return nil // unlinked meanwhile; that is not undone here
		case signedIn && by != bySignIn: // nor is a sign-in
		case signedIn && l.Who != who:
			puts = append(puts, Put{Key: linkKey(u), Rev: recs[0].Rev, Value: &Link{User: u, Who: who, By: by, At: l.At}})
		case !known || l.Who != who || l.By != by:
			puts = append(puts, Put{Key: linkKey(u), Rev: recs[0].Rev, Value: &Link{User: u, Who: who, By: by, At: now}})
		}
		p, ok := recs[1].Value.(*PersonRecord)
		if !ok || recs[1].Rev == 0 {
			p = &PersonRecord{ID: who.ID}
		}
		moved := p.Zone != who.Zone && who.Zone != ""
		if moved {
			p.Zone = who.Zone
		}
		if i := slices.IndexFunc(p.Users, func(s LastSeen) bool { return s.User == u }); i < 0 {
			p.Users = append(p.Users, LastSeen{u, now})
			puts = append(puts, putPerson(recs[1].Rev, p))
		} else if moved || now.Sub(p.Users[i].At) > seenStep || p.last() != u {
			p.Users[i].At = now
			puts = append(puts, putPerson(recs[1].Rev, p))
		}
		if len(puts) == 0 {
			return nil
		}
		return e.Store.Commit(ctx, Change{Puts: puts})
	})
}

// doIdentify finds out who the requester is.
func (e *Engine) doIdentify(ctx context.Context, j Job, w work) error {
	c, _, err := e.load(ctx, w.target())
	if err != nil {
		return err
	}
	o := c.Request.Origin
	who, refusal, err := e.identify(ctx, ChatUser{o.Chat, o.Team, o.User})
	if err != nil {
		return err
	}
	if refusal != "" {
		e.Log.InfoContext(ctx, "account refused", "request", w.Request, "reason", refusal)
		return e.result(ctx, j, w, flow.Event{Kind: flow.NotKnown, Code: "refused_" + string(refusal)})
	}
	pol := e.Settings.Policy
	return e.result(ctx, j, w, flow.Event{Kind: flow.Identified, By: who.ID, Person: &who, Policy: &pol})
}

// isListed says whether a person is among those that the operator named, as
// "group:<id>" or "user:<principal name>", read from the directory now.
func (e *Engine) isListed(ctx context.Context, list []string, p Person) (bool, error) {
	for _, entry := range list {
		kind, name, _ := cut(entry)
		switch kind {
		case "user":
			if p.has(name) {
				return true, nil
			}
		case "group":
			in, err := e.Directory.InGroup(ctx, p.ID, name)
			if err != nil {
				return false, err
			}
			if in {
				return true, nil
			}
		}
	}
	return false, nil
}

// listed lists the enabled members that the operator named, as many as
// are asked at most.
func (e *Engine) listed(ctx context.Context, list []string) ([]Person, error) {
	var out []Person
	add := func(ps []Person) {
		for _, p := range ps {
			known := slices.ContainsFunc(out, func(o Person) bool { return o.ID == p.ID })
			if p.Enabled && !p.Guest && !known && len(out) < maxAsked {
				out = append(out, p)
			}
		}
	}
	for _, entry := range list {
		kind, name, _ := cut(entry)
		var ps []Person
		var err error
		if kind == "user" {
			ps, err = e.Directory.ByMail(ctx, name)
			ps = slices.DeleteFunc(ps, func(p Person) bool { return !p.has(name) })
		} else {
			ps, err = e.Directory.GroupPeople(ctx, name, maxAsked)
		}
		if err != nil {
			return nil, err
		}
		add(ps)
	}
	return out, nil
}
