package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"guestsite/bot/slack/slackfake"
	"guestsite/cmd/guestsite/demo"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

// endpointsFile lists what a record under clouds must offer: key of the record,
// method and path.
const endpointsFile = "testdata/endpoints.txt"

// endpoints are those that were called, as lines of endpointsFile. The zero value
// is ready, and safe for use from several goroutines.
type endpoints struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (e *endpoints) note(line string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.seen == nil {
		e.seen = map[string]bool{}
	}
	e.seen[line] = true
}

func (e *endpoints) lines() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []string
	for line := range e.seen {
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

// add takes what the fakes of a lab saw.
func (e *endpoints) add(lab *demo.Lab) {
	for _, w := range lab.Tenant.Wire() {
		key := map[string]string{
			graphfake.HostLogin: "login", graphfake.HostGraph: "graph",
			graphfake.HostSharePoint: "sharepoint", graphfake.HostAdmin: "sharepoint_admin",
		}[w.Host]
		e.note(endpoint(key, w.Method, w.Path))
	}
	for _, w := range lab.Slack.Wire() {
		if w.Direction != slackfake.ToSlack {
			continue
		}
		if w.Method == "response_url" {
			e.note("slack_hooks_hosts POST {response_url}")
			continue
		}
		e.note("slack_api POST " + w.Method)
	}
}

// endpoint is a line for a request to a host of the tenant.
func endpoint(key, method, path string) string {
	if key != "graph" {
		for _, t := range []struct{ pattern, with string }{
			{`^/[0-9a-f-]{36}/`, "/{tenant}/"},
			{`sites\('[0-9a-f-]{36}'\)`, "sites('{site-id}')"},
			{`^/.+/_api/site$`, "{site}/_api/site"},
		} {
			path = regexp.MustCompile(t.pattern).ReplaceAllString(path, t.with)
		}
		return key + " " + method + " " + path
	}
	for _, op := range graph.Operations() {
		verb, rest, _ := strings.Cut(op, " ")
		version, template, _ := strings.Cut(rest, " ")
		template = "/" + version + template
		// A placeholder stands for one segment, or for what is quoted.
		pattern := regexp.MustCompile(`\\\{[^{}]+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`)
		if verb == method && regexp.MustCompile("^"+pattern+"$").MatchString(path) {
			return key + " " + method + " " + template
		}
	}
	return key + " " + method + " " + path + " (not an operation of package graph)"
}

// compare wants the list to be the file; UPDATE_SCRIPTS writes it.
func (e *endpoints) compare(t *testing.T) {
	t.Helper()
	got := strings.Join(e.lines(), "\n") + "\n"
	if os.Getenv("UPDATE_SCRIPTS") != "" {
		if err := os.WriteFile(endpointsFile, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want := golden(t); got != strings.Join(want, "\n")+"\n" {
		for _, line := range e.lines() {
			if !slices.Contains(want, line) {
				t.Errorf("%s lacks %s", endpointsFile, line)
			}
		}
		for _, line := range want {
			if !slices.Contains(e.lines(), line) {
				t.Errorf("%s has %s, which nothing calls", endpointsFile, line)
			}
		}
	}
}

func golden(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(endpointsFile)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}
