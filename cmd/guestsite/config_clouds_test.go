package main

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestHosts_KnowsEveryCloud(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ login, graph string }{
		"global":     {"https://login.microsoftonline.com", "https://graph.microsoft.com"},
		"us-gov":     {"https://login.microsoftonline.us", "https://graph.microsoft.us"},
		"us-gov-dod": {"https://login.microsoftonline.us", "https://dod-graph.microsoft.us"},
		"china":      {"https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"},
		"lab":        {"https://127.0.0.1:1", "https://127.0.0.1:2"},
	}
	for name, want := range tests {
		c := Default()
		c.Cloud = name
		c.Clouds = map[string]Cloud{"lab": {Login: "https://127.0.0.1:1", Graph: "https://127.0.0.1:2"}}
		got, builtIn := c.Hosts()
		if got.Login != want.login || got.Graph != want.graph || builtIn == (name == "lab") {
			t.Errorf("%s: login %s, graph %s, built in %v", name, got.Login, got.Graph, builtIn)
		}
		if got.SlackAPI != "https://slack.com/api/" || !slices.Equal(got.SlackHooksHosts, []string{"hooks.slack.com"}) {
			t.Errorf("%s: slack at %s %v", name, got.SlackAPI, got.SlackHooksHosts)
		}
	}
	if got, want := len(builtInClouds()), len(tests)-1; got != want {
		t.Errorf("%d clouds are built in, the test knows %d", got, want)
	}
}

func TestHTTPClient_TrustsTheCAFile(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the client that refuses it
	server.StartTLS()
	t.Cleanup(server.Close)
	file := write(t, t.TempDir(), "ca.pem", pemOf(server))
	for _, test := range []struct {
		cloud Cloud
		fine  bool
	}{{Cloud{}, false}, {Cloud{CAFile: file}, true}} {
		client, err := newHTTPClient(test.cloud)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(r)
		if err == nil {
			_ = answer.Body.Close()
		}
		if (err == nil) != test.fine {
			t.Errorf("with ca_file %q: %v", test.cloud.CAFile, err)
		}
		client.CloseIdleConnections()
	}
}

func pemOf(s *httptest.Server) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
}
