package bot_test

import (
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

func endStories() []story {
	return []story{
		{
			name:  "the end date removes the membership and not the account",
			whole: true,
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna, card.FieldDays, "30")
				b.Advance(31 * day)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.Ended)
				wantState(t, b, flow.Done)
				wantMember(t, b, "g-linden", "anna@fabrikam.com", false)
				if b.Company.People["guest-anna@fabrikam.com"] == nil {
					t.Error("the account is gone")
				}
			},
		},
		{
			name: "a guest who was a member before stays one after the end date",
			set: func(b *bottest.Bench) {
				g := b.Company.Groups["g-linden"]
				g.Members = append(g.Members, "guest-jan@fabrikam.com")
			},
			play: func(b *bottest.Bench) {
				add(b, "mehmet", "jan@fabrikam.com", card.FieldDays, "30")
				b.Advance(31 * day)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.Ended)
				wantMember(t, b, "g-linden", "jan@fabrikam.com", true)
			},
		},
		{
			name: "an owner lengthens the stay",
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna, card.FieldDays, "30")
				b.Advance(10 * day)
				b.Command("priya", "mine") // makes her known
				b.Command("mehmet", "extend")
				b.PressValue("mehmet", card.ActExtend, "90")
				b.Advance(60 * day)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.In)
				wantMember(t, b, "g-linden", "anna@fabrikam.com", true)
				wantTold(t, b, "mehmet", "may stay until")
				b.Advance(40 * day)
				wantGuest(t, b, "g1", flow.Ended)
				wantMember(t, b, "g-linden", "anna@fabrikam.com", false)
			},
		},
		{
			name: "a stay is not lengthened too far, nor shortened, nor by one who does not own the site",
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna, card.FieldDays, "180")
				b.Command("mehmet", "extend")
				extend := func(user, days string) {
					in := b.Event(user)
					in.Press = &bot.Press{Action: card.ActExtend, Request: b.Request().ID, Part: "g1", Value: days}
					b.Act(in)
					b.Run()
				}
				extend("mehmet", "30")
				wantTold(b.T, b, "mehmet", "may stay that long already")
				extend("mehmet", "3000")
				wantTold(b.T, b, "mehmet", "longer than the company allows")
				extend("tess", "200")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantTold(t, b, "tess", "don't own this site")
			},
			told: true,
		},
		{
			name: "a guest held by a second request stays when the first ends",
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna, card.FieldDays, "30")
				b.Company.Accept("anna@fabrikam.com")
				b.Advance(5 * day)
				add(b, "priya", anna, card.FieldDays, "90")
				b.Advance(30 * day)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantMember(t, b, "g-linden", "anna@fabrikam.com", true)
				b.Advance(80 * day)
				wantMember(t, b, "g-linden", "anna@fabrikam.com", false)
			},
		},
		{
			name: "a requester gets the text for the guest, in another language, and a fresh link that is not kept",
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				b.PressValue("mehmet", card.ActHandover, "nl")
				b.Press("mehmet", card.ActRedeem, "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantTold(t, b, "mehmet", "https://login.example/redeem/")
				in := b.Event("tess")
				in.Press = &bot.Press{Action: card.ActRedeem, Request: b.Request().ID, Part: "g1"}
				b.Act(in)
				b.Run()
				wantTold(t, b, "tess", "isn't for you")
				if p := b.Posted("mehmet", bot.HandoverCard); p == nil || contains(p.Card.Text, "login.example") {
					t.Error("the link is on a card that is kept")
				}
			},
			told: true,
		},
	}
}
