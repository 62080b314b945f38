package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"guestsite/bot/signin"
	"guestsite/bot/slack"
)

func configCommand() command {
	c := command{
		name:    "config",
		args:    "example|check",
		summary: "print an example configuration, or check yours",
	}
	c.run = func(_ context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file := addConfigFlag(set)
		output := addOutputFlag(set)
		words, err := parse(set, args, 1, 1)
		if err != nil {
			return err
		}
		switch words[0] {
		case "example":
			_, err := io.WriteString(p.stdout, exampleConfig)
			return err
		case "check":
			return checkConfig(p, file, *output)
		default:
			return usagef("there is no %q; say example or check", words[0])
		}
	}
	return c
}

// checkReport is the answer of "config check --output json".
type checkReport struct {
	Valid  bool     `json:"valid"`
	Faults Faults   `json:"faults"`
	Notes  []string `json:"notes"`
}

func checkConfig(p program, file *configFlag, output string) error {
	c, err := file.load(p)
	faults, isFaults := errors.AsType[Faults](err)
	if err != nil && !isFaults {
		return err
	}
	report := checkReport{Valid: err == nil, Faults: faults, Notes: []string{}}
	if err == nil {
		report.Notes = append(c.notes(), strayVariables(p.variables)...)
	}
	if output == "json" {
		if report.Faults == nil {
			report.Faults = Faults{}
		}
		if err := writeJSON(p.stdout, report); err != nil {
			return err
		}
		if !report.Valid {
			return &exitError{status: exitUsage}
		}
		return nil
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.stdout, strings.Join(append([]string{"The configuration is valid."}, report.Notes...), "\n  ")+"\n")
	return err
}

// notes says what c switches on and off, a line each.
func (c Config) notes() []string {
	notes := []string{fmt.Sprintf("microsoft365: tenant %s in cloud %s, access %s, auth %s",
		c.Microsoft365.TenantID, c.Cloud, c.Microsoft365.Access, c.Microsoft365.Auth)}
	if len(c.chats()) == 0 {
		return append(notes, "slack, teams: off, so there is no chat to serve")
	}
	if c.Slack == nil {
		notes = append(notes, "slack: off")
	} else {
		notes = append(notes, fmt.Sprintf("slack: on, mode %s, %d workspaces", c.Slack.Mode, len(c.Slack.TeamIDs)))
	}
	if c.Slack != nil && c.Slack.Mode == SlackHTTP {
		notes = append(notes,
			"slack: slash command to "+c.PublicURL+slack.PathCommands,
			"slack: interactivity to "+c.PublicURL+slack.PathInteractive+", options to "+c.PublicURL+slack.PathOptions,
			"slack: events to "+c.PublicURL+slack.PathEvents)
	}
	if c.links() {
		notes = append(notes, "identity: people link their Slack account by signing in; redirect URI of the platform Web: "+signin.RedirectURI(c.PublicURL))
	}
	if c.Teams == nil {
		return append(notes, "teams: off")
	}
	return append(notes,
		fmt.Sprintf("teams: on, app %s, auth %s, people of %s", c.Teams.AppID, c.Teams.Auth, strings.Join(c.Teams.TenantIDs, ", ")),
		"teams: messaging endpoint "+c.messagingEndpoint()+", for the Azure Bot resource")
}
