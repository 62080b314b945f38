package main

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLoad_ReadsFileSecretsAndDefaults(t *testing.T) {
	t.Parallel()
	dir, path := slackDir(t)
	c, err := Load(path, envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Slack.BotToken.Reveal(); got != "xoxb-1-abc" {
		t.Errorf("bot token %q, want the file's content without the line end", got)
	}
	if len(c.Slack.SigningSecrets) != 1 || c.Slack.SigningSecrets[0].Reveal() != "8f742231b10e8888abcd99yyyzzz85a5" {
		t.Errorf("signing secrets not read from their file")
	}
	if want := filepath.Join(dir, "guestsite.db"); c.Store.Path != want {
		t.Errorf("store path %s, want %s beside the file", c.Store.Path, want)
	}
	if c.Slack.Mode != "http" || c.Policy.MaxGuests != 100 || c.Policy.DecideWithin != 4 {
		t.Errorf("defaults missing: mode %q, max_guests %d, decide_within %d", c.Slack.Mode, c.Policy.MaxGuests, c.Policy.DecideWithin)
	}
	if got := time.Duration(c.Retention.Drafts); got != 7*24*time.Hour {
		t.Errorf("drafts kept %v, want 7 days", got)
	}
	if err := c.ValidateServe(); err != nil {
		t.Errorf("serve would refuse it: %v", err)
	}
}

func TestLoad_ReportsEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := write(t, dir, "guestsite.yaml", `listen: nowhere
public_url: http://bot.example.org
default_language: de
default_timezone: Mars/Olympus
cloud: moon
clouds:
  global: {login: https://l.example.org, graph: https://g.example.org}
  near: {}
  lab: {login: http://127.0.0.1:1, graph: http://127.0.0.1:2, sharepoint: http://127.0.0.1:3, slack_api: https://slack.com/api, ca_file: none.pem, slack_hooks_hosts: ["a/b"]}
microsoft365:
  tenant_id: contoso.onmicrosoft.com
  auth: certificate
  certificate_file: none.pem
  access: everything
  sharepoint_admin: {client_id: 7}
slack:
  mode: telepathy
  bot_token: xoxb-inline
  signing_secret_files: [none]
  team_ids: [X1, T0123]
  app_token_file: a
store: {kind: etcd, path: ""}
people: {admins: [ann], approvers: ["group:x"]}
identity: {slack: guess, sign_in: {client_id: 7}}
policy: {owner_adds_directly: perhaps, max_guests: 0, default_days: 400, decide_within: 4, blocked_domains: ["@x.org"], blocked_words: [" "]}
retention: {drafts: 7 days, journal: 1y, finished: 2y, letters: 1d}
teams: {app_id: x, app_type: multi_tenant, auth: password, certificate_file: a, client_secret: inline, tenant_ids: [contoso.com], tenant: y}
listen: again
`)
	_, err := Load(path, envOf(nil))
	want := []string{
		"cloud", "clouds.global", "clouds.lab.ca_file", "clouds.lab.graph", "clouds.lab.login",
		"clouds.lab.sharepoint", "clouds.lab.slack_api", "clouds.lab.slack_hooks_hosts[0]",
		"clouds.near.graph", "clouds.near.login", "default_language", "default_timezone",
		"identity.sign_in.certificate_file", "identity.sign_in.client_id", "identity.slack", "listen", "microsoft365.access", "microsoft365.certificate_file",
		"microsoft365.client_id", "microsoft365.sharepoint_admin.certificate_file",
		"microsoft365.sharepoint_admin.client_id", "microsoft365.tenant_id", "people.admins[0]",
		"people.approvers[0]", "policy.blocked_domains[0]", "policy.blocked_words[0]", "policy.decide_within",
		"policy.default_days", "policy.max_guests", "policy.owner_adds_directly", "public_url",
		"retention.drafts", "retention.journal", "retention.letters", "slack.app_token_file", "slack.bot_token",
		"slack.bot_token_file", "slack.mode", "slack.signing_secret_files[0]", "slack.team_ids[0]",
		"store.kind", "store.path", "teams.app_id", "teams.app_type", "teams.auth", "teams.certificate_file",
		"teams.client_secret", "teams.tenant", "teams.tenant_ids[0]",
	}
	if got := faultKeys(t, err); !slices.Equal(got, want) {
		t.Errorf("faults\n got %v\nwant %v", got, want)
	}
	if strings.Contains(err.Error(), "xoxb-inline") {
		t.Error("the report shows the secret")
	}
	for _, line := range []string{
		`slack.mode: "telepathy" is not possible. Write socket or http.`,
		"identity.slack: \"guess\" is no way to know people",
		"guestsite.yaml:17)",
	} {
		if !strings.Contains(err.Error(), line) {
			t.Errorf("report lacks %q:\n%v", line, err)
		}
	}
}

