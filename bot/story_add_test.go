package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

const (
	hour = time.Hour
	day  = 24 * hour
)

func addStories() []story {
	return []story{
		{
			name:  "an owner adds a guest without remarks by himself",
			whole: true,
			play:  func(b *bottest.Bench) { add(b, "mehmet", anna) },
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if g := wantGuest(t, b, "g1", flow.In); g.AddAs != "u-mehmet" || g.InviteAs != "u-mehmet" || g.Rule != flow.OwnerDirect {
					t.Errorf("added as %q, invited as %q, rule %q", g.AddAs, g.InviteAs, g.Rule)
				}
				wantInvited(t, b, "anna@fabrikam.com", 1)
				wantMember(t, b, "g-linden", "anna@fabrikam.com", true)
				if b.Posted("priya", bot.DecideCard) != nil {
					t.Error("Priya was asked")
				}
			},
		},
		{
			name:     "where owners never add alone the other owner decides",
			settings: func(s *bot.Settings) { s.Policy.OwnerAddsDirectly = flow.Never },
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				yes(b, "priya", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if g := wantGuest(t, b, "g1", flow.In); g.Rule != flow.OwnerNever || g.Decision.By.ID != "u-priya" {
					t.Errorf("rule %q, decided by %+v", g.Rule, g.Decision)
				}
			},
		},
		{
			name: "an owner's guest with a remark waits for the other owner",
			play: func(b *bottest.Bench) {
				add(b, "mehmet", "Piet Smit <piet@gmail.com>")
				if b.Company.Effects.Invited["piet@gmail.com"] != 0 {
					b.T.Error("invited before anybody said yes")
				}
				yes(b, "priya", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if g := wantGuest(t, b, "g1", flow.In); g.Rule != flow.OwnerFlagged || g.Decision.By.ID != "u-priya" {
					t.Errorf("rule %q, decided by %+v", g.Rule, g.Decision)
				}
			},
		},
		{
			name: "a member's guest waits for an owner, who invites in the member's name",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				yes(b, "priya", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if g := wantGuest(t, b, "g1", flow.In); g.Rule != flow.NotOwner || g.InviteAs != "u-sanne" && g.InviteAs != "u-priya" || g.AddAs != "u-priya" {
					t.Errorf("rule %q, invited as %q, added as %q", g.Rule, g.InviteAs, g.AddAs)
				}
				wantCard(t, b, "mehmet", bot.DecideCard, "Priya")
			},
		},
		{
			name: "a guest who is known here is only added",
			play: func(b *bottest.Bench) { add(b, "mehmet", "Jan <jan@fabrikam.com>") },
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				wantInvited(t, b, "jan@fabrikam.com", 0)
				wantMember(t, b, "g-linden", "jan@fabrikam.com", true)
				if g := b.Guest("g1"); g.Account.Created {
					t.Error("the account counts as made by this request")
				}
			},
		},
		{
			name:     "a hundred guests are each invited once, and one who cannot be waits alone",
			settings: func(s *bot.Settings) { s.Rules.FlagGuests = 200 },
			set:      func(b *bottest.Bench) { b.Company.Contacts["kim050@fabrikam.com"] = true },
			play: func(b *bottest.Bench) {
				add(b, "sanne", hundred())
				b.Press("mehmet", card.ActApproveAll, "")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Open)
				if n := len(b.Company.Effects.Invited); n != 99 {
					t.Errorf("%d were invited", n)
				}
				wantGuest(t, b, "g50", flow.Parked)
				if n := b.Request().Tally.By[flow.In]; n != 99 {
					t.Errorf("the tally counts %d", n)
				}
				wantCard(t, b, "joost", bot.AdminCard, "kim050")
			},
		},
		{
			name: "a request withdrawn while its guests are still being written down lets nobody in",
			play: func(b *bottest.Bench) {
				b.Command("sanne", "add Project Linden")
				b.Submit("sanne", card.FieldGuests, hundred(), card.FieldWhy, "work")
				if b.Chat.Form("sanne").Form.Step == string(flow.StepPeople) {
					b.Submit("sanne")
				}
				in := b.Filled("sanne")
				b.Act(in)
				id := in.Submit.Request
				for range 2 { // some of the guests, not all
					if _, err := b.Engine.RunDue(b.T.Context(), 1); err != nil {
						break // the process died; it is started again below
					}
				}
				w := b.Event("sanne")
				w.Press = &bot.Press{Action: card.ActWithdraw, Request: id}
				b.Act(w)
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Withdrawn)
				if n := len(b.Guests(b.Request().ID)); n != 100 {
					t.Errorf("%d guests have a record", n)
				}
				if n := len(b.Company.Effects.Invited); n != 0 {
					t.Errorf("%d were invited", n)
				}
			},
		},
	}
}

// hundred pastes a hundred addresses.
func hundred() string {
	var s strings.Builder
	for i := range 100 {
		fmt.Fprintf(&s, "kim%03d@fabrikam.com\n", i+1)
	}
	return s.String()
}
