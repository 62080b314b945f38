package main

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Cloud holds every vendor host the bot speaks to. Tokens of one cloud are
// useless in another.
type Cloud struct {
	Login           string   `key:"login"`             // origin of Entra's sign-in
	Graph           string   `key:"graph"`             // origin of Microsoft Graph
	SharePoint      string   `key:"sharepoint"`        // origin; empty: as Graph's root site says
	SharePointAdmin string   `key:"sharepoint_admin"`  // origin; empty: -admin before SharePoint's first dot
	SlackAPI        string   `key:"slack_api"`         // base of Slack's Web API, ends in /
	SlackHooksHosts []string `key:"slack_hooks_hosts"` // hosts a response_url may name
	CAFile          string   `key:"ca_file,path"`      // PEM: authorities trusted beside the machine's

	// For Teams; see config_clouds_bot.go.
	BotOpenIDMetadata string   `key:"bot_openid_metadata"` // names the keys that sign what Teams sends
	BotIssuer         string   `key:"bot_issuer"`          // who must have issued it, to the letter
	BotScope          string   `key:"bot_scope"`           // of the bot's own token, ends in /.default
	BotServiceHosts   []string `key:"bot_service_hosts"`   // the bot's token goes to these alone
	BotServiceURL     string   `key:"bot_service_url"`     // where a chat with somebody new is opened; empty: not known
}

// builtInClouds are the clouds that need no record. Sources: "Microsoft Graph:
// National cloud deployments" and "Microsoft Entra: National clouds"; GCC is
// part of global. Slack runs apart from all of them: GovSlack needs a record.
func builtInClouds() map[string]Cloud {
	with := func(login, graph string) Cloud {
		return Cloud{
			Login: login, Graph: graph,
			SlackAPI: "https://slack.com/api/", SlackHooksHosts: []string{"hooks.slack.com"},
		}
	}
	return map[string]Cloud{
		"global":     with("https://login.microsoftonline.com", "https://graph.microsoft.com").withBot(botGlobal()),
		"us-gov":     with("https://login.microsoftonline.us", "https://graph.microsoft.us").withBot(botUSGov("gov")),
		"us-gov-dod": with("https://login.microsoftonline.us", "https://dod-graph.microsoft.us").withBot(botUSGov("dod")),
		"china":      with("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn").withBot(botChina()),
	}
}

// Hosts returns the record of the cloud that c names. builtIn is false for a
// record of the operator's own, whose login must not be looked up at
// Microsoft's (instance discovery off). The keys for Slack and for Teams that
// a record leaves out are those of the global cloud.
func (c Config) Hosts() (cloud Cloud, builtIn bool) {
	known := builtInClouds()
	if cloud, ok := known[c.Cloud]; ok {
		return cloud, true
	}
	return c.Clouds[c.Cloud].filled(known["global"]), false
}

func (c Cloud) filled(from Cloud) Cloud {
	c.SlackAPI = cmp.Or(c.SlackAPI, from.SlackAPI)
	if len(c.SlackHooksHosts) == 0 {
		c.SlackHooksHosts = from.SlackHooksHosts
	}
	return c.withBot(from)
}

// cloudNames lists what the key cloud may say.
func (c Config) cloudNames() []string {
	return slices.Sorted(maps.Keys(builtInClouds()))
}

var errNoCertificate = errors.New("holds no certificate in PEM form")

// authorities returns the machine's certificate authorities and those of
// CAFile. Nil means the machine's alone.
func (c Cloud) authorities() (*x509.CertPool, error) {
	if c.CAFile == "" {
		return nil, nil //nolint:nilnil // what crypto/tls calls the default
	}
	text, err := readFile(c.CAFile)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s: %w", c.CAFile, errNoCertificate)
	}
	return pool, nil
}

// trust says whom the bot believes to be a vendor's host.
func (c Cloud) trust() (*tls.Config, error) {
	pool, err := c.authorities()
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// newHTTPClient returns the one client for every vendor host of cloud. It
// honours the machine's proxy settings and repeats nothing by itself.
func newHTTPClient(cloud Cloud) (*http.Client, error) {
	trust, err := cloud.trust()
	if err != nil {
		return nil, err
	}
	return &http.Client{
		Timeout: time.Minute,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			TLSClientConfig:       trust,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   16,
			IdleConnTimeout:       90 * time.Second,
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: 45 * time.Second,
			ExpectContinueTimeout: time.Second,
		},
	}, nil
}
