package slack

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"guestsite/bot"
	"guestsite/bot/flow"
)

// Profile reads a user fresh (users.info). Who may not act is told by
// Profile.Refusal, with no mail; an error means that nothing is known, which is no
// reason to let him act.
func (a *Adapter) Profile(ctx context.Context, u bot.ChatUser) (bot.Profile, error) {
	const op = "read user"
	if u.Chat != Name || !refID.MatchString(u.ID) {
		return bot.Profile{}, &bot.Error{Code: bot.Invalid, Op: "slack: " + op, Detail: "not a Slack user"}
	}
	ctx, cancel := within(ctx)
	defer cancel()
	user, err := a.api().GetUserInfoContext(ctx, u.ID)
	if err != nil {
		err = failed(op, err)
		if bot.ReasonOf(err) == bot.ReasonUndeliverable {
			return bot.Profile{}, &bot.Error{Code: bot.NotFound, Op: "slack: " + op, Err: err}
		}
		return bot.Profile{}, err
	}
	if user == nil || user.ID == "" {
		return bot.Profile{}, lost(op)
	}
	p := bot.Profile{User: u, Name: userName(user), Locale: user.Locale, Zone: user.TZ}
	if p.Refusal = a.refuse(user); p.Refusal == "" {
		p.Mail, p.Workspace = user.Profile.Email, a.workspaceName(ctx, u.Team)
	}
	return p, nil
}

// refuse says why a user may not act ("User type": the flags of a user object).
// Slack's own roles (is_admin, is_owner) give no right here.
func (a *Adapter) refuse(u *slack.User) bot.Refusal {
	switch {
	case u.Deleted:
		return bot.RefusedDeactivated
	case u.IsBot, u.IsWorkflowBot, u.IsConnectorBot, u.ID == "USLACKBOT":
		return bot.RefusedBot
	case u.IsStranger, !a.member(u):
		return bot.RefusedStranger
	case u.IsRestricted, u.IsUltraRestricted:
		return bot.RefusedGuest
	case u.IsInvitedUser:
		return bot.RefusedInvited
	case !u.IsEmailConfirmed:
		return bot.RefusedUnconfirmed
	case u.Profile.Email == "":
		return bot.RefusedNoMail
	}
	return ""
}

// member says whether the user belongs to a configured workspace or organization.
func (a *Adapter) member(u *slack.User) bool {
	if a.ours(u.TeamID, u.Enterprise.EnterpriseID) {
		return true
	}
	for _, t := range u.Enterprise.Teams {
		if a.ours(t, "") {
			return true
		}
	}
	return false
}

// Locate finds the user to deliver to by the person's address
// (users.lookupByEmail): only one who could also act, under exactly this address.
func (a *Adapter) Locate(ctx context.Context, who flow.Who) (bot.ChatUser, error) {
	const op = "find user by mail"
	mail := who.Mail
	undeliverable := func(why string) error {
		return &bot.Error{Code: bot.Forbidden, Reason: bot.ReasonUndeliverable, Op: "slack: " + op, Detail: why}
	}
	if mail == "" {
		return bot.ChatUser{}, undeliverable("no address")
	}
	ctx, cancel := within(ctx)
	defer cancel()
	user, err := a.api().GetUserByEmailContext(ctx, mail)
	if err != nil {
		return bot.ChatUser{}, failed(op, err)
	}
	if user == nil || user.ID == "" {
		return bot.ChatUser{}, lost(op)
	}
	if why := a.refuse(user); why != "" {
		return bot.ChatUser{}, undeliverable(string(why))
	}
	if !strings.EqualFold(user.Profile.Email, mail) {
		return bot.ChatUser{}, undeliverable("another address")
	}
	return bot.ChatUser{Chat: Name, Team: user.TeamID, ID: user.ID}, nil
}

func userName(u *slack.User) string {
	for _, n := range []string{u.Profile.RealName, u.RealName, u.Profile.DisplayName, u.Name} {
		if n = line(n); n != "" {
			return n
		}
	}
	return u.ID
}
