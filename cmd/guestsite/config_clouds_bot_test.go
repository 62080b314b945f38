package main

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestHosts_KnowTheBotOfEveryCloud(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ metadata, issuer, scope, service string }{
		"global": {
			"https://login.botframework.com/v1/.well-known/openidconfiguration", "https://api.botframework.com",
			"https://api.botframework.com/.default", "https://smba.trafficmanager.net/teams",
		},
		"us-gov": {
			"https://login.botframework.azure.us/v1/.well-known/openidconfiguration", "https://api.botframework.us",
			"https://api.botframework.us/.default", "https://smba.infra.gov.teams.microsoft.us/teams",
		},
		"us-gov-dod": {
			"https://login.botframework.azure.us/v1/.well-known/openidconfiguration", "https://api.botframework.us",
			"https://api.botframework.us/.default", "https://smba.infra.dod.teams.microsoft.us/teams",
		},
		"china": {
			"https://login.botframework.azure.cn/v1/.well-known/openidconfiguration", "https://api.botframework.azure.cn",
			"https://api.botframework.azure.cn/.default", "",
		},
	}
	if got := len(builtInClouds()); got != len(tests) {
		t.Errorf("%d clouds are built in, the test knows %d", got, len(tests))
	}
	for name, want := range tests {
		c := Default()
		c.Cloud = name
		got, _ := c.Hosts()
		if got.BotOpenIDMetadata != want.metadata || got.BotIssuer != want.issuer || got.BotScope != want.scope || got.BotServiceURL != want.service {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		var f Faults
		got.check(&f, "clouds."+name)
		if err := f.err(); err != nil {
			t.Errorf("%s would be refused as a record: %v", name, err)
		}
	}
}

// A token that leaves for a host that anybody may own is lost.
func TestHosts_TheTokenStaysWithMicrosoft(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ yes, no string }{
		"global": {
			"smba.trafficmanager.net smba.trafficmanager.net:443 SMBA.trafficmanager.net smba.infra.gcc.teams.microsoft.com " +
				"emea.ng.msg.teams.microsoft.com webchat.botframework.com",
			"evil.trafficmanager.net trafficmanager.net evil-smba.trafficmanager.net smba.trafficmanager.net.evil.org " +
				"smba.trafficmanager.net:8443 evilbotframework.com teams.microsoft.com.evil.org smba.infra.gov.teams.microsoft.us",
		},
		"us-gov":     {"smba.infra.gov.teams.microsoft.us", "smba.trafficmanager.net evil-teams.microsoft.us.org"},
		"us-gov-dod": {"smba.infra.dod.teams.microsoft.us", "smba.trafficmanager.net api.botframework.com"},
		"china":      {"", "smba.trafficmanager.net botframework.azure.cn"},
	}
	for name, test := range tests {
		hosts := builtInClouds()[name].BotServiceHosts
		for host := range strings.FieldsSeq(test.yes) {
			if !amongHosts(hosts, host) {
				t.Errorf("%s: %s is refused", name, host)
			}
		}
		for host := range strings.FieldsSeq(test.no) {
			if amongHosts(hosts, host) {
				t.Errorf("%s: %s would get the token", name, host)
			}
		}
	}
}

func TestHosts_FillInTheBotOfARecord(t *testing.T) {
	t.Parallel()
	global := botGlobal()
	tests := map[string]struct {
		record  Cloud
		hosts   []string
		service string
	}{
		"nothing":           {Cloud{}, global.BotServiceHosts, global.BotServiceURL},
		"hosts":             {Cloud{BotServiceHosts: []string{"a:1"}}, []string{"a:1"}, ""},
		"hosts and service": {Cloud{BotServiceHosts: []string{"a:1"}, BotServiceURL: "https://a:1"}, []string{"a:1"}, "https://a:1"},
		"service": {
			Cloud{BotServiceURL: "https://b.teams.microsoft.com/x"}, global.BotServiceHosts, "https://b.teams.microsoft.com/x",
		},
	}
	for name, test := range tests {
		c := Default()
		c.Cloud, c.Clouds = "lab", map[string]Cloud{"lab": test.record}
		got, _ := c.Hosts()
		if !slices.Equal(got.BotServiceHosts, test.hosts) || got.BotServiceURL != test.service || got.BotIssuer != global.BotIssuer {
			t.Errorf("%s: hosts %v, service %q, issuer %q", name, got.BotServiceHosts, got.BotServiceURL, got.BotIssuer)
		}
		if u, err := url.Parse(got.BotServiceURL); got.BotServiceURL != "" && (err != nil || !amongHosts(got.BotServiceHosts, u.Host)) {
			t.Errorf("%s: %s is not among its own hosts", name, got.BotServiceURL)
		}
	}
}

func TestValidate_TheBotOfARecord(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		record Cloud
		key    string // empty: accepted
	}{
		"all of its own": {Cloud{
			BotOpenIDMetadata: "https://127.0.0.1:1/x", BotIssuer: "https://sts.example.org/", BotScope: "api://bot/.default",
			BotServiceHosts: []string{"127.0.0.1:2", ".Example.org"}, BotServiceURL: "https://127.0.0.1:2/teams",
		}, ""},
		"metadata unencrypted": {Cloud{BotOpenIDMetadata: "http://127.0.0.1:1/x"}, "bot_openid_metadata"},
		"issuer unencrypted":   {Cloud{BotIssuer: "http://127.0.0.1:1"}, "bot_issuer"},
		"scope of one right":   {Cloud{BotScope: "https://api.botframework.com/User.Read"}, "bot_scope"},
		"two scopes":           {Cloud{BotScope: "openid https://api.botframework.com/.default"}, "bot_scope"},
		"host with a path":     {Cloud{BotServiceHosts: []string{"a.example.org", "b.example.org/teams"}}, "bot_service_hosts[1]"},
		"host with an asterisk": {
			Cloud{BotServiceHosts: []string{".*.example.org"}}, "bot_service_hosts[0]",
		},
		"all of com":          {Cloud{BotServiceHosts: []string{".com"}}, "bot_service_hosts[0]"},
		"domain with a port":  {Cloud{BotServiceHosts: []string{".example.org:1"}}, "bot_service_hosts[0]"},
		"service unencrypted": {Cloud{BotServiceHosts: []string{"127.0.0.1:2"}, BotServiceURL: "http://127.0.0.1:2"}, "bot_service_url"},
		"service elsewhere":   {Cloud{BotServiceHosts: []string{"127.0.0.1:2"}, BotServiceURL: "https://127.0.0.1:3"}, "bot_service_url"},
		"service unlisted":    {Cloud{BotServiceURL: "https://127.0.0.1:3"}, "bot_service_url"},
	}
	for name, test := range tests {
		c := Default()
		c.Microsoft365 = Microsoft365{TenantID: someGUID, Auth: AuthManagedIdentity, Access: AccessFull}
		test.record.Login, test.record.Graph = "https://l.example.org", "https://g.example.org"
		c.Clouds = map[string]Cloud{"lab": test.record}
		err := c.Validate()
		if test.key == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if keys := faultKeys(t, err); !slices.Equal(keys, []string{"clouds.lab." + test.key}) {
			t.Errorf("%s: faults %v, want one at %s: %v", name, keys, test.key, err)
		}
	}
}
