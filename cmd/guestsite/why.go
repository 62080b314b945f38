package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/readiness"
)

func whyCommand() command {
	c := command{
		name:    "why",
		args:    "EMAIL [--site SITE] [--as UPN] [--if KEY=VALUE]",
		summary: "say which setting decides whether a guest can be invited (exit 3 when she cannot, or it is not known)",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, logs, output := addConfigFlag(set), addLogFlags(set, slog.LevelWarn), addOutputFlag(set)
		var w bot.Wondering
		set.StringVar(&w.Site, "site", "", "to the `SITE` with this address, name or alias; a new site if this is not given")
		as := set.String("as", "", "in the name of the person with this sign-in name (`UPN`)")
		set.StringVar(&w.If, "if", "", "what if a setting had another value, as `KEY=VALUE`; changes nothing")
		words, err := parse(set, args, 1, 1)
		if err != nil {
			return err
		}
		t, err := openTerminal(p, file, logs)
		if err != nil {
			return err
		}
		if w.Address, err = readiness.ParseAddress(words[0]); err != nil {
			return t.badAddress(words[0], err)
		}
		return inTenant(ctx, t.cfg, t.log, t.why(ctx, w, *as, *output))
	}
	return c
}

// badAddress says what is wrong with an address, in the words of the cards.
func (t *terminal) badAddress(typed string, err error) error {
	lang := t.view.Texts.For(t.view.Viewer.Lang)
	e, ok := errors.AsType[*readiness.AddressError](err)
	if !ok {
		return err
	}
	reason := lang.Say(card.Key("address."+string(e.Kind)), "char", e.CharText(), "like", e.Like)
	return usagef("%s: %s", typed, lang.Say("entry.address", "reason", reason))
}

func (t *terminal) why(ctx context.Context, w bot.Wondering, as, output string) error {
	w.Now = t.now
	if as != "" {
		people, err := t.asker.Directory.ByMail(ctx, as)
		switch {
		case err != nil:
			return err
		case len(people) == 0:
			return usagef("--as %s: nobody in the directory has that sign-in name", as)
		case len(people) > 1:
			return usagef("--as %s: %d people have that name; give the sign-in name of one", as, len(people))
		}
		w.As = people[0].ID
	}
	asked, which, err := t.asker.Why(ctx, w)
	if e, ok := errors.AsType[*readiness.WhatIfError](err); ok {
		return badWhatIf(w.If, e)
	}
	if err != nil {
		return err
	}
	if which != nil {
		return t.whichSite(ctx, w.Site, len(which))
	}
	if err := t.print(output, card.Why(t.view, asked), whyData(asked, as)); err != nil {
		return err
	}
	if o := asked.Verdict.Outcome; o == readiness.Cannot || o == readiness.Unknown {
		return &exitError{status: exitNotReady}
	}
	return nil
}

// badWhatIf says what --if takes.
func badWhatIf(typed string, e *readiness.WhatIfError) error {
	switch {
	case !strings.Contains(typed, "="):
		return usagef("--if %s: write KEY=VALUE, such as spo.org=guests", typed)
	case e.Kind == readiness.WhatIfValue:
		return usagef("--if %s: %s takes %s", typed, e.Key, e.Values)
	case e.Kind == readiness.WhatIfUnread:
		return usagef("--if %s: %s could not be read, so what would follow is not known", typed, e.Key)
	}
	var keys strings.Builder
	for _, entry := range readiness.WhatIfKeys() {
		fmt.Fprintf(&keys, "\n  %-16s %s", entry.Key, entry.Values)
	}
	return usagef("--if %s: there is no setting %s that can be tried; there are:%s", typed, e.Key, keys.String())
}

// mostSites is how many candidates are offered for a site.
const mostSites = 10

// whichSite lists the sites that may be meant where not exactly one fits.
func (t *terminal) whichSite(ctx context.Context, typed string, fit int) error {
	head := "--site %s: no site has that address, name or alias"
	if fit > 0 {
		head = "--site %s: more than one site fits; give the address or alias of one"
	}
	for _, start := range beginnings(typed) {
		found, err := t.asker.Tenant.FindSites(ctx, start, mostSites)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			continue
		}
		var lines strings.Builder
		for _, s := range found {
			fmt.Fprintf(&lines, "\n  %s (alias %s)", s.Name, s.Alias)
		}
		if fit == 0 {
			head += "; there are, for instance:"
		}
		return usagef(head+"%s", typed, lines.String())
	}
	return usagef(head, typed)
}

// beginnings are ever shorter beginnings of a site's name that may be misspelt;
// of an address, of its last part.
func beginnings(typed string) []string {
	typed = strings.TrimSpace(typed)
	if u, err := url.Parse(typed); err == nil && u.Scheme == "https" {
		typed = u.Path[strings.LastIndexByte(u.Path, '/')+1:]
	}
	out := []string{typed}
	if first, _, cut := strings.Cut(typed, " "); cut {
		out = append(out, first)
	}
	for _, n := range []int{3, 1} {
		if runes := []rune(typed); len(runes) > n {
			out = append(out, string(runes[:n]))
		}
	}
	return out
}
