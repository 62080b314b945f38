package bot_test

import (
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

func denied(b *bottest.Bench, domains ...string) {
	b.Company.Settings.InviteDomains.Value = readiness.DomainRule{Mode: readiness.DenyList, Domains: domains}
}

func parkedStories() []story {
	return []story{
		{
			name: "a blocked domain waits, is looked at again, and goes on by itself",
			play: func(b *bottest.Bench) {
				denied(b, "fabrikam.com")
				add(b, "mehmet", anna)
				if g := b.Guest("g1"); g.State != flow.Parked {
					b.T.Errorf("the guest is %q", g.State)
				}
				b.Advance(3 * hour)
				denied(b)
				b.Advance(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				wantInvited(t, b, "anna@fabrikam.com", 1)
				wantCard(t, b, "joost", bot.AdminCard, "")
				if b.Has("joost", card.ActRecheck) {
					t.Error("the admin's card can still be pressed")
				}
			},
		},
		{
			name: "an admin has what waits looked at again at once",
			play: func(b *bottest.Bench) {
				denied(b, "fabrikam.com")
				add(b, "mehmet", anna)
				denied(b)
				b.Press("joost", card.ActRecheck, "")
				b.Settle(hour / 60)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.In)
				if b.Company.Effects.Forgotten == 0 {
					t.Error("old settings were looked at")
				}
				wantTold(t, b, "joost", "checking again")
			},
		},
		{
			name: "a setting that stopped the guest only after the yes parks, and the yes stays",
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				b.Company.Before = once("Invite", nil)
				b.Press("mehmet", card.ActApprove, "g1")
				b.Settle(awhile)
			},
			set: func(b *bottest.Bench) {
				b.Company.Fail("Invite", bottest.Refused(bot.Forbidden, bot.ReasonDomain))
			},
			want: func(t *testing.T, b *bottest.Bench) {
				b.Advance(hour)
				wantGuest(t, b, "g1", flow.In)
			},
			told: true,
		},
		{
			name: "a setting that changed between the decision and the invitation parks the guest, whose yes stays",
			play: func(b *bottest.Bench) {
				b.Company.Before = once("SiteURL", func() { denied(b, "fabrikam.com") })
				site(b, "u-sanne", "", anna)
				if g := b.Guest("g1"); g.State != flow.Parked || b.Company.Effects.Invited["anna@fabrikam.com"] != 0 {
					b.T.Errorf("the guest is %q", g.State)
				}
				denied(b)
				b.Advance(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				wantInvited(t, b, "anna@fabrikam.com", 1)
			},
		},
		{
			name: "a level that may not be read waits for an admin, whose word lets the guest in",
			set:  func(b *bottest.Bench) { b.Company.SharingUnread = true },
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				if g := b.Guest("g1"); g.State != flow.Parked || !g.Check.HandCheck {
					b.T.Errorf("the guest is %q, check %+v", g.State, g.Check)
				}
				b.Press("joost", card.ActConfirm, "")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				g := wantGuest(t, b, "g1", flow.In)
				if h := g.ByHand[readiness.KeySiteSharing]; h.By.ID != "u-joost" {
					t.Errorf("by hand: %+v", g.ByHand)
				}
			},
		},
		{
			name: "a new site's level that may not be read waits for an admin, whose word counts for its guests too",
			set:  func(b *bottest.Bench) { b.Company.SharingUnread = true },
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "", anna)
				if s := b.Request().Site; s.State != flow.Parked {
					b.T.Errorf("the site is %q", s.State)
				}
				b.Press("joost", card.ActConfirm, "")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
		},
		{
			name: "a new site's level that can be read again needs no admin's word",
			set:  func(b *bottest.Bench) { b.Company.SharingUnread = true },
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "", anna)
				b.Advance(hour) // looked at again, and not read again
				if s := b.Request().Site; s.State != flow.Parked {
					b.T.Errorf("the site is %q", s.State)
				}
				b.Company.SharingUnread = false
				b.Advance(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
		},
		{
			name: "a new site waits for an admin's word about the company, and is made then",
			set: func(b *bottest.Bench) {
				b.Company.Settings.SharePoint = readiness.Unread[readiness.SharePointPolicy](readiness.Missing{Reason: readiness.NotInCloud}, "spo", bottest.Begin)
			},
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "", "")
				if s := b.Request().Site; s.State != flow.Parked || b.Company.Made("Soil Report") != nil {
					b.T.Errorf("the site is %q", s.State)
				}
				b.Press("joost", card.ActConfirm, "")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
		},
		{
			name: "an approver who may invite is asked when the owner's yes waited for one",
			set: func(b *bottest.Bench) {
				b.Company.Settings.Authorization.Value.AllowInvitesFrom = "adminsAndGuestInviters"
				b.Company.People["u-lars"].Inviter = false
			},
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				yes(b, "mehmet", "g1")
				b.Company.People["u-lars"].Inviter = true
				b.Advance(hour)
				yes(b, "lars", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if g := wantGuest(t, b, "g1", flow.In); g.AddAs != "u-mehmet" || g.InviteAs != "u-lars" {
					t.Errorf("added as %q, invited as %q", g.AddAs, g.InviteAs)
				}
			},
		},
		{
			name: "a guest whose account appeared by another way is added without an inviter",
			set: func(b *bottest.Bench) {
				b.Company.Settings.Authorization.Value.AllowInvitesFrom = "adminsAndGuestInviters"
				b.Company.People["u-lars"].Inviter = false
			},
			play: func(b *bottest.Bench) {
				add(b, "sanne", anna)
				yes(b, "mehmet", "g1")
				b.Company.AddGuest("anna@fabrikam.com", "Anna", false)
				b.Advance(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.In)
				wantInvited(t, b, "anna@fabrikam.com", 0)
			},
		},
		{
			name: "a level that can be read again goes before an admin's word",
			set:  func(b *bottest.Bench) { b.Company.SharingUnread = true },
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "u-mehmet", "Piet Smit <piet@gmail.com>")
				b.Press("joost", card.ActConfirm, "")
				b.Settle(awhile)
				b.Company.SharingUnread = false
				b.Company.Made("Soil Report").Level = readiness.SharingOff
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.Parked)
				wantInvited(t, b, "piet@gmail.com", 0)
			},
		},
		{
			name: "settings of the company that were left out on purpose are an admin's word too",
			set: func(b *bottest.Bench) {
				now, m := bottest.Begin, readiness.Missing{Reason: readiness.NotInCloud}
				s := &b.Company.Settings
				s.InviteDomains = readiness.Unread[readiness.DomainRule](m, "domains", now)
				s.ConditionalAccess = readiness.Unread[[]readiness.ConditionalAccessPolicy](m, "ca", now)
				s.SharePoint = readiness.Unread[readiness.SharePointPolicy](m, "spo", now)
			},
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				for range 5 {
					if b.Guest("g1").State == flow.Parked {
						b.Press("joost", card.ActConfirm, "")
						b.Settle(awhile)
					}
				}
			},
			want: func(t *testing.T, b *bottest.Bench) { wantGuest(t, b, "g1", flow.In) },
		},
		{
			name: "a permission that was forgotten is no admin's word to give",
			set: func(b *bottest.Bench) {
				b.Company.Settings.InviteDomains = readiness.Unread[readiness.DomainRule](readiness.Missing{Reason: readiness.NoPermission}, "domains", bottest.Begin)
			},
			play: func(b *bottest.Bench) { add(b, "mehmet", anna) },
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.Parked)
				if b.Has("joost", card.ActConfirm) {
					t.Error("the admin may confirm it")
				}
			},
		},
		{
			name: "somebody who is no admin any more cannot confirm or have it looked at",
			set:  func(b *bottest.Bench) { b.Company.SharingUnread = true },
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				b.Company.Groups["g-admins"].Members = nil
				b.Press("joost", card.ActRecheck, "")
				wantTold(b.T, b, "joost", "Only IT can do that")
				b.Press("joost", card.ActConfirm, "")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantGuest(t, b, "g1", flow.Parked)
				wantTold(t, b, "joost", "Only IT can do that")
			},
			told: true,
		},
		{
			name: "a level too low is raised in the name of an admin who may, and read back",
			play: func(b *bottest.Bench) {
				b.Company.Before = once("SiteURL", func() {
					for _, g := range b.Company.Groups {
						if g.UniqueName != "" {
							g.Level = readiness.SharingOff
						}
					}
				})
				site(b, "u-sanne", "", anna)
				if s := b.Request().Site; s.State != flow.Parked {
					b.T.Errorf("the site is %q", s.State)
				}
				b.Press("joost", card.ActConfirm, "")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if b.Company.Effects.Levels["Soil Report"] == 0 || b.Request().Site.Level != string(readiness.SharingGuests) {
					t.Errorf("level %q, set %d times", b.Request().Site.Level, b.Company.Effects.Levels["Soil Report"])
				}
			},
		},
		{
			name: "a company closed to guests keeps the request until it opens",
			set:  func(b *bottest.Bench) { b.Company.Settings.SharePoint.Value.Sharing = readiness.SharingOff },
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna)
				b.Advance(day)
				b.Company.Settings.SharePoint.Value.Sharing = readiness.SharingGuests
				b.Advance(hour)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
		},
		{
			name: "what IT does not mend in time is closed",
			play: func(b *bottest.Bench) {
				denied(b, "fabrikam.com")
				add(b, "mehmet", anna)
				b.Advance(31 * day)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Expired) },
		},
		{
			name: "a parked site is withdrawn with all that hangs on it",
			set:  func(b *bottest.Bench) { b.Company.Settings.SharePoint.Value.Sharing = readiness.SharingOff },
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "", anna)
				b.Command("sanne", "cancel")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Withdrawn) },
		},
		{
			name: "a site without an owner who may be asked waits for IT to name one",
			set:  func(b *bottest.Bench) { b.Company.Groups["g-linden"].Owners = []string{"u-mehmet"} },
			play: func(b *bottest.Bench) {
				add(b, "mehmet", "piet@gmail.com")
				if g := b.Guest("g1"); g.State != flow.Parked || g.Code != "no_decider" {
					b.T.Errorf("the guest is %q (%s)", g.State, g.Code)
				}
				b.Company.Groups["g-linden"].Owners = []string{"u-mehmet", "u-priya"}
				b.Advance(hour)
				yes(b, "priya", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantGuest(t, b, "g1", flow.In) },
		},
	}
}
