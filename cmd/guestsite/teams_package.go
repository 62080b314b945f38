package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

func teamsPackageCommand() command {
	c := command{
		name:    "teams-package",
		summary: "write the app of your bot, to upload in the Teams admin center",
	}
	c.run = func(_ context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, output := addConfigFlag(set), addOutputFlag(set)
		out := set.String("out", "guestsite-teams.zip", "write `FILE`, in place of what is there")
		app := addTeamsAppFlags(set)
		if _, err := parse(set, args, 0, 0); err != nil {
			return err
		}
		if err := app.check(); err != nil {
			return err
		}
		if !strings.HasSuffix(*out, ".zip") { // nor can a slip hit the database
			return usagef("--out %s: Teams takes a name that ends in .zip", *out)
		}
		cfg, err := file.load(p)
		if err != nil {
			return err
		}
		if cfg.Teams == nil {
			return Faults{{Key: "teams", Problem: "is missing, and the package is for its bot", Fix: "Add the block teams"}}
		}
		m, dutch, err := teamsManifestOf(cfg, *app)
		if err != nil {
			return err
		}
		data, err := zipTeams(m, dutch)
		if err != nil {
			return err
		}
		if err := replaceFile(*out, data); err != nil {
			return fmt.Errorf("write package: %w", err)
		}
		report := packageJSON{
			File: *out, AppID: m.ID, Version: m.Version, ManifestVersion: m.ManifestVersion,
			MessagingEndpoint: cfg.messagingEndpoint(), Next: app.next(cfg, *out),
		}
		if *output == "json" {
			return writeJSON(p.stdout, report)
		}
		return report.print(p.stdout)
	}
	return c
}

// addTeamsAppFlags adds a flag for everything in a teamsApp.
func addTeamsAppFlags(set *flag.FlagSet) *teamsApp {
	a := &teamsApp{}
	set.StringVar(&a.Name, "name", "", "call the bot `NAME`, up to 30 characters (default guestsite)")
	set.StringVar(&a.Developer, "developer", "", "name `WHO` as its maker, up to 32 characters (default guestsite)")
	set.StringVar(&a.Website, "website", "", "link to `URL` for help (default public_url)")
	set.StringVar(&a.Privacy, "privacy", "", "link to `URL` for privacy (default public_url)")
	set.StringVar(&a.Terms, "terms", "", "link to `URL` for the terms of use (default public_url)")
	set.StringVar(&a.Version, "version", "", "say that it is version `N.N.N`; raise it for each upload (default 1.0.0)")
	return a
}

var threeNumbers = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})$`)

// check reports all that Teams would refuse, as a usage error.
func (a *teamsApp) check() error {
	var wrong []string
	for _, f := range []struct {
		flag, value string
		most        int // characters, as the manifest's schema counts them
	}{{"--name", a.Name, 30}, {"--developer", a.Developer, 32}} {
		n := utf8.RuneCountInString(f.value)
		switch {
		case n > f.most:
			wrong = append(wrong, fmt.Sprintf("%s has %d characters, %d at most", f.flag, n, f.most))
		case f.value != strings.TrimSpace(f.value), !utf8.ValidString(f.value), strings.ContainsFunc(f.value, unicode.IsControl):
			wrong = append(wrong, f.flag+" holds characters that nobody sees")
		}
	}
	for _, f := range []struct{ flag, value string }{
		{"--website", a.Website}, {"--privacy", a.Privacy}, {"--terms", a.Terms},
	} {
		const most = 2048
		u, err := url.Parse(f.value)
		switch {
		case f.value == "":
		case err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.ContainsAny(f.value, " \t\r\n"):
			wrong = append(wrong, f.flag+" is no address that begins with https://")
		case utf8.RuneCountInString(f.value) > most:
			wrong = append(wrong, fmt.Sprintf("%s is longer than %d characters", f.flag, most))
		}
	}
	if a.Version != "" && !threeNumbers.MatchString(a.Version) {
		wrong = append(wrong, "--version is not like 1.0.0: three numbers without a zero before them")
	}
	if len(wrong) > 0 {
		return usagef("%s", strings.Join(wrong, "; "))
	}
	return nil
}

// packageJSON is the answer of "teams-package --output json".
type packageJSON struct {
	File              string   `json:"file"`
	AppID             string   `json:"app_id"`
	Version           string   `json:"version"`
	ManifestVersion   string   `json:"manifest_version"`
	MessagingEndpoint string   `json:"messaging_endpoint"`
	Next              []string `json:"next"`
}

func (r packageJSON) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is written: version %s of app %s.\n\nNext:\n", r.File, r.Version, r.AppID)
	for i, step := range r.Next {
		fmt.Fprintf(&b, "  %d. %s\n", i+1, step)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// next says what is left to do by hand, in order.
func (a *teamsApp) next(c Config, file string) []string {
	var steps []string
	var open []string
	for _, link := range []struct{ flag, value string }{{"--website", a.Website}, {"--privacy", a.Privacy}, {"--terms", a.Terms}} {
		if link.value == "" {
			open = append(open, link.flag)
		}
	}
	if len(open) > 0 {
		steps = append(steps, "An app of Teams has to have three links: help, privacy, terms of use. Yours leads to "+c.PublicURL+" for "+strings.Join(open, ", ")+
			", where the bot has no page. Teams does not refuse that, and for a trial it will do; before you give the app to people, "+
			"write it again with pages of yours.")
	}
	return append(steps,
		"Azure portal, your Azure Bot, Configuration: write the messaging endpoint "+c.messagingEndpoint()+
			". Channels: Microsoft Teams, and no other.",
		"Teams admin center, Teams apps, Manage apps: upload "+file+
			". For a later one raise --version, and update the app there.",
		"Teams admin center, Setup policies: install the app for everybody who asks or decides. The bot can write only to those who have it.")
}
