package bot_test

import (
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

func decideStories() []story {
	return []story{
		{
			name: "a guest declined with a reason stays out and the requester reads why",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Press("mehmet", card.ActDecline, "g1")
				b.Submit("mehmet", card.FieldReason, "other", card.FieldNote, "the project has not started")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Declined)
				wantInvited(t, b, "anna@fabrikam.com", 0)
				wantCard(t, b, "sanne", bot.StatusCard, "the project has not started")
			},
		},
		{
			name: "a question pauses the clock, its answer goes back to the owner",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Press("mehmet", card.ActAsk, "g1")
				b.Submit("mehmet", card.FieldText, "Why not a link?")
				b.Advance(5 * day) // past the deadline that no longer runs
				b.Press("sanne", card.ActAnswer, "g1")
				b.Submit("sanne", card.FieldText, "She uploads every week")
				b.Settle(awhile)
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				g := wantGuest(t, b, "g1", flow.In)
				if len(g.Asked) != 1 || g.Asked[0].Answer != "She uploads every week" {
					t.Errorf("asked: %+v", g.Asked)
				}
				wantCard(t, b, "mehmet", bot.DecideCard, "She uploads every week")
			},
		},
		{
			name: "a second question waits for the answer to the first",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				ask := b.Pressed("priya", card.ActAsk, "g1")
				b.Act(ask)
				b.Press("mehmet", card.ActAsk, "g1")
				b.Submit("mehmet", card.FieldText, "Why not a link?")
				b.Submit("priya", card.FieldText, "Who is she?")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantTold(t, b, "priya", "A question is already open")
			},
			told: true,
		},
		{
			name: "of two owners who click together the first decides and the second is told",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				one, two := b.Pressed("mehmet", card.ActApprove, "g1"), b.Pressed("priya", card.ActApprove, "g1")
				b.Act(one)
				b.Act(two)
				b.Settle(awhile)
				late := b.Event("priya")
				late.Press = two.Press
				b.Act(late)
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if by := b.Guest("g1").Decision.By.ID; by != "u-mehmet" {
					t.Errorf("decided by %s", by)
				}
				ws := b.Whispers("priya")
				if len(ws) != 2 || ws[0].Text != ws[1].Text {
					t.Errorf("Priya was told %v", ws)
				}
				wantTold(t, b, "priya", "Mehmet")
			},
			told: true,
		},
		{
			name: "an outsider who got the card forwarded changes nothing and uses nobody's click up",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				stolen := b.Pressed("mehmet", card.ActApprove, "g1")
				in := b.Event("tess")
				in.Press = stolen.Press
				b.Act(in)
				b.Settle(awhile)
				if b.Guest("g1").State != flow.AwaitingDecision {
					b.T.Error("the outsider's click did something")
				}
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				wantTold(t, b, "tess", "isn't for you")
			},
		},
		{
			name: "a button whose data name another request decides on neither",
			told: true,
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				first := b.Request().ID
				press := b.Pressed("mehmet", card.ActApprove, "g1")
				b.Advance(time.Minute)
				add(b, "sanne", "Jan Smit <jan@fabrikam.com>")
				changed := *press.Press
				changed.Request = b.Request().ID
				if changed.Request == first {
					b.T.Fatal("there is one request")
				}
				press.Press = &changed
				b.Act(press)
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantTold(t, b, "mehmet", "don't know that card")
				for _, r := range b.Requests() {
					if g := b.Guests(r.ID)[0]; g.State != flow.AwaitingDecision {
						t.Errorf("%s of %s is %q", g.Mail, r.ID, g.State)
					}
				}
			},
		},
		{
			name: "an owner who is none any more is told, and the other owner decides",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Company.Groups["g-linden"].Owners = []string{"u-priya"}
				b.Press("mehmet", card.ActApprove, "g1")
				b.Settle(awhile)
				yes(b, "priya", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if by := b.Guest("g1").Decision.By.ID; by != "u-priya" {
					t.Errorf("decided by %s", by)
				}
				wantTold(t, b, "mehmet", "not an owner of Project Linden")
			},
		},
		{
			name: "a click from an old version of the card is told so",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				in := b.Pressed("mehmet", card.ActApprove, "g1")
				in.Press.Version--
				b.Act(in)
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.AwaitingDecision)
				wantTold(t, b, "mehmet", "changed since you got that card")
			},
			told: true,
		},
		{
			name: "a requester who became an owner cannot decide on her own guest",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Company.Groups["g-linden"].Owners = []string{"u-sanne", "u-mehmet"}
				m := b.Posted("mehmet", bot.DecideCard)
				b.Chat.Profiles["mehmet"].Mail = "sanne@noordzee.nl" // the same person by another account
				press := b.Pressed("mehmet", card.ActApprove, "g1")
				press.Press.Card = m.Ref
				b.Act(press)
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.AwaitingDecision)
				wantTold(t, b, "mehmet", "can't approve your own")
			},
			told: true,
		},
		{
			name: "an approver who may invite says yes where no owner may", whole: true,
			set: func(b *bottest.Bench) {
				b.Company.Settings.Authorization.Value.AllowInvitesFrom = "adminsAndGuestInviters"
			},
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				yes(b, "mehmet", "g1")
				if g := b.Guest("g1"); g.Stage != flow.ByApprovers || b.Company.Effects.Invited["anna@fabrikam.com"] != 0 {
					b.T.Errorf("stage %q", g.Stage)
				}
				yes(b, "lars", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				g := wantGuest(t, b, "g1", flow.In)
				if g.AddAs != "u-mehmet" || g.InviteAs != "u-lars" || g.Second == nil || g.Second.By.ID != "u-lars" {
					t.Errorf("added as %q, invited as %q, second %+v", g.AddAs, g.InviteAs, g.Second)
				}
			},
		},
		{
			name: "an approver who may not invite himself, or is none any more, is told so",
			set: func(b *bottest.Bench) {
				b.Company.Settings.Authorization.Value.AllowInvitesFrom = "adminsAndGuestInviters"
			},
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				yes(b, "mehmet", "g1")
				b.Company.People["u-lars"].Inviter = false
				yes(b, "lars", "g1")
				wantTold(b.T, b, "lars", "may not invite guests yourself")
				b.Company.People["u-lars"].Inviter = true
				b.Company.Groups["g-approvers"].Members = nil
				yes(b, "lars", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.AwaitingDecision)
				wantTold(t, b, "lars", "not among the people who may decide")
			},
			told: true,
		},
		{
			name: "without anybody who may invite the guest waits for IT, and goes on when somebody may",
			set: func(b *bottest.Bench) {
				b.Company.Settings.Authorization.Value.AllowInvitesFrom = "adminsAndGuestInviters"
				b.Company.People["u-lars"].Inviter = false
			},
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				yes(b, "mehmet", "g1")
				if g := b.Guest("g1"); g.State != flow.Parked {
					b.T.Errorf("the guest is %q", g.State)
				}
				b.Company.Settings.Authorization.Value.AllowInvitesFrom = "everyone"
				b.Advance(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.In)
				wantCard(t, b, "joost", bot.AdminCard, "G-")
			},
		},
		{
			name: "a right lost between the click and the invitation is asked for anew",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Company.Before = once("FindGuest", func() { b.Company.Groups["g-linden"].Owners = []string{"u-priya"} })
				yes(b, "mehmet", "g1")
				if n := b.Company.Effects.Invited["anna@fabrikam.com"]; n != 0 {
					b.T.Error("invited in the name of one who may not add her")
				}
				yes(b, "priya", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if g := wantGuest(t, b, "g1", flow.In); g.AddAs != "u-priya" {
					t.Errorf("added as %q", g.AddAs)
				}
			},
		},
		{
			name: "an owner who leaves between the invitation and the membership is not used",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Company.Before = once("Invite", func() { b.Company.Groups["g-linden"].Owners = []string{"u-priya"} })
				yes(b, "mehmet", "g1")
				yes(b, "priya", "g1")
			},
			told: true, // later, the account that was made is seen, and the card says so
			want: func(t *testing.T, b *bottest.Bench) {
				if g := wantGuest(t, b, "g1", flow.In); g.AddAs != "u-priya" || !g.Account.Created {
					t.Errorf("added as %q, account %+v", g.AddAs, g.Account)
				}
				wantInvited(t, b, "anna@fabrikam.com", 1)
			},
		},
		{
			name: "no answer in time changes nothing",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Advance(4 * day)
				in := b.Event("mehmet")
				in.Press = &bot.Press{Card: b.Posted("mehmet", bot.DecideCard).Ref, Action: card.ActApprove, Request: b.Request().ID, Part: "g1", Version: 1}
				b.Act(in)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Expired)
				wantInvited(t, b, "anna@fabrikam.com", 0)
				if b.Has("mehmet", card.ActApprove) {
					t.Error("the card can still be pressed")
				}
				wantTold(t, b, "mehmet", "no longer possible")
			},
		},
		{
			name: "the site's own deadline ends site and guests",
			play: func(b *bottest.Bench) {
				site(b, "u-mehmet", "", anna)
				b.Advance(4 * day)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Expired)
				wantGuest(t, b, "g1", flow.Expired)
			},
		},
		{
			name: "a requester who withdraws stops what was not done",
			play: func(b *bottest.Bench) {
				site(b, "u-mehmet", "", anna)
				b.Press("sanne", card.ActWithdraw, "")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Withdrawn)
				wantGuest(t, b, "g1", flow.Withdrawn)
				if b.Has("mehmet", card.ActApprove) {
					t.Error("the card can still be pressed")
				}
			},
		},
		{
			name: "withdrawn after the site was agreed to, the site is finished and the guests stay out",
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "u-mehmet", "Piet Smit <piet@gmail.com>")
				b.Press("sanne", card.ActWithdraw, "")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.PartlyDone)
				wantGuest(t, b, "g1", flow.Withdrawn)
			},
		},
		{
			name: "of several guests each has an outcome of his own",
			play: func(b *bottest.Bench) {
				add(b, "sanne", "anna@fabrikam.com\nbo@fabrikam.com\npiet@gmail.com")
				b.Press("mehmet", card.ActApproveAll, "")
				b.Settle(awhile)
				b.Press("priya", card.ActDecline, "g3")
				b.Submit("priya", card.FieldReason, "wrong_person")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.PartlyDone)
				wantGuest(t, b, "g1", flow.In)
				wantGuest(t, b, "g2", flow.In)
				wantGuest(t, b, "g3", flow.Declined)
			},
		},
	}
}
