package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
	"guestsite/bot/slack"
	"guestsite/cmd/guestsite/demo"
	"guestsite/graph"
)

// readme is README.md from a heading to the next one.
func readme(t *testing.T, heading string) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("README.md has no heading %q", heading)
	}
	section, _, _ := strings.Cut(after, "\n## ")
	return section
}

// fenced is the text of the first code block of a kind.
func fenced(t *testing.T, section, kind string) string {
	t.Helper()
	_, after, found := strings.Cut(section, "\n```"+kind+"\n")
	text, _, closed := strings.Cut(after, "\n```")
	if !found || !closed {
		t.Fatalf("no code block of kind %q", kind)
	}
	return text + "\n"
}

// tableUnder gives the rows of the table whose first column has that title,
// without backquotes around a cell.
func tableUnder(t *testing.T, section, title string) [][]string {
	t.Helper()
	_, after, found := strings.Cut(section, "| "+title+" |")
	if !found {
		t.Fatalf("no table begins with %q", title)
	}
	var rows [][]string
	for i, line := range strings.Split(after, "\n") {
		switch {
		case i < 2: // the rest of the head, the ruler
		case !strings.HasPrefix(line, "|"):
			return rows
		default:
			row := strings.Split(strings.Trim(line, "| "), " | ")
			for i, cell := range row {
				if strings.Count(cell, "`") == 2 {
					row[i] = strings.Trim(cell, "`")
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func column(rows [][]string, i int) []string {
	var out []string
	for _, row := range rows {
		out = append(out, row[i])
	}
	return out
}

func wantSame(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("README.md, %s:\n got %q\nwant %q", what, got, want)
	}
}

// What is said to have been said is said by the demo, dates aside.
func TestReadme_ConversationIsTheDemos(t *testing.T) {
	t.Parallel()
	dates := regexp.MustCompile(`[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2}( \d{4})?`)
	blocks := strings.Split(readme(t, "The conversation"), "```")
	for i, name := range []string{"new-site", "blocked-domain"} {
		block := blocks[2*i+1]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			lab, err := demo.OpenLab(ctx, starter(slog.New(slog.DiscardHandler)), "", "en")
			if err != nil {
				t.Fatal(err)
			}
			stories := demo.Stories()
			st := stories[slices.IndexFunc(stories, func(st demo.Story) bool { return st.Name == name })]
			said := &bytes.Buffer{}
			if err := errors.Join(lab.Play(ctx, st, said), lab.Close()); err != nil {
				t.Fatal(err)
			}
			all := dates.ReplaceAllString(said.String(), "DATE")
			for line := range strings.Lines(block) {
				line = dates.ReplaceAllString(strings.TrimLeft(strings.TrimSpace(line), "│ "), "DATE")
				if line != "…" && !strings.Contains(all, line) {
					t.Errorf("nobody says %q", line)
				}
			}
		})
	}
}

func TestReadme_DrawsTheTables(t *testing.T) {
	t.Parallel()
	if got := fenced(t, readme(t, "How it works"), "mermaid"); got != flow.Diagram() {
		t.Error("the diagram is not the one of bot/flow/testdata/flow.mmd")
	}
}

// The contents name every heading but the last two, and lead to each.
func TestReadme_ContentsLeadToEachHeading(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "\n**On this page:**")
	if !found {
		t.Fatal("README.md has no list of contents")
	}
	line, rest, _ := strings.Cut(after, "\n")
	var got, want []string
	for _, link := range regexp.MustCompile(`\]\(#([^)]+)\)`).FindAllStringSubmatch(line, -1) {
		got = append(got, link[1])
	}
	for _, heading := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(rest, -1) {
		if name := heading[1]; name != "Contributing" && name != "Licence" {
			want = append(want, strings.ReplaceAll(strings.ToLower(name), " ", "-")) // as GitHub makes them
		}
	}
	wantSame(t, "contents", got, want)
}

func TestReadme_NamesTheLayers(t *testing.T) {
	t.Parallel()
	texts, err := card.Load("en", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for n := readiness.LayerAddress; n <= readiness.LayerRules; n++ {
		want = append(want, texts.For("en").Say(card.Key("layer.l"+strconv.Itoa(int(n)))))
	}
	wantSame(t, "layers", column(tableUnder(t, readme(t, "How it works"), "layer"), 1), want)
}

func TestReadme_TreeIsThere(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(fenced(t, readme(t, "How it works"), "")) {
		folder, _, _ := strings.Cut(line, " ")
		if info, err := os.Stat(filepath.Join("../..", folder)); err != nil || !info.IsDir() {
			t.Errorf("there is no folder %s", folder)
		}
	}
}

func TestReadme_NamesEveryCommandOfTheProgram(t *testing.T) {
	t.Parallel()
	var want []string
	for _, c := range commands() {
		want = append(want, c.name)
	}
	got := column(tableUnder(t, readme(t, "Running it"), "command"), 0)
	slices.Sort(got)
	slices.Sort(want)
	wantSame(t, "commands", got, want)
	status := func(n int) string { return strconv.Itoa(n) }
	wantSame(t, "exit statuses", column(tableUnder(t, readme(t, "Running it"), "exit status"), 0),
		[]string{status(exitOK), status(exitFailed), status(exitUsage), status(exitNotReady), status(exitStopped)})
}

func TestReadme_NamesEveryWordOfTheChat(t *testing.T) {
	t.Parallel()
	rows := tableUnder(t, readme(t, "What each person can do"), "English")
	var en, nl []string
	for _, c := range card.Commands() {
		en, nl = append(en, c.Word("en")), append(nl, c.Word("nl"))
	}
	wantSame(t, "English words", column(rows, 0), en)
	wantSame(t, "Dutch words", column(rows, 1), nl)
}

func TestReadme_ListsThePermissions(t *testing.T) {
	t.Parallel()
	var got, want []string
	for _, row := range tableUnder(t, readme(t, "What it needs"), "access") {
		got = append(got, strings.Join(row[:3], ": "))
	}
	known := map[graph.Permission]bool{}
	for _, a := range []graph.Access{graph.Diagnose, graph.Standard, graph.Full} {
		for _, p := range graph.Permissions(a) {
			if known[p] {
				continue
			}
			known[p] = true
			name := p.Name
			if p.Resource != graph.ResourceGraph {
				name = "`" + p.Name + "` of " + p.Resource
			}
			want = append(want, strings.Join([]string{string(a), strings.Trim(name, "`"), p.Use}, ": "))
		}
	}
	for i := range got { // a cell with a word behind the name keeps its backquotes
		got[i] = strings.Replace(got[i], ": `", ": ", 1)
	}
	wantSame(t, "permissions", got, want)
}

func TestReadme_ListsTheScopes(t *testing.T) {
	t.Parallel()
	var want [][]string
	for _, s := range slack.Scopes() {
		want = append(want, []string{s.Name, s.Use})
	}
	got := tableUnder(t, readme(t, "What it needs"), "scope")
	wantSame(t, "scopes", column(got, 0), column(want, 0))
	for i, row := range got {
		if strings.ReplaceAll(row[1], "`", "") != strings.ReplaceAll(want[i][1], "`", "") {
			t.Errorf("README.md, scope %s: %q, want %q", row[0], row[1], want[i][1])
		}
	}
}

func TestReadme_ListsThePathsForSlack(t *testing.T) {
	t.Parallel()
	a, err := slack.New(slack.Options{
		BotToken: func() string { return "xoxb-1" }, SigningSecrets: func() []string { return []string{"s"} }, TeamIDs: []string{"T1"}, HTTP: http.DefaultClient,
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile("https://…(/slack/[a-z]+)").FindAllStringSubmatch(readme(t, "What it needs"), -1)
	wantSame(t, "paths", slices.Sorted(slices.Values(column(got, 1))), slices.Sorted(maps.Keys(a.Handlers())))
}

// callsOfSlack are the methods of slack-go that bot/slack uses, by the method of
// Slack's Web API behind each.
func callsOfSlack() map[string]string {
	return map[string]string{
		"AuthTest": "auth.test", "GetUserInfo": "users.info", "GetUserByEmail": "users.lookupByEmail",
		"PostMessage": "chat.postMessage", "UpdateMessage": "chat.update",
		"OpenConversation": "conversations.open", "GetConversationHistory": "conversations.history",
		"StartSocketMode": "apps.connections.open", "OpenView": "views.open", "UpdateView": "views.update", "PushView": "views.push",
	}
}

func TestReadme_ListsTheEndpoints(t *testing.T) {
	t.Parallel()
	got := strings.Split(strings.TrimSpace(fenced(t, readme(t, "Endpoints"), "")), "\n")
	if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Error("the list is not sorted, or names something twice")
	}
	var want []string
	for _, op := range graph.Operations() {
		method, rest, _ := strings.Cut(op, " ")
		version, path, _ := strings.Cut(rest, " ")
		want = append(want, "graph "+method+" /"+version+path)
	}
	sources, err := filepath.Glob("../../bot/slack/*.go")
	if err != nil || len(sources) == 0 {
		t.Fatal("no sources of bot/slack", err)
	}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range regexp.MustCompile(`\b(?:a\.api\(\)|appAPI\([^()]*(?:\(\))?\))\.(\w+?)(Context)?\(`).FindAllStringSubmatch(string(text), -1) {
			if callsOfSlack()[call[1]] == "" {
				t.Errorf("%s calls %s, which is no method that this test knows", source, call[1])
			}
			want = append(want, "slack_api POST "+callsOfSlack()[call[1]])
		}
	}
	// What the stories were seen to call, the rest by the program's own tables.
	seen, err := os.ReadFile("testdata/endpoints.txt")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, strings.Split(strings.TrimSpace(string(seen)), "\n")...)
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("the list lacks %s", line)
		}
	}
	for _, line := range got {
		key, _, _ := strings.Cut(line, " ")
		if (key == "graph" || key == "slack_api") && !slices.Contains(want, line) {
			t.Errorf("the list has %s, which nothing calls", line)
		}
	}
}

