package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"guestsite/bot"
	"guestsite/bot/slack"
	"guestsite/bot/teams"
	"guestsite/graph"
)

// chat is a chat platform as the program runs it.
type chat interface {
	bot.Chat
	SetDoor(d bot.Door)
	// Handlers are those of POST requests, by path.
	Handlers() map[string]http.Handler
	// Start begins to fetch what people do, where the platform does not bring it.
	// What it is handed needs the worker. Called once.
	Start(ctx context.Context) error
	// Check says whether the platform answers and takes the bot's credentials.
	Check(ctx context.Context) error
	Close(ctx context.Context) error
}

// openChats makes an adapter for each chat that is configured.
func openChats(c Config, client *http.Client, apps bot.Installer, log *slog.Logger, clock bot.Clock) ([]chat, error) {
	var out []chat
	if c.Slack != nil {
		s, err := openSlack(c, client, log, clock)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	if c.Teams != nil {
		t, err := openTeams(c, client, apps, log, clock)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func openSlack(c Config, client *http.Client, log *slog.Logger, clock bot.Clock) (*slack.Adapter, error) {
	cloud, _ := c.Hosts()
	o := slack.Options{
		APIURL: cloud.SlackAPI, HooksHosts: cloud.SlackHooksHosts, TeamIDs: c.Slack.TeamIDs,
		HTTP: client, Log: log, Now: clock.Now,
	}
	var err error
	if o.BotToken, err = c.Slack.BotToken.fresh(log); err != nil {
		return nil, err
	}
	if c.Slack.Mode == SlackSocket {
		if o.AppToken, err = c.Slack.AppToken.fresh(log); err != nil {
			return nil, err
		}
		if o.TLS, err = cloud.trust(); err != nil {
			return nil, err
		}
	} else if o.SigningSecrets, err = freshSecrets(c.Slack.SigningSecrets, log); err != nil {
		return nil, err
	}
	return slack.New(o)
}

// explain says what an operator can do about a chat that does not start.
func explain(c Config, err error) error {
	refused, ok := errors.AsType[*slack.RefusedError](err)
	if !ok {
		return err
	}
	where := envName("slack.app_token")
	if file := c.Slack.AppToken.file; file != "" {
		where = "slack.app_token_file, " + file
	}
	return fmt.Errorf("%w. Look at %s: %s", err, where, refused.Advice())
}

// chatProblem is what /readyz says of a chat: one cause, the nearest that is known.
// Slack's word for a refusal is a code of its own, which names nobody.
func chatProblem(err error) string {
	if refused, ok := errors.AsType[*slack.RefusedError](err); ok {
		return "no other socket can be opened: " + refused.Code + ": " + refused.Advice()
	}
	if errors.Is(err, slack.ErrNoSocket) {
		return "no socket is up, so that nothing arrives of what people do"
	}
	switch bot.CodeOf(err) {
	case bot.Unavailable:
		return "it does not answer"
	case bot.Throttled:
		return "it asks the bot to wait"
	case bot.Forbidden:
		if bot.ReasonOf(err) == bot.ReasonCredentials {
			return "it does not take the bot's credentials"
		}
		return "it refuses the bot"
	default:
		return "it answers with an error"
	}
}

// openTeams signs the bot in at the tenant whose directory it reads.
func openTeams(c Config, client *http.Client, apps bot.Installer, log *slog.Logger, clock bot.Clock) (*teams.Adapter, error) {
	cloud, builtIn := c.Hosts()
	auth, err := credentials("teams", c.Teams.Auth, c.Teams.CertificateFile, c.Teams.ClientSecret)
	if err != nil {
		return nil, err
	}
	tokens, err := graph.NewTokens(graph.TokenOptions{
		TenantID: c.Microsoft365.TenantID, ClientID: c.Teams.AppID, Auth: auth,
		Login: cloud.Login, BuiltInCloud: builtIn, HTTP: client, Scope: cloud.BotScope,
	})
	if err != nil {
		return nil, err
	}
	return teams.New(teams.Options{
		AppID: c.Teams.AppID, TenantIDs: homeFirst(c.Microsoft365.TenantID, c.Teams.TenantIDs),
		Issuer: cloud.BotIssuer, OpenIDMetadata: cloud.BotOpenIDMetadata,
		ServiceHosts: cloud.BotServiceHosts, ServiceURL: cloud.BotServiceURL,
		Token: tokens.Token, Renew: tokens.Forget, Installer: apps,
		HTTP: client, Log: log, Now: clock.Now,
	})
}

// homeFirst lists tenants with that of the directory in front.
func homeFirst(home string, ids []string) []string {
	out := []string{home}
	for _, id := range ids {
		if id != home {
			out = append(out, id)
		}
	}
	return out
}
