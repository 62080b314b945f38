package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"guestsite/bot/card"
	"guestsite/bot/slack"
	"guestsite/graph"
)

// namesOf are the permissions that a registration asks for, by name.
func namesOf(t *testing.T, app entraApp, resource string) []string {
	t.Helper()
	names := map[string]string{}
	for _, p := range graph.Permissions(graph.Full) {
		names[graph.ResourceAppID(p.Resource)+p.ID] = p.Name
	}
	var out []string
	for _, r := range app.RequiredResourceAccess {
		for _, a := range r.ResourceAccess {
			if slices.Contains(signInScopes(), a) {
				continue // in the name of whoever signs in
			}
			name := names[r.ResourceAppID+a.ID]
			if name == "" || a.Type != "Role" {
				t.Errorf("%s of %s is no application permission of ours", a.ID, r.ResourceAppID)
			}
			if r.ResourceAppID == graph.ResourceAppID(resource) {
				out = append(out, name)
			}
		}
	}
	return out
}

func TestSetup_AsksForExactlyThePermissionsOfTheAccess(t *testing.T) {
	t.Parallel()
	for _, access := range []string{AccessDiagnose, AccessStandard, AccessFull} {
		for _, chats := range []string{"slack", "slack,teams"} {
			for _, which := range []string{"separate", "same"} {
				f := setupFlags{tenant: someGUID, publicURL: "https://x.org", chats: chats, cloud: "global", access: access, slackMode: "http", identity: IdentityLink, sharePoint: which}
				p := setupPlan{Config: f.config()}
				var onGraph, onSharePoint []string
				for _, n := range graph.Permissions(graph.Access(access)) {
					switch {
					case n.Resource == graph.ResourceSharePoint:
						onSharePoint = append(onSharePoint, n.Name)
					case !strings.HasPrefix(n.Use, "Teams only") || chats == "slack,teams":
						onGraph = append(onGraph, n.Name)
					}
				}
				entra, own := entraAppOf("a", p.mainNeeds(), ""), entraAppOf("b", p.sharePointNeeds(), "")
				if got := namesOf(t, entra, graph.ResourceGraph); !slices.Equal(got, onGraph) {
					t.Errorf("%s, %s: asks for %v, want %v", access, chats, got, onGraph)
				}
				joined, apart := namesOf(t, entra, graph.ResourceSharePoint), namesOf(t, own, graph.ResourceSharePoint)
				if which == "separate" {
					joined, apart = apart, joined
				}
				if !slices.Equal(joined, onSharePoint) || len(apart) != 0 || len(namesOf(t, own, graph.ResourceGraph)) != 0 {
					t.Errorf("%s, %s: of SharePoint %v and %v, want %v once", access, which, joined, apart, onSharePoint)
				}
			}
		}
	}
}

func TestPermissions_HaveAGUIDOfTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range graph.Permissions(graph.Full) {
		if !guid.MatchString(p.ID) || seen[p.ID] || graph.ResourceAppID(p.Resource) == "" {
			t.Errorf("%s: GUID %q, resource %q", p.Name, p.ID, p.Resource)
		}
		seen[p.ID] = true
	}
}

// People sign in to one registration, which has the address and what the sign-in asks
// for; where they do not, none has.
func TestSetup_ReturnsToTheLinkingOfAccounts(t *testing.T) {
	t.Parallel()
	email, link, own := setupConfig(), setupConfig(), setupConfig()
	email.Identity.Slack = IdentityEmail
	own.Identity.SignIn = &SignInApp{}
	for name, test := range map[string]struct {
		c    Config
		file string
	}{"email": {email, ""}, "link": {link, "entra-app.json"}, "of its own": {own, "sign-in-app.json"}} {
		made := (setupPlan{Config: test.c, Name: "guestsite", Dir: "x", Given: true}).render()
		if made.err != nil {
			t.Fatal(made.err)
		}
		for _, f := range made.files {
			if !strings.HasSuffix(f.Name, "-app.json") {
				continue
			}
			has := strings.Contains(string(f.Data), `"https://bot.example.org/link/callback"`)
			asks := strings.Count(string(f.Data), `"Scope"`)
			if has != (f.Name == test.file) || asks != map[bool]int{true: 2, false: 0}[has] {
				t.Errorf("%s: %s\n%s", name, f.Name, f.Data)
			}
		}
		if i := slices.IndexFunc(made.files, func(f setupFile) bool { return f.Name == test.file }); i < 0 && test.file != "" {
			t.Errorf("%s: there is no %s", name, test.file)
		}
	}
}

