package main

import (
	"flag"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// setupPlan is what is to be registered.
type setupPlan struct {
	Config Config // ids and files may be missing
	Given  bool   // there is a configuration, so none is written
	File   string // of the configuration, as later commands are to name it
	Dir    string
	Name   string // of the registration; the others' begin with it
}

// defaultSetupDir and defaultSetupName are those that nobody has to say.
const (
	defaultSetupDir  = "guestsite-setup"
	defaultSetupName = "guestsite"
)

// again is what to type to go on from the configuration of the folder, once it is
// filled in.
func (p setupPlan) again() string {
	route := "guestsite setup --config " + typed(p.in(defaultConfigFile))
	if p.Dir != defaultSetupDir {
		route += " --dir " + typed(p.Dir)
	}
	if p.Name != defaultSetupName {
		route += " --name " + typed(p.Name)
	}
	return route
}

// tenant is the tenant's id as Entra writes it.
func (p setupPlan) tenant() string { return strings.ToLower(p.Config.Microsoft365.TenantID) }

// setupFlags say what a configuration would, where there is none yet.
type setupFlags struct {
	tenant, publicURL, chats, cloud, access, slackMode, sharePoint, identity string
	name                                                                     string
}

// setupKeys names the key of the configuration that each flag stands for.
func setupKeys() map[string]string {
	return map[string]string{
		"tenant": "microsoft365.tenant_id", "public-url": "public_url", "chats": "slack and teams", "cloud": "cloud",
		"access": "microsoft365.access", "slack-mode": "slack.mode", "identity": "identity.slack", "sharepoint": "microsoft365.sharepoint_admin",
	}
}

func addSetupFlags(set *flag.FlagSet) *setupFlags {
	f := &setupFlags{}
	set.StringVar(&f.tenant, "tenant", "", "the tenant's `ID`, a GUID: Entra admin center, Overview, Tenant ID")
	set.StringVar(&f.publicURL, "public-url", "", "the https `URL` that leads to the bot")
	set.StringVar(&f.chats, "chats", "", "`CHATS` to serve: slack, teams, or slack,teams")
	set.StringVar(&f.cloud, "cloud", "global", "the tenant's `CLOUD`: global, us-gov, us-gov-dod or china")
	set.StringVar(&f.access, "access", AccessFull, "what the bot may do: `ACCESS` diagnose, standard or full")
	set.StringVar(&f.slackMode, "slack-mode", SlackSocket, "how the bot and Slack come together: `MODE` socket or http")
	set.StringVar(&f.identity, "identity", IdentityLink, "how a Slack user is known, `HOW` link (he signs in once) or email")
	set.StringVar(&f.sharePoint, "sharepoint", "separate",
		"with access full, the sharing level of sites has a registration of its own: `WHICH` separate or same")
	set.StringVar(&f.name, "name", defaultSetupName, "call the registration `NAME`; the others' names begin with it")
	return f
}

// wrong is what is wrong with the flags in themselves; given are those that were
// said, and found says that there is a configuration.
func (f *setupFlags) wrong(given []string, found bool) (wrong []string) {
	if found {
		for _, name := range given {
			if key := setupKeys()[name]; key != "" {
				wrong = append(wrong, "--"+name+" is for where there is no configuration; yours says it in "+key)
			}
		}
	}
	for _, chat := range f.chatList() {
		if chat != "slack" && chat != "teams" {
			wrong = append(wrong, "--chats "+f.chats+": say slack, teams or slack,teams")
			break
		}
	}
	if !found && f.chats == "" && f.access != AccessDiagnose {
		wrong = append(wrong, "--chats is missing: say slack, teams or slack,teams")
	}
	if f.sharePoint != "separate" && f.sharePoint != "same" {
		wrong = append(wrong, "--sharepoint is separate or same")
	}
	const most = 100 // Entra takes 120 characters; the other two names add a word
	n := utf8.RuneCountInString(f.name)
	if n == 0 || n > most || f.name != strings.TrimSpace(f.name) || !utf8.ValidString(f.name) || strings.ContainsFunc(f.name, unicode.IsControl) {
		wrong = append(wrong, "--name is no name of up to 100 characters")
	}
	return wrong
}

func (f *setupFlags) chatList() []string {
	if f.chats == "" {
		return nil
	}
	return strings.Split(f.chats, ",")
}

// config is the configuration that the flags describe.
func (f *setupFlags) config() Config {
	c := Default()
	c.PublicURL, c.Cloud = f.publicURL, f.cloud
	c.Microsoft365.TenantID, c.Microsoft365.Access = f.tenant, f.access
	if f.access == AccessFull && f.sharePoint == "separate" {
		c.Microsoft365.SharePointAdmin = &SharePointAdmin{}
	}
	if slices.Contains(f.chatList(), "slack") {
		c.Slack = &Slack{Mode: f.slackMode}
		c.Identity.Slack = f.identity
	}
	if slices.Contains(f.chatList(), "teams") {
		c.Teams = &Teams{}
		c.Teams.setDefaults(c.Microsoft365)
	}
	return c
}

// faults are those of the keys that a registration depends on. The others are
// filled in after it.
func (p setupPlan) faults() (out Faults) {
	needed := []string{
		"public_url", "cloud", "microsoft365.tenant_id", "microsoft365.access", "microsoft365.auth",
		"slack.mode", "teams.app_type", "teams.auth", "identity.slack",
	}
	for _, fault := range p.Config.faults() {
		if slices.Contains(needed, fault.Key) || strings.HasPrefix(fault.Key, "clouds.") {
			out = append(out, fault)
		}
	}
	return out
}

// wrong says the faults of a configuration that was made from flags, as theirs.
func (p setupPlan) wrong() (out []string) {
	for _, fault := range p.faults() {
		for name, key := range setupKeys() {
			if key == fault.Key {
				fault.Key = "--" + name
			}
		}
		out = append(out, fault.String())
	}
	return out
}
