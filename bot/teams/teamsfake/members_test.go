package teamsfake

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	group := s.AddGroupChat("Sites", Sanne, Guest, Anon)
	base := strings.TrimSuffix(activitiesOf(group), "activities")
	sanne, _ := s.User(Sanne)
	for _, key := range []string{sanne.MRI, Sanne, "SANNE@noordzee.nl"} {
		g := callBot(t, s, http.MethodGet, base+"members/"+strings.ReplaceAll(key, ":", "%3A"), nil)
		if g.status != 200 || str(g.body, "aadObjectId") != Sanne || str(g.body, "objectId") != Sanne || str(g.body, "id") != sanne.MRI ||
			str(g.body, "userPrincipalName") != "sanne@noordzee.nl" || str(g.body, "userRole") != "user" {
			t.Errorf("member %s: HTTP %d %s", key, g.status, g.raw)
		}
	}
	wantStatus(t, callBot(t, s, http.MethodGet, base+"members/"+Mehmet, nil), 404, "MemberNotFoundInConversation")
	wantStatus(t, callBot(t, s, http.MethodGet, base+"pagedmembers?pageSize=10", nil), 400, "BadArgument")
	wantStatus(t, callBot(t, s, http.MethodGet, base+"pagedmembers?continuationToken=x", nil), 400, "BadArgument")
	g := callBot(t, s, http.MethodGet, base+"pagedmembers", nil)
	members := list(g.body, "members")
	if len(members) != 3 || str(members[1], "userRole") != "guest" || str(members[2], "userRole") != "anonymous" {
		t.Fatalf("members %s", g.raw)
	}
	if _, has := members[2].(obj)["aadObjectId"]; has {
		t.Error("an anonymous member has an Entra id")
	}
	for i := range 60 {
		id := fmt.Sprintf("c0ffee00-0000-4000-8000-%012d", i)
		s.AddUser(User{ID: id, Name: id})
		if err := s.AddMember(group, id); err != nil {
			t.Fatal(err)
		}
	}
	g = callBot(t, s, http.MethodGet, base+"pagedmembers?pageSize=50", nil)
	next := str(g.body, "continuationToken")
	if len(list(g.body, "members")) != 50 || next == "" {
		t.Fatalf("first page: %d members, token %q", len(list(g.body, "members")), next)
	}
	g = callBot(t, s, http.MethodGet, base+"pagedmembers?pageSize=50&continuationToken="+strings.ReplaceAll(next, "=", "%3D"), nil)
	if _, more := g.body["continuationToken"]; more || len(list(g.body, "members")) != 13 {
		t.Errorf("last page: %d members", len(list(g.body, "members")))
	}
	if err := s.RemoveMember(group, Sanne); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, callBot(t, s, http.MethodGet, base+"members/"+Sanne, nil), 404, "MemberNotFoundInConversation")
}

func TestTeams(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{})
	channel := s.AddTeamChannel("Noordzee", "Sites", Sanne)
	general := s.AddTeamChannel("Noordzee", "General")
	path := "/v3/teams/" + url.PathEscape(general)
	g := callBot(t, s, http.MethodGet, path, nil)
	if g.status != 200 || str(g.body, "name") != "Noordzee" || str(g.body, "aadGroupId") == "" {
		t.Errorf("team: HTTP %d %s", g.status, g.raw)
	}
	g = callBot(t, s, http.MethodGet, path+"/conversations", nil)
	channels := list(g.body, "conversations")
	if len(channels) != 2 || channels[0].(obj)["name"] != nil || str(channels[1], "id") != channel {
		t.Errorf("channels: %s", g.raw)
	}
	wantStatus(t, callBot(t, s, http.MethodGet, "/v3/teams/nowhere", nil), 404, "ConversationNotFound")
}
