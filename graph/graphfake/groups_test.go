package graphfake_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guestsite/graph/graphfake"
)

func TestGroups_CreationRules(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	owner := l.ref(l.demo.Mehmet.ID)
	for name, tc := range map[string]struct {
		key    string
		value  any // nil removes the key
		status int
		text   string
	}{
		"good":                    {"description", "hello", 201, ""},
		"no displayName":          {"displayName", nil, 400, "displayName"},
		"long displayName":        {"displayName", strings.Repeat("x", 257), 400, "displayName"},
		"no mailNickname":         {"mailNickname", nil, 400, "mailNickname"},
		"no securityEnabled":      {"securityEnabled", nil, 400, "securityEnabled"},
		"no mailEnabled":          {"mailEnabled", nil, 400, "mailEnabled"},
		"alias with space":        {"mailNickname", "a b", 400, "mailNickname"},
		"alias with at":           {"mailNickname", "a@b", 400, "mailNickname"},
		"alias with dot":          {"mailNickname", "a.b", 400, "mailNickname"},
		"alias not ASCII":         {"mailNickname", "straße", 400, "mailNickname"},
		"long alias":              {"mailNickname", strings.Repeat("x", 65), 400, "mailNickname"},
		"not mail enabled":        {"mailEnabled", false, 400, "mailEnabled"},
		"dynamic":                 {"groupTypes", []string{"Unified", "DynamicMembership"}, 400, "groupTypes"},
		"unknown visibility":      {"visibility", "Secret", 400, "visibility"},
		"alias of a group":        {"mailNickname", "project-linden", 400, "mailNickname already exists"},
		"alias of a person":       {"mailNickname", "sanne", 400, "mailNickname already exists"},
		"address of a person":     {"mailNickname", "taken", 400, "proxyAddresses already exists"},
		"21 people":               {"members@odata.bind", slices.Repeat([]string{owner}, 20), 400, "maximum of 20"},
		"unknown owner":           {"owners@odata.bind", []string{l.ref("7b92124c-9fa9-406f-8b8e-225df8376ba9")}, 400, "does not exist"},
		"owner of another cloud":  {"owners@odata.bind", []string{"https://graph.microsoft.us/v1.0/users/" + l.demo.Mehmet.ID}, 400, "host"},
		"not a reference":         {"owners@odata.bind", []string{l.demo.Mehmet.ID}, 400, "Invalid"},
		"guest as owner":          {"owners@odata.bind", []string{l.ref(l.demo.Jan.ID)}, 403, "not allowed"},
		"label by an application": {"assignedLabels", []any{map[string]any{"labelId": "x"}}, 403, "App-only"},
		"unknown property":        {"colour", "red", 400, "colour"},
		"read-only property":      {"mail", "x@noordzee.nl", 400, "read-only"},
		"Outlook property":        {"hideFromAddressLists", true, 403, "Access is denied"},
	} {
		t.Run(name, func(t *testing.T) {
			body := l.groupBody("rule-" + fmt.Sprint(len(name)) + name[:1])
			if body[tc.key] = tc.value; tc.value == nil {
				delete(body, tc.key)
			}
			if tc.text == "proxyAddresses already exists" {
				l.AddUser(graphfake.User{DisplayName: "X", Mail: "other@noordzee.nl", ProxyAddresses: []string{"SMTP:other@noordzee.nl", "smtp:taken@noordzee.nl"}})
			}
			a := l.graph(http.MethodPost, "/groups", body).want(tc.status)
			if !strings.Contains(string(a.raw), tc.text) {
				t.Errorf("answer %s", a.raw)
			}
		})
	}
	if n := l.Writes()["group.create"]; n != 1 {
		t.Errorf("%d groups made", n)
	}
}

func TestGroups_ConflictNamesItsTarget(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.graph(http.MethodPost, "/groups", l.groupBody("one")).want(http.StatusCreated)
	a := l.graph(http.MethodPost, "/groups", l.groupBody("one")).want(http.StatusBadRequest, "Request_BadRequest", "mailNickname already exists")
	details := a.body["error"].(map[string]any)["details"].([]any)[0].(map[string]any)
	if details["code"] != "ObjectConflict" || details["target"] != "mailNickname" {
		t.Errorf("details %v", details)
	}
	second := l.groupBody("two")
	second["uniqueName"] = "gs-one"
	l.graph(http.MethodPost, "/groups", second).want(http.StatusBadRequest, "Request_BadRequest", "uniqueName already exists")
}