func slackAppOf(t *testing.T, mode string) slackManifest {
	t.Helper()
	c := setupConfig()
	c.Slack.Mode = mode
	m, err := slackManifestOf(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSetup_SlackManifestIsOfTheBot(t *testing.T) {
	t.Parallel()
	var scopes []string
	for _, s := range slack.Scopes() {
		scopes = append(scopes, s.Name)
	}
	for _, mode := range []string{"http", "socket"} {
		m := slackAppOf(t, mode)
		urls := []string{m.Features.Commands[0].URL, m.Settings.Events.URL, m.Settings.Interactivity.URL, m.Settings.Interactivity.Options}
		want := []string{"", "", "", ""}
		if mode == "http" {
			base := "https://bot.example.org/slack/"
			want = []string{base + "commands", base + "events", base + "interactive", base + "options"}
		}
		if !slices.Equal(urls, want) || m.Settings.Socket != (mode == "socket") {
			t.Errorf("%s: addresses %q, socket %t", mode, urls, m.Settings.Socket)
		}
		if !slices.Equal(m.OAuth.Scopes.Bot, scopes) {
			t.Errorf("%s: scopes %v", mode, m.OAuth.Scopes.Bot)
		}
		if !m.Features.Commands[0].Escape || !m.Settings.Interactivity.Enabled || !slices.Equal(m.Settings.Events.Bots, []string{"message.im"}) {
			t.Errorf("%s: %+v", mode, m)
		}
		for word := range strings.SplitSeq(m.Features.Commands[0].UsageHint, " | ") {
			if got, _, ok := card.ParseCommand(word); !ok || string(got) != word {
				t.Errorf("%s: the hint names %q", mode, word)
			}
		}
		for _, s := range m.Features.Shortcuts {
			word, named := strings.CutPrefix(s.CallbackID, slack.ShortcutPrefix)
			if _, rest, ok := card.ParseCommand(word); !named || !ok || rest != "" || s.Type != "global" {
				t.Errorf("%s: no shortcut is called %q", mode, s.CallbackID)
			}
		}
	}
}

// Slack's schema, in both versions, which GUESTSITE_CONTRACTS leads to.
func TestContract_SlackManifestObeysTheSchemas(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("GUESTSITE_CONTRACTS")
	if dir == "" {
		t.Skip("GUESTSITE_CONTRACTS is not set: the manifest is not checked against Slack's schemas")
	}
	parse := func(text []byte) any {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, version := range []string{"1.0.0", "2.0.0"} {
		raw, err := os.ReadFile(filepath.Join(dir, "slack", "app-manifest-"+version+".patched.schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		compiler := jsonschema.NewCompiler()
		if err := compiler.AddResource("mem:///slack.json", parse(raw)); err != nil {
			t.Fatal(err)
		}
		schema, err := compiler.Compile("mem:///slack.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, mode := range []string{"http", "socket"} {
			text, err := asJSON(slackAppOf(t, mode))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(parse(text)); err != nil {
				t.Errorf("%s, %s: %v\n%s", version, mode, err, text)
			}
			var broken map[string]any
			if err := json.Unmarshal(text, &broken); err != nil {
				t.Fatal(err)
			}
			broken["settings"].(map[string]any)["unknown"] = true
			if text, err = json.Marshal(broken); err != nil || schema.Validate(parse(text)) == nil {
				t.Errorf("%s: the schema takes an unknown key: %v", version, err)
			}
		}
	}
}

// The configuration that setup writes is refused until it is filled in, value by
// value, and then it serves.
func TestSetup_ConfigurationIsTakenOnceItIsFilledIn(t *testing.T) {
	t.Parallel()
	key := rsaKey(t)
	sockets := setupConfig()
	sockets.Slack.Mode = SlackSocket
	for _, c := range []Config{
		setupConfig(), sockets, configOfFlags("slack", AccessStandard), configOfFlags("teams", AccessFull), configOfFlags("", AccessDiagnose),
	} {
		dir := t.TempDir()
		rendered(t, setupPlan{Config: c, Dir: dir, Name: "guestsite"})
		for _, name := range []string{pemEntra, pemSharePoint, pemTeams} {
			write(t, dir, name, certificate(t, key, &key.PublicKey, time.Now().Add(time.Hour)))
		}
		write(t, dir, fileBotToken, "xoxb-1-abc")
		write(t, dir, fileAppToken, "xapp-1-abc")
		write(t, dir, fileSigning, "8f742231b10e8888abcd99yyyzzz85a5")
		path := filepath.Join(dir, defaultConfigFile)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		open := regexp.MustCompile(`"<[^"]+>"`)
		for left := len(open.FindAll(text, -1)); left > 0; left-- {
			_, err := Load(path, envOf(nil))
			faults, isFaults := err.(Faults) //nolint:errorlint // Load gives it as it is
			if !isFaults || len(faults) != left {
				t.Fatalf("%d left: %v", left, err)
			}
			for _, f := range faults {
				if f.Problem != "is still to be filled in" || f.Where == "" {
					t.Errorf("%+v", f)
				}
			}
			at := open.FindIndex(text)
			value := `"` + otherGUID + `"`
			switch line := string(text[bytes.LastIndexByte(text[:at[0]], '\n')+1 : at[0]]); {
			case strings.Contains(line, "team_ids"):
				value = "T0123ABCD"
			case strings.Contains(line, "admins"), strings.Contains(line, "approvers"):
				value = `"group:` + otherGUID + `"`
			}
			text = slices.Concat(text[:at[0]], []byte(value), text[at[1]:])
			write(t, dir, defaultConfigFile, string(text))
		}
		got, err := Load(path, envOf(nil))
		if err != nil {
			t.Fatalf("filled in: %v\n%s", err, text)
		}
		if got.PublicURL != c.PublicURL || got.Cloud != c.Cloud || got.Microsoft365.Access != c.Microsoft365.Access ||
			(got.Slack == nil) != (c.Slack == nil) || (got.Teams == nil) != (c.Teams == nil) ||
			(got.Microsoft365.SharePointAdmin == nil) != (c.Microsoft365.SharePointAdmin == nil) {
			t.Errorf("another configuration: %s", text)
		}
		if err := got.ValidateServe(); (err == nil) != (c.Microsoft365.Access != AccessDiagnose) {
			t.Errorf("access %s to serve: %v", c.Microsoft365.Access, err)
		}
	}
}

func configOfFlags(chats, access string) Config {
	f := setupFlags{
		tenant: someGUID, publicURL: "https://bot.example.org/it's", chats: chats, cloud: "us-gov",
		access: access, slackMode: "http", identity: IdentityLink, sharePoint: "same",
	}
	return f.config()
}

// A script has one name for what lies in its folder, from wherever setup was called.
func TestSetup_NamesACertificateOfTheFolderWithoutIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for configured, want := range map[string]string{
		"":                                      pemEntra,
		filepath.Join(dir, "m365.pem"):          "m365.pem",
		filepath.Join(dir, "in", "m365.pem"):    filepath.Join("in", "m365.pem"),
		filepath.Join(dir, "..", "m365.pem"):    filepath.Join(filepath.Dir(dir), "m365.pem"),
		filepath.Join(dir+"-other", "m365.pem"): filepath.Join(dir+"-other", "m365.pem"),
	} {
		if got := (setupPlan{Dir: dir}).pem(configured, pemEntra); got != want {
			t.Errorf("%s: %s, want %s", configured, got, want)
		}
	}
}

// Where there is a configuration with ids, the app of Teams is written too, and
// the certificates stay where it says.
func TestSetup_FollowsAConfigurationThatIsThere(t *testing.T) {
	t.Parallel()
	c := setupConfig()
	c.Microsoft365.ClientID, c.Microsoft365.CertificateFile = someGUID, "/etc/guestsite/m365.pem"
	c.Teams.AppID = otherGUID
	made := (setupPlan{Config: c, Given: true, File: "my.yaml", Dir: "out", Name: "guestsite"}).render()
	if made.err != nil {
		t.Fatal(made.err)
	}
	var names []string
	for _, f := range made.files {
		names = append(names, f.Name)
		if f.Name == "entra-register.sh" && !strings.Contains(string(f.Data), "pem='/etc/guestsite/m365.pem'\n") {
			t.Errorf("the certificate goes elsewhere:\n%s", f.Data[:600])
		}
	}
	if slices.Contains(names, defaultConfigFile) || !slices.Contains(names, "guestsite-teams.zip") {
		t.Errorf("writes %v", names)
	}
	if all := strings.Join(made.next, "\n"); !strings.Contains(all, "--config my.yaml") {
		t.Errorf("tells of another configuration:\n%s", all)
	}
}

// What is about to be written is noted first, so where setup was stopped in between
// the file is still that of the write before.
func TestKnown_IsTheLastTwoWrites(t *testing.T) {
	t.Parallel()
	var have []string
	for i, want := range []string{"a", "a b", "a b", "b c", "c d"} {
		have = known(have, []string{"a", "b", "b", "c", "d"}[i])
		if got := strings.Join(have, " "); got != want {
			t.Errorf("after write %d: %q, want %q", i+1, got, want)
		}
	}
}
