package graph

import (
	"context"
	"regexp"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

// FindGuest finds the account of an address among guests and members. Conflict
// when several active accounts fit equally well, which a person must decide.
func (c *Client) FindGuest(ctx context.Context, a readiness.Address) (bot.Invitation, error) {
	const doing = "find a guest"
	r := lookupRequests(a.Mail)[0]
	found, err := get[models.UserCollectionResponseable](ctx, c, doing, r, models.CreateUserCollectionResponseFromDiscriminatorValue)
	if err != nil {
		return bot.Invitation{}, err
	}
	return best(doing, found.GetValue(), a.Mail)
}

// best picks the account that fits best.
func best(doing string, users []models.Userable, mail string) (bot.Invitation, error) {
	users = ranked(users, mail)
	if len(users) == 0 {
		return bot.Invitation{}, &bot.Error{Code: bot.NotFound, Op: "graph: " + doing}
	}
	if len(users) > 1 && val(users[0].GetAccountEnabled()) && rank(users[0], mail) == rank(users[1], mail) {
		return bot.Invitation{}, &bot.Error{Code: bot.Conflict, Op: "graph: " + doing, Detail: "several active accounts have the address"}
	}
	return bot.Invitation{UserID: val(users[0].GetId()), Pending: guest(users[0]) && pending(users[0])}, nil
}

// Invite makes a guest account and has Microsoft send its invitation mail. It
// looks first, among users, contacts and groups: an account that is there is
// returned as it is, and an address that something else holds is refused. A
// guest who was deleted is no obstacle: the vendor makes a new account. The link
// in the answer is not kept.
func (c *Client) Invite(ctx context.Context, a readiness.Address, redirect string) (bot.Invitation, error) {
	const doing = "invite a guest"
	if err := c.given(Standard, doing); err != nil {
		return bot.Invitation{}, err
	}
	answers, err := c.batch(ctx, doing, lookupRequests(a.Mail)...)
	if err != nil {
		return bot.Invitation{}, err
	}
	l := lookupOf(doing, a.Mail, answers, c.now())
	switch {
	case !l.matches.OK(): // without having looked, nobody is invited
		_, err := as[models.UserCollectionResponseable](answers[0], doing, models.CreateUserCollectionResponseFromDiscriminatorValue)
		return bot.Invitation{}, err
	case len(l.users) > 0:
		return best(doing, l.users, a.Mail)
	case l.group.OK() && l.group.Value:
		return bot.Invitation{}, &bot.Error{Code: bot.Invalid, Op: "graph: " + doing, Reason: bot.ReasonGroupAddress}
	case l.contact.OK() && l.contact.Value:
		return bot.Invitation{}, &bot.Error{Code: bot.Conflict, Op: "graph: " + doing, Reason: bot.ReasonContact}
	}
	made, err := c.invitation(ctx, doing, a, redirect, true)
	if id, ok := existing(err); ok {
		return bot.Invitation{UserID: id}, nil
	}
	if err != nil {
		return bot.Invitation{}, err
	}
	id := ""
	if u := made.GetInvitedUser(); u != nil {
		id = val(u.GetId())
	}
	if id == "" {
		return bot.Invitation{}, unreadable(doing, opInvite)
	}
	return bot.Invitation{UserID: id, Created: true, Pending: true}, nil
}

// invitation sends POST /invitations. A message of our own is not sent along:
// Microsoft leaves it out when an app invites (Microsoft Entra: Elements of the
// B2B invitation email).
func (c *Client) invitation(ctx context.Context, doing string, a readiness.Address, redirect string, mail bool) (models.Invitationable, error) {
	in := models.NewInvitation()
	in.SetInvitedUserEmailAddress(&a.Mail)
	if a.Name != "" {
		in.SetInvitedUserDisplayName(&a.Name)
	}
	in.SetInviteRedirectUrl(&redirect)
	in.SetInvitedUserType(new("Guest"))
	in.SetSendInvitationMessage(&mail)
	if mail && c.opt.Language != "" {
		info := models.NewInvitedUserMessageInfo()
		info.SetMessageLanguage(&c.opt.Language)
		in.SetInvitedUserMessageInfo(info)
	}
	return get[models.Invitationable](ctx, c, doing, request{op: opInvite, body: in}, models.CreateInvitationFromDiscriminatorValue)
}

var objectID = regexp.MustCompile(`object ID: ([0-9a-fA-F-]{36})`)

// existing reads the account's id from the text with which some paths of the
// service refuse an address that has a guest already.
func existing(err error) (string, bool) {
	e, ok := errorOf(err)
	if !ok || e.Reason != "" || !strings.Contains(e.Detail, "already exists in the directory as object ID") {
		return "", false
	}
	m := objectID.FindStringSubmatch(e.Detail)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// RedeemLink makes a fresh link for a guest who exists. The account is read
// first, because the same call would make one where there is none. The link lets
// its holder try to redeem the invitation: do not keep or log it.
func (c *Client) RedeemLink(ctx context.Context, a readiness.Address, userID, redirect string) (string, error) {
	const doing = "make a link for a guest"
	if err := c.given(Standard, doing); err != nil {
		return "", err
	}
	found, err := c.FindGuest(ctx, a)
	if err != nil {
		return "", err
	}
	other := &bot.Error{Code: bot.Conflict, Op: "graph: " + doing, Detail: "the address leads to another account"}
	if found.UserID != userID {
		return "", other
	}
	made, err := c.invitation(ctx, doing, a, redirect, false)
	if err != nil {
		return "", err
	}
	u := made.GetInvitedUser()
	if u == nil || val(u.GetId()) != userID {
		return "", other
	}
	link := val(made.GetInviteRedeemUrl())
	if link == "" {
		return "", unreadable(doing, opInvite)
	}
	return link, nil
}
