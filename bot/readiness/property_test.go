package readiness

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// dice draws questions: each setting is usually open, at times shut, at times
// unread; the calmer, the rarer.
type dice struct {
	*rand.Rand
	calm int
}

func throw(seed uint64) dice {
	r := rand.New(rand.NewPCG(seed, 7))
	return dice{r, 1 + r.IntN(16)}
}

// odd is a rare event.
func (d dice) odd(n int) bool { return d.one(n * d.calm) }

func (d dice) one(n int) bool { return d.IntN(n) == 0 }

func draw[T any](d dice, open T, others ...T) Setting[T] {
	switch {
	case d.odd(10):
		return Unread[T](Missing{Reason: []Reason{NoPermission, NotInCloud, Unavailable, NotAsked, Unclear}[d.IntN(5)]}, source, now)
	case len(others) > 0 && d.odd(3):
		return read(others[d.IntN(len(others))])
	default:
		return read(open)
	}
}

func (d dice) domains() DomainRule {
	lists := [][]string{nil, {"fabrikam.com"}, {"contoso.nl", "com"}, {"mail.fabrikam.com", "gmail.com"}}
	return DomainRule{
		Mode:      []DomainMode{AnyDomain, AnyDomain, AllowList, DenyList, "odd"}[d.IntN(5)],
		Domains:   lists[d.IntN(len(lists))],
		Uncertain: d.one(20),
	}
}

func (d dice) level() SharingLevel {
	return []SharingLevel{SharingOff, SharingExisting, SharingGuests, SharingAnyone, SharingGuests, "unknownFutureValue"}[d.IntN(6)]
}

func (d dice) access() CrossTenant {
	kinds := []Access{AllowAll, AllowAll, BlockAll, AllowSome, BlockSome, ""}
	return CrossTenant{
		Users: kinds[d.IntN(len(kinds))], Apps: kinds[d.IntN(len(kinds))],
		SharePointAmongApps: d.one(2), OnlyPasscode: d.one(10), TrustsMFA: d.one(2), TrustsDevices: d.one(2),
	}
}

func (d dice) policies() []ConditionalAccessPolicy {
	var out []ConditionalAccessPolicy
	for i := range d.IntN(3) {
		out = append(out, ConditionalAccessPolicy{
			Name: fmt.Sprintf("Policy %d", i), HitsGuests: d.one(2), HitsSharePoint: d.one(2), Conditional: d.one(2),
			Blocks: d.one(3), NeedsMFA: d.one(2), NeedsDevice: d.one(3), AnyOf: d.one(2),
		})
	}
	return out
}

func (d dice) user() User {
	return User{ID: "u-anna", DisplayName: "Anna", Guest: !d.one(8), Enabled: !d.one(5), Pending: d.one(3), CreatedAt: now.AddDate(0, 0, -d.IntN(90))}
}

