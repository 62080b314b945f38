package graph_test

import (
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

const redirect = "https://noordzee.sharepoint.com/sites/linden"

func TestInvite_MakesOneAccountAndMicrosoftSendsTheMail(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{client: func(o *graph.Options) { o.Language = "nl-NL" }})
	anna := address(t, "Anna Kowalski <anna@fabrikam.com>")
	made := must[bot.Invitation](t)(tn.Invite(t.Context(), anna, redirect))
	u, ok := tn.User("anna@fabrikam.com")
	if !ok || made.UserID != u.ID || !made.Created || !made.Pending || u.DisplayName != "Anna Kowalski" || u.UserType != graphfake.Guest {
		t.Errorf("made %+v, account %+v", made, u)
	}
	again := must[bot.Invitation](t)(tn.Invite(t.Context(), anna, redirect))
	if again != (bot.Invitation{UserID: u.ID, Pending: true}) {
		t.Errorf("again %+v", again)
	}
	st := tn.State()
	if len(st.Invitations) != 1 || len(st.Mails) != 1 || st.Mails[0].Language != "nl-NL" || st.Invitations[0].RedirectURL != redirect {
		t.Errorf("invitations %+v, mails %+v", st.Invitations, st.Mails)
	}
	if got := must[bot.Invitation](t)(tn.FindGuest(t.Context(), anna)); got != again {
		t.Errorf("found %+v", got)
	}
	tn.Redeem(u.ID)
	if got := must[bot.Invitation](t)(tn.FindGuest(t.Context(), anna)); got.Pending {
		t.Errorf("after redeeming: %+v", got)
	}
}

func TestInvite_LostAnswerMakesOneAccount(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphfake.Fault{
		"reset after the effect":  {Reset: true, Applied: true},
		"503 after the effect":    {Status: 503, Applied: true},
		"reset before the effect": {Reset: true},
		"404 page":                {Status: 404, Code: "UnknownError"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tn := start(t, setup{})
			fault.Method, fault.Path = "POST", "/invitations$"
			tn.inject(t, fault)
			anna := address(t, "anna@fabrikam.com")
			_, err := tn.Invite(t.Context(), anna, redirect)
			wantError(t, err, bot.Unavailable, "")
			if e := new(bot.Error); !asError(err, &e) || !e.Unclear {
				t.Fatalf("not unclear: %v", err)
			}
			got := must[bot.Invitation](t)(tn.Invite(t.Context(), anna, redirect))
			if w := tn.Writes(); w["guest.create"] != 1 || w["invitation.create"] != 1 || got.Created == fault.Applied {
				t.Errorf("writes %v, got %+v", w, got)
			}
		})
	}
}

func TestInvite_LooksBeforeItMakes(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	tn.AddGroup(graphfake.Group{DisplayName: "List", MailNickname: "list", Mail: "list@fabrikam.com", ProxyAddresses: []string{"SMTP:list@fabrikam.com"}})
	tn.AddContact(graphfake.Contact{DisplayName: "Conny", Mail: "conny@fabrikam.com"})
	colleague := tn.AddUser(graphfake.User{DisplayName: "Col", Mail: "col@noordzee.nl", OtherMails: []string{"col@home.example"}})
	_, err := tn.Invite(t.Context(), address(t, "list@fabrikam.com"), redirect)
	wantError(t, err, bot.Invalid, bot.ReasonGroupAddress)
	_, err = tn.Invite(t.Context(), address(t, "conny@fabrikam.com"), redirect)
	wantError(t, err, bot.Conflict, bot.ReasonContact)
	if got := must[bot.Invitation](t)(tn.Invite(t.Context(), address(t, "col@home.example"), redirect)); got != (bot.Invitation{UserID: colleague.ID}) {
		t.Errorf("a colleague's other address: %+v", got)
	}
	if n := tn.Count("POST", anyPath("/invitations$")); n != 0 {
		t.Errorf("%d invitations were sent", n)
	}
	tn.inject(t, graphfake.Fault{Method: "GET", Path: "/users$", Status: 503})
	_, err = tn.Invite(t.Context(), address(t, "anna@fabrikam.com"), redirect)
	wantError(t, err, bot.Unavailable, "")
	if n := tn.Count("POST", anyPath("/invitations$")); n != 0 {
		t.Error("somebody was invited without having been looked up")
	}
}

