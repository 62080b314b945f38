package graphfake_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"guestsite/graph/graphfake"
)

func (l *lab) invite(address string) answer {
	l.t.Helper()
	return l.graph(http.MethodPost, "/invitations", invitation(address))
}

func TestInvitations_RefusalsHaveTheVendorsText(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		setup   func(*lab)
		address string
		status  int
		code    string
		text    string
	}{
		"invitations off": {
			func(l *lab) { l.t.Helper(); mustSet(l, graphfake.SwitchInvitesOff) },
			"anna@fabrikam.com", 403, "Forbidden", "Guest invitations not allowed for your company.",
		},
		"domain denied":      {func(l *lab) { mustSet(l, graphfake.SwitchDomainDenied) }, "anna@Fabrikam.com", 400, "Request_BadRequest", "does not allow collaboration with the domain"},
		"domain not allowed": {func(l *lab) { mustSet(l, graphfake.SwitchDomainNotAllowed) }, "anna@fabrikam.com", 400, "Request_BadRequest", "does not allow collaboration with the domain"},
		"domain denied in capitals": {
			func(l *lab) { l.SetDomainPolicy(true, nil, []string{"FABRIKAM.com"}, graphfake.B2BFormJSON) },
			"anna@fabrikam.com", 400, "Request_BadRequest", "does not allow collaboration with the domain",
		},
		"inbound blocked": {func(l *lab) { mustSet(l, graphfake.SwitchXTAPBlocked) }, "anna@fabrikam.com", 400, "Request_BadRequest", "blocked by cross-tenant access settings"},
		"partner blocked": {func(l *lab) { mustSet(l, graphfake.SwitchXTAPPartnerBlocked) }, "anna@fabrikam.com", 400, "Request_BadRequest", "blocked by cross-tenant access settings"},
		"own domain":      {nil, "new.colleague@noordzee.nl", 400, "Request_BadRequest", "Invitee is in inviter tenant"},
		"a colleague":     {nil, "sanne@noordzee.nl", 400, "Request_BadRequest", "Invitee is in inviter tenant"},
		"a colleague's other mail": {
			func(l *lab) {
				l.ChangeUser(l.demo.Sanne.ID, func(u *graphfake.User) { u.OtherMails = []string{"sanne@gmail.com"} })
			},
			"sanne@gmail.com", 400, "Request_BadRequest", "Non-external user already exists",
		},
		"a group": {nil, "project-linden@noordzee.nl", 400, "Request_BadRequest", "Group email address is not supported"},
		"a contact": {
			func(l *lab) {
				l.AddContact(graphfake.Contact{DisplayName: "E", Mail: "ellen@adventure-works.com"})
			},
			"ellen@adventure-works.com", 400, "Request_BadRequest", "property proxyAddresses already exists",
		},
		"a disabled guest, as text": {func(l *lab) { l.SetDisabledGuestText(true) }, "piet@contoso.nl", 400, "Request_BadRequest", "blocked from signing in"},
		"pending guest of a denied domain": {
			func(l *lab) { mustSet(l, graphfake.SwitchDomainDenied) },
			"lisa@fabrikam.com", 400, "Request_BadRequest", "does not allow collaboration with the domain",
		},
		"plus address":    {nil, "anna+x@fabrikam.com", 400, "Request_BadRequest", "Primary SMTP Address"},
		"no domain":       {nil, "anna", 400, "Request_BadRequest", "Primary SMTP Address"},
		"two ats":         {nil, "a@b@fabrikam.com", 400, "Request_BadRequest", "Primary SMTP Address"},
		"no dot":          {nil, "anna@fabrikam", 400, "Request_BadRequest", "Primary SMTP Address"},
		"leading dot":     {nil, ".anna@fabrikam.com", 400, "Request_BadRequest", "Primary SMTP Address"},
		"trailing hyphen": {nil, "anna-@fabrikam.com", 400, "Request_BadRequest", "Primary SMTP Address"},
		"empty":           {nil, "", 400, "Request_BadRequest", "invitedUserEmailAddress"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			if tc.setup != nil {
				tc.setup(l)
			}
			l.invite(tc.address).want(tc.status, tc.code, tc.text)
			if n := len(l.State().Invitations); n != 0 {
				t.Errorf("a refused invitation was recorded %d times", n)
			}
		})
	}
}

