package graphfake

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// invitationBody is the body of POST /invitations.
type invitationBody struct {
	Address         string           `json:"invitedUserEmailAddress"`
	DisplayName     string           `json:"invitedUserDisplayName"`
	RedirectURL     string           `json:"inviteRedirectUrl"`
	UserType        string           `json:"invitedUserType"`
	SendMessage     bool             `json:"sendInvitationMessage"`
	MessageInfo     *messageInfo     `json:"invitedUserMessageInfo"`
	Sponsors        []map[string]any `json:"invitedUserSponsors"`
	SponsorBind     []string         `json:"invitedUserSponsors@odata.bind"`
	ResetRedemption bool             `json:"resetRedemption"`
	InvitedUser     *struct {
		ID string `json:"id"`
	} `json:"invitedUser"`
	ODataType string `json:"@odata.type"`
}

type messageInfo struct {
	Language string `json:"messageLanguage"`
	Body     string `json:"customizedMessageBody"`
	Cc       []struct {
		EmailAddress struct {
			Name    string `json:"name"`
			Address string `json:"address"`
		} `json:"emailAddress"`
	} `json:"ccRecipients"`
	ODataType string `json:"@odata.type"`
}

// createInvitation is "Create invitation". A guest that exists gets a fresh link and keeps its id.
func (c *call) createInvitation() reply {
	var b invitationBody
	dec := json.NewDecoder(strings.NewReader(string(c.body)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&b); err != nil {
		return malformed(err)
	}
	if bad := c.mayInvite(); bad != nil {
		return *bad
	}
	if bad := b.check(); bad != nil {
		return *bad
	}
	sponsors, bad := c.sponsors(b)
	if bad != nil {
		return *bad
	}
	if b.ResetRedemption {
		return c.resetRedemption(b)
	}
	guest := c.s.guestWith(b.Address)
	if bad := c.s.refusal(b.Address, guest); bad != nil {
		return *bad
	}
	if guest == nil {
		guest = c.s.newGuest(b)
		guest.SponsorIDs = sponsors
		guest.hidden = c.s.opt.Delays.Guest
	}
	return c.invited(b, guest)
}

// mayInvite is the rule for application-only callers: never while invitations are off; while they are for
// administrators only, just with User.Invite.All itself.
func (c *call) mayInvite() *reply {
	from := c.s.text(PolicyAuthorization, "allowInvitesFrom")
	restricted := from == "none" || from == "adminsAndGuestInviters"
	if from == "none" || restricted && !c.has("User.Invite.All") {
		r := fail(http.StatusForbidden, "Forbidden",
			"Guest invitations not allowed for your company. Contact your company administrator for more details.")
		return &r
	}
	return nil
}

func (b *invitationBody) check() *reply {
	var r reply
	redirect, err := url.Parse(b.RedirectURL)
	switch {
	case b.Address == "":
		r = badRequest("The required property 'invitedUserEmailAddress' is missing.")
	case !validAddress(b.Address):
		r = badRequest("Invalid invited user email address: The Primary SMTP Address is an invalid value.")
	case b.RedirectURL == "":
		r = badRequest("The required property 'inviteRedirectUrl' is missing.")
	case err != nil || redirect.Scheme == "" || redirect.Host == "":
		r = badRequest("The value of property 'inviteRedirectUrl' is not a valid URL.")
	case b.UserType != "" && b.UserType != Guest:
		r = denied() // Member needs an administrator
	case b.MessageInfo != nil && len(b.MessageInfo.Cc) > 1:
		r = badRequest("The property 'ccRecipients' can have only one recipient.")
	default:
		return nil
	}
	return &r
}

// validAddress is the syntax the vendor accepts: plus addressing and most signs are refused.
func validAddress(a string) bool {
	local, domain, found := strings.Cut(a, "@")
	switch {
	case !found, local == "", len(a) > 254, strings.Contains(domain, "@"), !strings.Contains(domain, "."),
		strings.HasPrefix(domain, "."), strings.HasSuffix(domain, "."), strings.ContainsAny(a, " \t\r\n"),
		strings.ContainsAny(local, "~!#$%^&*()+=[]{}\\/|;:\"<>?,"),
		strings.ContainsAny(domain, "~!#$%^&*()+=[]{}\\/|;:\"<>?,_"),
		strings.ContainsAny(local[:1], ".-"), strings.ContainsAny(local[len(local)-1:], ".-"):
		return false
	}
	return true
}

// sponsors resolves the sponsors of a new guest, in either form, at most five.
func (c *call) sponsors(b invitationBody) ([]string, *reply) {
	refs := slices.Clone(b.SponsorBind)
	for _, s := range b.Sponsors {
		if ref, isText := s["@odata.id"].(string); isText {
			refs = append(refs, ref)
		} else if id, isText := s["id"].(string); isText {
			refs = append(refs, c.s.urls[HostGraph]+"/v1.0/users/"+id)
		}
	}
	if len(refs) > maxSponsors {
		r := badRequest("The number of sponsors exceeds the maximum of 5.")
		return nil, &r
	}
	var ids []string
	for _, ref := range refs {
		id, bad := c.bound(ref)
		if bad != nil {
			return nil, bad
		}
		if c.s.reference(id) == nil {
			r := notFound(id)
			return nil, &r
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// guestWith finds a live guest by mail or other mail.
func (t *tenant) guestWith(address string) *User {
	for _, u := range t.users {
		if u.UserType == Guest && u.Deleted.IsZero() && u.hasAddress(address) {
			return u
		}
	}
	return nil
}

func (u *User) hasAddress(address string) bool {
	fits := func(a string) bool { return strings.EqualFold(a, address) }
	return fits(u.Mail) || slices.ContainsFunc(u.OtherMails, fits) ||
		slices.ContainsFunc(u.ProxyAddresses, func(p string) bool { _, a, _ := strings.Cut(p, ":"); return fits(a) })
}

// refusal gives the reason why an address cannot be invited, nil for none; guest is the account that has it already.
func (s *Server) refusal(address string, guest *User) *reply {
	var r reply
	domain := domainOf(address)
	tenantID := s.tenantOfDomain(domain)
	switch {
	case s.groupAddress(address):
		r = badRequest("Group email address is not supported.")
	case s.ownDomain(domain):
		r = badRequest("Invitee is in inviter tenant")
	case s.internalWith(address):
		r = badRequest("Non-external user already exists with the given mail address and can't be invited.")
	case guest != nil && guest.Disabled && s.disabledGuestText:
		r = badRequest("The invited user already exists in the directory as object ID: " + guest.ID +
			", but the account is blocked from signing in. They can use that account once an administrator unblocks it.")
	case s.proxyHolder(address, guest) != "":
		r = conflict("proxyAddresses")
	case (guest == nil || guest.ExternalUserState == Pending) && s.b2b.refuses(domain):
		r = badRequest("Your organization does not allow collaboration with the domain of the user you are inviting.")
	case tenantID != "" && s.inboundBlocked(tenantID):
		r = badRequest("This invitation is blocked by cross-tenant access settings. Admins in both your organization and " +
			"the invited user's organization must configure cross-tenant access settings to allow the invitation.")
	default:
		return nil
	}
	return &r
}

func (t *tenant) groupAddress(address string) bool {
	return slices.ContainsFunc(t.groups, func(g *Group) bool {
		return g.Deleted.IsZero() && (strings.EqualFold(g.Mail, address) ||
			slices.ContainsFunc(g.ProxyAddresses, func(p string) bool { _, a, _ := strings.Cut(p, ":"); return strings.EqualFold(a, address) }))
	})
}

func (t *tenant) internalWith(address string) bool {
	return slices.ContainsFunc(t.users, func(u *User) bool {
		return u.UserType != Guest && u.Deleted.IsZero() && u.hasAddress(address)
	})
}

// newGuest makes the account of a new guest.
func (s *Server) newGuest(b invitationBody) *User {
	name := b.DisplayName
	if name == "" {
		name, _, _ = strings.Cut(b.Address, "@")
	}
	upn := guestUPN(b.Address, s.opt.InitialDomain)
	s.wrote("guest.create")
	return s.putUser(&User{
		DisplayName: name, Mail: b.Address, UserPrincipalName: upn, UserType: Guest, ExternalUserState: Pending,
	})
}

// resetRedemption lets an existing guest redeem again with another address.
func (c *call) resetRedemption(b invitationBody) reply {
	if !c.has("User.ReadWrite.All", "Directory.ReadWrite.All") {
		return denied()
	}
	if b.InvitedUser == nil {
		return badRequest("The required property 'invitedUser' is missing.")
	}
	u := c.s.user(b.InvitedUser.ID)
	if u == nil || u.UserType != Guest {
		return notFound(b.InvitedUser.ID)
	}
	for _, a := range c.s.assignments {
		if a.PrincipalID == u.ID {
			return denied()
		}
	}
	if bad := c.s.refusal(b.Address, u); bad != nil {
		return *bad
	}
	u.Mail, u.OtherMails, u.ProxyAddresses = b.Address, []string{b.Address}, []string{"SMTP:" + b.Address}
	u.ExternalUserState, u.ExternalStateChange = Pending, c.s.opt.Now()
	return c.invited(b, u)
}

// invited records the invitation and answers it.
func (c *call) invited(b invitationBody, u *User) reply {
	now := c.s.opt.Now()
	inv := Invitation{
		ID: newID(), UserID: u.ID, Address: b.Address, RedirectURL: b.RedirectURL, SendMessage: b.SendMessage, At: now,
		App: c.token.app.ClientID,
	}
	inv.RedeemURL = c.s.urls[HostLogin] + "/redeem?rd=" + inv.ID
	c.s.invitations = append(c.s.invitations, inv)
	c.s.wrote("invitation.create")

	info := map[string]any{
		"messageLanguage": nil, "customizedMessageBody": nil,
		"ccRecipients": []any{map[string]any{"emailAddress": map[string]any{"name": nil, "address": nil}}},
	}
	mail := Mail{To: b.Address, Language: "en-US", Link: inv.RedeemURL, At: now}
	if m := b.MessageInfo; m != nil {
		info["messageLanguage"], info["customizedMessageBody"] = orNull(m.Language), orNull(m.Body)
		if m.Language != "" && m.Body == "" {
			mail.Language = m.Language
		}
		if len(m.Cc) == 1 {
			a := m.Cc[0].EmailAddress
			mail.Cc = a.Address
			info["ccRecipients"] = []any{map[string]any{"emailAddress": map[string]any{"name": orNull(a.Name), "address": a.Address}}}
		}
	}
	// The text of an application's invitation is left out of the mail; an accepted guest gets none.
	if b.SendMessage && u.ExternalUserState != Accept {
		c.s.mails = append(c.s.mails, mail)
		c.s.wrote("mail.send")
	}
	return c.one(http.StatusCreated, "invitations/$entity", map[string]any{
		"id": inv.ID, "inviteRedeemUrl": inv.RedeemURL, "invitedUserDisplayName": u.DisplayName, "invitedUserType": Guest,
		"invitedUserEmailAddress": b.Address, "sendInvitationMessage": b.SendMessage, "resetRedemption": b.ResetRedemption,
		"inviteRedirectUrl": b.RedirectURL, "status": Pending, "invitedUserMessageInfo": info,
		"invitedUser": map[string]any{"id": u.ID, "userPrincipalName": u.UserPrincipalName},
	})
}
