package readiness

import (
	"testing"
	"time"
)

var now = time.Date(2026, 11, 22, 9, 41, 0, 0, time.UTC)

const source = "test"

func read[T any](v T) Setting[T] { return Read(v, source, now) }

func denied[T any]() Setting[T] { return Unread[T](Missing{Reason: NoPermission}, source, now) }

// openSnapshot is a company where every guest is welcome.
func openSnapshot() Snapshot {
	return Snapshot{
		TakenAt:       now,
		Company:       read(Company{TenantID: "t-ours", DisplayName: "Noordzee", Domains: []string{"noordzee.nl", "noordzee.onmicrosoft.com"}}),
		Authorization: read(AuthorizationPolicy{AllowInvitesFrom: invitesEveryone, GuestUserRoleID: guestsLimited}),
		InviteDomains: read(DomainRule{Mode: AnyDomain}),
		CrossTenant:   read(CrossTenant{Users: AllowAll, Apps: AllowAll}),
		Groups: read(GroupsPolicy{
			AllowToAddGuests: true, AllowGuestsToAccessGroups: true, EnableGroupCreation: true, LabelsEnabled: true,
		}),
		SharePoint:        read(SharePointPolicy{Sharing: SharingGuests, Domains: DomainRule{Mode: AnyDomain}, SiteCreation: true}),
		OneTimePasscode:   read(true),
		ConditionalAccess: read([]ConditionalAccessPolicy(nil)),
		Clouds:            read([]string(nil)),
	}
}

func address(tb testing.TB, s string) Address {
	tb.Helper()
	a, err := ParseAddress(s)
	if err != nil {
		tb.Fatalf("ParseAddress(%q): %v", s, err)
	}
	return a
}

// openQuestion asks about a new guest, in the name of an owner; nothing stops it.
func openQuestion(tb testing.TB) Question {
	tb.Helper()
	owner := User{ID: "u-mehmet", DisplayName: "Mehmet", Enabled: true}
	return Question{
		Snapshot: openSnapshot(),
		Subject: Subject{
			Address:     address(tb, "anna@fabrikam.com"),
			Matches:     read([]User(nil)),
			Contact:     read(false),
			Group:       read(false),
			Deleted:     read[*User](nil),
			Home:        read(HomeTenant{TenantID: "t-fabrikam", DisplayName: "Fabrikam"}),
			Partner:     read[*CrossTenant](nil),
			KnownGuests: map[string]int{"fabrikam.com": 12},
		},
		Site: Site{
			Group:   read(Group{ID: "g1", DisplayName: "Project Linden", Unified: true, WebURL: "https://noordzee.sharepoint.com/sites/linden"}),
			Owners:  read([]User{owner}),
			Sharing: read(SiteSharing{Effective: SharingGuests, Defined: SharingGuests, Domains: DomainRule{Mode: AnyDomain}}),
		},
		Actor: Actor{
			ID: owner.ID, DisplayName: owner.DisplayName, Enabled: true, Owner: true, Member: true,
			Inviter: read(false), Creator: read(false),
		},
		Path: ByBot,
		Now:  now,
	}
}

func guestUser(pending, enabled bool) User {
	return User{
		ID: "u-anna", DisplayName: "Anna Kowalski", Mail: "anna@fabrikam.com", Guest: true, Enabled: enabled,
		Pending: pending, StateChanged: now.AddDate(0, 0, -9),
	}
}

// asPending and asAccepted make the guest one who is in the directory.
func asPending(q *Question)  { q.Subject.Matches = read([]User{guestUser(true, true)}) }
func asAccepted(q *Question) { q.Subject.Matches = read([]User{guestUser(false, true)}) }

// find is the finding with that code.
func find(v Verdict, code Code) (Finding, bool) {
	for _, f := range v.Findings {
		if f.Code == code {
			return f, true
		}
	}
	return Finding{}, false
}

func decisive(tb testing.TB, v Verdict) Finding {
	tb.Helper()
	f, ok := v.DecisiveFinding()
	if !ok {
		tb.Fatalf("no decisive finding; outcome %s", v.Outcome)
	}
	return f
}