func TestReadme_ConfigurationServes(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), rsaKey(t)
	write(t, dir, "microsoft365.pem", certificate(t, key, &key.PublicKey, time.Now().Add(time.Hour)))
	write(t, dir, "slack-bot.token", "xoxb-1-abc")
	write(t, dir, "slack-app.token", "xapp-1-abc")
	c, err := Load(write(t, dir, "guestsite.yaml", fenced(t, readme(t, "Configuration"), "yaml")), envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ValidateServe(); err != nil {
		t.Error(err)
	}
}

// records are the types in which personal data is kept.
func records() []any {
	return []any{flow.Request{}, flow.Guest{}, flow.Click{}, bot.Message{}, bot.PersonRecord{}, bot.Link{}, bot.LinkOf{}, bot.LinkToken{}, bot.Place{}, bot.Pause{}, bot.Held{}, bot.Erasure{}, bot.Cleared{}, bot.Cut{}, bot.Entry{}}
}

// nobodys are the fields that say nothing about a person.
func nobodys() []string {
	var out []string
	for record, fields := range map[string]string{
		"Request": "id state created_at changed_at policy form site.state site.unique_name site.rule site.deadline site.resume " +
			"site.level site.slow site.code target guests version seq code salt head ends_at erased leaving",
		"Guest":   "id request state seq rule stage deadline ending code resume head",
		"Message": "request kind part hash peek shown_digest version all waits tried dead erased posted_at",
		"Pause":   "on at reason n",
		"Erasure": "id at done requests guests entries cards cards_left left",
		"Cleared": "request salt head heads ended_at",
		"Cut":     "requests entries until",
		"Held":    "id kind payload attempt at", // no kind of job that can be held has people in its payload
		"Entry":   "Position.Part Position.Seq At Request Event From To PayloadDigest Prev Digest",
	} {
		for field := range strings.FieldsSeq(fields) {
			out = append(out, record+"."+field)
		}
	}
	return out
}

