package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"guestsite/deploy"
)

// teamsConfig is a configuration that the package can be made for.
func teamsConfig() Config {
	c := Default()
	c.PublicURL = "https://bot.example.org/guests"
	c.Microsoft365.TenantID = someGUID
	c.Teams = &Teams{AppID: otherGUID}
	return c
}

// unpacked are the files of a package, by name, and their names in order.
func unpacked(t *testing.T, data []byte) (files map[string][]byte, names []string) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		files[f.Name], names = text, append(names, f.Name)
		if f.Modified.After(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s says when it was packed: %v", f.Name, f.Modified)
		}
	}
	return files, names
}

func packageOf(t *testing.T, c Config, app teamsApp) map[string][]byte {
	t.Helper()
	m, dutch, err := teamsManifestOf(c, app)
	if err != nil {
		t.Fatal(err)
	}
	data, err := zipTeams(m, dutch)
	if err != nil {
		t.Fatal(err)
	}
	files, _ := unpacked(t, data)
	return files
}

func TestTeamsPackage_IsTheAppOfTheBot(t *testing.T) {
	t.Parallel()
	dir, config := teamsDir(t)
	out := write(t, dir, "app.zip", "an older one")
	variables := map[string]string{"GUESTSITE_MICROSOFT365_CLIENT_ID": someGUID}
	pack := func(flags ...string) []byte {
		args := append([]string{"teams-package", "--config", config, "--out", out}, flags...)
		if status, _, stderr := guestsite(t, variables, args...); status != exitOK {
			t.Fatalf("exit status %d: %s", status, stderr)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	data := pack()
	files, names := unpacked(t, data)
	if want := []string{"manifest.json", "nl.json", "color.png", "outline.png"}; !slices.Equal(names, want) {
		t.Errorf("holds %v, want %v at its root", names, want)
	}
	for _, icon := range names[2:] {
		if want, err := deploy.Teams.ReadFile("teams/" + icon); err != nil || !bytes.Equal(files[icon], want) {
			t.Errorf("%s is not the icon: %v", icon, err)
		}
	}
	var m teamsManifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	links := []string{m.Developer.WebsiteURL, m.Developer.PrivacyURL, m.Developer.TermsOfUseURL}
	if m.ID != otherGUID || m.Bots[0].BotID != otherGUID || m.WebApplicationInfo.ID != someGUID ||
		!slices.Equal(m.ValidDomains, []string{"bot.example.org"}) || m.Version != "1.0.0" ||
		!slices.Equal(slices.Compact(links), []string{"https://bot.example.org"}) {
		t.Errorf("another app: %s", files["manifest.json"])
	}
	if again := pack(); !bytes.Equal(again, data) {
		t.Error("the same configuration gives another package")
	}
	files, _ = unpacked(t, pack("--name", "Gasten", "--developer", "Contoso IT", "--website", "https://contoso.com/w",
		"--privacy", "https://contoso.com/p", "--terms", "https://contoso.com/t", "--version", "1.2.3"))
	for _, want := range []string{
		`"short": "Gasten"`, `"full": "Gasten"`, `"name": "Contoso IT"`, `"websiteUrl": "https://contoso.com/w"`,
		`"privacyUrl": "https://contoso.com/p"`, `"termsOfUseUrl": "https://contoso.com/t"`, `"version": "1.2.3"`,
	} {
		if !strings.Contains(string(files["manifest.json"]), want) {
			t.Errorf("manifest lacks %s: %s", want, files["manifest.json"])
		}
	}
	if !strings.Contains(string(files["nl.json"]), `"name.short": "Gasten"`) {
		t.Errorf("another name in Dutch: %s", files["nl.json"])
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".guestsite-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestReplaceFile_LeavesNothingBehindWhenItFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	taken := filepath.Join(dir, "app.zip")
	if err := os.MkdirAll(filepath.Join(taken, "full"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(taken, []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	found, err := os.ReadDir(dir)
	if err != nil || len(found) != 1 {
		t.Errorf("%v, %v", found, err)
	}
}

func TestTeamsApp_RefusesWhatTeamsWould(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		app  teamsApp
		says string // empty: accepted
	}{
		"nothing":          {teamsApp{}, ""},
		"longest":          {teamsApp{Name: strings.Repeat("é", 30), Developer: strings.Repeat("é", 32), Version: "10.0.12"}, ""},
		"with a query":     {teamsApp{Terms: "https://contoso.com/?terms#bot"}, ""},
		"name":             {teamsApp{Name: strings.Repeat("a", 31)}, "--name has 31 characters, 30 at most"},
		"developer":        {teamsApp{Developer: strings.Repeat("a", 33)}, "--developer has 33 characters, 32 at most"},
		"blank":            {teamsApp{Name: " "}, "--name holds characters that nobody sees"},
		"line end":         {teamsApp{Developer: "a\nb"}, "--developer holds characters that nobody sees"},
		"unencrypted":      {teamsApp{Website: "http://contoso.com"}, "--website is no address"},
		"no host":          {teamsApp{Privacy: "https:///p"}, "--privacy is no address"},
		"script":           {teamsApp{Terms: "javascript:alert(1)"}, "--terms is no address"},
		"endless":          {teamsApp{Terms: "https://contoso.com/" + strings.Repeat("a", 2048)}, "--terms is longer than 2048"},
		"two numbers":      {teamsApp{Version: "1.0"}, "--version is not like 1.0.0"},
		"zero before":      {teamsApp{Version: "1.01.0"}, "--version is not like 1.0.0"},
		"with a tag":       {teamsApp{Version: "1.0.0-beta"}, "--version is not like 1.0.0"},
		"several together": {teamsApp{Version: "v1", Website: "contoso.com"}, "--website is no address that begins with https://; --version"},
	}
	for name, test := range tests {
		err := test.app.check()
		if test.says == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if _, usage := errors.AsType[*usageError](err); !usage || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: error %v, want a usage error that says %q", name, err, test.says)
		}
	}
}

// Microsoft's schema, which GUESTSITE_CONTRACTS leads to.
func TestContract_TeamsManifestObeysTheSchema(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("GUESTSITE_CONTRACTS")
	if dir == "" {
		t.Skip("GUESTSITE_CONTRACTS is not set: the manifest is not checked against Microsoft's schema")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "teams", "teams-manifest-1.29.patched.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	parse := func(text []byte) any {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("mem:///teams.json", parse(raw)); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("mem:///teams.json")
	if err != nil {
		t.Fatal(err)
	}
	plain, withGraph := teamsConfig(), teamsConfig()
	withGraph.Microsoft365.ClientID = someGUID
	longest := teamsApp{
		Name: strings.Repeat("é", 30), Developer: strings.Repeat("é", 32), Version: "10.0.12",
		Website: "https://contoso.com/?w", Privacy: "https://contoso.com/p", Terms: "https://contoso.com/t",
	}
	for name, text := range map[string][]byte{
		"plain":          packageOf(t, plain, teamsApp{})["manifest.json"],
		"with Graph":     packageOf(t, withGraph, teamsApp{})["manifest.json"],
		"longest values": packageOf(t, plain, longest)["manifest.json"],
	} {
		if err := schema.Validate(parse(text)); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	// What the flags refuse, the schema refuses: the limits are the same.
	for name, app := range map[string]teamsApp{
		"name": {Name: strings.Repeat("é", 31)}, "developer": {Developer: strings.Repeat("é", 33)}, "website": {Website: "contoso.com"},
	} {
		if err := schema.Validate(parse(packageOf(t, plain, app)["manifest.json"])); err == nil || app.check() == nil {
			t.Errorf("%s: taken by the schema or by the flags", name)
		}
	}
}
