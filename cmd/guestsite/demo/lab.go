package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"guestsite/bot"
	"guestsite/bot/slack/slackfake"
	"guestsite/bot/teams/teamsfake"
	"guestsite/graph/graphfake"
)

// Program is the product under the demo.
type Program interface {
	// Addr is where it listens, as host:port.
	Addr() string
	// Stop takes it down in order; Kill drops it as a power cut would.
	Stop() error
	Kill()
}

// Starter starts the product from a configuration file.
type Starter func(ctx context.Context, config string, clock bot.Clock) (Program, error)

// Lab is a company on this machine with the product in it.
type Lab struct {
	Tenant *graphfake.Server
	People graphfake.Demo
	Slack  *slackfake.Server
	Teams  *teamsfake.Server
	Clock  *Clock

	start  Starter
	hooks  labHooks
	door   *door // nil without a Playground
	slack  bool  // the product is in Slack, too
	http   bool  // and Slack calls it
	config string
	dir    string
	keep   bool
	// listen is where the product listens, public where browsers find it.
	listen, public string
	// identity is how people are known in Slack.
	identity string
	lang     string

	mu   sync.Mutex // guards prog; held while it starts or stops
	prog Program    // nil: dropped
}

// ErrUsedFolder says that a folder to keep files in holds those of an earlier demo.
var ErrUsedFolder = errors.New("holds the files of an earlier demo; name another folder")

// database is the file of the product's records.
const database = "guestsite.db"

// The registrations of the product in the fake tenant: for Graph, and as a bot.
const (
	clientID = "7c9d3f1e-5b2a-4c86-9d07-2f6a1b8e4c35"
	botID    = "3e8b6a51-0f2d-4b7c-8a96-d14c70e5f2b9"
)

// OpenLab starts the fakes and the product. Files are kept in dir; with an empty
// dir, in a temporary folder that Close removes. lang is the language of the
// people, "en" or "nl".
func OpenLab(ctx context.Context, start Starter, dir, lang string) (*Lab, error) {
	return openLab(ctx, Options{Start: start, Lang: lang}, dir)
}

// OpenLabHTTP is OpenLab with Slack over HTTP, where otherwise the product connects
// to Slack.
func OpenLabHTTP(ctx context.Context, start Starter, dir, lang string) (*Lab, error) {
	return openLab(ctx, Options{Start: start, Lang: lang, slackHTTP: true}, dir)
}

// openLab is OpenLab, with a door for the Playground where o says so.
func openLab(ctx context.Context, o Options, dir string) (*Lab, error) {
	return openLabWith(ctx, o, dir, labHooks{})
}

// labHooks are what somebody who watches a company stands at.
type labHooks struct {
	tenant    func(host string, h http.Handler) http.Handler // before the tenant's hosts
	authorize string                                         // where people sign in; the tenant's own page when empty
	listen    string                                         // where the product listens, for browsers too; empty: where there is room
}