func TestLoad_RefusesOddYAML(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, key string }{
		"syntax":            {"a: [", ""},
		"second document":   {m365YAML + "---\nlisten: x", ""},
		"no mapping":        {"- a", ""},
		"alias":             {m365YAML + "store: {kind: &k bolt, path: *k}", "store.path"},
		"merge key":         {m365YAML + "store: &s {path: a}\npolicy: {<<: *s}", "policy.<<"},
		"list for value":    {m365YAML + "listen: [a]", "listen"},
		"value for list":    {m365YAML + "people: {admins: ann}", "people.admins"},
		"value for block":   {m365YAML + "store: bolt", "store"},
		"empty value":       {m365YAML + "listen:", "listen"},
		"word for number":   {m365YAML + "policy: {max_guests: many}", "policy.max_guests"},
		"duplicate record":  {m365YAML + "clouds:\n  a: {login: https://l, graph: https://g}\n  a: {}\n", "clouds.a"},
		"block for records": {m365YAML + "clouds: [a]", "clouds"},
		"slip":              {m365YAML + "publc_url: https://x", "publc_url"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(write(t, t.TempDir(), "c.yaml", test.text), envOf(nil))
			if keys := faultKeys(t, err); !slices.Contains(keys, test.key) {
				t.Errorf("faults at %q, want one at %q: %v", keys, test.key, err)
			}
			if name == "slip" && !strings.Contains(err.Error(), "Did you mean public_url?") {
				t.Errorf("no suggestion: %v", err)
			}
		})
	}
}

// What the keys of a file lack that nobody could read is not known, so only that is said.
func TestLoad_WhatIsNoYAMLIsTheOnlyFault(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"microsoft365:\n\ttenant_id: x\n":          "is indented with a tab, which YAML does not take. Write blanks in its place. (",
		"microsoft365:\n  a: 1\n \t b: {\n":        "is indented with a tab, which YAML does not take. Write blanks in its place. (",
		"microsoft365: {tenant_id: x\nlisten: y\n": "is no valid YAML: ",
		"\x00\x01": "is no valid YAML: ",
	} {
		_, err := Load(write(t, t.TempDir(), "c.yaml", text), envOf(nil))
		faults, ok := errors.AsType[Faults](err)
		if !ok || len(faults) != 1 || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, err := Load(write(t, t.TempDir(), "c.yaml", "listen: x\nstore:\n\tpath: y\n"), envOf(nil))
	if err == nil || !strings.Contains(err.Error(), "c.yaml:3)") {
		t.Errorf("the line with the tab is not named: %v", err)
	}
}

