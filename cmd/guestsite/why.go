package main

import (
	"context"
	"fmt"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/readiness"
)

func whyCommand() command {
	c := command{
		name:    "why",
		args:    "EMAIL [--site URL] [--as UPN] [--if KEY=VALUE]",
		summary: "say which setting decides whether a guest can be invited (exit 3 when she cannot, or it is not known)",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, logs, output := addConfigFlag(set), addLogFlags(set), addOutputFlag(set)
		var w bot.Wondering
		set.StringVar(&w.Site, "site", "", "to the site with this `URL`, name or alias; a new site if this is not given")
		as := set.String("as", "", "in the name of the person with this sign-in name (`UPN`)")
		set.StringVar(&w.If, "if", "", "what if a setting had another value, as `KEY=VALUE`; changes nothing")
		words, err := parse(set, args, 1, 1)
		if err != nil {
			return err
		}
		if w.Address, err = readiness.ParseAddress(words[0]); err != nil {
			return usagef("%q is not an address that can be invited: %v", words[0], err)
		}
		t, err := openTerminal(p, file, logs)
		if err != nil {
			return err
		}
		return t.why(ctx, w, *as, *output)
	}
	return c
}

func (t *terminal) why(ctx context.Context, w bot.Wondering, as, output string) error {
	w.Now = t.now
	if as != "" {
		people, err := t.asker.Directory.ByMail(ctx, as)
		if err != nil {
			return err
		}
		if len(people) != 1 {
			return usagef("--as %s: %d people have that name, and exactly one is needed", as, len(people))
		}
		w.As = people[0].ID
	}
	asked, which, err := t.asker.Why(ctx, w)
	switch {
	case bot.CodeOf(err) == bot.Invalid && err != nil:
		return usagef("--if %s: %v", w.If, err)
	case err != nil:
		return err
	case which != nil:
		names := ""
		for _, s := range which {
			names += fmt.Sprintf("\n  %s %s", s.Name, s.URL)
		}
		return usagef("--site %s: %d sites fit, and exactly one is needed%s", w.Site, len(which), names)
	}
	if err := t.print(output, card.Why(t.view, asked), asked.Verdict); err != nil {
		return err
	}
	switch asked.Verdict.Outcome {
	case readiness.Cannot, readiness.Unknown:
		return &exitError{status: exitNotReady}
	}
	return nil
}
