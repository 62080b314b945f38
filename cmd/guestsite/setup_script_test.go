package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// setupConfig is a configuration for which all there is gets written.
func setupConfig() Config {
	f := setupFlags{
		tenant: someGUID, publicURL: "https://bot.example.org", chats: "slack,teams", cloud: "global",
		access: AccessFull, slackMode: "http", identity: IdentityLink, sharePoint: "separate",
	}
	return f.config()
}

// rendered puts the files of a plan into its folder.
func rendered(t *testing.T, p setupPlan) {
	t.Helper()
	made := p.render()
	if made.err != nil {
		t.Fatal(made.err)
	}
	if _, err := writeSetup(p.Dir, made.files, false); err != nil {
		t.Fatal(err)
	}
}

// az is Azure as the scripts of a test see it.
type az struct{ dir, tenant, graph string }

func newAz(t *testing.T) az {
	t.Helper()
	return az{dir: t.TempDir(), tenant: someGUID, graph: "https://graph.microsoft.com/"}
}

// run runs a script and gives what it said, and whether it did all.
func (a az) run(t *testing.T, script string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{script}, args...)...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "AZ_STATE="+a.dir, "AZ_TENANT="+a.tenant, "AZ_GRAPH="+a.graph, "PAUSE=0")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	if found, globErr := filepath.Glob(filepath.Join(cmd.Dir, "*")); globErr != nil || len(found) > 0 {
		t.Errorf("%s left %v where it was run", script, found)
	}
	return said.String(), err
}

func (a az) state(t *testing.T) azState {
	t.Helper()
	var s azState
	text, err := os.ReadFile(filepath.Join(a.dir, "az.json"))
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return s
}

func needsBash(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"bash", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: the scripts are not run", tool)
		}
	}
}

