package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// Options say what the demo does.
type Options struct {
	// Stories are those there are.
	Stories []Story
	// Story is the name of one of them, "all", or empty: then the page is shown until
	// the context ends.
	Story string
	// Playground is a loopback address where the Microsoft 365 Agents Playground
	// finds the product, or empty. With it no story is played unless Story names one,
	// and the servers are left running whatever it is.
	Playground string
	// Dir keeps the files; empty leaves nothing behind.
	Dir string
	// Lang is the language of the people, "en" or "nl"; "en" when empty.
	Lang string
	// Open has a browser opened at the page.
	Open  bool
	Start Starter
	Out   io.Writer

	slackHTTP bool // Slack calls the product
}

// Story is a script with its claim.
type Story struct {
	Name, Title string
	Play        func(*Stage)
}

// Stories are those that are shipped.
func Stories() []Story {
	return []Story{
		{"new-site", "A site with a guest, asked for in Slack, decided by its owner, made in the tenant", newSite},
		{"add-guests", "Guests for an existing site: one new, one already known, one of them a colleague", addGuests},
		{"declined", "The owner asks, reads the answer, and declines with a reason; from sockets to HTTP meanwhile", declined},
		{"blocked-domain", "A setting stops the guest; an admin mends it; the request goes on by itself", blockedDomain},
		{"restart", "The bot is dropped while it makes a site, and started again", restart},
		{"end-date", "On the day, the membership ends; the account stays", endDate},
		{"link-account", "People sign in once; who is not linked sees a number; a link that was passed on is noticed", linkAccount},
		{"teams-new-site", "The same site, asked for and decided in Teams, in cards that change in place", teamsNewSite},
		{"cross-chat", "Asked for in Slack and decided in Teams, then the other way round", crossChat},
		{"two-owners-at-once", "Two owners decide at the same moment in two chats; the first counts", twoOwnersAtOnce},
		{"owner-unreachable", "No chat reaches the owner; the other owner decides, until the bot may install its app", ownerUnreachable},
		{"one-chat-down", "Teams is down; Slack goes on, and Teams catches up", oneChatDown},
	}
}

// all plays every story.
const all = "all"

// Names lists what Options.Story may say.
func (o Options) Names() []string {
	names := make([]string, 0, len(o.Stories)+1)
	for _, st := range o.Stories {
		names = append(names, st.Name)
	}
	return append(names, all)
}

var (
	// ErrStory says that a story did not go as it says.
	ErrStory = errors.New("the story did not go as it says")
	// ErrNoStory says that there is no story of that name.
	ErrNoStory = errors.New("there is no such story")
	// ErrOneCompany says that a Playground was asked for with stories of which each
	// has a company of its own.
	ErrOneCompany = errors.New("the Playground joins the company of one story, not of all")
)

// Run plays. The error wraps ErrNoStory, ErrOneCompany or ErrNotLoopback when nothing
// was played, and ErrStory when an expectation did not hold. It is the context's own
// when that ended before the story did.
func Run(ctx context.Context, o Options) error {
	chosen, err := o.chosen()
	if err != nil {
		return err
	}
	switch {
	case o.Playground != "":
		return o.perform(ctx, o.Dir, chosen...)
	case o.Story == "":
		return o.showPage(ctx)
	}
	for _, st := range chosen {
		dir := o.Dir
		if dir != "" && len(chosen) > 1 { // each has a company of its own
			dir = filepath.Join(dir, st.Name)
		}
		if err := o.perform(ctx, dir, st); err != nil {
			return err
		}
	}
	return nil
}

// chosen gives the stories that are to be played.
func (o Options) chosen() ([]Story, error) {
	if o.Playground != "" {
		if _, err := doorAddress(o.Playground); err != nil {
			return nil, err
		}
	}
	switch {
	case o.Story == "":
		return nil, nil
	case o.Story == all && o.Playground != "":
		return nil, ErrOneCompany
	case o.Story == all:
		return o.Stories, nil
	}
	i := slices.IndexFunc(o.Stories, func(st Story) bool { return st.Name == o.Story })
	if i < 0 {
		return nil, fmt.Errorf("%w: %q; there are: %s", ErrNoStory, o.Story, strings.Join(o.Names(), ", "))
	}
	return o.Stories[i : i+1], nil
}

// perform plays stories on one company, and leaves it running where nobody asked for
// a story alone.
func (o Options) perform(ctx context.Context, dir string, stories ...Story) error {
	lab, err := openLab(ctx, o, dir)
	if err != nil {
		return err
	}
	for _, st := range stories {
		if err = lab.Play(ctx, st, o.Out); err != nil {
			break
		}
	}
	if err == nil && o.Playground != "" {
		_, _ = fmt.Fprint(o.Out, "The servers go on running. Stop them with Ctrl-C.\n\n")
		lab.Describe(o.Out)
		<-ctx.Done()
	}
	return errors.Join(err, lab.Close())
}

// Play plays a story in an open lab and prints it to out. The error wraps
// ErrStory when an expectation did not hold, or is the context's own.
func (l *Lab) Play(ctx context.Context, st Story, out io.Writer) error {
	s := &Stage{Lab: l, Patience: patience, ctx: ctx, out: out, lang: l.lang, heard: map[string]int{}}
	s.say("═══ %s: %s", st.Name, st.Title)
	s.say("    (Demo – no real people or sites.)")
	st.Play(s)
	s.records()
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", st.Name, context.Cause(ctx))
	case s.err != nil:
		return fmt.Errorf("%s: %w: %w", st.Name, ErrStory, s.err)
	}
	s.say("\n═══ %s: as told.\n", st.Name)
	return nil
}
