package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"guestsite/bot/card"
	"guestsite/deploy"
)

// teamsManifest is what we use of Teams' app manifest, in the order of the file.
// What is the same for every operator stands in deploy/teams/manifest.json. It
// asks for no more than it needs: no channel features, as we do not follow who
// joins a shared channel, and none of the targeted messages in preview.
type teamsManifest struct {
	Schema              string            `json:"$schema"`
	ManifestVersion     string            `json:"manifestVersion"`
	Version             string            `json:"version"`
	ID                  string            `json:"id"`
	LocalizationInfo    json.RawMessage   `json:"localizationInfo"`
	Developer           teamsDeveloper    `json:"developer"`
	Name                teamsName         `json:"name"`
	Description         json.RawMessage   `json:"description"`
	Icons               json.RawMessage   `json:"icons"`
	AccentColor         string            `json:"accentColor"`
	Bots                []teamsBot        `json:"bots"`
	ValidDomains        []string          `json:"validDomains"`
	WebApplicationInfo  *teamsApplication `json:"webApplicationInfo,omitempty"`
	DefaultInstallScope string            `json:"defaultInstallScope"`
}

type teamsDeveloper struct {
	Name          string `json:"name"`
	WebsiteURL    string `json:"websiteUrl"`
	PrivacyURL    string `json:"privacyUrl"`
	TermsOfUseURL string `json:"termsOfUseUrl"`
}

type teamsName struct {
	Short string `json:"short"`
	Full  string `json:"full"`
}

type teamsBot struct {
	BotID              string          `json:"botId"`
	Scopes             []string        `json:"scopes"`
	IsNotificationOnly bool            `json:"isNotificationOnly"`
	SupportsFiles      bool            `json:"supportsFiles"`
	CommandLists       []teamsCommands `json:"commandLists"`
}

// teamsCommands is the menu of the scopes it names.
type teamsCommands struct {
	Scopes   []string       `json:"scopes"`
	Commands []teamsCommand `json:"commands"`
}

type teamsCommand struct {
	Title       string `json:"title"` // what is put into the box
	Description string `json:"description"`
}

// teamsApplication is the registration that speaks to Graph.
type teamsApplication struct {
	ID string `json:"id"`
}

// teamsTexts are the texts of one more language, by their path in the manifest.
type teamsTexts map[string]string

// teamsApp is what the operator says about the app.
type teamsApp struct {
	Name, Developer, Website, Privacy, Terms, Version string // empty: as in the file, links to public_url
}

// teamsManifestOf fills in manifest.json and nl.json for the bot of c.
func teamsManifestOf(c Config, app teamsApp) (teamsManifest, teamsTexts, error) {
	var m teamsManifest
	if err := readShipped("manifest.json", &m); err != nil {
		return m, nil, err
	}
	dutch := teamsTexts{}
	if err := readShipped("nl.json", &dutch); err != nil {
		return m, nil, err
	}
	public, err := url.Parse(c.PublicURL)
	if err != nil {
		return m, nil, fmt.Errorf("public_url: %w", err)
	}
	m.ID, m.Version = c.Teams.AppID, cmp.Or(app.Version, m.Version)
	m.Developer = teamsDeveloper{
		Name: cmp.Or(app.Developer, m.Developer.Name), WebsiteURL: cmp.Or(app.Website, c.PublicURL),
		PrivacyURL: cmp.Or(app.Privacy, c.PublicURL), TermsOfUseURL: cmp.Or(app.Terms, c.PublicURL),
	}
	if app.Name != "" {
		m.Name = teamsName{Short: app.Name, Full: app.Name}
		dutch["name.short"], dutch["name.full"] = app.Name, app.Name
	}
	m.ValidDomains = []string{public.Hostname()}
	if id := c.Microsoft365.ClientID; id != "" {
		m.WebApplicationInfo = &teamsApplication{ID: id}
	}
	bot := &m.Bots[0]
	bot.BotID = c.Teams.AppID
	return m, dutch, bot.fillMenus(dutch)
}

// fillMenus writes the commands into each menu, and their Dutch into dutch.
func (b *teamsBot) fillMenus(dutch teamsTexts) error {
	texts, err := card.Load("", "")
	if err != nil {
		return err
	}
	for i := range b.CommandLists {
		list := &b.CommandLists[i]
		words := slices.DeleteFunc(card.Commands(), func(c card.CommandWord) bool {
			return c == card.CommandLink || c == card.CommandUnlink // Teams names its people itself
		})
		if list.Scopes[0] != "personal" {
			words = commandsInCompany()
		}
		for j, word := range words {
			says := func(lang string) string { return texts.For(lang).Say(card.Key("command." + string(word))) }
			list.Commands = append(list.Commands, teamsCommand{Title: word.Word("en"), Description: says("en")})
			at := fmt.Sprintf("bots[0].commandLists[%d].commands[%d].", i, j)
			dutch[at+"title"], dutch[at+"description"] = word.Word("nl"), says("nl")
		}
	}
	return nil
}

// commandsInCompany are offered where others read along: none of them answers
// with what is somebody's own. The others work there too, but are not proposed.
func commandsInCompany() []card.CommandWord {
	return []card.CommandWord{card.CommandNew, card.CommandAdd, card.CommandHelp}
}

// readShipped reads a JSON file of deploy/teams, in which no key may be unknown.
func readShipped(name string, into any) error {
	text, err := deploy.Teams.ReadFile("teams/" + name)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("deploy/teams/%s: %w", name, err)
	}
	return nil
}
