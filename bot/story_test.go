package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// story is something that happens to people, told once and used by several
// tests: as it is, with the process dying at every call, and for the texts that
// it reaches. Its name is what it claims.
type story struct {
	name     string
	settings func(*bot.Settings)
	// set changes the company and the chat before it begins.
	set  func(*bottest.Bench)
	play func(*bottest.Bench)
	// want checks how it ended.
	want func(*testing.T, *bottest.Bench)
	// whole stories have the process die at each of their calls.
	whole bool
	// told leaves a story out where the process dies: it is about private lines,
	// or about who was faster, which a restart changes by right.
	told bool
}

// begin makes the bench of a story.
func (s story) begin(tb testing.TB, open func() bot.Store) *bottest.Bench {
	tb.Helper()
	b := bottest.New(tb, open, s.settings)
	if s.set != nil {
		s.set(b)
	}
	return b
}

func stories() []story {
	var out []story
	for _, list := range [][]story{
		newSiteStories(), addStories(), decideStories(), parkedStories(), endStories(), formStories(), commandStories(), strangerStories(), troubleStories(), chatStories(), pauseStories(), failedStories(), forgetStories(),
		linkStories(), retentionStories(),
	} {
		out = append(out, list...)
	}
	return out
}

func TestStories(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b := s.begin(t, disk(t))
			s.play(b)
			if s.want != nil {
				s.want(t, b)
			}
			if err := sound(b); err != nil {
				t.Error(err)
			}
		})
	}
}

// sound says what is wrong with a world in which a story was told: its journal,
// its records, or something that was made twice.
func sound(b *bottest.Bench) error {
	if err := b.CheckJournal(); err != nil && len(b.Requests()) > 0 {
		return err
	}
	for _, r := range b.Requests() {
		if err := r.Check(); err != nil {
			return err
		}
		for _, g := range b.Guests(r.ID) {
			if err := g.CheckWith(r); err != nil {
				return err
			}
		}
	}
	ef := b.Company.Effects
	for what, m := range map[string]map[string]int{"group": ef.Groups, "invitation": ef.Invited, "membership": ef.Added, "removal": ef.Removed} {
		for name, n := range m {
			if n > 1 {
				return fmt.Errorf("%s %q was made %d times", what, name, n)
			}
		}
	}
	return nil
}

// site has Sanne ask for Soil Report; who, when not empty, are its owners.
func site(b *bottest.Bench, owner, second, guests string) {
	const user = "sanne"
	b.T.Helper()
	b.Command(user, "new")
	b.Submit(user, card.FieldName, "Soil Report", card.FieldPurpose, "Drawings", card.FieldOwner, owner, card.FieldSecond, second)
	why := ""
	if guests != "" {
		why = "Anna delivers the soil report"
	}
	people(b, user, card.FieldGuests, guests, card.FieldWhy, why)
}

// add asks for guests in Project Linden.
func add(b *bottest.Bench, user, guests string, more ...string) {
	b.T.Helper()
	b.Command(user, "add Project Linden")
	people(b, user, append([]string{card.FieldGuests, guests, card.FieldWhy, "Anna delivers the soil report"}, more...)...)
}

// people sends the step of the guests, once more where something was remarked,
// and then the whole.
func people(b *bottest.Bench, user string, values ...string) {
	b.T.Helper()
	b.Submit(user, values...)
	if f := b.Chat.Form(user); f != nil && f.Form.Step == string(flow.StepPeople) {
		b.Submit(user)
	}
	b.Submit(user)
	b.Settle(awhile)
}

// yes presses the button that adds a guest, or agrees to the site.
func yes(b *bottest.Bench, user, part string) {
	b.T.Helper()
	b.Press(user, card.ActApprove, part)
	b.Settle(awhile)
}

const anna = "Anna Kowalski <anna@fabrikam.com>"

func wantState(tb testing.TB, b *bottest.Bench, want flow.State) {
	tb.Helper()
	if r := b.Request(); r.State != want {
		tb.Errorf("the request is %q (%s), want %q\n%s", r.State, r.Code, want, b.Seen("sanne"))
	}
}

func wantGuest(tb testing.TB, b *bottest.Bench, id string, want flow.State) *flow.Guest {
	tb.Helper()
	g := b.Guest(id)
	if g.State != want {
		tb.Errorf("guest %s is %q (%s), want %q", id, g.State, g.Code, want)
	}
	return g
}

func wantInvited(tb testing.TB, b *bottest.Bench, mail string, want int) {
	tb.Helper()
	if n := b.Company.Effects.Invited[mail]; n != want {
		tb.Errorf("%d invitations to %s, want %d", n, mail, want)
	}
}

func wantMember(tb testing.TB, b *bottest.Bench, group, mail string, want bool) {
	tb.Helper()
	is := strings.Contains(strings.Join(b.Company.Members(group), " ")+" ", "guest-"+mail+" ")
	if is != want {
		tb.Errorf("%s a member of %s: %v, want %v", mail, group, is, want)
	}
}

func wantTold(tb testing.TB, b *bottest.Bench, user, part string) {
	tb.Helper()
	if told := b.Told(user); !strings.Contains(told, part) {
		tb.Errorf("%s was told %q, want %q in it", user, told, part)
	}
}

func wantCard(tb testing.TB, b *bottest.Bench, user string, kind bot.MessageKind, part string) {
	tb.Helper()
	p := b.Posted(user, kind)
	if p == nil {
		tb.Errorf("%s has no %s card", user, kind)
		return
	}
	if !strings.Contains(p.Card.Text, part) {
		tb.Errorf("%s's %s card says\n%s\nwant %q in it", user, kind, p.Card.Text, part)
	}
}

func contains(s, part string) bool { return strings.Contains(s, part) }
