package graph_test

import (
	"testing"

	"guestsite/bot"
	"guestsite/bot/readiness"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

func TestSubject_TellsWhatTheDirectoryKnows(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	list := tn.AddGroup(graphfake.Group{DisplayName: "Sales list", MailNickname: "sales-list", Mail: "sales@fabrikam.com", ProxyAddresses: []string{"SMTP:sales@fabrikam.com"}})
	tn.AddContact(graphfake.Contact{DisplayName: "Conny", Mail: "conny@fabrikam.com"})
	gone := tn.AddUser(graphfake.User{DisplayName: "Gone", Mail: "gone@fabrikam.com", UserType: graphfake.Guest})
	tn.DeleteUser(gone.ID)
	pending := tn.AddUser(graphfake.User{DisplayName: "Wait", Mail: "wait@fabrikam.com", UserType: graphfake.Guest, ExternalUserState: graphfake.Pending})

	read := func(mail string) readiness.Subject {
		t.Helper()
		return must[readiness.Subject](t)(tn.Subject(t.Context(), address(t, mail)))
	}
	s := read("anna@fabrikam.com")
	if !s.Matches.OK() || len(s.Matches.Value) != 0 || s.Contact.Value || s.Group.Value || s.Deleted.Value != nil {
		t.Errorf("a stranger: %+v", s)
	}
	if !s.Contact.OK() || !s.Group.OK() || !s.Deleted.OK() {
		t.Errorf("a stranger, not read: %+v", s)
	}
	if h := s.Home; !h.OK() || h.Value.TenantID != tn.demo.Fabrikam.TenantID || h.Value.DisplayName != tn.demo.Fabrikam.DisplayName || h.Value.Consumer {
		t.Errorf("home %+v", h)
	}
	if !s.Partner.OK() || s.Partner.Value != nil {
		t.Errorf("partner %+v", s.Partner)
	}
	if s.KnownGuests["contoso.nl"] == 0 || s.KnownGuests["fabrikam.com"] == 0 {
		t.Errorf("known guests %v", s.KnownGuests)
	}
	if s := read("sales@fabrikam.com"); !s.Group.OK() || !s.Group.Value {
		t.Errorf("the address of group %s: %+v", list.ID, s.Group)
	}
	if s := read("conny@fabrikam.com"); !s.Contact.OK() || !s.Contact.Value {
		t.Errorf("a contact's address: %+v", s.Contact)
	}
	if s := read("gone@fabrikam.com"); !s.Deleted.OK() || s.Deleted.Value == nil || s.Deleted.Value.ID != gone.ID || len(s.Matches.Value) != 0 {
		t.Errorf("a deleted guest: %+v", s.Deleted)
	}
	if s := read("wait@fabrikam.com"); len(s.Matches.Value) != 1 || s.Matches.Value[0].ID != pending.ID || !s.Matches.Value[0].Pending ||
		!s.Matches.Value[0].Guest || s.Matches.Value[0].StateChanged.IsZero() {
		t.Errorf("a pending guest: %+v", s.Matches)
	}
	if s := read("who@nowhere.example"); !s.Home.OK() || s.Home.Value.TenantID != "" || !s.Partner.OK() {
		t.Errorf("a domain without a tenant: %+v, %+v", s.Home, s.Partner)
	}
}

func TestSubject_ReadsThePartnersOwnSettings(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	id := tn.demo.Fabrikam.TenantID
	for inbound, want := range map[string]readiness.Access{"blocked": readiness.BlockAll, "allowed": readiness.AllowAll, "": ""} {
		tn.SetPartnerPolicy(id, inbound)
		s := must[readiness.Subject](t)(tn.Subject(t.Context(), address(t, "anna@fabrikam.com")))
		if !s.Partner.OK() || s.Partner.Value == nil || s.Partner.Value.Users != want {
			t.Errorf("inbound %q: %+v", inbound, s.Partner)
		}
	}
}

func TestSubject_CountsOnlyWhatIsAboutThePerson(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	read := func() {
		t.Helper()
		must[readiness.Snapshot](t)(tn.Snapshot(t.Context()))
		must[readiness.Subject](t)(tn.Subject(t.Context(), address(t, "anna@fabrikam.com")))
	}
	read()
	tn.ClearWire()
	read()
	if n := tn.reached(graphfake.HostGraph); n != 2 { // the batch, and the partner's settings
		t.Errorf("a second look took %d calls, want 2", n)
	}
}

func TestSubject_BestMatchIsFirst(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	other := tn.AddUser(graphfake.User{DisplayName: "Other", Mail: "other@noordzee.nl", OtherMails: []string{"two@fabrikam.com"}})
	off := tn.AddUser(graphfake.User{DisplayName: "Off", Mail: "two@fabrikam.com", UserType: graphfake.Guest, UserPrincipalName: "off#EXT#@noordzee.onmicrosoft.com", Disabled: true})
	on := tn.AddUser(graphfake.User{DisplayName: "On", Mail: "two@fabrikam.com", UserType: graphfake.Guest, UserPrincipalName: "on#EXT#@noordzee.onmicrosoft.com"})
	s := must[readiness.Subject](t)(tn.Subject(t.Context(), address(t, "two@fabrikam.com")))
	var got []string
	for _, u := range s.Matches.Value {
		got = append(got, u.ID)
	}
	if len(got) != 3 || got[0] != on.ID || got[1] != other.ID || got[2] != off.ID {
		t.Errorf("got %v, want %v", got, []string{on.ID, other.ID, off.ID})
	}
}

func TestSubject_NamesTheMissingPermission(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		drop []string
		get  func(readiness.Subject) *readiness.Missing
		want string // empty: read in spite of it
	}{
		{[]string{"User.Read.All", "User.ReadWrite.All"}, func(s readiness.Subject) *readiness.Missing { return s.Matches.Missing }, "User.Read.All"},
		{[]string{"User.Read.All", "User.ReadWrite.All"}, func(s readiness.Subject) *readiness.Missing { return s.Deleted.Missing }, "User.Read.All"},
		{[]string{"OrgContact.Read.All"}, func(s readiness.Subject) *readiness.Missing { return s.Contact.Missing }, "OrgContact.Read.All"},
		{
			[]string{"Group.Read.All", "Group.ReadWrite.All", "GroupMember.ReadWrite.All"},
			func(s readiness.Subject) *readiness.Missing { return s.Group.Missing }, "Group.Read.All",
		},
		{[]string{"Policy.Read.All"}, func(s readiness.Subject) *readiness.Missing { return s.Partner.Missing }, "Policy.Read.All"},
		{[]string{"CrossTenantInformation.ReadBasic.All"}, func(s readiness.Subject) *readiness.Missing { return s.Home.Missing }, ""},
	} {
		tn := start(t, setup{roles: without(c.drop...)})
		s := must[readiness.Subject](t)(tn.Subject(t.Context(), address(t, "anna@fabrikam.com")))
		m := c.get(s)
		switch {
		case c.want == "" && m != nil:
			t.Errorf("without %v: missing %+v", c.drop, *m)
		case c.want != "" && (m == nil || m.Reason != readiness.NoPermission || m.Permission != c.want):
			t.Errorf("without %v: missing %+v, want %s", c.drop, m, c.want)
		}
	}
}

func TestSubject_HomeComesFromTheLoginHostWithoutPermission(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{roles: without("CrossTenantInformation.ReadBasic.All"), client: func(o *graph.Options) { o.Cloud.Endpoint = "microsoftonline.us" }})
	s := must[readiness.Subject](t)(tn.Subject(t.Context(), address(t, "anna@fabrikam.com")))
	if s.Home.Value.TenantID != tn.demo.Fabrikam.TenantID || s.Home.Value.Cloud != "microsoftonline.com" {
		t.Errorf("home %+v, want tenant %s of another cloud", s.Home, tn.demo.Fabrikam.TenantID)
	}
	s = must[readiness.Subject](t)(tn.Subject(t.Context(), address(t, "who@nowhere.example")))
	if !s.Home.OK() || s.Home.Value.TenantID != "" {
		t.Errorf("a domain without a tenant: %+v", s.Home)
	}
}

func TestSubject_ServiceOutOfOrderIsAnError(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	retry := 7
	tn.inject(t, graphfake.Fault{Path: `\$batch`, Status: 429, RetryAfter: &retry})
	_, err := tn.Subject(t.Context(), address(t, "anna@fabrikam.com"))
	wantError(t, err, bot.Throttled, "")
}
