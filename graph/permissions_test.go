package graph_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/bot/readiness"
	"guestsite/graph"
)

// granted are an access's permissions on Microsoft Graph, but some.
func granted(a graph.Access, but ...string) []string {
	var out []string
	for _, p := range graph.Permissions(a) {
		if p.Resource == graph.ResourceGraph && !slices.Contains(but, p.Name) {
			out = append(out, p.Name)
		}
	}
	return out
}

// callAll makes every call of an access, whether or not the ones before it failed.
func callAll(ctx context.Context, t *testing.T, a graph.Access, tn *tenant) error {
	t.Helper()
	var errs []error
	note := func(_ any, err error) { errs = append(errs, err) }
	linden, mehmet, anna := tn.demo.Linden.ID, tn.demo.Mehmet.ID, address(t, "anna@fabrikam.com")
	note(tn.Snapshot(ctx))
	note(tn.Subject(ctx, anna))
	note(tn.Site(ctx, linden, mehmet))
	note(tn.Actor(ctx, mehmet, linden))
	note(tn.Person(ctx, mehmet))
	note(tn.GroupPeople(ctx, linden, 10))
	note(tn.SitesOf(ctx, mehmet, 10))
	note(tn.FindSites(ctx, tn.SharePointURL()+"/sites/elsewhere", 10))
	note(tn.AliasFree(ctx, "harbour-bridge", "Harbour Bridge", mehmet))
	if a != graph.Diagnose {
		note(tn.CreateGroup(ctx, bot.NewSite{
			UniqueName: "guestsite-1", Name: "Harbour Bridge", Alias: "harbour-bridge", OwnerIDs: []string{mehmet},
		}))
		note(tn.Invite(ctx, anna, "https://example.org"))
		note(nil, tn.AddMembers(ctx, linden, []string{tn.demo.Jan.ID}))
		note(nil, tn.RemoveMember(ctx, linden, tn.demo.Jan.ID))
		tn.AddTeamsApp("manifest-1", "Guest Site")
		note(tn.InstallApp(ctx, mehmet, "manifest-1"))
	}
	if a == graph.Full {
		note(nil, tn.AddOwners(ctx, linden, []string{tn.demo.Sanne.ID}))
		note(nil, tn.SetVisibility(ctx, linden, true))
	}
	return errors.Join(errs...)
}

// refusals lists the operations that were refused for want of a permission.
func (tn *tenant) refusals() []string {
	tn.mu.Lock()
	defer tn.mu.Unlock()
	var out []string
	for _, k := range tn.calls {
		if (k.Status == http.StatusUnauthorized || k.Status == http.StatusForbidden) && !slices.Contains(out, k.Operation) {
			out = append(out, k.Operation)
		}
	}
	return out
}

func TestPermissions_AreEnoughAndNoMore(t *testing.T) {
	t.Parallel()
	before := 0
	for _, a := range []graph.Access{graph.Diagnose, graph.Standard, graph.Full} {
		run := func(roles []string) ([]string, error) {
			tn := start(t, setup{roles: roles, client: func(o *graph.Options) { o.Access = a }})
			err := callAll(t.Context(), t, a, tn)
			return tn.refusals(), err
		}
		if got, err := run(granted(a)); err != nil || len(got) > 0 {
			t.Errorf("%s: with all its permissions: refused %s; %v", a, strings.Join(got, ", "), err)
		}
		for _, drop := range granted(a)[before:] {
			if got, _ := run(granted(a, drop)); len(got) == 0 {
				t.Errorf("%s: nothing is refused without %s", a, drop)
			}
		}
		before = len(granted(a))
	}
	if graph.Permissions("more") != nil {
		t.Error("an unknown access has permissions")
	}
}