func mustSet(l *lab, name string) {
	l.t.Helper()
	if err := l.Set(name, true); err != nil {
		l.t.Fatal(err)
	}
}

func TestInvitations_ApostropheAndUnderscoreAreFine(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for _, a := range []string{"o'brien@fabrikam.com", "_x_@fabrikam.com", "a.b-c@sub.fabrikam.com"} {
		l.invite(a).want(http.StatusCreated)
	}
}

func TestInvitations_SameAddressKeepsItsUser(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	first := l.invite("anna@fabrikam.com").want(http.StatusCreated)
	second := l.invite("Anna@Fabrikam.com").want(http.StatusCreated)
	id := func(a answer) any { return a.body["invitedUser"].(map[string]any)["id"] }
	if id(first) != id(second) || first.text("inviteRedeemUrl") == second.text("inviteRedeemUrl") || first.text("id") == second.text("id") {
		t.Errorf("first %s, second %s", first.raw, second.raw)
	}
	if w := l.Writes(); w["guest.create"] != 1 || w["invitation.create"] != 2 {
		t.Errorf("writes %v", w)
	}
	accepted := l.invite("jan@contoso.nl").want(http.StatusCreated)
	if id(accepted) != l.demo.Jan.ID || accepted.text("status") != "PendingAcceptance" {
		t.Errorf("accepted guest: %s", accepted.raw)
	}
	if disabled := l.invite("piet@contoso.nl").want(http.StatusCreated); id(disabled) == nil {
		t.Errorf("disabled guest: %s", disabled.raw)
	}
}

func TestInvitations_AcceptedGuestOfDeniedDomainPasses(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	mustSet(l, graphfake.SwitchDomainDenied)
	l.invite("tomasz@fabrikam.com").want(http.StatusCreated)
}

func TestInvitations_AdminsOnlyNeedsTheInvitePermissionItself(t *testing.T) {
	t.Parallel()
	l := newLab(t, roles("User.ReadWrite.All"))
	l.invite("anna@fabrikam.com").want(http.StatusCreated)
	mustSet(l, graphfake.SwitchInvitesAdminsOnly)
	l.invite("bob@fabrikam.com").want(403, "Forbidden", "Guest invitations not allowed")
	l = newLab(t, roles("User.Invite.All"))
	mustSet(l, graphfake.SwitchInvitesAdminsOnly)
	l.invite("bob@fabrikam.com").want(http.StatusCreated)
}

func TestInvitations_DeletedGuestBecomesANewOne(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.DeleteUser(l.demo.Jan.ID)
	a := l.invite("jan@contoso.nl").want(http.StatusCreated)
	if a.body["invitedUser"].(map[string]any)["id"] == l.demo.Jan.ID {
		t.Error("the deleted account came back")
	}
	l.graph(http.MethodPost, "/directory/deletedItems/"+l.demo.Jan.ID+"/restore", nil).want(400, "Request_BadRequest", "userPrincipalName")
}

func TestInvitations_BodyIsChecked(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for name, edit := range map[string]func(map[string]any){
		"no redirect":      func(b map[string]any) { delete(b, "inviteRedirectUrl") },
		"relative":         func(b map[string]any) { b["inviteRedirectUrl"] = "/sites/x" },
		"unknown property": func(b map[string]any) { b["inviteRedirectURL2"] = "x" },
		"text for boolean": func(b map[string]any) { b["sendInvitationMessage"] = "yes" },
		"unknown sponsor":  func(b map[string]any) { b["invitedUserSponsors@odata.bind"] = []string{l.ref("nobody")} },
		"two in copy": func(b map[string]any) {
			cc := map[string]any{"emailAddress": map[string]any{"address": "a@b.nl"}}
			b["invitedUserMessageInfo"] = map[string]any{"ccRecipients": []any{cc, cc}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			body := invitation("anna@fabrikam.com")
			edit(body)
			if a := l.graph(http.MethodPost, "/invitations", body); a.status != 400 && a.status != 404 {
				t.Errorf("answer %d %s", a.status, a.raw)
			}
		})
	}
	member := invitation("anna@fabrikam.com")
	member["invitedUserType"] = "Member"
	l.graph(http.MethodPost, "/invitations", member).want(403, "Authorization_RequestDenied")
}

