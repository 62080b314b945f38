package graphfake_test

import (
	"net/http"
	"slices"
	"testing"

	"guestsite/graph/graphfake"
)

func TestTenant_WalksFromNewGroupToGuestOnSite(t *testing.T) {
	t.Parallel()
	l := newLab(t, delays(graphfake.Delays{Group: 1, Members: 1, Site: 2, Guest: 1, Sharing: 1}))

	g := l.graph(http.MethodPost, "/groups", l.groupBody("walk")).want(http.StatusCreated)
	id := g.text("id")
	l.get("/groups(uniqueName='gs-walk')").want(http.StatusNotFound, "Request_ResourceNotFound")
	if got := l.get("/groups(uniqueName='gs-walk')").want(http.StatusOK).text("id"); got != id {
		t.Fatalf("found %s by uniqueName, want %s", got, id)
	}
	for range 2 {
		l.get("/groups/"+id+"/sites/root").want(http.StatusNotFound, "ResourceNotFound", "Resource provisioning is in progress")
	}
	site := l.get("/groups/" + id + "/sites/root").want(http.StatusOK)
	if site.text("webUrl") != l.SharePointURL()+"/sites/walk" {
		t.Fatalf("site at %s", site.text("webUrl"))
	}

	inv := l.graph(http.MethodPost, "/invitations", invitation("anna@fabrikam.com")).want(http.StatusCreated)
	guest := inv.body["invitedUser"].(map[string]any)["id"].(string)
	l.get("/users/" + guest).want(http.StatusNotFound)
	l.get("/users/" + guest).want(http.StatusOK)

	add := func() answer {
		return l.graph(http.MethodPost, "/groups/"+id+"/members/$ref", l.objectRef(guest))
	}
	add().want(http.StatusBadRequest, "Request_BadRequest", "The source resource object")
	add().want(http.StatusNoContent)
	add().want(http.StatusBadRequest, "Request_BadRequest", "already exist")

	if got := l.get("/groups/" + id + "/members/microsoft.graph.user?$select=id,mail").want(http.StatusOK).texts("mail"); !slices.Contains(got, "anna@fabrikam.com") {
		t.Fatalf("members %v", got)
	}
	if open, why := l.CanOpen(guest, id); open || why != "the invitation is not accepted yet" {
		t.Fatalf("a pending guest: %v %q", open, why)
	}
	if redirect := l.get(inv.text("inviteRedeemUrl")); redirect.status != http.StatusFound {
		t.Fatalf("redeeming: %d %s", redirect.status, redirect.raw)
	}
	if open, why := l.CanOpen(guest, id); !open {
		t.Fatalf("an accepted guest cannot open: %s", why)
	}
	w := l.Writes()
	if w["group.create"] != 1 || w["member.add"] != 1 || w["guest.create"] != 1 || w["invitation.create"] != 1 {
		t.Fatalf("writes %v", w)
	}
}
