package main

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"guestsite/bot"
	"guestsite/bot/slack"
)

// slack asks Slack what the tokens are good for.
func (x *examiner) slack(ctx context.Context) []finding {
	c := x.cfg.Slack
	if c == nil {
		return nil
	}
	const appPages = "https://api.slack.com/apps, your app, "
	a, err := openSlack(x.cfg, x.client, x.log, realClock{})
	if err != nil {
		return []finding{lacking("slack", err.Error(), "Look at slack in the configuration")}
	}
	seen, err := a.Inspect(ctx)
	token := written("slack.bot_token", c.BotToken)
	switch {
	case bot.ReasonOf(err) == bot.ReasonCredentials:
		return []finding{lacking("bot token", "is refused: "+said(err, x.cloud.CAFile), appPages+"OAuth & Permissions: copy the bot token to "+token)}
	case err != nil:
		return []finding{untold("bot token", "could not be tried: "+said(err, x.cloud.CAFile), "Look at slack_api above")}
	}
	out := []finding{works("bot token", "is accepted"), judgeWorkspace(seen, c.TeamIDs)}
	for _, s := range slack.Scopes() {
		out = append(out, judgeScope(s, seen.Scopes, appPages+"OAuth & Permissions: add the scope to the bot token, and install the app again"))
	}
	if c.Mode == SlackSocket {
		return append(out, judgeSocket(a.InspectSocket(ctx), x.cloud.CAFile, written("slack.app_token", c.AppToken)))
	}
	for _, secret := range c.SigningSecrets {
		out = append(out, judgeSigning(secret.Reveal(), appPages+"Basic Information: copy the signing secret again"))
	}
	return append(out, byHand("public_url", "cannot be tried from here: whether Slack reaches "+x.cfg.PublicURL,
		"While the bot serves, "+appPages+"Event Subscriptions: the request URL has to say Verified"))
}

func judgeWorkspace(seen slack.Inspection, configured []string) finding {
	const name = "workspace"
	if !seen.Ours {
		return lacking(name, "of the bot token is "+seen.TeamID+", which slack.team_ids does not list ("+strings.Join(configured, ", ")+")",
			"Write "+seen.TeamID+" there, or take the token of the right workspace")
	}
	return works(name, seen.TeamID+" is the one that is configured")
}

func judgeScope(s slack.Scope, has []string, where string) finding {
	name := "scope " + s.Name
	switch {
	case has == nil:
		return untold(name, "could not be looked at: Slack does not say what the token may do", where)
	case !slices.Contains(has, s.Name):
		return lacking(name, "is not given; it is needed for: "+strings.ReplaceAll(s.Use, "`", ""), where)
	}
	return works(name, "is given")
}

func judgeSocket(err error, caFile, key string) finding {
	const name = "app-level token"
	if refused, ok := errors.AsType[*slack.RefusedError](err); ok {
		return lacking(name, "opens no socket: "+refused.Code, "See "+key+": "+refused.Advice())
	}
	if err != nil {
		return untold(name, "could not be tried: "+said(err, caFile), "Look at slack_api above")
	}
	return works(name, "is given the address of a socket")
}

// signing is the form that Slack's signing secrets have today, which is not
// promised.
var signing = regexp.MustCompile(`^[0-9a-f]{32}$`)

func judgeSigning(secret, where string) finding {
	const name = "signing secret"
	if !signing.MatchString(secret) {
		return warning(name, "does not look like one, which has 32 digits and letters from a to f", where)
	}
	// Only a request of Slack's shows that it is the right one.
	return byHand(name, "has the right form; whether it is the right one shows with the first request", "")
}
