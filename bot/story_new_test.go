package bot_test

import (
	"slices"
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

func newSiteStories() []story {
	return []story{
		{
			name:  "a site that its requester will not own needs an owner's yes, and each guest too",
			whole: true,
			play: func(b *bottest.Bench) {
				site(b, "u-mehmet", "u-priya", anna)
				yes(b, "mehmet", flow.SitePart)
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				wantInvited(t, b, "anna@fabrikam.com", 1)
				r, g := b.Request(), b.Company.Made("Soil Report")
				if g == nil || g.Public || len(g.Owners) != 2 || r.Target.GroupID != g.ID || r.Target.URL == "" {
					t.Fatalf("the group is %+v, the target %+v", g, r.Target)
				}
				if r.Site.CreateAs != "u-sanne" || r.Site.Decision.By.ID != "u-mehmet" {
					t.Errorf("made in the name of %s, decided by %s", r.Site.CreateAs, r.Site.Decision.By.ID)
				}
				wantMember(t, b, g.ID, "anna@fabrikam.com", true)
				wantCard(t, b, "sanne", bot.StatusCard, "Ready. Anna is invited.")
				wantCard(t, b, "sanne", bot.HandoverCard, "Hi Anna")
				wantCard(t, b, "priya", bot.DecideCard, "Mehmet")
				if b.Has("priya", card.ActApprove) {
					t.Error("the co-owner's card still has a button to add")
				}
			},
		},
		{
			name: "a requester who owns the site and may invite needs nobody",
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "u-mehmet", anna)
				b.Company.Accept("anna@fabrikam.com")
				b.Advance(48 * hour)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if g := wantGuest(t, b, "g1", flow.In); g.Rule != flow.OwnerDirect || g.InviteAs != "u-sanne" || g.Account.Pending {
					t.Errorf("rule %q, invited as %q, account %+v", g.Rule, g.InviteAs, g.Account)
				}
				if b.Posted("mehmet", bot.DecideCard) != nil {
					t.Error("Mehmet was asked")
				}
			},
		},
		{
			name: "a site without guests is made",
			play: func(b *bottest.Bench) { site(b, "u-sanne", "", "") },
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if b.Company.Made("Soil Report") == nil {
					t.Error("there is no group")
				}
			},
		},
		{
			name: "an owner who declines the site ends its guests too",
			play: func(b *bottest.Bench) {
				site(b, "u-mehmet", "", anna)
				b.Press("mehmet", card.ActDecline, flow.SitePart)
				b.Submit("mehmet", card.FieldReason, "other_site", card.FieldNote, "use Linden")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Declined)
				wantGuest(t, b, "g1", flow.Declined)
				if b.Company.Made("Soil Report") != nil {
					t.Error("there is a group")
				}
			},
		},
		{
			name: "a requester who may not make sites gets one in the name of the owner who may",
			set:  func(b *bottest.Bench) { creators(b, "u-mehmet") },
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "u-mehmet", "")
				yes(b, "mehmet", flow.SitePart)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if as := b.Request().Site.CreateAs; as != "u-mehmet" {
					t.Errorf("made in the name of %q", as)
				}
			},
		},
		{
			name: "a site that nobody asked may make goes to an approver who may",
			set:  func(b *bottest.Bench) { creators(b, "u-lars") },
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "u-mehmet", "")
				yes(b, "lars", flow.SitePart)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if as := b.Request().Site.CreateAs; as != "u-lars" {
					t.Errorf("made in the name of %q", as)
				}
			},
		},
		{
			name: "an approver who is none any more decides on no site",
			set:  func(b *bottest.Bench) { creators(b, "u-lars") },
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "u-mehmet", "")
				b.Company.Groups["g-approvers"].Members = nil
				yes(b, "lars", flow.SitePart)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if s := b.Request().Site; s.State != flow.AwaitingApproval {
					t.Errorf("the site is %q", s.State)
				}
				wantTold(t, b, "lars", "own this site")
			},
			told: true,
		},
		{
			name: "a creator who lost the right before the group was made is not used",
			play: func(b *bottest.Bench) {
				b.Company.Before = once("FindGroup", func() { creators(b, "u-priya") })
				site(b, "u-sanne", "u-priya", "")
				yes(b, "priya", flow.SitePart)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if as := b.Request().Site.CreateAs; as != "u-priya" {
					t.Errorf("made in the name of %q", as)
				}
			},
		},
		{
			name: "a name taken since the form gets the next free address",
			play: func(b *bottest.Bench) {
				b.Company.Before = once("CreateGroup", func() {
					b.Company.Groups["g-other"] = &bottest.Group{ID: "g-other", Name: "Other", Alias: "soil-report"}
				})
				site(b, "u-sanne", "", "")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if g := b.Company.Made("Soil Report"); g == nil || g.Alias == "soil-report" {
					t.Errorf("the group is %+v", g)
				}
			},
		},
		{
			name: "a slow site is waited for, said, and finished",
			set:  func(b *bottest.Bench) { b.Company.Provisioning = 45 },
			play: func(b *bottest.Bench) {
				site(b, "u-sanne", "", anna)
				b.Advance(hour)
				b.Advance(24 * hour)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
		},
		{
			name: "owners, members and visibility are put right before guests come in",
			play: func(b *bottest.Bench) {
				b.Company.Before = once("SiteURL", func() {
					for _, g := range b.Company.Groups {
						if g.UniqueName != "" {
							g.Owners, g.Members, g.Public = nil, nil, true
						}
					}
				})
				b.Command("sanne", "new")
				b.Submit("sanne", card.FieldName, "Soil Report", card.FieldPurpose, "Drawings", card.FieldOwner, "u-sanne", card.FieldSecond, "u-mehmet")
				people(b, "sanne", card.FieldMembers, "u-tess", card.FieldGuests, anna, card.FieldWhy, "work")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				g := b.Company.Made("Soil Report")
				if g.Public || len(g.Owners) != 2 || !slices.Contains(g.Members, "u-tess") {
					t.Errorf("the group is %+v", g)
				}
			},
		},
		{
			name: "a level asked above the company's is capped, never raised",
			play: func(b *bottest.Bench) {
				b.Company.Before = once("FindGroup", func() { b.Company.Settings.SharePoint.Value.Sharing = readiness.SharingExisting })
				site(b, "u-sanne", "", "Jan <jan@fabrikam.com>")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if l := b.Request().Site.Level; l != string(readiness.SharingExisting) {
					t.Errorf("the level read back is %q", l)
				}
			},
		},
	}
}

// once runs do in front of the first call of that name.
func once(call string, do func()) func(string) {
	done := do == nil
	return func(name string) {
		if name == call && !done {
			done = true
			do()
		}
	}
}

// creators lets only these people make groups.
func creators(b *bottest.Bench, ids ...string) {
	b.Company.Settings.Groups.Value.EnableGroupCreation = false
	b.Company.Settings.Groups.Value.CreatorsGroupID = "g-creators"
	for _, u := range b.Company.People {
		u.Creator = false
	}
	for _, id := range ids {
		b.Company.People[id].Creator = true
	}
}
