package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"guestsite/bot/slack"
)

// setupFile is a file to be written. A file with a step tells what to do with it.
type setupFile struct {
	Name   string
	Data   []byte
	Script bool
	Edited string // the way on where somebody changed it, as he is meant to
}

// setupResult are the files of a plan, and what to do with them, in order.
type setupResult struct {
	files []setupFile
	next  []string
	err   error
}

func (r *setupResult) add(name string, data []byte, err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%s: %w", name, err)
	}
	r.files = append(r.files, setupFile{Name: name, Data: data, Script: strings.HasSuffix(name, ".sh")})
}

func (r *setupResult) addJSON(name string, v any) {
	data, err := asJSON(v)
	r.add(name, data, err)
}

func (r *setupResult) step(format string, args ...any) {
	r.next = append(r.next, fmt.Sprintf(format, args...))
}

// render makes everything that the plan needs. It reads and writes nothing
// outside, so that the same plan gives the same files.
func (p setupPlan) render() setupResult {
	var r setupResult
	p.entra(&r)
	p.sharePoint(&r)
	p.signIn(&r)
	p.bot(&r)
	p.slack(&r)
	p.configuration(&r)
	p.teams(&r)
	if p.Config.Microsoft365.Access == AccessDiagnose {
		r.step("Run \"guestsite check --config %s\".", p.File)
	} else {
		r.step("Run \"guestsite serve --config %s\".", p.File)
	}
	return r
}

// in is a file of the folder, as a person types it.
func (p setupPlan) in(name string) string { return filepath.Join(p.Dir, name) }

// pem is the file with a certificate that a configuration names, else one of the
// folder. A script looks for it from its own folder, so what lies there has the same
// name from wherever setup was called.
func (p setupPlan) pem(configured, own string) string {
	if configured == "" {
		return own
	}
	path, err := filepath.Abs(configured)
	if err != nil {
		return configured
	}
	dir, err := filepath.Abs(p.Dir)
	if err != nil {
		return path
	}
	if name, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(name) {
		return name
	}
	return path
}

const signIn = `sign in with "az login --allow-no-subscriptions --tenant %s" as somebody who may register applications, then run it`

func (p setupPlan) entra(r *setupResult) {
	const body, name = "entra-app.json", "entra-register.sh"
	m := p.Config.Microsoft365
	needs, redirect := p.mainNeeds(), p.redirect(false)
	r.addJSON(body, entraAppOf(p.Name, needs, redirect))
	if m.Auth != AuthCertificate {
		r.step("%s: the %d permissions for the identity of microsoft365.auth %s. No script is written for that: "+
			"give the identity's service principal these application roles.", p.in(body), len(needs), m.Auth)
		return
	}
	data, err := p.registerScript("Registers the application that speaks to Microsoft Graph.", p.Name, body,
		p.pem(m.CertificateFile, pemEntra), "microsoft365.client_id", p.consentValues(redirect), "entra/consent.sh")
	r.add(name, data, err)
	r.step("%s: "+signIn+". It registers %s with the %d permissions of %s and a certificate, and prints the page for an administrator's consent, and the client id.",
		p.in(name), p.tenant(), p.Name, len(needs), body)
}

func (p setupPlan) sharePoint(r *setupResult) {
	needs := p.sharePointNeeds()
	if len(needs) == 0 {
		return
	}
	const body, name = "sharepoint-app.json", "sharepoint-register.sh"
	own := p.Name + " SharePoint"
	r.addJSON(body, entraAppOf(own, needs, ""))
	data, err := p.registerScript("Registers the application for the sharing level of sites, whose permission opens every file.", own, body,
		p.pem(p.Config.Microsoft365.SharePointAdmin.CertificateFile, pemSharePoint), "microsoft365.sharepoint_admin.client_id",
		p.consentValues(""), "entra/consent.sh")
	r.add(name, data, err)
	r.step("%s: the same for the sharing level of sites, with a certificate of its own, since that permission opens every file.", p.in(name))
}

