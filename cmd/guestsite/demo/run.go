package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Options say what the demo does.
type Options struct {
	// Story is a name of Names, "all", or empty: then the first is played and the
	// servers are left running until the context ends.
	Story string
	// Dir keeps the files; empty leaves nothing behind.
	Dir string
	// Lang is the language of the people, "en" or "nl"; "en" when empty.
	Lang  string
	Start Starter
	Out   io.Writer
}

// story is a script with its claim.
type story struct {
	name, title string
	play        func(*Stage)
}

func stories() []story {
	return []story{
		{"new-site", "A site with a guest, asked for in Slack, decided by its owner, made in the tenant", newSite},
		{"add-guests", "Guests for an existing site: one new, one already known, one of them a colleague", addGuests},
		{"declined", "The owner asks, reads the answer, and declines with a reason", declined},
		{"blocked-domain", "A setting stops the guest; an admin mends it; the request goes on by itself", blockedDomain},
		{"restart", "The bot is dropped while it makes a site, and started again", restart},
		{"end-date", "On the day, the membership ends; the account stays", endDate},
	}
}

// Names lists the stories.
func Names() []string {
	var out []string
	for _, st := range stories() {
		out = append(out, st.name)
	}
	return out
}

// ErrStory says that a story did not go as it says.
var ErrStory = errors.New("the story did not go as it says")

// Run plays. The error wraps ErrStory when an expectation did not hold.
func Run(ctx context.Context, o Options) error {
	if o.Lang == "" {
		o.Lang = "en"
	}
	chosen := stories()
	switch {
	case o.Story == "":
		chosen = chosen[:1]
	case o.Story != "all":
		i := slices.IndexFunc(chosen, func(st story) bool { return st.name == o.Story })
		if i < 0 {
			return fmt.Errorf("there is no story %q; there are: %s, all", o.Story, strings.Join(Names(), ", "))
		}
		chosen = chosen[i : i+1]
	}
	for _, st := range chosen {
		if err := perform(ctx, o, st); err != nil {
			return err
		}
	}
	return nil
}

// perform plays one story on a company of its own.
func perform(ctx context.Context, o Options, st story) error {
	lab, err := OpenLab(ctx, o.Start, o.Dir, o.Lang)
	if err != nil {
		return err
	}
	s := &Stage{Lab: lab, ctx: ctx, out: o.Out, lang: o.Lang}
	s.say("═══ %s: %s", st.name, st.title)
	s.say("    (Demo – no real people or sites.)")
	st.play(s)
	s.records()
	if s.err == nil && o.Story == "" {
		s.say("\nThe servers go on running. Stop them with Ctrl-C.\n")
		lab.Describe(o.Out)
		<-ctx.Done()
	}
	if s.err != nil {
		return errors.Join(fmt.Errorf("%s: %w: %w", st.name, ErrStory, s.err), lab.Close())
	}
	s.say("\n═══ %s: as told.\n", st.name)
	return lab.Close()
}
