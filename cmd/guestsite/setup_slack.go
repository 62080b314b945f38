package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"guestsite/bot/card"
	"guestsite/bot/slack"
	"guestsite/deploy"
)

// slackManifest is what we use of Slack's app manifest, in the order of the file.
// What is the same for every operator stands in deploy/slack/manifest.json.
type slackManifest struct {
	Metadata    json.RawMessage `json:"_metadata"`
	Information struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Background  string `json:"background_color"`
	} `json:"display_information"`
	Features struct {
		Home json.RawMessage `json:"app_home"`
		Bot  struct {
			Name   string `json:"display_name"`
			Online bool   `json:"always_online"`
		} `json:"bot_user"`
		Shortcuts []slackShortcut `json:"shortcuts"`
		Commands  []slackCommand  `json:"slash_commands"`
	} `json:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `json:"bot"`
		} `json:"scopes"`
	} `json:"oauth_config"`
	Settings struct {
		Events struct {
			URL  string   `json:"request_url,omitempty"`
			Bots []string `json:"bot_events"`
		} `json:"event_subscriptions"`
		Interactivity struct {
			Enabled bool   `json:"is_enabled"`
			URL     string `json:"request_url,omitempty"`
			Options string `json:"message_menu_options_url,omitempty"`
		} `json:"interactivity"`
		OrgDeploy bool `json:"org_deploy_enabled"`
		Socket    bool `json:"socket_mode_enabled"`
		Rotation  bool `json:"token_rotation_enabled"`
	} `json:"settings"`
}

type slackShortcut struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	CallbackID  string `json:"callback_id"`
	Description string `json:"description"`
}

type slackCommand struct {
	Command     string `json:"command"`
	URL         string `json:"url,omitempty"`
	Description string `json:"description"`
	UsageHint   string `json:"usage_hint"`
	Escape      bool   `json:"should_escape"`
}

// slackManifestOf fills in manifest.json for the app of c. In socket mode Slack
// calls no address, so none is written.
func slackManifestOf(c Config) (slackManifest, error) {
	var m slackManifest
	text, err := deploy.Slack.ReadFile("slack/manifest.json")
	if err != nil {
		return m, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return m, fmt.Errorf("deploy/slack/manifest.json: %w", err)
	}
	for _, s := range slack.Scopes() {
		m.OAuth.Scopes.Bot = append(m.OAuth.Scopes.Bot, s.Name)
	}
	m.Settings.Events.Bots = slack.BotEvents()
	command := &m.Features.Commands[0]
	var words []string
	for _, word := range card.Commands() {
		words = append(words, string(word))
	}
	command.UsageHint = strings.Join(words, " | ")
	if c.Slack.Mode == SlackSocket {
		m.Settings.Socket = true
		return m, nil
	}
	command.URL = c.PublicURL + slack.PathCommands
	m.Settings.Events.URL = c.PublicURL + slack.PathEvents
	m.Settings.Interactivity.URL = c.PublicURL + slack.PathInteractive
	m.Settings.Interactivity.Options = c.PublicURL + slack.PathOptions
	return m, nil
}