func TestGroups_VisibilityDefaultsToPublic(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	body := l.groupBody("open")
	delete(body, "visibility")
	if a := l.graph(http.MethodPost, "/groups", body).want(http.StatusCreated); a.text("visibility") != "Public" || a.text("mail") != "open@noordzee.nl" {
		t.Errorf("answer %s", a.raw)
	}
}

func TestGroups_WithoutOwnerTheSiteNeverComes(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	body := l.groupBody("nobody")
	delete(body, "owners@odata.bind")
	id := l.graph(http.MethodPost, "/groups", body).want(http.StatusCreated).text("id")
	for range 10 {
		l.get("/groups/"+id+"/sites/root").want(http.StatusNotFound, "ResourceNotFound")
	}
	l.ProvisionSite(id)
	l.get("/groups/" + id + "/sites/root").want(http.StatusOK)
}

func TestGroups_DeletedOneKeepsItsAlias(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	id := l.graph(http.MethodPost, "/groups", l.groupBody("gone")).want(http.StatusCreated).text("id")
	l.graph(http.MethodDelete, "/groups/"+id, nil).want(http.StatusNoContent)
	l.get("/groups/"+id).want(http.StatusNotFound, "Request_ResourceNotFound")
	l.get("/sites/127.0.0.1:/sites/gone").want(http.StatusNotFound, "itemNotFound")
	again := l.groupBody("gone")
	l.graph(http.MethodPost, "/groups", again).want(http.StatusBadRequest, "Request_BadRequest", "mailNickname")
	bin := l.get("/directory/deletedItems/microsoft.graph.group?$select=id&$filter=" + url.QueryEscape("mailNickname eq 'gone'"))
	if got := bin.want(http.StatusOK).texts("id"); !slices.Equal(got, []string{id}) {
		t.Fatalf("bin %v", got)
	}
	l.graph(http.MethodPost, "/directory/deletedItems/"+id+"/restore", nil).want(http.StatusOK)
	l.get("/groups/" + id).want(http.StatusOK)
}

func TestGroups_UpsertCreatesOnceThenUpdates(t *testing.T) {
	t.Parallel()
	l := newLab(t, delays(graphfake.Delays{Group: 3}))
	path := "/groups(uniqueName='gs-up')"
	body := l.groupBody("up")
	l.graph(http.MethodPatch, path, body).want(http.StatusNotFound, "Request_ResourceNotFound")
	delete(body, "uniqueName")
	l.graph(http.MethodPatch, path, body, "Prefer", "create-if-missing").want(http.StatusCreated)
	change := map[string]any{"displayName": "Renamed"}
	l.graph(http.MethodPatch, path, change, "Prefer", "create-if-missing").want(http.StatusNoContent)
	l.graph(http.MethodPatch, path, map[string]any{"uniqueName": "other"}).want(http.StatusBadRequest)
	g, _ := l.Group("gs-up")
	if g.DisplayName != "Renamed" || l.Writes()["group.create"] != 1 {
		t.Errorf("group %+v, writes %v", g, l.Writes())
	}
}

func TestGroups_NewOneIsSeenLate(t *testing.T) {
	t.Parallel()
	l := newLab(t, delays(graphfake.Delays{Group: 2}))
	id := l.graph(http.MethodPost, "/groups", l.groupBody("late")).want(http.StatusCreated).text("id")
	if n := len(l.get("/groups?$filter=" + url.QueryEscape("mailNickname eq 'late'")).values()); n != 0 {
		t.Errorf("listed at once: %d", n)
	}
	l.get("/groups/" + id).want(http.StatusNotFound)
	l.get("/groups/" + id).want(http.StatusOK)
}

func TestGroups_AreFoundByPrefixAndSearch(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, path := range []string{
		"/groups?$filter=" + url.QueryEscape("startsWith(displayName,'proj')"),
		"/groups?$filter=" + url.QueryEscape("mail eq 'project-linden@noordzee.nl' or proxyAddresses/any(p:p eq 'smtp:x@y.nl')"),
		"/groups?$filter=" + url.QueryEscape("mailNickname eq 'project-linden'"),
		"/groups?$count=true&$search=" + url.QueryEscape(`"displayName:lind"`),
	} {
		if got := l.get(path, eventual()...).want(http.StatusOK).texts("displayName"); !slices.Equal(got, []string{"Project Linden"}) {
			t.Errorf("%s finds %v", path, got)
		}
	}
}