func TestStrayVariables_AreLikelySlips(t *testing.T) {
	t.Parallel()
	got := strayVariables([]string{
		"GUESTSITE_PUBLIC_URL", "GUESTSITE_PUBLIC_ULR", "GUESTSITE_SLACK_BOT_TOKN", "HOME", "GUESTSITE_CONTRACTS",
		"GUESTSITE_PORT", "GUESTSITE_SERVICE_HOST", "GUESTSITE_PORT_8080_TCP_ADDR", // of a service in Kubernetes
	})
	want := []string{
		"GUESTSITE_PUBLIC_ULR is no key's variable, and nothing reads it; did you mean GUESTSITE_PUBLIC_URL?",
		"GUESTSITE_SLACK_BOT_TOKN is no key's variable, and nothing reads it; did you mean GUESTSITE_SLACK_BOT_TOKEN?",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLoad_BlockWithOnlyCommentsIsAbsent(t *testing.T) {
	t.Parallel()
	c, err := Load(write(t, t.TempDir(), "c.yaml", m365YAML+"slack:\n  #mode: http\nclouds:\nretention:\n"), envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if c.Slack != nil {
		t.Error("an empty block switched Slack on")
	}
}

func TestLoad_VariablesWinOverTheFile(t *testing.T) {
	t.Parallel()
	dir, path := slackDir(t)
	c, err := Load(path, envOf(map[string]string{
		"GUESTSITE_STORE_PATH":                 "here.db",
		"GUESTSITE_SLACK_BOT_TOKEN":            "xoxb-2",
		"GUESTSITE_SLACK_SIGNING_SECRETS":      "one, two",
		"GUESTSITE_SLACK_TEAM_IDS":             "T1AA,T2BB",
		"GUESTSITE_RETENTION_DRAFTS":           "36h",
		"GUESTSITE_POLICY_DECIDE_WITHIN":       "1 working day",
		"GUESTSITE_POLICY_OWNER_ADDS_DIRECTLY": "no",
		"GUESTSITE_LISTEN":                     "", // as if it were not there
	}))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{
		c.Store.Path, c.Slack.BotToken.Reveal(), c.Slack.SigningSecrets[1].Reveal(), c.Slack.TeamIDs[1],
		c.Retention.Drafts.String(), c.Policy.DecideWithin.String(), c.Policy.OwnerAddsDirectly, c.Listen,
	}
	want := []string{"here.db", "xoxb-2", "two", "T2BB", "36h0m0s", "1 working day", "no", "127.0.0.1:8080"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	_ = dir
}

func TestLoad_VariablesAloneAreEnough(t *testing.T) {
	t.Parallel()
	c, err := Load("", envOf(map[string]string{
		"GUESTSITE_MICROSOFT365_TENANT_ID":     someGUID,
		"GUESTSITE_MICROSOFT365_CLIENT_ID":     someGUID,
		"GUESTSITE_MICROSOFT365_AUTH":          AuthClientSecret,
		"GUESTSITE_MICROSOFT365_CLIENT_SECRET": "s3cret",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Slack != nil || c.Microsoft365.SharePointAdmin != nil {
		t.Error("a block appeared without a variable of its own")
	}
	if c.Microsoft365.ClientSecret.Reveal() != "s3cret" {
		t.Error("the secret was not read")
	}
}

func TestLoad_FaultOfAVariableNamesIt(t *testing.T) {
	t.Parallel()
	_, path := slackDir(t)
	_, err := Load(path, envOf(map[string]string{
		"GUESTSITE_POLICY_MAX_GUESTS": "many", "GUESTSITE_SLACK_MODE": "telepathy",
		"GUESTSITE_SLACK_TEAM_IDS": "T0123,nobody",
	}))
	for _, want := range []string{"(GUESTSITE_SLACK_TEAM_IDS)", "(GUESTSITE_POLICY_MAX_GUESTS)", "(GUESTSITE_SLACK_MODE)"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("report lacks %s: %v", want, err)
		}
	}
}

func TestLoad_MissingFileIsNoFault(t *testing.T) {
	t.Parallel()
	_, err := Load(filepath.Join(t.TempDir(), "none.yaml"), envOf(nil))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want one that wraps fs.ErrNotExist", err)
	}
}

func TestLoad_HugeFileIsRefused(t *testing.T) {
	t.Parallel()
	_, err := Load(write(t, t.TempDir(), "c.yaml", strings.Repeat("#", maxConfigBytes+1)), envOf(nil))
	if !errors.Is(err, errTooLarge) {
		t.Errorf("error %v, want errTooLarge", err)
	}
}

// As printed it lacks what only the reader has, and says so key by key; with that it
// is valid.
func TestExample_IsRefusedUntilItsZerosAreWrittenOver(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), rsaKey(t)
	_, err := Load(write(t, dir, "guestsite.yaml", exampleConfig), envOf(nil))
	want := []string{"microsoft365.certificate_file", "microsoft365.client_id", "microsoft365.tenant_id", "people.admins[0]", "people.approvers[0]"}
	if got := faultKeys(t, err); !slices.Equal(got, want) {
		t.Errorf("faults at %v, want them at %v", got, want)
	}
	if n := strings.Count(err.Error(), "is still the zeros of the example"); n != 4 {
		t.Errorf("%d faults speak of zeros: %v", n, err)
	}
	write(t, dir, "microsoft365.pem", certificate(t, key, key.Public(), time.Now().Add(time.Hour)))
	if _, err := Load(write(t, dir, "guestsite.yaml", writtenOver(exampleConfig)), envOf(nil)); err != nil {
		t.Error(err)
	}
}

// writtenOver is the example with an id for its zeros.
func writtenOver(text string) string { return strings.ReplaceAll(text, zeroGUID, someGUID) }

func TestLoad_ZerosAreNoID(t *testing.T) {
	t.Parallel()
	for key, variables := range map[string]map[string]string{
		"microsoft365.tenant_id":                  {"GUESTSITE_MICROSOFT365_TENANT_ID": zeroGUID},
		"microsoft365.client_id":                  {"GUESTSITE_MICROSOFT365_CLIENT_ID": zeroGUID},
		"microsoft365.sharepoint_admin.client_id": {"GUESTSITE_MICROSOFT365_SHAREPOINT_ADMIN_CLIENT_ID": zeroGUID},
		"identity.sign_in.client_id":              {"GUESTSITE_IDENTITY_SIGN_IN_CLIENT_ID": zeroGUID},
		"teams.app_id":                            {"GUESTSITE_TEAMS_APP_ID": zeroGUID},
		"teams.tenant_ids[1]":                     {"GUESTSITE_TEAMS_APP_ID": someGUID, "GUESTSITE_TEAMS_TENANT_IDS": someGUID + "," + zeroGUID},
		"people.admins[0]":                        {"GUESTSITE_PEOPLE_ADMINS": "group:" + zeroGUID},
	} {
		_, err := Load(write(t, t.TempDir(), "c.yaml", m365YAML), envOf(variables))
		if keys := faultKeys(t, err); !slices.Contains(keys, key) || !strings.Contains(err.Error(), key+": is still the zeros of the example") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// The example with every hidden key switched on names each key there is, and
// none besides.
func TestExample_NamesEveryKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key := rsaKey(t)
	pemText := certificate(t, key, key.Public(), time.Now().Add(time.Hour))
	for _, name := range []string{"lab-ca.pem", "microsoft365.pem", "sharepoint.pem", "signin.pem", "teams.pem"} {
		write(t, dir, name, pemText)
	}
	write(t, dir, "slack-bot.token", "xoxb-1")
	write(t, dir, "slack-app.token", "xapp-1")
	write(t, dir, "slack-signing.secret", "abc")
	write(t, dir, "microsoft365.secret", "abc")
	write(t, dir, "teams.secret", "abc")
	write(t, dir, "signin.secret", "abc")
	text := regexp.MustCompile(`(?m)^( *)#(\S)`).ReplaceAllString(writtenOver(exampleConfig), "$1$2")
	certificateOnly := regexp.MustCompile(`(?m)^ +client_secret_file: .*\n`).ReplaceAllString(text, "")
	certificateOnly = strings.ReplaceAll(certificateOnly, "cloud: global", "cloud: lab")
	c, err := Load(write(t, dir, "full.yaml", certificateOnly), envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ValidateServe(); err != nil {
		t.Error(err)
	}
	l := loader{where: map[string]string{}}
	all := Default()
	l.decodeFile([]byte(text), &all)
	if len(l.faults) > 0 {
		t.Fatal(l.faults)
	}
	shown := slices.Collect(maps.Keys(l.where))
	for _, name := range envNames() {
		has := slices.ContainsFunc(shown, func(key string) bool { return envName(key) == name })
		secret := slices.Contains([]string{
			"GUESTSITE_SLACK_BOT_TOKEN", "GUESTSITE_SLACK_APP_TOKEN", "GUESTSITE_SLACK_SIGNING_SECRETS",
			"GUESTSITE_MICROSOFT365_CLIENT_SECRET", "GUESTSITE_TEAMS_CLIENT_SECRET",
			"GUESTSITE_IDENTITY_SIGN_IN_CLIENT_SECRET",
		}, name)
		if has == secret || secret && !strings.Contains(exampleConfig, name) {
			t.Errorf("%s: shown as a key %v, as a variable %v", name, has, strings.Contains(exampleConfig, name))
		}
	}
	for _, f := range fieldsOf(reflect.TypeFor[Cloud]()) {
		if l.where["clouds.lab."+f.key] == "" {
			t.Errorf("clouds.lab.%s is not shown", f.key)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(exampleConfig, "1 working day", "T1,T2")
	f.Add(strings.ReplaceAll(exampleConfig, "#", ""), "7y", "a,,b")
	f.Add("a: &a [*a]", "", "")
	f.Add("? [x]\n: y\n<<: *z", "9223372036854775807d", ",")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text, value, list string) {
		path := filepath.Join(dir, "c.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path, envOf(map[string]string{
			"GUESTSITE_POLICY_DECIDE_WITHIN": value, "GUESTSITE_RETENTION_DRAFTS": value,
			"GUESTSITE_POLICY_MAX_GUESTS": value, "GUESTSITE_SLACK_TEAM_IDS": list,
		}))
		if err != nil {
			_ = err.Error()
			return
		}
		if again := c.Validate(); again != nil {
			t.Errorf("Load accepts what Validate refuses: %v", again)
		}
	})
}