func TestInvitations_MailIsRecordedWithoutTheApplicationsText(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	body := invitation("anna@fabrikam.com")
	body["sendInvitationMessage"] = true
	body["invitedUserMessageInfo"] = map[string]any{"messageLanguage": "nl-NL", "customizedMessageBody": "Hoi Anna"}
	a := l.graph(http.MethodPost, "/invitations", body).want(http.StatusCreated)
	mails := l.State().Mails
	if len(mails) != 1 || mails[0].To != "anna@fabrikam.com" || mails[0].Language != "en-US" || mails[0].Link != a.text("inviteRedeemUrl") {
		t.Errorf("mails %+v", mails)
	}
	l.invite("bob@fabrikam.com").want(http.StatusCreated)
	if n := len(l.State().Mails); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestInvitations_NullPartnerPropertyInheritsTheDefault(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.SetPartnerPolicy(l.demo.Fabrikam.TenantID, "")
	mustSet(l, graphfake.SwitchXTAPBlocked)
	l.invite("anna@fabrikam.com").want(400, "Request_BadRequest", "cross-tenant")
	l.SetPartnerPolicy(l.demo.Fabrikam.TenantID, "allowed")
	l.invite("anna@fabrikam.com").want(http.StatusCreated)
	p := l.get("/policies/crossTenantAccessPolicy/partners/" + l.demo.Fabrikam.TenantID).want(200)
	if p.body["b2bCollaborationInbound"] == nil || p.body["inboundTrust"] != nil {
		t.Errorf("partner %s", p.raw)
	}
}

func TestInvitations_ResetRedemptionChangesTheAddress(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	body := invitation("jan.new@contoso.nl")
	body["resetRedemption"] = true
	body["invitedUser"] = map[string]any{"id": l.demo.Jan.ID}
	l.graph(http.MethodPost, "/invitations", body).want(http.StatusCreated)
	u, _ := l.User(l.demo.Jan.ID)
	if u.Mail != "jan.new@contoso.nl" || u.ExternalUserState != graphfake.Pending {
		t.Errorf("guest %+v", u)
	}
}

func TestInvitations_LinkIsStoppedWhereSignInIs(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		graphfake.SwitchCABlocksGuests: "AADSTS53003", graphfake.SwitchXTAPBlocked: "AADSTS500213", graphfake.SwitchDomainDenied: "AADSTS500213",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			link := l.invite("anna@fabrikam.com").want(http.StatusCreated).text("inviteRedeemUrl")
			mustSet(l, name)
			if a := l.get(link); a.status != 403 || !strings.HasPrefix(string(a.raw), code) {
				t.Errorf("link answers %d %s", a.status, a.raw)
			}
			if u, _ := l.User("anna@fabrikam.com"); u.ExternalUserState != graphfake.Pending {
				t.Error("the guest got in")
			}
			if err := l.Set(name, false); err != nil {
				t.Fatal(err)
			}
			if a := l.get(link); a.status != 302 || a.header.Get("Location") != "https://noordzee.sharepoint.com/sites/x" {
				t.Errorf("link answers %d to %s", a.status, a.header.Get("Location"))
			}
			if n := l.Count(http.MethodGet, regexp.MustCompile("^/redeem$")); n != 2 {
				t.Errorf("%d redemptions in the wire log", n)
			}
		})
	}
}
