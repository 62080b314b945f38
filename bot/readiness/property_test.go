package readiness

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

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