func TestInvite_RefusalsByTheTenantsSettings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mail   string
		code   bot.Code
		reason string
	}{
		graphfake.SwitchInvitesOff:         {"anna@fabrikam.com", bot.Forbidden, bot.ReasonInvitesOff},
		graphfake.SwitchDomainDenied:       {"anna@fabrikam.com", bot.Forbidden, bot.ReasonDomain},
		graphfake.SwitchDomainNotAllowed:   {"anna@fabrikam.com", bot.Forbidden, bot.ReasonDomain},
		graphfake.SwitchXTAPBlocked:        {"anna@fabrikam.com", bot.Forbidden, bot.ReasonCrossTenant},
		graphfake.SwitchXTAPPartnerBlocked: {"anna@fabrikam.com", bot.Forbidden, bot.ReasonCrossTenant},
		"no-User.Invite.All":               {"anna@fabrikam.com", bot.Forbidden, ""},
		"":                                 {"nobody@noordzee.nl", bot.Conflict, bot.ReasonInternal},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			roles := without("User.ReadWrite.All")
			tn := start(t, setup{roles: roles})
			if name != "" {
				if err := tn.Set(name, true); err != nil {
					t.Fatal(err)
				}
			}
			_, err := tn.Invite(t.Context(), address(t, c.mail), redirect)
			if name == "no-User.Invite.All" { // the vendor says one or the other
				if r := bot.ReasonOf(err); r != bot.ReasonPermission && r != bot.ReasonInvitesOff {
					t.Fatalf("got %v", err)
				}
				return
			}
			wantError(t, err, c.code, c.reason)
			if e := new(bot.Error); asError(err, &e) && (e.Unclear || strings.Contains(e.Detail, "@") || !strings.Contains(e.Detail, "request-id")) {
				t.Errorf("unclear %v, detail %q", e.Unclear, e.Detail)
			}
		})
	}
}

