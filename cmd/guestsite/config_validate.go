package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"guestsite/cmd/guestsite/control"
)

// Validate reports everything that is wrong with c, as Faults. It reads the
// certificate files that c names and opens no connection.
func (c Config) Validate() error { return c.faults().err() }

// ValidateServe is Validate, and demands what only serve needs.
func (c Config) ValidateServe() error {
	f := c.faults()
	if len(c.chats()) == 0 {
		f.add("slack", "is missing, as is teams, and the bot has no chat to serve", "Add the block slack, the block teams, or both")
	}
	if c.Microsoft365.Access == AccessDiagnose {
		f.add("microsoft365.access", "is diagnose, with which no request can be carried out", "Write standard or full")
	}
	return f.err()
}

func (c Config) faults() Faults {
	var f Faults
	c.checkServer(&f)
	c.checkClouds(&f)
	c.Microsoft365.check(&f)
	c.checkSlack(&f)
	c.checkTeams(&f)
	c.checkIdentity(&f)
	c.checkPeople(&f)
	c.Policy.check(&f)
	c.checkStore(&f)
	return f
}

// chats names the chats that are switched on.
func (c Config) chats() []string {
	var on []string
	if c.Slack != nil {
		on = append(on, "Slack")
	}
	if c.Teams != nil {
		on = append(on, "Teams")
	}
	return on
}

// callers names the chats that call the bot.
func (c Config) callers() []string {
	var all []string
	if c.Slack != nil && c.Slack.Mode == SlackHTTP {
		all = append(all, "Slack")
	}
	if c.Teams != nil {
		all = append(all, "Teams")
	}
	return all
}

func (c Config) checkServer(f *Faults) {
	if err := checkHostPort(c.Listen); err != nil {
		f.add("listen", fmt.Sprintf("%q %v", c.Listen, err), "Write host:port, such as 127.0.0.1:8080")
	}
	if err := checkHostPort(c.MetricsListen); err != nil && c.MetricsListen != "" {
		f.add("metrics_listen", fmt.Sprintf("%q %v", c.MetricsListen, err), "Write host:port, such as 127.0.0.1:9464, or remove it")
	} else if c.MetricsListen == c.Listen && !strings.HasSuffix(c.Listen, ":0") {
		f.add("metrics_listen", "is the same as listen, which the internet reaches", "Write another port, such as 127.0.0.1:9464")
	}
	if c.PublicURL != "" {
		checkURL(f, "public_url", c.PublicURL, urlRule{loopbackHTTP: true, path: true})
	} else if callers := c.callers(); len(callers) > 0 {
		f.add("public_url", "is missing, and without it "+strings.Join(callers, " and ")+" cannot reach the bot",
			"Write the https address that leads to listen")
	}
	oneOf(f, "default_language", c.DefaultLanguage, "en", "nl")
	if _, err := time.LoadLocation(c.DefaultTimezone); err != nil || c.DefaultTimezone == "" || c.DefaultTimezone == "Local" {
		f.add("default_timezone", fmt.Sprintf("%q is no time zone", c.DefaultTimezone), "Write an IANA name, such as Europe/Amsterdam")
	}
}

func (c Config) checkClouds(f *Faults) {
	names := c.cloudNames()
	if _, own := c.Clouds[c.Cloud]; !own && !slices.Contains(names, c.Cloud) {
		f.add("cloud", fmt.Sprintf("%q is no cloud", c.Cloud),
			"Write "+strings.Join(names, ", ")+", or a name under clouds")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Clouds)) {
		key := "clouds." + name
		if slices.Contains(names, name) {
			f.add(key, "has the name of a built-in cloud", "Choose another name, and write it in cloud too")
		}
		c.Clouds[name].check(f, key)
	}
}

