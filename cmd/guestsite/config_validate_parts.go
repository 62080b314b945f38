package main

import (
	"fmt"
	"strings"
)

func (m Microsoft365) check(f *Faults) {
	const block = "microsoft365"
	if m.TenantID == "" {
		f.add(block+".tenant_id", "is missing", "Write the Directory (tenant) ID from Entra's overview page")
	} else {
		checkGUID(f, block+".tenant_id", m.TenantID, "tenant id", "Write the GUID, not the domain")
	}
	ownApplication := m.Auth == AuthCertificate || m.Auth == AuthClientSecret
	checkClientID(f, block+".client_id", m.ClientID, ownApplication)
	oneOf(f, block+".access", m.Access, AccessDiagnose, AccessStandard, AccessFull)
	checkSignIn(f, block, m.Auth, m.CertificateFile, m.ClientSecret)
	if own := m.SharePointAdmin; own != nil {
		checkClientID(f, block+".sharepoint_admin.client_id", own.ClientID, true)
		checkCertificateFile(f, block+".sharepoint_admin.certificate_file", own.CertificateFile)
	}
}

// checkSignIn looks at how a registration proves who it is: only what its auth
// needs may be there, so that nobody believes in a secret that is not used.
func checkSignIn(f *Faults, block, auth, certificateFile string, secret Secret) {
	oneOf(f, block+".auth", auth, AuthCertificate, AuthManagedIdentity, AuthWorkloadIdentity, AuthClientSecret)
	switch {
	case auth == AuthCertificate:
		checkCertificateFile(f, block+".certificate_file", certificateFile)
	case certificateFile != "":
		f.add(block+".certificate_file", "is not used with auth "+auth, "Remove it, or write auth: certificate")
	}
	switch {
	case auth == AuthClientSecret && secret.IsZero():
		f.add(block+".client_secret_file", "is missing", "Name a file with the secret, or set "+envName(block+".client_secret"))
	case auth != AuthClientSecret && !secret.IsZero():
		f.add(block+".client_secret_file", "is not used with auth "+auth, "Remove it, or write auth: client_secret")
	}
}

func checkClientID(f *Faults, key, value string, needed bool) {
	if value == "" && needed {
		f.add(key, "is missing", "Write the Application (client) ID of the registration")
	} else if value != "" {
		checkGUID(f, key, value, "client id", "Write the GUID of the registration")
	}
}

func checkCertificateFile(f *Faults, key, path string) {
	const fix = "Name a PEM file with the registration's certificate and its key, not encrypted"
	if path == "" {
		f.add(key, "is missing", fix)
	} else if err := checkCertificate(path); err != nil {
		f.add(key, "cannot be used: "+err.Error(), fix)
	}
}

func (c Config) checkSlack(f *Faults) {
	if c.Slack == nil {
		return
	}
	s := c.Slack
	oneOf(f, "slack.mode", s.Mode, SlackSocket, SlackHTTP)
	s.checkSecrets(f)
	if len(s.TeamIDs) == 0 {
		f.add("slack.team_ids", "is missing", "List the workspaces that may use the bot, such as [T0123ABCD]")
	}
	for i, id := range s.TeamIDs {
		if !teamID.MatchString(id) {
			f.add(fmt.Sprintf("slack.team_ids[%d]", i), fmt.Sprintf("%q is no workspace id", id),
				"Write the T… part of the address https://app.slack.com/client/T…")
		}
	}
}

// checkSecrets looks at the tokens and secrets. Signing secrets may lie ready with
// sockets; a token for sockets that are not used should lie nowhere.
func (s *Slack) checkSecrets(f *Faults) {
	checkToken(f, "slack.bot_token", s.BotToken, "xoxb-", "bot token")
	switch socket := s.Mode == SlackSocket; {
	case socket:
		checkToken(f, "slack.app_token", s.AppToken, "xapp-", "app-level token, which has the scope connections:write")
	case s.Mode == SlackHTTP && !s.AppToken.IsZero():
		f.add(written("slack.app_token", s.AppToken), "is not used with mode http", "Remove it, or write mode: socket")
	}
	if s.Mode == SlackHTTP && len(s.SigningSecrets) == 0 {
		f.add("slack.signing_secret_files", "is missing",
			"List a file with the app's signing secret, or set "+envName("slack.signing_secrets"))
	}
	for i, secret := range s.SigningSecrets {
		if secret.IsZero() || strings.ContainsAny(secret.Reveal(), " \t\r\n") {
			f.add(fmt.Sprintf("slack.signing_secrets[%d]", i), "holds no signing secret", "Copy it from the app's Basic Information page")
		}
	}
}

// written is the key that a secret was written with.
func written(key string, secret Secret) string {
	if secret.file != "" {
		return key + "_file"
	}
	return key
}

// kindsOfTokens are what Slack's tokens begin with.
var kindsOfTokens = map[string]string{
	"xapp-": "an app-level token", "xoxb-": "a bot token", "xoxp-": "a user token",
}

// checkToken wants a token of Slack's that begins with prefix. An unknown beginning
// passes, since Slack's are not promised to stay; the beginning of another kind does
// not.
func checkToken(f *Faults, key string, token Secret, prefix, name string) {
	value := token.Reveal()
	if value == "" {
		f.add(key+"_file", "is missing", "Name a file with the "+name+", or set "+envName(key))
		return
	}
	for other, kind := range kindsOfTokens {
		if other != prefix && strings.HasPrefix(value, other) {
			f.add(written(key, token), "holds "+kind, "Use the "+name+": it starts with "+prefix)
			return
		}
	}
	if strings.ContainsAny(value, " \t\r\n") {
		f.add(written(key, token), "holds white space inside the token", "Copy the token again")
	}
}
