package main

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// botGlobal and its sisters are where a bot of Teams finds its cloud, from the
// constants of Microsoft's own SDKs (Bot Framework 4.23, Microsoft 365 Agents
// 1.8). An entry of the hosts is a host[:port], which matches to the letter,
// or a domain with a dot before it, which matches every host below it.
//
// The hosts are those that Microsoft's own check of a service URL begins with.
// Below trafficmanager.net anybody can have a host, so there it is the one
// alone. GCC's host would be covered by its domain; it stands there to be found.
func botGlobal() Cloud {
	return Cloud{
		BotOpenIDMetadata: "https://login.botframework.com/v1/.well-known/openidconfiguration",
		BotIssuer:         "https://api.botframework.com",
		BotScope:          "https://api.botframework.com/.default",
		BotServiceHosts: []string{
			"smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com", ".teams.microsoft.com", ".botframework.com",
		},
		BotServiceURL: "https://smba.trafficmanager.net/teams",
	}
}

// botUSGov is GCC High ("gov") or the Department of Defense ("dod").
func botUSGov(name string) Cloud {
	host := "smba.infra." + name + ".teams.microsoft.us"
	return Cloud{
		BotOpenIDMetadata: "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
		BotIssuer:         "https://api.botframework.us",
		BotScope:          "https://api.botframework.us/.default",
		BotServiceHosts:   []string{host, ".teams.microsoft.us"},
		BotServiceURL:     "https://" + host + "/teams",
	}
}

// botChina has no service hosts: Microsoft names none, so Teams there needs a
// record of the operator's own.
func botChina() Cloud {
	return Cloud{
		BotOpenIDMetadata: "https://login.botframework.azure.cn/v1/.well-known/openidconfiguration",
		BotIssuer:         "https://api.botframework.azure.cn",
		BotScope:          "https://api.botframework.azure.cn/.default",
	}
}

// withBot takes the keys for Teams that c leaves out from another record. The
// service URL goes with the hosts: beside hosts of c's own it would be a
// stranger.
func (c Cloud) withBot(from Cloud) Cloud {
	c.BotOpenIDMetadata = cmp.Or(c.BotOpenIDMetadata, from.BotOpenIDMetadata)
	c.BotIssuer = cmp.Or(c.BotIssuer, from.BotIssuer)
	c.BotScope = cmp.Or(c.BotScope, from.BotScope)
	if len(c.BotServiceHosts) == 0 {
		c.BotServiceHosts = from.BotServiceHosts
		c.BotServiceURL = cmp.Or(c.BotServiceURL, from.BotServiceURL)
	}
	return c
}

// checkBot wants https everywhere, on loopback too: the bot's token goes to the
// service URL, and whoever serves the metadata says whose requests are taken.
func (c Cloud) checkBot(f *Faults, key string) {
	if c.BotOpenIDMetadata != "" {
		checkURL(f, key+".bot_openid_metadata", c.BotOpenIDMetadata, urlRule{path: true})
	}
	if c.BotIssuer != "" { // a name, which may end in a slash
		checkURL(f, key+".bot_issuer", strings.TrimSuffix(c.BotIssuer, "/"), urlRule{path: true})
	}
	if c.BotScope != "" && (!strings.HasSuffix(c.BotScope, "/.default") || strings.ContainsAny(c.BotScope, " \t\r\n")) {
		f.add(key+".bot_scope", fmt.Sprintf("%q is no scope for an application", c.BotScope),
			"Write one scope that ends in /.default, such as "+botGlobal().BotScope)
	}
	hosts := c.withBot(botGlobal()).BotServiceHosts
	for i, host := range c.BotServiceHosts {
		below, wide := strings.CutPrefix(host, ".")
		if !isHost(below) || wide && !domain.MatchString(strings.ToLower(below)) {
			f.add(fmt.Sprintf("%s.bot_service_hosts[%d]", key, i), fmt.Sprintf("%q is no host", host),
				"Write a host or host:port, such as smba.trafficmanager.net, or .example.org for all hosts below example.org")
		}
	}
	if c.BotServiceURL == "" {
		return
	}
	before := len(*f)
	checkURL(f, key+".bot_service_url", c.BotServiceURL, urlRule{path: true})
	if u, err := url.Parse(c.BotServiceURL); err == nil && len(*f) == before && !amongHosts(hosts, u.Host) {
		f.add(key+".bot_service_url", "is at a host that the bot's token may not go to", "List "+u.Host+" in bot_service_hosts")
	}
}

// amongHosts reports whether hosts hold host, or a domain above it.
func amongHosts(hosts []string, host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ":443")
	return slices.ContainsFunc(hosts, func(entry string) bool {
		entry = strings.ToLower(entry)
		return entry == host || strings.HasPrefix(entry, ".") && strings.HasSuffix(host, entry)
	})
}