func (d dice) question(tb testing.TB) Question {
	tb.Helper()
	q := openQuestion(tb)
	s := &q.Snapshot
	s.Company = draw(d, s.Company.Value)
	s.Authorization = draw(d, s.Authorization.Value, AuthorizationPolicy{AllowInvitesFrom: invitesNone},
		AuthorizationPolicy{AllowInvitesFrom: invitesInviters}, AuthorizationPolicy{AllowInvitesFrom: invitesMembers}, AuthorizationPolicy{})
	s.InviteDomains = draw(d, s.InviteDomains.Value, d.domains())
	s.CrossTenant = draw(d, s.CrossTenant.Value, d.access())
	s.Groups = draw(d, s.Groups.Value, GroupsPolicy{AllowToAddGuests: d.one(2), AllowGuestsToAccessGroups: d.one(2), AllowGuestsToBeOwners: d.one(2), LabelsEnabled: d.one(2)})
	s.SharePoint = draw(d, s.SharePoint.Value, SharePointPolicy{Sharing: d.level(), Domains: d.domains()},
		SharePointPolicy{Sharing: SharingExisting, Domains: DomainRule{Mode: AnyDomain}})
	s.OneTimePasscode = draw(d, true, false)
	s.ConditionalAccess = draw(d, nil, d.policies())
	s.Clouds = draw(d, []string{"microsoftonline.us"}, nil)

	subject := &q.Subject
	subject.Address = address(tb, []string{"anna@fabrikam.com", "anna@mail.fabrikam.com", "piet@gmail.com", "jan@contoso.nl", "sanne@noordzee.nl"}[d.IntN(5)])
	if d.odd(8) {
		subject.Address = Address{Mail: "not an address"}
	}
	subject.Matches = draw(d, nil, []User{d.user()}, []User{d.user()}, []User{d.user(), d.user()})
	subject.Contact, subject.Group = draw(d, false, d.one(2)), draw(d, false, d.one(2))
	subject.Deleted = draw(d, nil, &User{ID: "u-old"})
	subject.Home = draw(d, subject.Home.Value, HomeTenant{}, HomeTenant{TenantID: "t-us", Cloud: "microsoftonline.us"}, HomeTenant{Consumer: true, TenantID: "t-msa"})
	own := d.access()
	subject.Partner = draw(d, nil, &own)

	g, yes := q.Site.Group.Value, d.one(2)
	odd := g
	odd.Deleted, odd.Unified, odd.Dynamic, odd.Synced, odd.AllowToAddGuests = d.one(4), !d.one(4), d.one(4), d.one(4), &yes
	if d.one(2) {
		odd.LabelID = "l1"
	}
	q.Site.Group = draw(d, g, odd)
	q.Site.Owners = draw(d, q.Site.Owners.Value, []User{{ID: "u-priya", Enabled: d.one(2)}}, nil)
	q.Site.Sharing = draw(d, q.Site.Sharing.Value, SiteSharing{
		Effective: d.level(), Defined: d.level(), Domains: d.domains(), Locked: d.odd(1), Archived: d.odd(1), Restricted: d.odd(1),
	})
	if d.one(3) {
		q.Site.Label = &Label{Name: "Confidential", GuestsAllowed: d.one(2), Sharing: SharingGuests}
	}
	if d.odd(2) {
		q.Site, q.Wanted = Site{Planned: true}, d.level()
	}
	if d.odd(2) {
		q.Site.MemberIDs = []string{"u-anna"}
	}
	q.Actor.Guest, q.Actor.Enabled, q.Actor.Owner, q.Actor.Anyone = d.odd(2), !d.odd(4), !d.odd(1), d.odd(2)
	q.Actor.Inviter = draw(d, false, true)
	q.Path = []Path{ByBot, ByBot, ByOwner, ByAdmin}[d.IntN(4)]
	q.Policy = Policy{MaxGuests: 2, MaxDays: 30}
	if d.odd(2) {
		q.Guests, q.Until = 1+d.IntN(4), now.AddDate(0, 0, d.IntN(60)-5)
		q.Policy.BlockedDomains = []string{"gmail.com"}
	}
	return q
}

// eachQuestion runs f over generated questions, the same in every run, and names
// the one at which a test failed.
func eachQuestion(t *testing.T, n int, f func(Question)) {
	t.Helper()
	var seed uint64
	var q Question
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d: %+v", seed, q)
		}
	})
	for range n {
		q = throw(seed).question(t)
		f(q)
		seed++
	}
}

const generated = 4000

func TestInvite_NotCanMeansADecisiveLayerIsNamed(t *testing.T) {
	t.Parallel()
	seen := map[Outcome]int{}
	codes := map[Code]int{}
	eachQuestion(t, generated, func(q Question) {
		v := Invite(q)
		seen[v.Outcome]++
		f, ok := v.DecisiveFinding()
		if ok != (v.Outcome != Can) {
			t.Fatalf("outcome %s, decisive %d", v.Outcome, v.Decisive)
		}
		codes[f.Code]++
		if v.Outcome == Can && len(v.Blocking()) > 0 {
			t.Fatalf("can, although %+v", v.Blocking())
		}
		for _, f := range v.Findings {
			if f.Status == CannotTell && f.Missing == nil {
				t.Fatalf("unknown without a reason: %+v", f)
			}
			if (f.Status == Blocks || f.Status == CannotTell && f.Stops != Warning) && f.Fix == nil {
				t.Fatalf("no fix: %+v", f)
			}
		}
		if !slices.IsSortedFunc(v.Findings, func(a, b Finding) int { return int(a.Layer - b.Layer) }) {
			t.Fatal("not in layer order")
		}
	})
	for _, o := range []Outcome{Can, CanByBot, WaitsOwner, Cannot, Unknown} {
		if seen[o] < 10 {
			t.Errorf("only %d of %d questions were %q: %v", seen[o], generated, o, seen)
		}
	}
	if len(codes) < 30 {
		t.Errorf("only %d different findings decided", len(codes))
	}
}

