package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"guestsite/bot/slack/slackfake"
	"guestsite/bot/teams/teamsfake"
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
		if w.Host == graphfake.HostLogin && strings.HasSuffix(w.Path, "/oauth2/v2.0/authorize") {
			continue // that is a person's browser
		}
		e.note(templated(key, w.Method, w.Path))
	}
	for _, w := range lab.Slack.Wire() {
		if w.Direction != slackfake.ToSlack {
			continue
		}
		switch w.Method {
		case "response_url":
			e.note("slack_hooks_hosts POST {response_url}")
		case "socket.connect":
			e.note("slack_api GET {socket}")
		default:
			e.note("slack_api POST " + w.Method)
		}
	}
	for _, w := range lab.Teams.Wire() {
		if w.Direction == teamsfake.ToTeams {
			e.note(templatedTeams(w.Method, w.Path))
		}
	}
}

// templatedTeams is a line for a request to the Bot Connector or to the host of its
// keys. The prefix of the service is part of its address.
func templatedTeams(method, path string) string {
	i := strings.Index(path, "/v3/conversations")
	if i < 0 {
		return "bot_openid_metadata " + method + " " + path
	}
	path = regexp.MustCompile(`/activities/[^/]+$`).ReplaceAllString(path[i:], "/activities/{activity}")
	path = regexp.MustCompile(`^/v3/conversations/[^/]+`).ReplaceAllString(path, "/v3/conversations/{conversation}")
	return "bot_service_hosts " + method + " {service}" + path
}

// templated is a line for a request to a host of the tenant.
func templated(key, method, path string) string {
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
		line := asPath(op)
		verb, template, _ := strings.Cut(line, " ")
		// A placeholder stands for one segment, or for what is quoted.
		pattern := regexp.MustCompile(`\\\{[^{}]+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`)
		if verb == method && regexp.MustCompile("^"+pattern+"$").MatchString(path) {
			return key + " " + line
		}
	}
	return key + " " + method + " " + path + " (not an operation of package graph)"
}

// rareMethods are called where an open form is met by a press that can no longer
// be taken, which no story comes to.
var rareMethods = []string{"slack_api POST views.push"}

// asPath writes "GET v1.0 /users" as "GET /v1.0/users".
func asPath(op string) string {
	method, rest, _ := strings.Cut(op, " ")
	version, path, _ := strings.Cut(rest, " ")
	return method + " /" + version + path
}

// compare wants the file to hold what was called, every operation of Graph that
// may be, and nothing else; UPDATE_SCRIPTS writes it.
func (e *endpoints) compare(t *testing.T) {
	t.Helper()
	called := e.lines()
	for _, op := range graph.Operations() {
		e.note("graph " + asPath(op))
	}
	for _, line := range rareMethods {
		e.note(line)
	}
	if os.Getenv("UPDATE_SCRIPTS") != "" {
		if err := os.WriteFile(endpointsFile, []byte(strings.Join(e.lines(), "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := golden(t)
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
	if !slices.IsSorted(want) {
		t.Errorf("%s is not sorted", endpointsFile)
	}
	t.Logf("%d of %d endpoints were called", len(called), len(want))
}

func golden(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(endpointsFile)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}