func TestSetupScripts_MakeWhatIsMissingOnceAndForAll(t *testing.T) {
	t.Parallel()
	needsBash(t)
	dir, azure := filepath.Join(t.TempDir(), "set up"), newAz(t)
	rendered(t, setupPlan{Config: setupConfig(), Dir: dir, Name: "guestsite"})
	play := func() (said string) {
		for _, step := range [][]string{{"entra-register.sh"}, {"sharepoint-register.sh"}, {"azure-bot.sh", "rg-bots"}} {
			out, err := azure.run(t, filepath.Join(dir, step[0]), step[1:]...)
			if err != nil {
				t.Fatalf("%s: %v\n%s", step[0], err, out)
			}
			said += out
		}
		return said
	}
	first := play()
	made := azure.state(t)
	if len(made.Apps) != 3 || made.Made != 3*3+2 {
		t.Fatalf("%d registrations, %d things made:\n%s", len(made.Apps), made.Made, first)
	}
	for i, name := range []string{"guestsite", "guestsite SharePoint", "guestsite bot"} {
		a := made.Apps[i]
		if a.Body.DisplayName != name || !a.Principal || len(a.Certs) != 1 {
			t.Errorf("registration %d: %+v, want %s with one certificate and its service principal", i, a, name)
		}
		if !strings.Contains(first, a.ID) {
			t.Errorf("the id of %s was not said", name)
		}
	}
	bot := made.Bots["rg-bots/guestsite-11111111"]
	want := azBot{App: made.Apps[2].ID, Tenant: someGUID, Endpoint: "https://bot.example.org/api/messages", Channels: []string{"webchat", "msteams"}}
	if fmt.Sprint(bot) != fmt.Sprint(want) {
		t.Errorf("bot %+v, want %+v", bot, want)
	}
	if consent := "https://login.microsoftonline.com/" + someGUID + "/adminconsent?client_id=" + made.Apps[0].ID; !strings.Contains(first, consent) {
		t.Errorf("the page for consent is not said:\n%s", first)
	}
	keys := map[string][]byte{}
	for _, name := range []string{pemEntra, pemSharePoint, pemTeams} {
		path := filepath.Join(dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		keys[name] = text
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v, want 0600", name, info.Mode(), err)
		}
		leaf, err := leafOf(path)
		if err = errors.Join(err, checkCertificate(path)); err != nil || leaf.NotAfter.Before(time.Now().AddDate(0, 23, 0)) {
			t.Errorf("%s cannot be used for long: %v", name, err)
		}
		if key := string(text[bytes.Index(text, []byte("PRIVATE KEY-----")):]); strings.Contains(first, key[20:60]) {
			t.Errorf("%s was printed", name)
		}
	}

	second := play()
	again := azure.state(t)
	if again.Made != made.Made || len(again.Apps) != 3 || strings.Contains(second, "\n+ ") {
		t.Errorf("the second run made %d things:\n%s", again.Made-made.Made, second)
	}
	for name, before := range keys {
		if now, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(now, before) {
			t.Errorf("%s was changed: %v", name, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".guestsite.*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// The registration is found late, and a run dies between two steps.
func TestSetupScripts_GoOnWhereTheyWere(t *testing.T) {
	t.Parallel()
	needsBash(t)
	dir, azure := t.TempDir(), newAz(t)
	rendered(t, setupPlan{Config: setupConfig(), Dir: dir, Name: "guestsite"})
	script := filepath.Join(dir, "entra-register.sh")
	for _, late := range []int{99, 2} {
		s := azure.state(t)
		s.NotThere = late
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		write(t, azure.dir, "az.json", string(text))
		said, err := azure.run(t, script)
		if gaveUp := late > 6; gaveUp != (err != nil) {
			t.Fatalf("late by %d: %v\n%s", late, err, said)
		}
	}
	if s := azure.state(t); len(s.Apps) != 1 || s.Made != 3 || len(s.Apps[0].Certs) != 1 {
		t.Errorf("made %d things: %+v", s.Made, s.Apps)
	}
}

func TestSetupScripts_RefuseWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	needsBash(t)
	dir := t.TempDir()
	rendered(t, setupPlan{Config: setupConfig(), Dir: dir, Name: "guestsite"})
	twice := azState{Apps: []azApp{{ID: someGUID, Body: entraApp{DisplayName: "guestsite"}}, {ID: otherGUID, Body: entraApp{DisplayName: "guestsite"}}}}
	tests := map[string]struct {
		az     func(*az)
		state  azState
		script string
		args   []string
		says   string
	}{
		"another tenant":    {az: func(a *az) { a.tenant = otherGUID }, script: "entra-register.sh", says: "az is signed in to tenant " + otherGUID},
		"another cloud":     {az: func(a *az) { a.graph = "https://graph.microsoft.us/" }, script: "entra-register.sh", says: "az speaks to https://graph.microsoft.us/"},
		"two of that name":  {state: twice, script: "entra-register.sh", says: "several registrations"},
		"no resource group": {script: "azure-bot.sh", says: "RESOURCE-GROUP"},
		"unknown group":     {script: "azure-bot.sh", args: []string{"rg-none"}, says: "there is no resource group rg-none"},
		"hostile group":     {script: "azure-bot.sh", args: []string{"a';touch x;'"}, says: "is no name of a resource group"},
		"hostile bot":       {script: "azure-bot.sh", args: []string{"rg-bots", "$(touch x)"}, says: "is no name of a bot"},
	}
	for name, test := range tests {
		azure := newAz(t)
		if test.az != nil {
			test.az(&azure)
		}
		text, err := json.Marshal(test.state)
		if err != nil {
			t.Fatal(err)
		}
		write(t, azure.dir, "az.json", string(text))
		said, err := azure.run(t, filepath.Join(dir, test.script), test.args...)
		if err == nil || !strings.Contains(said, test.says) {
			t.Errorf("%s: %v, says %q, want %q", name, err, said, test.says)
		}
		if made := azure.state(t).Made; made != 0 {
			t.Errorf("%s: %d things were made", name, made)
		}
	}
}

// What the operator writes is text to the shell, whatever it is.
func TestSetupScripts_RunNothingThatIsInANameOrAFile(t *testing.T) {
	t.Parallel()
	needsBash(t)
	key := rsaKey(t)
	pem := certificate(t, key, &key.PublicKey, time.Now().Add(time.Hour))
	for i, evil := range []string{
		`'; touch pwned; '`, `$(touch pwned)`, "`touch pwned`", `"; touch pwned; "`, `\'; touch pwned #`, `x' or displayName ne '`,
		"${name}", "--help", "*", "!!", `%s%n`,
	} {
		home, azure := t.TempDir(), newAz(t)
		dir := filepath.Join(home, strings.ReplaceAll(evil, "/", ""))
		c := setupConfig()
		c.PublicURL = "https://bot.example.org/" + evil
		rendered(t, setupPlan{Config: c, Dir: dir, Name: evil})
		for _, name := range []string{pemEntra, pemSharePoint, pemTeams} {
			write(t, dir, name, pem)
		}
		for _, step := range [][]string{{"entra-register.sh"}, {"sharepoint-register.sh"}, {"azure-bot.sh", "rg-bots"}} {
			path := filepath.Join(dir, step[0])
			if out, err := exec.CommandContext(t.Context(), "bash", "-n", path).CombinedOutput(); err != nil {
				t.Fatalf("%q: %v: %s", evil, err, out)
			}
			if said, err := azure.run(t, path, step[1:]...); err != nil {
				t.Fatalf("%q, %s: %v\n%s", evil, step[0], err, said)
			}
		}
		s := azure.state(t)
		var names []string
		for _, a := range s.Apps {
			names = append(names, a.Body.DisplayName)
		}
		if want := []string{evil, evil + " SharePoint", evil + " bot"}; !slices.Equal(names, want) {
			t.Errorf("registered %q, want %q", names, want)
		}
		if got := s.Apps[0].Body.Web.RedirectURIs[0]; got != c.PublicURL+"/link/callback" {
			t.Errorf("%d: returns to %q", i, got)
		}
		_ = filepath.WalkDir(home, func(path string, _ fs.DirEntry, _ error) error {
			if filepath.Base(path) == "pwned" {
				t.Errorf("%q was run", evil)
			}
			return nil
		})
	}
}

func TestSetupScripts_ShellcheckFindsNothing(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("shellcheck"); err != nil {
		t.Skip("shellcheck is not installed")
	}
	dir := t.TempDir()
	rendered(t, setupPlan{Config: setupConfig(), Dir: dir, Name: "guestsite"})
	scripts, err := filepath.Glob(filepath.Join(dir, "*.sh"))
	if err != nil || len(scripts) != 3 {
		t.Fatal(scripts, err)
	}
	if out, err := exec.CommandContext(t.Context(), "shellcheck", scripts...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