// TestInvite_TheFixFlipsItsFinding applies the fix of the decisive finding, and
// nothing else, again and again: each must remove its finding, and the verdict
// must never end up as Cannot without a next fix to try or a reason to stop.
func TestInvite_TheFixFlipsItsFinding(t *testing.T) {
	t.Parallel()
	tried := 0
	eachQuestion(t, generated, func(q Question) {
		for range 30 {
			v := Invite(q)
			f, ok := v.DecisiveFinding()
			if !ok || f.Fix == nil || f.Fix.Key == "" || f.Status == Warns {
				return
			}
			next, err := q.If(f.Fix.Key, f.Fix.Value)
			if err != nil {
				t.Fatalf("%s: %s=%s: %v", f.Code, f.Fix.Key, f.Fix.Value, err)
			}
			tried++
			after := Invite(next)
			for _, g := range after.Blocking() {
				if g.Code == f.Code && g.Setting == f.Setting && g.Value == f.Value {
					t.Fatalf("%s still stands after %s=%s: %+v", f.Code, f.Fix.Key, f.Fix.Value, g)
				}
			}
			q = next
		}
		t.Fatal("fixes without end")
	})
	if tried < generated/4 {
		t.Errorf("only %d fixes were tried", tried)
	}
}

// settingsOf lists every Setting of a question as something that can be made unread.
func settingsOf(q *Question) map[string]func() {
	unread := Missing{Reason: NoPermission}
	m := map[string]func(){
		"company":   func() { q.Snapshot.Company = Unread[Company](unread, source, now) },
		"entra":     func() { q.Snapshot.Authorization = Unread[AuthorizationPolicy](unread, source, now) },
		"domains":   func() { q.Snapshot.InviteDomains = Unread[DomainRule](unread, source, now) },
		"default":   func() { q.Snapshot.CrossTenant = Unread[CrossTenant](unread, source, now) },
		"groups":    func() { q.Snapshot.Groups = Unread[GroupsPolicy](unread, source, now) },
		"spo":       func() { q.Snapshot.SharePoint = Unread[SharePointPolicy](unread, source, now) },
		"passcode":  func() { q.Snapshot.OneTimePasscode = Unread[bool](unread, source, now) },
		"ca":        func() { q.Snapshot.ConditionalAccess = Unread[[]ConditionalAccessPolicy](unread, source, now) },
		"clouds":    func() { q.Snapshot.Clouds = Unread[[]string](unread, source, now) },
		"matches":   func() { q.Subject.Matches = Unread[[]User](unread, source, now) },
		"contact":   func() { q.Subject.Contact = Unread[bool](unread, source, now) },
		"groupmail": func() { q.Subject.Group = Unread[bool](unread, source, now) },
		"deleted":   func() { q.Subject.Deleted = Unread[*User](unread, source, now) },
		"home":      func() { q.Subject.Home = Unread[HomeTenant](unread, source, now) },
		"partner":   func() { q.Subject.Partner = Unread[*CrossTenant](unread, source, now) },
		"group":     func() { q.Site.Group = Unread[Group](unread, source, now) },
		"owners":    func() { q.Site.Owners = Unread[[]User](unread, source, now) },
		"sharing":   func() { q.Site.Sharing = Unread[SiteSharing](unread, source, now) },
		"inviter":   func() { q.Actor.Inviter = Unread[bool](unread, source, now) },
	}
	return m
}

func may(o Outcome) bool { return o == Can || o == CanByBot || o == WaitsOwner }

// TestInvite_ReadingLessNeverAllowsMore: taking a setting away never turns no
// or unknown into yes.
func TestInvite_ReadingLessNeverAllowsMore(t *testing.T) {
	t.Parallel()
	eachQuestion(t, 600, func(q Question) {
		before := Invite(q).Outcome
		for name := range settingsOf(&q) {
			less := q
			settingsOf(&less)[name]()
			after := Invite(less).Outcome
			if may(after) && !may(before) {
				t.Fatalf("without %s: %s became %s", name, before, after)
			}
		}
	})
}

