package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const otherGUID = "66666666-7777-8888-9999-000000000000"

// teamsDir returns a folder with a valid guestsite.yaml for Teams, and its path.
func teamsDir(tb testing.TB) (dir, path string) {
	tb.Helper()
	dir = tb.TempDir()
	key := rsaKey(tb)
	write(tb, dir, "teams.cert", certificate(tb, key, key.Public(), time.Now().Add(time.Hour)))
	return dir, write(tb, dir, "guestsite.yaml", m365YAML+`public_url: https://bot.example.org
teams: {app_id: `+otherGUID+`, certificate_file: teams.cert}
people: {admins: ["group:`+someGUID+`"]}
`)
}

func TestLoad_TeamsAloneServes(t *testing.T) {
	t.Parallel()
	_, path := teamsDir(t)
	c, err := Load(path, envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ValidateServe(); err != nil {
		t.Errorf("serve would refuse it: %v", err)
	}
	if c.Slack != nil || c.Teams.AppType != "single_tenant" || c.Teams.Auth != AuthCertificate {
		t.Errorf("slack %v, teams %+v", c.Slack, c.Teams)
	}
	if !slices.Equal(c.Teams.TenantIDs, []string{someGUID}) {
		t.Errorf("people of %v may use it, want those of the tenant alone", c.Teams.TenantIDs)
	}
	if got := c.messagingEndpoint(); got != "https://bot.example.org/api/messages" {
		t.Errorf("messaging endpoint %s", got)
	}
}

func TestLoad_TeamsFromVariablesAlone(t *testing.T) {
	t.Parallel()
	c, err := Load("", envOf(map[string]string{
		"GUESTSITE_MICROSOFT365_TENANT_ID": someGUID, "GUESTSITE_MICROSOFT365_AUTH": AuthManagedIdentity,
		"GUESTSITE_PUBLIC_URL": "https://bot.example.org", "GUESTSITE_PEOPLE_ADMINS": "user:ann@example.org",
		"GUESTSITE_TEAMS_APP_ID": otherGUID, "GUESTSITE_TEAMS_AUTH": AuthClientSecret,
		"GUESTSITE_TEAMS_CLIENT_SECRET": "s3cret", "GUESTSITE_TEAMS_TENANT_IDS": someGUID + ", " + otherGUID,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Teams.ClientSecret.Reveal() != "s3cret" || len(c.Teams.TenantIDs) != 2 {
		t.Errorf("secret read %v, people of %v", !c.Teams.ClientSecret.IsZero(), c.Teams.TenantIDs)
	}
}

func TestLoad_ReadsTheSecretFileOfTeams(t *testing.T) {
	t.Parallel()
	dir, path := teamsDir(t)
	write(t, dir, "teams.word", "s3cret\n")
	text, err := readFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "guestsite.yaml", strings.ReplaceAll(string(text), "certificate_file: teams.cert",
		"auth: client_secret, client_secret_file: teams.word"))
	c, err := Load(path, envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Teams.ClientSecret.Reveal(); got != "s3cret" {
		t.Errorf("secret %q, want the file's content without the line end", got)
	}
}

func TestReadme_ConfigurationOfTeamsServes(t *testing.T) {
	t.Parallel()
	_, section, found := strings.Cut(readme(t, "Configuration"), "**For Teams**")
	if !found {
		t.Fatal("README.md does not say how Teams is configured")
	}
	dir, key := t.TempDir(), rsaKey(t)
	write(t, dir, "teams.pem", certificate(t, key, key.Public(), time.Now().Add(time.Hour)))
	c, err := Load(write(t, dir, "guestsite.yaml", m365YAML+fenced(t, section, "yaml")+
		"people: {admins: [\"user:ann@example.org\"]}\n"), envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ValidateServe(); err != nil || c.Teams == nil {
		t.Errorf("teams %v: %v", c.Teams, err)
	}
}

func TestLoad_RefusesWhatTeamsCannotDo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		variables map[string]string
		key, says string
	}{
		"no id":            {map[string]string{"APP_ID": "28:" + otherGUID}, "teams.app_id", "Write the GUID"},
		"many tenants":     {map[string]string{"APP_TYPE": "multi_tenant"}, "teams.app_type", "since 31 July 2025"},
		"identity as type": {map[string]string{"APP_TYPE": "managed_identity"}, "teams.app_type", "Write auth: managed_identity"},
		"odd type":         {map[string]string{"APP_TYPE": "both"}, "teams.app_type", "Write single_tenant"},
		"odd auth":         {map[string]string{"AUTH": "password", "CERTIFICATE_FILE": ""}, "teams.auth", "workload_identity"},
		"no certificate":   {map[string]string{"CERTIFICATE_FILE": "none.pem"}, "teams.certificate_file", "cannot be used"},
		"unused secret":    {map[string]string{"CLIENT_SECRET": "s"}, "teams.client_secret_file", "is not used with auth certificate"},
		"domain":           {map[string]string{"TENANT_IDS": someGUID + ",contoso.com"}, "teams.tenant_ids[1]", "Write the GUID"},
		"strangers only":   {map[string]string{"TENANT_IDS": otherGUID}, "teams.tenant_ids", "lacks microsoft365.tenant_id"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, path := teamsDir(t)
			variables := map[string]string{}
			for key, value := range test.variables {
				variables["GUESTSITE_TEAMS_"+key] = value
			}
			_, err := Load(path, envOf(variables))
			keys := faultKeys(t, err)
			if !slices.Contains(keys, test.key) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("faults at %v, want one at %s that says %q: %v", keys, test.key, test.says, err)
			}
			if name != "odd auth" && len(keys) != 1 {
				t.Errorf("faults %v, want one", keys)
			}
		})
	}
}

// A chat of either kind needs a way in and somebody to tell; only Slack needs a
// rule for who its users are.
func TestValidate_WhatEveryChatNeeds(t *testing.T) {
	t.Parallel()
	chats := map[string]func(*Config){
		"Slack": func(c *Config) {
			c.Slack = &Slack{Mode: "http", BotToken: NewSecret("xoxb-1"), SigningSecrets: []Secret{NewSecret("s")}, TeamIDs: []string{"T012"}}
		},
		"Teams": func(c *Config) {
			c.Teams = &Teams{AppID: otherGUID, AppType: appSingleTenant, Auth: AuthManagedIdentity, TenantIDs: []string{someGUID}}
		},
	}
	for _, on := range [][]string{{"Slack"}, {"Teams"}, {"Slack", "Teams"}} {
		c := Default()
		c.Microsoft365 = Microsoft365{TenantID: someGUID, Auth: AuthManagedIdentity, Access: AccessFull}
		want := []string{"people.admins", "public_url"}
		for _, chat := range on {
			chats[chat](&c)
		}
		if c.Slack != nil {
			want = append(want, "identity.slack")
		}
		slices.Sort(want)
		err := c.ValidateServe()
		if keys := faultKeys(t, err); !slices.Equal(keys, want) {
			t.Errorf("%v: faults %v, want %v", on, keys, want)
		}
		if says := strings.Join(on, " and ") + " cannot reach the bot"; !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v, want %q", on, err, says)
		}
	}
}

func TestValidate_TeamsInChinaNeedsARecord(t *testing.T) {
	t.Parallel()
	_, path := teamsDir(t)
	_, err := Load(path, envOf(map[string]string{"GUESTSITE_CLOUD": "china"}))
	if keys := faultKeys(t, err); !slices.Equal(keys, []string{"cloud"}) || !strings.Contains(err.Error(), "bot_service_hosts") {
		t.Errorf("error %v, want one fault of cloud that names bot_service_hosts", err)
	}
}