func openLabWith(ctx context.Context, o Options, dir string, hooks labHooks) (*Lab, error) {
	l := &Lab{hooks: hooks, Clock: NewClock(), start: o.Start, dir: dir, keep: dir != "", identity: "email", listen: cmp.Or(hooks.listen, "127.0.0.1:0"), public: publicURL, lang: cmp.Or(o.Lang, "en")}
	if hooks.listen != "" {
		l.public = "http://" + hooks.listen
	}
	// Cards go to Slack until somebody has written in Teams, but who has opened a
	// Playground looks for them there. Stories need Slack.
	l.slack, l.http = o.Playground == "" || o.Story != "", o.slackHTTP
	if err := l.open(ctx, o.Playground); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (l *Lab) open(ctx context.Context, playground string) error {
	if err := l.folder(); err != nil {
		return err
	}
	der, err := l.certificate()
	if err != nil {
		return err
	}
	l.Tenant, err = graphfake.Start(graphfake.Options{Now: l.Clock.Now, Middleware: l.hooks.tenant, AuthorizationEndpoint: l.hooks.authorize, Apps: []graphfake.App{{
		ClientID: clientID, Name: "Guest sites", Certificates: [][]byte{der},
		GraphRoles: graphfake.FullRoles(), SharePointRoles: []string{"Sites.FullControl.All"},
		RedirectURIs: []string{l.public + "/link/callback"},
	}, {
		ClientID: botID, Name: "Guest sites bot", Certificates: [][]byte{der}, BotScopes: []string{graphfake.BotScope},
	}}})
	if err != nil {
		return fmt.Errorf("start the tenant: %w", err)
	}
	l.People = l.Tenant.SeedDemo()
	for _, id := range []string{l.People.Sanne.ID, l.People.Mehmet.ID, l.People.Priya.ID, l.People.Joost.ID} {
		l.Tenant.ChangeUser(id, func(u *graphfake.User) { u.PreferredLanguage = locale(l.lang) })
	}
	if l.Slack, err = slackfake.Start(slackfake.Options{
		Now: l.Clock.Now, Scopes: append(slackfake.DefaultScopes(), "im:write"), SocketMode: !l.http,
	}); err != nil {
		return fmt.Errorf("start Slack: %w", err)
	}
	l.Slack.SeedDemo()
	if err := l.openTeams(); err != nil {
		return err
	}
	if playground != "" {
		if err := l.openDoor(ctx, playground); err != nil {
			return err
		}
	}
	if err := l.writeConfig(); err != nil {
		return err
	}
	return l.Restart(ctx)
}

// openDoor opens the door for the Playground, and writes whom one can be there.
func (l *Lab) openDoor(ctx context.Context, addr string) error {
	at, err := doorAddress(addr)
	if err != nil {
		return err
	}
	if l.door, err = openDoor(ctx, at, l.Teams, l.Tenant.CheckBotToken); err != nil {
		return err
	}
	return l.writePlaygrounds()
}

// openTeams starts Teams with the people of the tenant. The app is in the chats of
// those who use it; Joost has to be given it.
func (l *Lab) openTeams() error {
	var err error
	if l.Teams, err = teamsfake.Start(teamsfake.Options{
		AppID: botID, TenantID: l.Tenant.TenantID(), CheckToken: l.Tenant.CheckBotToken, Now: l.Clock.Now, AutoRefresh: true,
	}); err != nil {
		return fmt.Errorf("start Teams: %w", err)
	}
	for _, u := range l.Tenant.State().Users {
		if u.UserType == graphfake.Guest {
			continue
		}
		l.Teams.AddUser(teamsfake.User{
			ID: u.ID, Name: u.DisplayName, Mail: u.Mail, UPN: u.UserPrincipalName, Locale: locale(l.lang), TimeZone: "Europe/Amsterdam",
			Installed: u.ID != l.People.Joost.ID,
		})
	}
	l.Tenant.AddTeamsApp(botID, "Guest sites")
	l.Tenant.SetOnInstall(func(userID, externalID string) {
		if externalID == botID {
			l.Teams.Install(userID)
		}
	})
	return nil
}

func locale(lang string) string {
	if lang == "nl" {
		return "nl-NL"
	}
	return "en-GB"
}

// Restart starts the product, anew where it was dropped. One that runs is left alone.
func (l *Lab) Restart(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.prog != nil {
		return nil
	}
	prog, err := l.start(ctx, l.config, l.Clock)
	if err != nil {
		return fmt.Errorf("start the bot: %w", err)
	}
	l.prog = prog
	l.Slack.SetAppURL("http://" + prog.Addr())
	l.Teams.SetAppURL("http://" + prog.Addr())
	if l.door != nil {
		l.door.SetAppURL("http://" + prog.Addr())
	}
	return nil
}

// SlackOverHTTP does what an operator does to change from sockets to HTTP: he
// stops the product, switches Socket Mode off at Slack, and starts it anew.
func (l *Lab) SlackOverHTTP(ctx context.Context) error {
	err := l.Stop()
	l.http = true
	if err := errors.Join(err, l.writeConfig()); err != nil {
		return err
	}
	l.Slack.SetSocketMode(false)
	return l.Restart(ctx)
}

// Stop takes the product down in order; the next start goes on where it was.
func (l *Lab) Stop() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.prog == nil {
		return nil
	}
	err := l.prog.Stop()
	l.prog = nil
	return err
}

// Kill drops the product in the middle of whatever it does.
func (l *Lab) Kill() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.prog != nil {
		l.prog.Kill()
		l.prog = nil
	}
}

// addr is where the product listens; empty when it was dropped.
func (l *Lab) addr() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.prog == nil {
		return ""
	}
	return l.prog.Addr()
}

// Running says whether the product runs.
func (l *Lab) Running() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.prog != nil
}

// dueTeller is a Program that says when its next job is due; the zero time when it
// has none.
type dueTeller interface {
	Due(ctx context.Context) (time.Time, error)
}

// Due is when the next thing that the product has put off is due; zero when there is
// nothing, or nobody to ask.
func (l *Lab) Due(ctx context.Context) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, ok := l.prog.(dueTeller)
	if !ok {
		return time.Time{}
	}
	due, err := p.Due(ctx)
	if err != nil {
		return time.Time{}
	}
	return due
}

// Close takes everything down and leaves nothing behind.
func (l *Lab) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var errs []error
	if l.prog != nil {
		errs = append(errs, l.prog.Stop())
		l.prog = nil
	}
	if l.door != nil {
		errs = append(errs, l.door.Close())
	}
	if l.Slack != nil {
		l.Slack.Close()
	}
	if l.Teams != nil {
		errs = append(errs, l.Teams.Close())
	}
	if l.Tenant != nil {
		errs = append(errs, l.Tenant.Close())
	}
	if !l.keep && l.dir != "" {
		errs = append(errs, os.RemoveAll(l.dir))
	}
	return errors.Join(errs...)
}

// Describe prints where everything listens.
func (l *Lab) Describe(w io.Writer) {
	var b strings.Builder
	fmt.Fprintf(&b, "The bot          http://%s\n", l.prog.Addr())
	if l.slack {
		fmt.Fprintf(&b, "Slack            %s\n", l.Slack.APIURL())
		fmt.Fprintf(&b, "Slack, control   %s\n", l.Slack.ControlURL())
	}
	fmt.Fprintf(&b, "Teams            %s\n", l.Teams.ServiceURL())
	fmt.Fprintf(&b, "Teams, control   %s\n", l.Teams.ControlURL())
	fmt.Fprintf(&b, "Microsoft Graph  %s\n", l.Tenant.GraphURL())
	fmt.Fprintf(&b, "Tenant, control  %s\n", l.Tenant.ControlURL())
	fmt.Fprintf(&b, "Files            %s\n", l.dir)
	_, _ = io.WriteString(w, b.String()) // whoever reads it may be gone
	if l.door != nil {
		l.invite(w)
	}
}
