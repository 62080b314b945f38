package main

import (
	"context"
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guestsite/bot/slack/slackfake"
	"guestsite/cmd/guestsite/demo"
	"guestsite/graph/graphfake"
)

// Secrets that an operator pastes where the name of a file, an id or a word belongs.
const (
	pastedBot     = "xoxb-123-456-pastedBotToken"
	pastedApp     = "xapp-1-A0-99-pastedAppToken"
	pastedSigning = "8f742231b10e8888abcd99eeefff85a5"
	pastedClient  = "abc8Q~pasted.Secret-Of_Entra0123456789"
)

// spoken has a subcommand run, wants it to fail, and remembers all that it said.
func (w *witness) spoken(t *testing.T, ran map[string]int, variables map[string]string, args ...string) {
	t.Helper()
	status, stdout, stderr := guestsite(t, variables, args...)
	if status == exitOK {
		t.Errorf("%v did not fail, so it said no error:\n%s", args, stdout)
	}
	ran[args[0]]++
	said := saying{what: "guestsite " + strings.Join(args, " "), text: stdout + "\n" + stderr, typed: strings.Join(args, " ")}
	w.says(said)
}

// Whatever goes wrong with a subcommand, nothing that it prints holds a secret, or an
// address that was not typed at it.
func TestTerminal_NoFailureShowsASecret(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), storyTime)
	defer cancel()
	var w witness
	ran := map[string]int{}
	dir := t.TempDir()
	lab, err := demo.OpenLab(ctx, w.starter(t), dir, "en")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lab.Close() }()
	stories := demo.Stories()
	i := slices.IndexFunc(stories, func(st demo.Story) bool { return st.Name == "new-site" })
	var out screen
	if err := lab.Play(ctx, stories[i], &out); err != nil {
		t.Fatalf("%v\n%s", err, tail(out.String()))
	}
	config := []string{"--config", filepath.Join(dir, "guestsite.yaml")}
	fails := func(args ...string) { t.Helper(); w.spoken(t, ran, nil, append(args, config...)...) }
	debug := func(args ...string) { t.Helper(); fails(append(args, "--log-level", "debug")...) }

	// While the program runs.
	fails("forget", "anna@fabrikam.com") // she is in
	fails("forget", "joost@noordzee.nl") // a colleague
	fails("forget", "--status", "E-9")
	fails("retry", "G-9999")
	fails("backup", filepath.Join(dir, "no", "such", "folder"))
	fails("restore", filepath.Join(dir, "guestsite.yaml"))
	fails("pause", "--reason")
	fails("resume", "now")
	fails("journal", "verify", "everything")
	fails("serve") // its file is locked
	fails("teams-package", "--out", filepath.Join(dir, "no", "such", "folder", "x.zip"))
	w.spoken(t, ran, nil, "setup", "--tenant", pastedClient, "--chats", "slack,"+pastedBot, "--dir", filepath.Join(dir, "setup"))
	w.spoken(t, ran, nil, "demo", "--dir", dir, "--story", "new-site")
	w.spoken(t, ran, nil, "version", "--output", "xml")
	w.spoken(t, ran, nil, "config", "check", "--config", filepath.Join(dir, "none.yaml"))

	// Vendors that refuse, and give back what they were sent.
	echo := "Bearer eyJhbGciOiJub25lIn0.ZWNob2Vk.c2ln for priya@noordzee.nl, " + pastedClient
	w.secret("echo", "eyJhbGciOiJub25lIn0.ZWNob2Vk.c2ln")
	w.secret("echo", pastedClient)
	for _, f := range []graphfake.Fault{
		{Host: graphfake.HostLogin, Status: 401, Code: "AADSTS7000215", Message: echo, Times: -1},
		{Host: graphfake.HostGraph, Status: 403, Code: "Authorization_RequestDenied", Message: echo, Times: -1},
		{Host: graphfake.HostGraph, Status: 400, Code: "Request_BadRequest", Message: echo, Times: -1},
	} {
		if err := lab.Tenant.Inject(f); err != nil {
			t.Fatal(err)
		}
		debug("check")
		debug("why", "anna@fabrikam.com", "--site", "Project Linden", "--as", "mehmet@noordzee.nl")
		debug("doctor")
		w.ask(t)
		lab.Tenant.ClearFaults()
	}
	lab.Slack.AddFault(slackfake.Fault{Method: "auth.test", Kind: slackfake.FaultError, Error: "invalid_auth", Times: -1})
	lab.Slack.BreakAppToken("invalid_auth")
	debug("doctor")
	w.ask(t)
	if err := lab.Stop(); err != nil {
		t.Error(err)
	}
	debug("serve") // Slack takes no token

	// Secrets where something else belongs.
	for _, s := range []string{pastedBot, pastedApp, pastedSigning, pastedClient} {
		w.secret("pasted", s)
	}
	wrong := write(t, t.TempDir(), "guestsite.yaml", misplaced(t, &w, dir))
	inVariables := map[string]string{
		"GUESTSITE_SLACK_BOT_TOKEN": pastedApp, "GUESTSITE_SLACK_APP_TOKEN": pastedBot, "GUESTSITE_SLACK_SIGNING_SECRETS": pastedSigning + " " + pastedSigning,
		"GUESTSITE_MICROSOFT365_CLIENT_SECRET": pastedClient, "GUESTSITE_MICROSOFT365_AUTH": pastedClient, "GUESTSITE_POLICY_MAX_GUESTS": pastedClient,
	}
	for _, variables := range []map[string]string{nil, inVariables} {
		for _, args := range [][]string{
			{"config", "check"},
			{"config", "check", "--output", "json"},
			{"serve"},
			{"doctor"},
			{"check"},
			{"why", "anna@fabrikam.com"},
			{"backup", "x"},
			{"pause"},
			{"teams-package"},
			{"journal", "verify"},
		} {
			w.spoken(t, ran, variables, append(args, "--config", wrong)...)
		}
	}
	for _, broken := range []string{
		"slack:\n  bot_token: " + pastedBot + "\n", "slack: {bot_token_file: \"" + pastedBot + "\n", "slack:\n  app_token_file: *" + pastedClient + "\n",
		pastedBot + ": 1\n", "\t" + pastedClient, "slack: [" + pastedApp + "]\n", "policy: {max_guests: " + pastedClient + "}\n", pastedClient,
	} {
		w.spoken(t, ran, nil, "config", "check", "--config", write(t, t.TempDir(), "guestsite.yaml", broken))
	}

	for _, c := range commands() {
		if ran[c.name] == 0 {
			t.Errorf("%s was never seen to fail", c.name)
		}
	}
	w.check(t, kindBotToken, kindAppToken, kindPrivateKey, kindRedeemLink, kindGuest, "pasted", "echo")
}