// signIn makes the registration that people sign in to, where it is to be its own.
func (p setupPlan) signIn(r *setupResult) {
	redirect := p.redirect(true)
	if redirect == "" {
		return
	}
	const body, name = "sign-in-app.json", "sign-in-register.sh"
	own := p.Name + " sign-in"
	r.addJSON(body, entraAppOf(own, nil, redirect))
	data, err := p.registerScript("Registers the application that people sign in to. It may do nothing.", own, body,
		p.pem(p.Config.Identity.SignIn.CertificateFile, pemSignIn), "identity.sign_in.client_id", p.consentValues(redirect), "entra/consent.sh")
	r.add(name, data, err)
	r.step("%s: the same for the sign-in of people, who return to %s.", p.in(name), redirect)
}

func (p setupPlan) bot(r *setupResult) {
	t := p.Config.Teams
	if t == nil {
		return
	}
	const body, name = "azure-bot-app.json", "azure-bot.sh"
	if t.Auth != AuthCertificate {
		r.step("Make an Azure Bot for the identity of teams.auth %s, with the messaging endpoint %s. No script is written for that.",
			t.Auth, p.Config.messagingEndpoint())
		return
	}
	own := p.Name + " bot"
	r.addJSON(body, entraAppOf(own, nil, ""))
	data, err := p.registerScript("Registers the bot of Microsoft Teams, and makes its Azure Bot resource.", own, body,
		p.pem(t.CertificateFile, pemTeams), "teams.app_id", []assignment{
			{"bot", "guestsite-" + p.tenant()[:8]}, {"endpoint", p.Config.messagingEndpoint()},
		}, "teams/bot.sh")
	r.add(name, data, err)
	r.step("%s RESOURCE-GROUP: needs a subscription of Azure, in which you may make resources. It registers the bot of Teams, "+
		"makes its Azure Bot resource with the messaging endpoint %s, and prints the app id.", p.in(name), p.Config.messagingEndpoint())
}

func (p setupPlan) slack(r *setupResult) {
	if p.Config.Slack == nil {
		return
	}
	const name = "slack-manifest.json"
	m, err := slackManifestOf(p.Config)
	if err != nil {
		r.add(name, nil, err)
		return
	}
	r.addJSON(name, m)
	r.step("%s: https://api.slack.com/apps, Create New App, From a manifest; paste it, and install the app in your workspace.", p.in(name))
	folder := p.Dir
	if p.Given {
		folder = "the files that your configuration names"
	}
	if m.Settings.Socket {
		r.step("Slack's pages of that app: make an app-level token with the scope %s (Basic Information). "+
			"Put it, and the bot token (OAuth & Permissions), each into a file of its own with mode 0600: %s and %s, in %s.", slack.AppScope, fileAppToken, fileBotToken, folder)
		return
	}
	r.step("Slack's pages of that app: put the bot token (OAuth & Permissions) and the signing secret (Basic Information) each into a file of its own "+
		"with mode 0600: %s and %s, in %s. Once the bot serves, verify the address under Event Subscriptions.", fileBotToken, fileSigning, folder)
}

const tryIt = `"guestsite doctor --config %s" says what is left, tries what is there, and says where to give what is missing.`

func (p setupPlan) configuration(r *setupResult) {
	if p.Given {
		r.step("Write the ids that the scripts printed into your configuration; "+tryIt, p.File)
		return
	}
	r.add(defaultConfigFile, []byte(configOf(p.Config)), nil)
	r.files[len(r.files)-1].Edited = `to go on with what it says now, run "` + p.again() + `"`
	r.step("%s: fill in each <…>; "+tryIt, p.in(defaultConfigFile), p.File)
}

// teams writes the app of the bot as soon as its id is known.
func (p setupPlan) teams(r *setupResult) {
	t := p.Config.Teams
	if t == nil {
		return
	}
	if !guid.MatchString(t.AppID) || !guid.MatchString(p.Config.Microsoft365.ClientID) {
		r.step("Run \"guestsite teams-package --config %s\", and do what it says: it writes the app for the Teams admin center, for which the ids have to be known.", p.File)
		return
	}
	const name = "guestsite-teams.zip"
	m, dutch, err := teamsManifestOf(p.Config, teamsApp{})
	if err != nil {
		r.add(name, nil, err)
		return
	}
	data, err := zipTeams(m, dutch)
	r.add(name, data, err)
	r.step("%s: Teams admin center, Teams apps, Manage apps, Upload. \"guestsite teams-package\" writes it with a name and links of yours.", p.in(name))
}