// leaves lists the fields of a record, by the names they have on disk, down to
// what is one value, one person or one account.
func leaves(t reflect.Type, path string) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	whole := []reflect.Type{
		reflect.TypeFor[time.Time](), reflect.TypeFor[flow.Who](), reflect.TypeFor[bot.ChatUser](), reflect.TypeFor[json.RawMessage](),
	}
	if t.Kind() != reflect.Struct || slices.Contains(whole, t) {
		return []string{path}
	}
	var out []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		out = append(out, leaves(f.Type, path+"."+name)...)
	}
	return out
}

func TestReadme_TellsOfAllPersonalData(t *testing.T) {
	t.Parallel()
	var told []string
	for _, row := range tableUnder(t, readme(t, "Personal data"), "about") {
		if len(row) != 5 || slices.Contains(row, "") {
			t.Fatalf("row %q: something is missing", row)
		}
		told = append(told, strings.Fields(strings.ReplaceAll(row[4], "`", ""))...)
	}
	silent := nobodys()
	used := map[string]bool{}
	covered := func(leaf string, by []string) bool {
		i := slices.IndexFunc(by, func(f string) bool { return leaf == f || strings.HasPrefix(leaf, f+".") })
		if i >= 0 {
			used[by[i]] = true
		}
		return i >= 0
	}
	for _, r := range records() {
		for _, leaf := range leaves(reflect.TypeOf(r), reflect.TypeOf(r).Name()) {
			switch about, nobody := covered(leaf, told), covered(leaf, silent); {
			case !about && !nobody:
				t.Errorf("%s: the table does not have it, and nobody said that it is about nobody", leaf)
			case about && nobody:
				t.Errorf("%s: in the table, and said to be about nobody", leaf)
			}
		}
	}
	for _, field := range slices.Concat(told, silent) {
		if !used[field] {
			t.Errorf("%s is no field", field)
		}
	}
}