func (c Cloud) check(f *Faults, key string) {
	origins := []struct {
		key, value string
		rule       urlRule
		needed     bool
	}{
		// Tokens go to these four; the sign-in library refuses http, even on loopback.
		{"login", c.Login, urlRule{}, true},
		{"graph", c.Graph, urlRule{}, true},
		{"sharepoint", c.SharePoint, urlRule{}, false},
		{"sharepoint_admin", c.SharePointAdmin, urlRule{}, false},
		{"slack_api", c.SlackAPI, urlRule{loopbackHTTP: true, path: true, slash: true}, false},
	}
	for _, o := range origins {
		switch {
		case o.value != "":
			checkURL(f, key+"."+o.key, o.value, o.rule)
		case o.needed:
			f.add(key+"."+o.key, "is missing", "Write its address, such as https://127.0.0.1:9441")
		}
	}
	for i, host := range c.SlackHooksHosts {
		if !isHost(host) {
			f.add(fmt.Sprintf("%s.slack_hooks_hosts[%d]", key, i), fmt.Sprintf("%q is no host", host),
				"Write a host or host:port, such as hooks.slack.com")
		}
	}
	c.checkBot(f, key)
	if _, err := c.authorities(); err != nil {
		f.add(key+".ca_file", "cannot be used: "+err.Error(), "Name a PEM file with the authority's certificate")
	}
}

func (c Config) checkPeople(f *Faults) {
	if len(c.chats()) > 0 && len(c.People.Admins) == 0 {
		f.add("people.admins", "is missing, and nobody hears of settings that stop a request", "List group:<object id> or user:<sign-in name>")
	}
	checkNames(f, "people.admins", c.People.Admins)
	checkNames(f, "people.approvers", c.People.Approvers)
}

func checkNames(f *Faults, key string, names []string) {
	for i, entry := range names {
		kind, value, _ := strings.Cut(entry, ":")
		if kind == "group" && value == zeroGUID {
			f.add(fmt.Sprintf("%s[%d]", key, i), "is still the zeros of the example, which are no group",
				"Write group:<object id> or user:<sign-in name>")
			continue
		}
		if kind == "group" && guid.MatchString(value) || kind == "user" && upn.MatchString(value) {
			continue
		}
		f.add(fmt.Sprintf("%s[%d]", key, i), fmt.Sprintf("%q names nobody", entry),
			"Write group:<object id> or user:<sign-in name>")
	}
}

func (p Policy) check(f *Faults) {
	oneOf(f, "policy.owner_adds_directly", p.OwnerAddsDirectly, OwnerAddsOnlyFlagged, OwnerAddsYes, OwnerAddsNo)
	upTo(f, "policy.max_guests", p.MaxGuests, 1000)
	upTo(f, "policy.max_days", p.MaxDays, 3650)
	upTo(f, "policy.default_days", p.DefaultDays, min(max(p.MaxDays, 1), 3650))
	upTo(f, "policy.decide_within", int(p.DecideWithin), 60)
	for i, word := range p.BlockedWords {
		if strings.TrimSpace(word) == "" {
			f.add(fmt.Sprintf("policy.blocked_words[%d]", i), "is empty", "Write a word, or remove the entry")
		}
	}
	for i, name := range p.BlockedDomains {
		if !domain.MatchString(name) {
			f.add(fmt.Sprintf("policy.blocked_domains[%d]", i), fmt.Sprintf("%q is no domain", name), "Write the part after the @, such as example.com")
		}
	}
}

func (c Config) checkStore(f *Faults) {
	oneOf(f, "store.kind", c.Store.Kind, "bolt")
	if c.Store.Path == "" {
		f.add("store.path", "is missing", "Name the file of the database")
	}
	if err := control.CheckPath(control.Path(c.Store.Path)); err != nil {
		f.add("store.path", "is too long: "+err.Error(), "Keep the database in a folder with a shorter path")
	}
	if d := c.Retention.Drafts; d < Duration(day) {
		f.add("retention.drafts", d.String()+" is too short", "Write 1d or more")
	}
	if d := c.Retention.Finished; d < Duration(day) {
		f.add("retention.finished", d.String()+" is too short", "Write 1d or more")
	}
	if d := c.Retention.Journal; d < c.Retention.Finished {
		f.add("retention.journal", d.String()+" is shorter than retention.finished", "Write "+c.Retention.Finished.String()+" or more")
	}
}
