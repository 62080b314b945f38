package bot_test

import (
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

func troubleStories() []story {
	out := []story{
		{
			name: "an owner who cannot be reached is said so, and the other has the card",
			set:  func(b *bottest.Bench) { b.Chat.Undeliverable["mehmet"] = true },
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Settle(awhile)
				yes(b, "priya", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
		},
		{
			name: "where no owner can be reached the requester reads it",
			set: func(b *bottest.Bench) {
				b.Chat.Undeliverable["mehmet"], b.Chat.Undeliverable["priya"] = true, true
			},
			play: func(b *bottest.Bench) { add(b, "sanne", anna) },
			want: func(t *testing.T, b *bottest.Bench) {
				wantCard(t, b, "sanne", bot.StatusCard, "can't send Mehmet Kaya and Priya Nair")
			},
		},
		{
			name: "an invitation whose answer was lost is looked for before it is sent again",
			set: func(b *bottest.Bench) {
				b.Company.Replication = 14 * time.Second
				b.Company.Fail("Invite", bottest.Unclear())
			},
			play: func(b *bottest.Bench) { add(b, "mehmet", anna) },
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				wantInvited(t, b, "anna@fabrikam.com", 1)
				if !b.Guest("g1").Account.Created {
					t.Error("the account does not count as made by this request")
				}
			},
		},
		{
			name: "a membership that is not seen yet is not called done",
			set:  func(b *bottest.Bench) { b.Company.Replication = 3 * time.Minute },
			play: func(b *bottest.Bench) {
				add(b, "mehmet", "jan@fabrikam.com")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if g := b.Guest("g1"); g.InSince.Sub(bottest.Begin) < 3*time.Minute {
					t.Errorf("in since %s", g.InSince)
				}
			},
			told: true,
		},
		{
			name: "a command that cannot be answered is answered with a reference",
			play: func(b *bottest.Bench) {
				b.Company.Fail("Snapshot", bottest.Refused(bot.Forbidden, bot.ReasonPermission))
				says(b, "sanne", "check", "not allowed to do that")
				b.Company.Fail("Snapshot", bottest.Unavailable(), bottest.Unavailable(), bottest.Unavailable(), bottest.Unavailable(),
					bottest.Unavailable(), bottest.Unavailable(), bottest.Unavailable(), bottest.Unavailable())
				b.Command("sanne", "check")
				b.Settle(hour)
				wantTold(b.T, b, "sanne", "doesn't answer")
			},
			told: true,
		},
		{
			name: "a removal that is not allowed is tried again every day until it is",
			play: func(b *bottest.Bench) {
				add(b, "mehmet", "jan@fabrikam.com", card.FieldDays, "30")
				b.Company.Fail("RemoveMember", bottest.Refused(bot.Forbidden, bot.ReasonPermission), bottest.Refused(bot.Forbidden, bot.ReasonPermission))
				b.Advance(31 * day)
				wantMember(b.T, b, "g-linden", "jan@fabrikam.com", true)
				b.Advance(2 * day)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.Ended)
				wantMember(t, b, "g-linden", "jan@fabrikam.com", false)
			},
			told: true,
		},
		{
			name: "what may not be looked up parks the guest until it may",
			play: func(b *bottest.Bench) {
				b.Command("mehmet", "add Project Linden")
				b.Submit("mehmet", card.FieldGuests, anna, card.FieldWhy, "work")
				b.Company.Fail("Subject", bottest.Refused(bot.Forbidden, bot.ReasonPermission))
				b.Submit("mehmet")
				if g := b.Guest("g1"); g.State != flow.Parked {
					b.T.Errorf("the guest is %q", g.State)
				}
				b.Advance(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
			told: true,
		},
		{
			name: "rights that may not be read decide nothing and use no click up",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Company.Fail("Actor", bottest.Refused(bot.Forbidden, bot.ReasonPermission))
				yes(b, "mehmet", "g1")
				wantTold(b.T, b, "mehmet", "can't see right now whether you may")
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
			told: true,
		},
		{
			name: "show all shows every guest, also when the card is being redrawn",
			play: func(b *bottest.Bench) {
				add(b, "sanne", hundred()[:len("kim001@fabrikam.com\n")*14])
				press := b.Pressed("mehmet", card.ActShowAll, "")
				done := false
				b.Chat.Shown = func(*card.Card, *card.Form) {
					if !done {
						done = true
						if _, err := b.Engine.Handle(b.T.Context(), press); err != nil {
							b.T.Error(err)
						}
					}
				}
				b.Press("sanne", card.ActWithdraw, "") // redraws every card
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantCard(t, b, "mehmet", bot.DecideCard, "kim014@fabrikam.com")
				if b.Has("mehmet", card.ActShowAll) {
					t.Error("there is still more to show")
				}
			},
			told: true,
		},
		{
			name: "a group whose answer was lost is found again",
			set: func(b *bottest.Bench) {
				b.Company.Replication = 14 * time.Second
				b.Company.Fail("CreateGroup", bottest.Unclear())
			},
			play: func(b *bottest.Bench) { site(b, "u-sanne", "", anna) },
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
		},
		{
			name: "a card whose answer was lost is looked for before it is posted again",
			set:  func(b *bottest.Bench) { b.Chat.Fail("Post", bottest.Unclear(), bottest.Unclear()) },
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Settle(awhile)
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				seen := map[string]bool{}
				for _, p := range b.Chat.Posts {
					if seen[p.ID] {
						t.Errorf("card %s was posted twice", p.ID)
					}
					seen[p.ID] = true
				}
			},
		},
		{
			name: "a card that was deleted is posted anew when it changes",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Posted("sanne", bot.StatusCard).Gone = true
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantCard(t, b, "sanne", bot.StatusCard, "Anna") },
		},
		{
			name: "a forgotten permission to invite waits for IT",
			set: func(b *bottest.Bench) {
				b.Company.Fail("Invite", bottest.Refused(bot.Forbidden, bot.ReasonPermission))
			},
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				b.Advance(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
			told: true,
		},
		{
			name: "what cannot succeed ends with IT named and a reference",
			set: func(b *bottest.Bench) {
				b.Company.Fail("CreateGroup", bottest.Refused(bot.Invalid, ""))
			},
			play: func(b *bottest.Bench) { site(b, "u-sanne", "", anna) },
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Failed)
				wantGuest(t, b, "g1", flow.Failed)
				wantCard(t, b, "sanne", bot.StatusCard, "G-")
			},
			told: true,
		},
		{
			name: "an unknown right decides nothing and is told",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Company.Settings.Authorization.Value.AllowInvitesFrom = "adminsAndGuestInviters"
				b.Company.RolesUnread = true
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.AwaitingDecision)
				wantTold(t, b, "mehmet", "can't see right now whether you may")
			},
			told: true,
		},
		{
			name: "an approval of a site by one who may not make it is refused in words",
			play: func(b *bottest.Bench) {
				site(b, "u-mehmet", "", "")
				creators(b)
				yes(b, "mehmet", flow.SitePart)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantTold(t, b, "mehmet", "may not make sites yourself") },
			told: true,
		},
		{
			name: "a click while the guest is looked at anew comes too early, and counts later",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				press := b.Pressed("priya", card.ActApprove, "g1")
				b.Company.Before = once("FindGuest", func() { b.Company.Groups["g-linden"].Owners = []string{"u-priya"} })
				b.Act(b.Pressed("mehmet", card.ActApprove, "g1"))
				for range 20 {
					if b.Guest("g1").State == flow.Checking {
						break
					}
					if _, err := b.Engine.RunDue(b.T.Context(), 1); err != nil {
						b.T.Fatal(err)
					}
				}
				b.Act(press)
				wantTold(b.T, b, "priya", "isn't ready for that yet")
				b.Settle(awhile)
				yes(b, "priya", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantGuest(t, b, "g1", flow.In) },
			told: true,
		},
		{
			name: "a lookup that stays away is said in the form, which goes on when it answers",
			play: func(b *bottest.Bench) {
				b.Command("sanne", "add Project Linden")
				b.Company.Fail("Subject", bottest.Unavailable(), bottest.Unavailable(), bottest.Unavailable(), bottest.Unavailable(), bottest.Unavailable())
				b.Submit("sanne", card.FieldGuests, anna, card.FieldWhy, "work")
				b.Settle(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if f := b.Chat.Form("sanne"); f == nil || f.Form.Step != string(flow.StepReview) {
					t.Errorf("the form is %+v", f)
				}
			},
			told: true,
		},
		{
			name: "a lookup that is not allowed is said in the form",
			play: func(b *bottest.Bench) {
				b.Command("sanne", "add Project Linden")
				b.Company.Fail("Subject", bottest.Refused(bot.Forbidden, bot.ReasonPermission))
				b.Submit("sanne", card.FieldGuests, anna, card.FieldWhy, "work")
				b.Settle(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if f := b.Chat.Form("sanne"); f == nil || !contains(bottest.FormText(f.Form), "not allowed to look up") {
					t.Errorf("the form is %+v", f)
				}
			},
			told: true,
		},
		{
			name: "a click that the card does not offer is refused in words",
			play: func(b *bottest.Bench) {
				site(b, "u-mehmet", "", anna)
				press := b.Pressed("mehmet", card.ActAsk, "g1")
				press.Press.Part = flow.SitePart
				press.Press.Card = b.Posted("mehmet", bot.DecideCard).Ref
				b.Act(press)
				b.Submit("mehmet", card.FieldText, "Why?")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantTold(t, b, "mehmet", "can't be done from this card") },
			told: true,
		},
	}
	for call := range map[string]bool{"Snapshot": true, "Subject": true, "Owners": true, "Actor": true, "FindGuest": true, "Invite": true, "AddMembers": true, "IsMember": true, "Person": true} {
		out = append(out, story{
			name: "a service that is busy or gone at " + call + " is asked again until it answers",
			play: func(b *bottest.Bench) {
				b.Command("mehmet", "add Project Linden")
				b.Submit("mehmet", card.FieldGuests, anna, card.FieldWhy, "work")
				if b.Chat.Form("mehmet").Form.Step == string(flow.StepPeople) {
					b.Submit("mehmet")
				}
				b.Company.Fail(call, bottest.Throttled(90*time.Second), bottest.Unavailable())
				b.Submit("mehmet")
				b.Settle(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				wantInvited(t, b, "anna@fabrikam.com", 1)
			},
			told: true,
		})
	}
	return out
}