func TestMembers_Errors(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	add := func(group, user string) answer {
		return l.graph(http.MethodPost, "/groups/"+group+"/members/$ref", l.objectRef(user))
	}
	linden := l.demo.Linden.ID
	add(linden, l.demo.Sanne.ID).want(400, "Request_BadRequest", "already exist for the following modified properties: 'members'")
	add(linden, "7b92124c-9fa9-406f-8b8e-225df8376ba9").want(404, "Request_ResourceNotFound")
	add("7b92124c-9fa9-406f-8b8e-225df8376ba9", l.demo.Sanne.ID).want(404, "Request_ResourceNotFound")
	l.graph(http.MethodPost, "/groups/"+linden+"/members/$ref", map[string]any{"id": l.demo.Joost.ID}).want(400)

	dynamic := l.AddGroup(graphfake.Group{DisplayName: "Dyn", MailNickname: "dyn", MembershipRule: "user.department -eq \"IT\""})
	synced := l.AddGroup(graphfake.Group{DisplayName: "Synced", MailNickname: "synced", OnPremisesSync: true})
	roleGroup := l.AddGroup(graphfake.Group{DisplayName: "Role", MailNickname: "role", AssignableToRole: true})
	add(dynamic.ID, l.demo.Sanne.ID).want(400, "Request_BadRequest", "dynamic")
	add(synced.ID, l.demo.Sanne.ID).want(400, "Request_BadRequest", "on-premises")
	add(roleGroup.ID, l.demo.Sanne.ID).want(403, "Authorization_RequestDenied", "Insufficient privileges")

	remove := "/groups/" + linden + "/members/" + l.demo.Sanne.ID + "/$ref"
	l.graph(http.MethodDelete, remove, nil).want(204)
	l.graph(http.MethodDelete, remove, nil).want(404)
}

func TestMembers_ForbiddenGuestIsToldApartByText(t *testing.T) {
	t.Parallel()
	const text = "Guests users are not allowed to join this Unified Group due to policy setting."
	for name, forbid := range map[string]func(*lab){
		"tenant": func(l *lab) { l.SetGroupSetting("AllowToAddGuests", "False") },
		"group": func(l *lab) {
			l.ChangeGroup(l.demo.Linden.ID, func(g *graphfake.Group) { g.AllowToAddGuests = "false" })
		},
		"label": func(l *lab) {
			l.ChangeGroup(l.demo.Linden.ID, func(g *graphfake.Group) { g.LabelForbidsGuests = true })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			forbid(l)
			path := "/groups/" + l.demo.Linden.ID
			l.graph(http.MethodPost, path+"/members/$ref", l.objectRef(l.demo.Jan.ID)).want(403, "Authorization_RequestDenied", text)
			l.graph(http.MethodPatch, path, map[string]any{"members@odata.bind": []string{l.ref(l.demo.Jan.ID)}}).want(403, "Authorization_RequestDenied", text)
			l.graph(http.MethodPost, path+"/members/$ref", l.objectRef(l.demo.Joost.ID)).want(204)
		})
	}
}

func TestMembers_BatchOfReferencesIsAllOrNothing(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	path := "/groups/" + l.demo.Linden.ID
	bind := func(ids ...string) answer {
		var refs []string
		for _, id := range ids {
			refs = append(refs, l.ref(id))
		}
		return l.graph(http.MethodPatch, path, map[string]any{"members@odata.bind": refs})
	}
	bind(l.demo.Joost.ID, "7b92124c-9fa9-406f-8b8e-225df8376ba9").want(404)
	bind(l.demo.Joost.ID, l.demo.Sanne.ID).want(400, "Request_BadRequest", "already exist")
	if g, _ := l.Group(l.demo.Linden.ID); slices.Contains(g.MemberIDs, l.demo.Joost.ID) {
		t.Error("a refused request added somebody")
	}
	bind(slices.Repeat([]string{l.demo.Joost.ID}, 21)...).want(400)
	bind(l.demo.Joost.ID, l.demo.Jan.ID).want(204)
	l.graph(http.MethodPost, path+"/members", map[string]any{"members@odata.bind": []string{l.ref(l.demo.Joost.ID)}}).want(400)
	if n := l.Writes()["member.add"]; n != 2 {
		t.Errorf("%d members added", n)
	}
}