// TestInvite_UnreadIsNeverYesWhereTheValueMatters: if some value of a setting
// would stop the guest, the unread setting may not let him pass.
func TestInvite_UnreadIsNeverYesWhereTheValueMatters(t *testing.T) {
	t.Parallel()
	worst := map[string]func(*Question){
		"entra":   func(q *Question) { q.Snapshot.Authorization = read(AuthorizationPolicy{AllowInvitesFrom: invitesNone}) },
		"domains": func(q *Question) { q.Snapshot.InviteDomains = read(DomainRule{Mode: AllowList}) },
		"default": func(q *Question) {
			q.Snapshot.CrossTenant = read(CrossTenant{Users: BlockAll, Apps: BlockAll, OnlyPasscode: true})
		},
		"groups": func(q *Question) { q.Snapshot.Groups = read(GroupsPolicy{}) },
		"spo":    func(q *Question) { q.Snapshot.SharePoint = read(SharePointPolicy{Sharing: SharingOff}) },
		"ca": func(q *Question) {
			q.Snapshot.ConditionalAccess = read([]ConditionalAccessPolicy{{Name: "x", HitsGuests: true, HitsSharePoint: true, Blocks: true}})
		},
		"contact":   func(q *Question) { q.Subject.Contact = read(true) },
		"partner":   func(q *Question) { q.Subject.Partner = read(&CrossTenant{Users: BlockAll, Apps: BlockAll}) },
		"group":     func(q *Question) { q.Site.Group = read(Group{Deleted: true}) },
		"sharing":   func(q *Question) { q.Site.Sharing = read(SiteSharing{Locked: true}) },
		"matches":   func(q *Question) { q.Subject.Matches = read([]User{{ID: "u", Enabled: true}}) },
		"inviter":   func(q *Question) { q.Actor.Inviter = read(false) },
		"clouds":    func(q *Question) { q.Snapshot.Clouds = read([]string(nil)) },
		"groupmail": func(q *Question) { q.Subject.Group = read(true) },
	}
	mattered := map[string]int{}
	eachQuestion(t, 1500, func(q Question) {
		for name, shut := range worst {
			bad := q
			shut(&bad)
			less := q
			settingsOf(&less)[name]()
			if Invite(bad).Outcome == Cannot {
				mattered[name]++
				if after := Invite(less).Outcome; after == Can || after == CanByBot {
					t.Fatalf("%s unread is %s although its value could stop the guest", name, after)
				}
			}
		}
	})
	for name := range worst {
		if mattered[name] == 0 {
			t.Errorf("%s never mattered", name)
		}
	}
}

// TestInvite_OpeningASettingNeverShutsTheDoor is monotonicity: of two companies
// that differ in one switch, the wider lets in whom the stricter lets in.
func TestInvite_OpeningASettingNeverShutsTheDoor(t *testing.T) {
	t.Parallel()
	open := [][2]string{
		{KeyInvites, "everyone"},
		{KeyDomains, "any"},
		{KeyInbound, "allow"},
		{KeyPartner, "allow"},
		{KeyGroupsAdd, "on"},
		{KeyGroupsAccess, "on"},
		{KeyOrgSharing, "guests"},
		{KeyOrgDomains, "any"},
		{KeySiteSharing, "guests"},
		{KeySiteDomains, "any"},
		{KeySiteLock, "off"},
		{KeyRestricted, "off"},
		{KeyGuestEnabled, "on"},
		{KeyInviter, "yes"},
		{KeyContact, "no"},
		{KeyRedemption, "off"},
		{KeyPasscode, "on"},
		{KeyGuestOwners, "on"},
	}
	rank := map[Outcome]int{Cannot: 0, Unknown: 1, WaitsOwner: 2, CanByBot: 3, Can: 4}
	eachQuestion(t, 800, func(q Question) {
		before := Invite(q).Outcome
		for _, change := range open {
			wider, err := q.If(change[0], change[1])
			if err != nil {
				continue // not read
			}
			// Two accounts of one address can only become a question by enabling both.
			if change[0] == KeyGuestEnabled && len(q.Subject.Matches.Value) > 1 {
				continue
			}
			if after := Invite(wider).Outcome; rank[after] < rank[before] {
				t.Fatalf("%s=%s made %s of %s", change[0], change[1], after, before)
			}
		}
	})
}

// TestInvite_SaysOnlyWhatTheCatalogueKnows also keeps Specs' arguments honest.
func TestInvite_SaysOnlyWhatTheCatalogueKnows(t *testing.T) {
	t.Parallel()
	eachQuestion(t, generated, func(q Question) {
		v := Invite(q)
		checkTexts(t, v)
		checkTexts(t, Create(CreateQuestion{Snapshot: q.Snapshot, Actor: q.Actor, Now: now, Name: "Linden", Owners: q.Site.Owners, Wanted: q.Wanted, Guests: q.Guests, Policy: q.Policy}))
		report := CheckCompany(q.Snapshot, q.Policy, now)
		for _, f := range report.Findings {
			checkFinding(t, &f.Finding)
		}
	})
}

