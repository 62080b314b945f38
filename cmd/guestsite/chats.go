package main

import (
	"context"
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
	// Check says whether the platform answers and takes the bot's credentials.
	Check(ctx context.Context) error
	Close(ctx context.Context) error
}

// openChats makes an adapter for each chat that is configured.
func openChats(c Config, client *http.Client, tenant *graph.Client, log *slog.Logger, clock bot.Clock) ([]chat, error) {
	var out []chat
	if c.Slack != nil {
		s, err := openSlack(c, client, log, clock)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	if c.Teams != nil {
		t, err := openTeams(c, client, tenant, log, clock)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func openSlack(c Config, client *http.Client, log *slog.Logger, clock bot.Clock) (*slack.Adapter, error) {
	cloud, _ := c.Hosts()
	secrets := make([]string, 0, len(c.Slack.SigningSecrets))
	for _, s := range c.Slack.SigningSecrets {
		secrets = append(secrets, s.Reveal())
	}
	return slack.New(slack.Options{
		APIURL: cloud.SlackAPI, HooksHosts: cloud.SlackHooksHosts, BotToken: c.Slack.BotToken.Reveal(),
		SigningSecrets: secrets, TeamIDs: c.Slack.TeamIDs, HTTP: client, Log: log, Now: clock.Now,
	})
}

// openTeams signs the bot in at the tenant whose directory it reads.
func openTeams(c Config, client *http.Client, tenant *graph.Client, log *slog.Logger, clock bot.Clock) (*teams.Adapter, error) {
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
		Token: tokens.Token, Renew: tokens.Forget, Installer: tenant,
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