func TestOwners_LastOneStays(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	path := "/groups/" + l.demo.Linden.ID + "/owners/"
	l.graph(http.MethodPost, path+"$ref", l.objectRef(l.demo.Mehmet.ID)).want(400, "Request_BadRequest", "'owners'")
	l.graph(http.MethodPost, path+"$ref", l.objectRef(l.demo.Jan.ID)).want(403, "Authorization_RequestDenied")
	l.graph(http.MethodDelete, path+l.demo.Priya.ID+"/$ref", nil).want(204)
	l.graph(http.MethodDelete, path+l.demo.Mehmet.ID+"/$ref", nil).want(400, "Request_BadRequest", "at least one owner")
	if got := l.get(path + "microsoft.graph.user?$select=id").want(200).texts("id"); !slices.Equal(got, []string{l.demo.Mehmet.ID}) {
		t.Errorf("owners %v", got)
	}
}

func TestMembers_UncastListNamesTypes(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, m := range l.get("/groups/" + l.demo.Linden.ID + "/members").want(200).values() {
		if m["@odata.type"] != "#microsoft.graph.user" {
			t.Errorf("member %v", m)
		}
	}
}

func TestSettings_AreEmptyUntilWritten(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	if n := len(l.get("/groupSettings").want(200).values()); n != 0 {
		t.Fatalf("%d settings objects in a new tenant", n)
	}
	l.graph(http.MethodPost, "/groupSettings", map[string]any{
		"templateId": "62375ab9-6b52-47ed-826b-58e47e0e304b", "values": []any{map[string]any{"name": "AllowToAddGuests", "value": "False"}},
	}).want(400, "Request_BadRequest", "A value is required")
	l.SetGroupSetting("AllowToAddGuests", "False")
	s := l.get("/groupSettings").want(200).values()
	if len(s) != 1 || s[0]["templateId"] != "62375ab9-6b52-47ed-826b-58e47e0e304b" {
		t.Fatalf("settings %v", s)
	}
	for _, v := range s[0]["values"].([]any) {
		if m := v.(map[string]any); m["name"] == "AllowToAddGuests" && m["value"] != "False" {
			t.Errorf("value %v", m)
		}
	}
}

func TestNaming_ValidateFollowsThePolicyOfThePerson(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.SetGroupSetting("PrefixSuffixNamingRequirement", "GRP_[Department]_[GroupName]")
	l.SetGroupSetting("CustomBlockedWordsList", "ceo, payroll")
	validate := func(name, alias, by string) answer {
		return l.graph(http.MethodPost, "/directoryObjects/validateProperties", map[string]any{
			"entityType": "Group", "displayName": name, "mailNickname": alias, "onBehalfOfUserId": by,
		})
	}
	sanne := l.demo.Sanne.ID
	a := validate("Linden", "linden", sanne).want(422, "Request_UnprocessableEntity")
	details := a.body["error"].(map[string]any)["details"].([]any)
	if len(details) != 2 || details[0].(map[string]any)["prefix"] != "GRP_Projects_" || details[1].(map[string]any)["target"] != "mailNickname" {
		t.Errorf("details %v", details)
	}
	validate("GRP_Projects_Linden", "GRP_Projects_Linden", sanne).want(204)
	blocked := validate("GRP_Projects_CEO lunch", "GRP_Projects_lunch", sanne).want(422)
	if !strings.Contains(string(blocked.raw), "ContainsBlockedWord") {
		t.Errorf("answer %s", blocked.raw)
	}
	validate("GRP_Projects_Frisian ceolike", "GRP_Projects_frisian", sanne).want(204)
	taken := validate("GRP_Projects_x", "GRP_Projects_taken", sanne)
	taken.want(204)
	l.AddGroup(graphfake.Group{DisplayName: "T", MailNickname: "GRP_Projects_taken"})
	if again := validate("GRP_Projects_x", "GRP_Projects_taken", sanne).want(422); !strings.Contains(string(again.raw), "PropertyConflict") {
		t.Errorf("answer %s", again.raw)
	}
	validate("Anything", "anything", l.demo.Joost.ID).want(204)
	validate("", "", sanne).want(400)

	l.graph(http.MethodPost, "/groups", l.groupBody("unprefixed")).want(201)
	l.SetNamingEnforced(true)
	l.graph(http.MethodPost, "/groups", l.groupBody("unprefixed2")).want(400)
}