func checkTexts(t *testing.T, v Verdict) {
	t.Helper()
	for i := range v.Findings {
		checkFinding(t, &v.Findings[i])
	}
	for _, f := range v.Flags {
		checkSpec(t, KindFlag, f.Code, f.Args)
	}
	for _, u := range v.Unseen {
		checkSpec(t, KindUnseen, u, nil)
	}
}

func checkFinding(t *testing.T, f *Finding) {
	t.Helper()
	if settingByKey[f.Setting] == nil {
		t.Fatalf("setting %q is in no list", f.Setting)
	}
	checkSpec(t, KindFinding, f.Code, f.Args)
	checkSpec(t, KindEmployee, EmployeeCode(f), f.Args)
	if f.Fix == nil {
		return
	}
	checkSpec(t, KindFix, f.Fix.Code, f.Fix.Args)
	if f.Fix.Link != "" && !slices.Contains(LinkKeys(), f.Fix.Link) {
		t.Fatalf("link %q is in no list", f.Fix.Link)
	}
	if f.Fix.Key != "" && changeOf(f.Fix.Key) == nil {
		t.Fatalf("%s cannot be tried: %s", f.Code, f.Fix.Key)
	}
}

func checkSpec(t *testing.T, kind Kind, code Code, have map[string]string) {
	t.Helper()
	i := slices.IndexFunc(specs, func(s Spec) bool { return s.Kind == kind && s.Code == code })
	if i < 0 {
		t.Fatalf("%s.%s is in no list", kind, code)
	}
	for _, arg := range specs[i].Args {
		if _, ok := have[arg]; !ok {
			t.Fatalf("%s.%s comes without %s: %v", kind, code, arg, have)
		}
	}
}

func TestIf_LeavesTheQuestionAsItIs(t *testing.T) {
	t.Parallel()
	eachQuestion(t, 300, func(q Question) {
		before := fmt.Sprintf("%+v", deref(q))
		for _, k := range WhatIfKeys() {
			for _, v := range []string{"on", "off", "any", "+fabrikam.com", "-fabrikam.com", "allow", "block", "allows", "forbids", "guests", "none", "+u-anna", "-Policy 0", "restored", "3"} {
				_, _ = q.If(k.Key, v)
			}
		}
		if after := fmt.Sprintf("%+v", deref(q)); after != before {
			t.Fatalf("changed:\n%s\n%s", before, after)
		}
	})
}

// deref shows what pointers of a question point to.
func deref(q Question) []any {
	out := []any{q}
	for _, p := range []any{q.Site.Label, q.Subject.Partner.Value, q.Subject.Deleted.Value, q.Site.Group.Value.AllowToAddGuests} {
		if v := reflect.ValueOf(p); !v.IsNil() {
			out = append(out, v.Elem().Interface())
		}
	}
	return out
}

// TestInvite_ByHandIsJudgedInFull holds the shortcut against a full judgement.
func TestInvite_ByHandIsJudgedInFull(t *testing.T) {
	t.Parallel()
	compared := 0
	eachQuestion(t, generated, func(q Question) {
		q.Path = ByBot
		v := Invite(q)
		if v.Outcome != Can && v.Outcome != CanByBot {
			return
		}
		compared++
		q.Path = ByOwner
		if hand := Invite(q).Outcome; (hand == Cannot) != (v.Outcome == CanByBot) {
			t.Fatalf("by the bot %s, by hand %s", v.Outcome, hand)
		}
	})
	if compared < 100 {
		t.Errorf("only %d compared", compared)
	}
}

func TestSkeletonIs_AgreesWithSkeleton(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	letters := "rnvcldm-w.019a"
	text := func() string {
		b := make([]byte, 1+r.IntN(8))
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	same := 0
	for range 200_000 {
		a, b := text(), skeleton(text())
		if skeleton(a) == b {
			same++
		}
		if skeletonIs(a, b) != (skeleton(a) == b) {
			t.Fatalf("%q against %q", a, b)
		}
		if !skeletonIs(a, skeleton(a)) {
			t.Fatalf("%q is not its own skeleton %q", a, skeleton(a))
		}
	}
	if same == 0 {
		t.Error("no two were the same")
	}
}
