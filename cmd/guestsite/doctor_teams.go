package main

import (
	"cmp"
	"context"
	"slices"

	"guestsite/bot"
	"guestsite/bot/teams"
	"guestsite/graph"
)

// teams signs the bot in, reads what it judges requests by, and looks for its app.
func (x *examiner) teams(ctx context.Context) []finding {
	c := x.cfg.Teams
	if c == nil {
		return nil
	}
	all := x.cfg.registrations()
	out := []finding{x.judgeToken("bot's token", all[len(all)-1], x.botToken(ctx))}
	const keys = "keys of the Bot Connector"
	if err := teams.CheckKeys(ctx, x.client, x.cloud.BotOpenIDMetadata, x.cloud.BotIssuer); err != nil {
		what, _ := whyUnreached(err, x.cloud.CAFile)
		out = append(out, lacking(keys, "cannot be read: "+cmp.Or(what, withoutURL(err)), "Look at bot_openid_metadata and bot_issuer of the cloud"))
	} else {
		out = append(out, works(keys, "are those of "+x.cloud.BotIssuer))
	}
	out = append(out, x.catalog(ctx))
	return append(out, byHand("messaging endpoint", "cannot be tried from here: whether Teams reaches "+x.cfg.messagingEndpoint(),
		"Azure portal, your Azure Bot, Configuration has to say this address; write to the bot while it serves"))
}

func (x *examiner) botToken(ctx context.Context) error {
	t := x.cfg.Teams
	auth, err := credentials("teams", t.Auth, t.CertificateFile, t.ClientSecret)
	if err != nil {
		return err
	}
	return x.tokenFor(ctx, t.AppID, auth, x.cloud.BotScope)
}

// tokenFor gets a token for a registration, and drops it.
func (x *examiner) tokenFor(ctx context.Context, clientID string, auth graph.Auth, scope string) error {
	_, builtIn := x.cfg.Hosts()
	tokens, err := graph.NewTokens(graph.TokenOptions{
		TenantID: x.cfg.Microsoft365.TenantID, ClientID: clientID, Auth: auth,
		Login: x.cloud.Login, BuiltInCloud: builtIn, HTTP: x.client, Scope: scope,
	})
	if err != nil {
		return err
	}
	_, err = tokens.Token(ctx)
	return err
}

// catalog looks for the bot's app where the company keeps its apps.
func (x *examiner) catalog(ctx context.Context) finding {
	const name = "app in the catalog"
	if x.cfg.Microsoft365.Access == AccessDiagnose || !slices.Contains(x.roles[graph.ResourceGraph], "AppCatalog.Read.All") {
		return byHand(name, "cannot be looked for without AppCatalog.Read.All", "Teams admin center, Manage apps: look for it there")
	}
	found, err := x.tenant.InCatalog(ctx, x.cfg.Teams.AppID)
	switch {
	case bot.ReasonOf(err) == bot.ReasonPermission:
		return byHand(name, "cannot be looked for: the service refuses AppCatalog.Read.All", "Teams admin center, Manage apps: look for it there")
	case err != nil:
		return byHand(name, "could not be looked for: "+said(err, x.cloud.CAFile), "")
	case !found:
		return warning(name, "is not there, so nobody can be given it", `Run "guestsite teams-package", and upload the zip in the Teams admin center, Manage apps`)
	}
	f := works(name, "is there")
	f.Needed = false
	return f
}
