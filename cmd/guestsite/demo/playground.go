package demo

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"guestsite/graph/graphfake"
)

// playgroundVersion is the one that was tried.
const playgroundVersion = "0.2.28"

const (
	playgroundPort = 56150 // where the Playgrounds of the people listen, one after the other
	others         = 5     // it takes no file with fewer or more beside the current user
)

// player is somebody of the company whom one can play.
type player struct {
	user graphfake.User
	part string
}

func (l *Lab) players() []player {
	return []player{
		{l.People.Sanne, "asks for sites and for guests"},
		{l.People.Mehmet, "owns Project Linden, and what Sanne has him own"},
		{l.People.Joost, "is the administrator"},
	}
}

func (p player) file() string { return "playground-" + strings.ToLower(p.user.GivenName) + ".yml" }

// What the Playground reads of a company, by its own names.
type (
	playgroundFile struct {
		Version      string             `yaml:"version"`
		TenantID     string             `yaml:"tenantId"`
		Bot          playgroundName     `yaml:"bot"`
		CurrentUser  playgroundPerson   `yaml:"currentUser"`
		Users        []playgroundPerson `yaml:"users"` // exactly others of them
		PersonalChat playgroundName     `yaml:"personalChat"`
		GroupChat    playgroundName     `yaml:"groupChat"`
		Team         playgroundTeam     `yaml:"team"`
	}
	playgroundName struct {
		ID   string `yaml:"id"`
		Name string `yaml:"name,omitempty"`
	}
	playgroundPerson struct {
		ID        string `yaml:"id"`
		Name      string `yaml:"name"`
		Principal string `yaml:"userPrincipleName"`
		EntraID   string `yaml:"aadObjectId"`
		Given     string `yaml:"givenName"`
		Surname   string `yaml:"surname"`
		Mail      string `yaml:"email"`
	}
	playgroundTeam struct {
		ID       string           `yaml:"id"`
		Name     string           `yaml:"name"`
		GroupID  string           `yaml:"aadGroupId"`
		Channels []playgroundName `yaml:"channels"`
	}
)

// writePlaygrounds writes a file for each player: the same company, seen by another.
func (l *Lab) writePlaygrounds() error {
	var errs []error
	for _, p := range l.players() {
		text, err := yaml.Marshal(l.playgroundOf(p))
		errs = append(errs, err, l.write(p.file(), text))
	}
	return errors.Join(errs...)
}

func (l *Lab) playgroundOf(p player) playgroundFile {
	name := strings.ToLower(p.user.GivenName)
	f := playgroundFile{
		Version: "0.1.0", TenantID: l.Tenant.TenantID(),
		Bot:         playgroundName{l.Teams.BotID(), "Guest sites"},
		CurrentUser: playgroundPersonOf(p.user),
		// Each Playground's chats are its own, so their ids are.
		PersonalChat: playgroundName{ID: "a:playground-" + name},
		GroupChat:    playgroundName{"19:playground-" + name + "@thread.v2", "Project Linden"},
		Team: playgroundTeam{
			ID: "19:playground-" + name + "@thread.tacv2", Name: "Projects", GroupID: l.People.Linden.ID,
			Channels: []playgroundName{{"19:playground-" + name + "-harbour@thread.tacv2", "Harbour crossing"}},
		},
	}
	for _, u := range l.Tenant.State().Users {
		if u.UserType != graphfake.Guest && !u.Disabled && u.ID != p.user.ID && len(f.Users) < others {
			f.Users = append(f.Users, playgroundPersonOf(u))
		}
	}
	return f
}

// playgroundPersonOf gives a person. What is picked from a list of people comes as the
// id that the file has for him, where Teams sends his Entra id: so they are the same.
func playgroundPersonOf(u graphfake.User) playgroundPerson {
	return playgroundPerson{
		ID: u.ID, Name: u.DisplayName, Principal: u.UserPrincipalName, EntraID: u.ID,
		Given: u.GivenName, Surname: u.Surname, Mail: u.Mail,
	}
}

// invite prints how to open the Playground at the door.
func (l *Lab) invite(w io.Writer) {
	var b strings.Builder
	b.WriteString(`
Microsoft 365 Agents Playground: Microsoft's own window for trying a bot. It is no part of guestsite, and
its licence allows it for evaluation and feedback only. npx fetches it once, and it needs Node. Start one
for each person you want to be, in a terminal of its own; a window opens in the browser.
`)
	for i, p := range l.players() {
		fmt.Fprintf(&b, "\nYou are %s, who %s:\n", p.user.DisplayName, p.part)
		fmt.Fprintf(&b, "  M365_AGENTS_PLAYGROUND_CONFIG_PATH=%s \\\n", quoted(l.absolute(p.file())))
		fmt.Fprintf(&b, "  npx -p @microsoft/m365agentsplayground@%s agentsplayground start -e %s -c msteams -p %d --dt\n",
			playgroundVersion, quoted(l.door.Endpoint()), playgroundPort+i)
	}
	b.WriteString(`
Type "new" or "help". Who has no window of his own gets his cards in the fake Teams. A list of people
finds by name those of the window, and does not show whom it holds already; a list of sites finds none
there, so say which: "add Project Linden".
`)
	if l.slack {
		b.WriteString("There is Slack too: cards go there until a person asks for something in his window.\n")
	}
	b.WriteString(`Whoever reaches this door speaks for anybody in the fake company, so it is open to this machine alone.
The Playground itself listens on every interface.
`)
	_, _ = io.WriteString(w, b.String()) // whoever reads it may be gone
}

func (l *Lab) absolute(name string) string {
	path := filepath.Join(l.dir, name)
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// quoted is a word for a shell.
func quoted(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%="
	if strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