// TestInvite_KnowsEveryTextOfTheService takes the texts from Microsoft Entra:
// Troubleshoot B2B collaboration, and from what services were seen to answer.
func TestInvite_KnowsEveryTextOfTheService(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	id := "0f0f0f0f-1111-4222-8333-444444444444"
	for _, c := range []struct {
		status       int
		faultCode    string
		message      string
		code         bot.Code
		reason       string
		unclear, got bool
	}{
		{403, "Forbidden", "Guest invitations not allowed for your company. Contact your company administrator for more details.", bot.Forbidden, bot.ReasonInvitesOff, false, false},
		{401, "Unauthorized", "Insufficient privileges to perform requested operation by the application.", bot.Forbidden, bot.ReasonPermission, false, false},
		{400, "Request_BadRequest", "Your organization does not allow collaboration with the domain of the user.", bot.Forbidden, bot.ReasonDomain, false, false},
		{403, "Forbidden", "This invitation is blocked by cross-tenant access settings. Admins must configure them.", bot.Forbidden, bot.ReasonCrossTenant, false, false},
		{400, "Request_BadRequest", "The application Microsoft B2B Cross Cloud Worker is disabled.", bot.Forbidden, bot.ReasonCrossTenant, false, false},
		{400, "Request_BadRequest", "Invitee is in inviter tenant", bot.Conflict, bot.ReasonInternal, false, false},
		{400, "Request_BadRequest", "Non-external user already exists with the given mail address and can't be invited.", bot.Conflict, bot.ReasonInternal, false, false},
		{400, "Request_BadRequest", "Group email address is not supported", bot.Invalid, bot.ReasonGroupAddress, false, false},
		{400, "Request_BadRequest", "The Primary SMTP Address is an invalid value", bot.Invalid, bot.ReasonAddress, false, false},
		{400, "Request_BadRequest", "Another object with the same value for property proxyAddresses already exists.", bot.Conflict, bot.ReasonContact, false, false},
		{400, "Request_BadRequest", "The invited user already exists in the directory as object ID: " + id + ", but the account is blocked from signing in.", bot.Forbidden, bot.ReasonDisabled, false, false},
		{400, "Request_BadRequest", "The invited user already exists in the directory as object ID: " + id + ". They can use that account to sign in to shared apps and resources.", "", "", false, true},
		{400, "Request_BadRequest", "This user can't be invited to this directory. Please try a different email address.", bot.Invalid, bot.ReasonAddress, false, false},
		{500, "InternalServerError", "Unable to find target address", bot.Unavailable, "", true, false},
		{403, "QuotaLimitExceeded", "x", bot.Forbidden, bot.ReasonQuota, false, false},
		{400, "Request_BadRequest", "Something that nobody has seen.", bot.Invalid, "", false, false},
	} {
		tn.inject(t, graphfake.Fault{Method: "POST", Path: "/invitations$", Status: c.status, Code: c.faultCode, Message: c.message})
		got, err := tn.Invite(t.Context(), address(t, "anna@fabrikam.com"), redirect)
		if c.got {
			if err != nil || got != (bot.Invitation{UserID: id}) {
				t.Errorf("%s: got %+v, %v", c.message, got, err)
			}
			continue
		}
		if bot.CodeOf(err) != c.code || bot.ReasonOf(err) != c.reason {
			t.Errorf("%s: got %v, want %s (%s)", c.message, err, c.code, c.reason)
		}
		if e := new(bot.Error); !asError(err, &e) || e.Unclear != c.unclear {
			t.Errorf("%s: unclear is %v", c.message, e.Unclear)
		}
	}
}

func TestFindGuest_SeveralActiveAccountsAreForAPerson(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	_, err := tn.FindGuest(t.Context(), address(t, "anna@fabrikam.com"))
	wantError(t, err, bot.NotFound, "")
	for _, n := range []string{"a", "b"} {
		tn.AddUser(graphfake.User{DisplayName: n, Mail: "two@fabrikam.com", UserType: graphfake.Guest, UserPrincipalName: n + "#EXT#@noordzee.onmicrosoft.com"})
	}
	_, err = tn.FindGuest(t.Context(), address(t, "two@fabrikam.com"))
	wantError(t, err, bot.Conflict, "")
	_, err = tn.Invite(t.Context(), address(t, "two@fabrikam.com"), redirect)
	wantError(t, err, bot.Conflict, "")
}

func TestRedeemLink_IsFreshAndNeverLogged(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	anna := address(t, "anna@fabrikam.com")
	_, err := tn.RedeemLink(t.Context(), anna, "0f0f0f0f-1111-4222-8333-444444444444", redirect)
	wantError(t, err, bot.NotFound, "")
	made := must[bot.Invitation](t)(tn.Invite(t.Context(), anna, redirect))
	link := must[string](t)(tn.RedeemLink(t.Context(), anna, made.UserID, redirect))
	st := tn.State()
	if len(st.Mails) != 1 || len(st.Invitations) != 2 || link != st.Invitations[1].RedeemURL || st.Writes["guest.create"] != 1 {
		t.Errorf("link %q, %d mails, %d invitations", link, len(st.Mails), len(st.Invitations))
	}
	_, err = tn.RedeemLink(t.Context(), anna, tn.demo.Jan.ID, redirect)
	wantError(t, err, bot.Conflict, "")
	if n := len(tn.State().Invitations); n != 2 {
		t.Errorf("an address that leads to another account was invited: %d invitations", n)
	}
	for _, secret := range []string{link, "anna@", "Bearer", "PRIVATE KEY", "eyJ"} {
		if strings.Contains(tn.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(tn.log.String(), "POST v1.0 /invitations") {
		t.Error("the log does not hold the call either: the test sees nothing")
	}
}