// misplaced is a configuration whose secrets stand in the places of other things.
func misplaced(t *testing.T, w *witness, dir string) string {
	t.Helper()
	text, err := readFile(filepath.Join(dir, "microsoft365.pem"))
	if err != nil {
		t.Fatal(err)
	}
	w.privateKey(text)
	var key string
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "PRIVATE KEY" {
			key = string(pem.EncodeToMemory(block))
		}
	}
	quoted := `"` + strings.ReplaceAll(key, "\n", `\n`) + `"`
	return strings.NewReplacer("BOT", pastedBot, "APP", pastedApp, "SIGN", pastedSigning, "CLIENT", pastedClient, "PEM", quoted).Replace(`listen: CLIENT
public_url: https://SIGN@bot.example.org/?t=CLIENT
cloud: CLIENT
default_language: BOT
default_timezone: APP
microsoft365: {tenant_id: CLIENT, client_id: BOT, auth: client_secret, client_secret_file: CLIENT, access: CLIENT}
slack: {mode: http, bot_token_file: BOT, app_token_file: APP, signing_secret_files: [SIGN], team_ids: [BOT]}
teams: {app_id: CLIENT, auth: certificate, certificate_file: PEM, tenant_ids: [CLIENT]}
people: {admins: [BOT], approvers: ["user:CLIENT"]}
policy: {owner_adds_directly: CLIENT, blocked_domains: [CLIENT]}
store: {kind: CLIENT, path: CLIENT}
identity: {slack: CLIENT}
retention: {drafts: CLIENT}
`)
}
