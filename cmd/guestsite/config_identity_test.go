package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestIdentity_PeopleSignInUnlessTheOperatorSaysOtherwise(t *testing.T) {
	t.Parallel()
	key := rsaKey(t)
	pem := certificate(t, key, key.Public(), time.Now().Add(time.Hour))
	const (
		byCertificate = "microsoft365: {tenant_id: " + someGUID + ", client_id: " + someGUID + ", certificate_file: a.pem}\n"
		sockets       = "slack: {bot_token_file: bot.token, app_token_file: app.token, team_ids: [T0123]}\npeople: {admins: [\"user:ann@example.org\"]}\n"
		public        = "public_url: https://bot.example.org\n"
		own           = "identity: {sign_in: {client_id: " + someGUID + ", certificate_file: a.pem}}\n"
	)
	for _, tc := range []struct {
		name, text string
		faults     []string
		says       string
		links      bool
	}{
		{"by default", byCertificate + sockets + public, nil, "", true},
		{"said", byCertificate + sockets + public + "identity: {slack: link}\n", nil, "", true},
		{"by address", m365YAML + sockets + "identity: {slack: email}\n", nil, "", false},
		{"nowhere to link", byCertificate + sockets, []string{"public_url"}, "employees' browsers", false},
		{"a managed identity", m365YAML + sockets + public, []string{"identity.sign_in"}, "cannot sign people in", false},
		{"a managed identity with another registration", m365YAML + sockets + public + own, nil, "", true},
		{"a workload identity without an id", "microsoft365: {tenant_id: " + someGUID + ", auth: workload_identity}\n" + sockets + public, []string{"microsoft365.client_id"}, "cannot sign in", false},
		{"a registration with nothing", byCertificate + sockets + public + "identity: {sign_in: {client_id: x}}\n", []string{"identity.sign_in.certificate_file", "identity.sign_in.client_id"}, "no client id", false},
		{"a registration with both", byCertificate + sockets + public + "identity: {sign_in: {client_id: " + someGUID + ", certificate_file: a.pem, client_secret_file: app.token}}\n", []string{"identity.sign_in.client_secret_file"}, "Keep one", false},
		{"a registration with a secret", m365YAML + sockets + public + "identity: {sign_in: {client_id: " + someGUID + ", client_secret_file: app.token}}\n", nil, "", true},
		{"a secret in the file", byCertificate + sockets + public + "identity: {sign_in: {client_id: " + someGUID + ", client_secret: x}}\n", []string{"identity.sign_in.certificate_file", "identity.sign_in.client_secret"}, "does not belong", false},
		{"a word that is none", byCertificate + sockets + public + "identity: {slack: guess}\n", []string{"identity.slack"}, "no way to know people", false},
		{"without Slack", m365YAML, nil, "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, "a.pem", pem)
			write(t, dir, "bot.token", "xoxb-1-abc")
			write(t, dir, "app.token", "xapp-1-abc")
			c, err := Load(write(t, dir, "guestsite.yaml", tc.text), envOf(nil))
			if len(tc.faults) > 0 {
				if keys := faultKeys(t, err); !slices.Equal(keys, tc.faults) || !strings.Contains(err.Error(), tc.says) {
					t.Errorf("%v: %v", keys, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			s := c.settings()
			if c.links() != tc.links || (len(s.LinkChats) > 0) != tc.links || (s.LinkPage != "") != tc.links {
				t.Errorf("links: %v, %v at %q; want %v", c.links(), s.LinkChats, s.LinkPage, tc.links)
			}
			said := strings.Join(c.notes(), "\n")
			if strings.Contains(said, "https://bot.example.org/link/callback") != tc.links {
				t.Errorf("config check says\n%s", said)
			}
			if !tc.links {
				return
			}
			if id, proof, err := signInProof(c); err != nil || id != someGUID || proof == nil {
				t.Errorf("signs in as %q: %v", id, err)
			}
		})
	}
}
