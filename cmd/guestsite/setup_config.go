package main

import (
	"encoding/json"
	"strings"
)

// The files that a configuration of setup names.
const (
	pemEntra      = "microsoft365.pem"
	pemSharePoint = "sharepoint.pem"
	pemTeams      = "teams.pem"
	pemSignIn     = "signin.pem"
	fileBotToken  = "slack-bot.token"
	fileAppToken  = "slack-app.token"
	fileSigning   = "slack-signing.secret"
)

// configOf is a configuration for c in which <…> stands for what is known only
// after the registration. "config check" refuses each until it is written.
func configOf(c Config) string {
	var b strings.Builder
	line := func(indent int, key, value string) {
		b.WriteString(strings.Repeat("  ", indent) + key + ":")
		if value != "" {
			b.WriteString(" " + value)
		}
		b.WriteByte('\n')
	}
	b.WriteString("# Written by guestsite setup. Fill in each <…>; \"guestsite config check\" says what\n" +
		"# is left. \"guestsite config example\" explains these keys, and those left out.\n\n")
	if c.PublicURL != "" {
		line(0, "public_url", quoteYAML(c.PublicURL))
	}
	line(0, "cloud", quoteYAML(c.Cloud))
	m := c.Microsoft365
	line(0, "microsoft365", "")
	line(1, "tenant_id", quoteYAML(m.TenantID))
	line(1, "client_id", quoteYAML("<the client id that entra-register.sh prints>"))
	line(1, "certificate_file", pemEntra)
	line(1, "access", m.Access)
	if m.SharePointAdmin != nil {
		line(1, "sharepoint_admin", "")
		line(2, "client_id", quoteYAML("<the client id that sharepoint-register.sh prints>"))
		line(2, "certificate_file", pemSharePoint)
	}
	if s := c.Slack; s != nil {
		line(0, "slack", "")
		line(1, "mode", s.Mode)
		line(1, "bot_token_file", fileBotToken)
		if s.Mode == SlackSocket {
			line(1, "app_token_file", fileAppToken)
		} else {
			line(1, "signing_secret_files", "["+fileSigning+"]")
		}
		line(1, "team_ids", "["+quoteYAML("<the T… part of your workspace's address, https://app.slack.com/client/T…>")+"]")
	}
	if c.Teams != nil {
		line(0, "teams", "")
		line(1, "app_id", quoteYAML("<the app id that azure-bot.sh prints>"))
		line(1, "certificate_file", pemTeams)
	}
	if len(c.chats()) > 0 {
		line(0, "people", "")
		line(1, "admins", "["+quoteYAML("<who hears of settings that stop a request: group:OBJECT-ID or user:SIGN-IN-NAME>")+"]")
		line(1, "approvers", "["+quoteYAML("<who decides where no owner can: group:OBJECT-ID or user:SIGN-IN-NAME>")+"]")
	}
	if c.Slack != nil {
		line(0, "identity", "")
		line(1, "slack", c.Identity.Slack)
	}
	return b.String()
}

// quoteYAML is text between double quotes, which YAML reads as JSON does.
func quoteYAML(text string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string can always be written
	return strings.TrimSuffix(b.String(), "\n")
}