// What the operator is told happens where a permission was not given.
func TestPermissions_WithoutOne(t *testing.T) {
	t.Parallel()
	outcome := func(drop ...string) readiness.Outcome {
		tn := start(t, setup{roles: granted(graph.Full, drop...)})
		ctx, linden := t.Context(), tn.demo.Linden.ID
		q := readiness.Question{Path: readiness.ByBot, Wanted: readiness.SharingGuests}
		q.Snapshot = must[readiness.Snapshot](t)(tn.Snapshot(ctx))
		q.Subject = must[readiness.Subject](t)(tn.Subject(ctx, address(t, "anna@fabrikam.com")))
		q.Site = must[readiness.Site](t)(tn.Site(ctx, linden))
		q.Actor = must[readiness.Actor](t)(tn.Actor(ctx, tn.demo.Mehmet.ID, linden))
		q.Now = q.Snapshot.TakenAt
		return readiness.Invite(q).Outcome
	}
	for drop, want := range map[string]readiness.Outcome{
		"":                                     readiness.Can,
		"Policy.Read.All":                      readiness.Unknown,
		"Policy.Read.B2BManagementPolicy":      readiness.Can, // an older endpoint tells
		"SharePointTenantSettings.Read.All":    readiness.Unknown,
		"RoleManagement.Read.Directory":        readiness.Can, // as long as members may invite
		"CrossTenantInformation.ReadBasic.All": readiness.Can, // the login host tells
		"Domain.Read.All":                      readiness.Can, // the organization tells
		"OrgContact.Read.All":                  readiness.Unknown,
		"Sites.Read.All":                       readiness.Unknown,
	} {
		if got := outcome(drop); got != want {
			t.Errorf("without %s a new guest: %s, want %s", drop, got, want)
		}
	}
	for _, drop := range [][]string{
		{"User.Read.All"}, {"Group.Read.All", "GroupMember.ReadWrite.All", "Group.ReadWrite.All"},
	} {
		tn := start(t, setup{roles: granted(graph.Full, drop...)})
		if _, err := tn.Actor(t.Context(), tn.demo.Mehmet.ID, tn.demo.Linden.ID); bot.ReasonOf(err) != bot.ReasonPermission {
			t.Errorf("without %s a person's rights: %v", drop[0], err)
		}
	}
}

// A token tells what it carries, and each permission to read can be tried by itself.
func TestProbe_OnePermissionOpensOneCall(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{roles: granted(graph.Full)})
	roles, err := tn.Roles(t.Context(), graph.ResourceGraph)
	slices.Sort(roles)
	if want := slices.Sorted(slices.Values(granted(graph.Full))); err != nil || !slices.Equal(roles, want) {
		t.Errorf("%v, %v, want %v", roles, err, want)
	}
	if roles, err := tn.Roles(t.Context(), graph.ResourceSharePoint); err != nil || !slices.Equal(roles, []string{"Sites.FullControl.All"}) {
		t.Errorf("of SharePoint %v, %v", roles, err)
	}
	writes := len(tn.Writes())
	for _, p := range graph.Permissions(graph.Full) {
		made, err := tn.Probe(t.Context(), p)
		if reads := strings.Contains(p.Name, ".Read.") || strings.Contains(p.Name, "ReadBasic") || p.Resource == graph.ResourceSharePoint; err != nil || made != reads {
			t.Errorf("%s: tried %t, want %t; %v", p.Name, made, reads, err)
		}
		if !made || p.Resource == graph.ResourceSharePoint {
			continue
		}
		without := start(t, setup{roles: granted(graph.Full, append(p.Wider(), p.Name)...)})
		if _, err := without.Probe(t.Context(), p); bot.ReasonOf(err) != bot.ReasonPermission {
			t.Errorf("without %s: %v", p.Name, err)
		}
	}
	if now := len(tn.Writes()); now != writes {
		t.Errorf("trying made %d changes", now-writes)
	}
	secret := start(t, setup{client: func(o *graph.Options) { o.Auth = graph.Auth{ClientSecret: "not-so-secret"} }})
	if _, err := secret.Roles(t.Context(), graph.ResourceSharePoint); bot.ReasonOf(err) != bot.ReasonNotGiven {
		t.Errorf("SharePoint with a secret: %v", err)
	}
}
