package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/readiness"
	"guestsite/bot/slack/slackfake"
	"guestsite/cmd/guestsite/demo"
	"guestsite/graph/graphfake"
)

// storyTime bounds a story, which takes seconds on a machine that is not busy.
const storyTime = 5 * time.Minute

// Every shipped story goes as it says, the main job in Dutch too. What they send
// is what a record under clouds must offer; what they say to an operator holds no secret.
func TestStories_GoAsTheySay(t *testing.T) {
	t.Parallel()
	type openLab func(ctx context.Context, start demo.Starter, dir, lang string) (*demo.Lab, error)
	type showing struct {
		name  string
		story demo.Story
		lang  string
		open  openLab
	}
	var showings []showing
	for _, st := range demo.Stories() {
		showings = append(showings, showing{st.Name + "/en", st, "en", demo.OpenLab})
		if st.Name == "new-site" {
			showings = append(showings, showing{st.Name + "/nl", st, "nl", demo.OpenLab}, showing{st.Name + "/http", st, "en", demo.OpenLabHTTP})
		}
	}
	var seen endpoints
	var all kindsSeen
	t.Run("play", func(t *testing.T) {
		t.Run("rarities", func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			rarities(t, b)
			seen.add(b.Lab)
		})
		for _, show := range showings {
			t.Run(show.name, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithTimeout(t.Context(), storyTime)
				defer cancel()
				var watch witness
				lab, err := show.open(ctx, watch.starter(t), "", show.lang)
				if err != nil {
					t.Fatal(err)
				}
				var out screen
				err = lab.Play(ctx, show.story, &out)
				if err == nil {
					watch.ask(t)
				}
				if err = errors.Join(err, lab.Close()); err != nil {
					t.Fatalf("%v\n%s", err, tail(out.String()))
				}
				seen.add(lab)
				watch.check(t, kindBotToken, kindPrivateKey, kindAssertion, kindAccessToken, kindGraph)
				all.add(&watch)
			})
		}
	})
	if !t.Failed() {
		seen.compare(t)
		all.want(t, kindAppToken, kindTicket, kindSigningSecret, kindSignature, kindTrigger, kindResponseURL,
			kindSharePoint, kindConnector, kindInbound, kindRedeemLink, kindGuest,
			kindLink, kindLinkToken, kindProof, kindCookie, kindState, kindNonce, kindVerifier, kindCode, kindIDToken)
	}
}

// rarities has the program call what no story comes to: a message whose answer is
// lost is looked for, a site has a lower level than asked for, and the address of
// a site does not tell its group.
func rarities(t *testing.T, b *bench) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), storyTime)
	defer cancel()
	b.Slack.AddFault(slackfake.Fault{Method: "chat.postMessage", Kind: slackfake.FaultResetAfter})
	// Until the site has its low level.
	if err := b.Tenant.Inject(graphfake.Fault{Host: graphfake.HostAdmin, Status: 503, Times: -1}); err != nil {
		t.Fatal(err)
	}
	var out screen
	err := b.Play(ctx, demo.Story{Name: "rarities", Title: "What seldom happens", Play: func(s *demo.Stage) {
		joost := s.InSlack("Joost", slackfake.Joost) // who may set the level of a site
		joost.Types("/guestsite new")
		joost.Form(card.FieldName)
		joost.Fills(card.FieldName, "Quiet Quay")
		joost.Fills(card.FieldPurpose, "Drawings")
		joost.Fills(card.FieldSecond)
		joost.Sends()
		joost.Form(card.FieldLevel)
		joost.Fills(card.FieldLevel, string(readiness.SharingGuests))
		joost.Sends()
		joost.Reviews("Quiet Quay")
		joost.Sends()
		s.Expect("the site is there", func() bool {
			g, ok := s.Tenant.Group("quiet-quay")
			return ok && s.Tenant.ChangeSite(g.ID, func(x *graphfake.Site) { x.Sharing = graphfake.SharingExisting })
		})
		s.Tenant.ClearFaults()
		s.Expect("the site got the level that was asked for", func() bool { return s.Tenant.Writes()["site.sharing"] == 1 })
		s.Expect("the lost message was looked for", func() bool { return s.Slack.Count("conversations.history") > 0 })
	}}, &out)
	if err != nil {
		t.Fatalf("%v\n%s", err, tail(out.String()))
	}
	b.Tenant.ChangeSite(b.People.Linden.ID, func(x *graphfake.Site) { x.Path = "/sites/the-lindens" })
	status, stdout, stderr := guestsite(t, nil, "why", "jan@contoso.nl", "--site", b.Tenant.SharePointURL()+"/sites/the-lindens", "--config", b.config)
	if status != exitOK || !strings.Contains(stdout, "Project Linden") {
		t.Errorf("why for a site by its address: exit status %d\n%s%s", status, stdout, stderr)
	}
	if status, body := get(t, "http://"+b.app.http.Addr()+"/readyz"); status != http.StatusOK {
		t.Errorf("not ready: %d %s", status, body)
	}
}

func TestStory_WrongExpectationFails(t *testing.T) {
	t.Parallel()
	stories := demo.Stories()
	i := slices.IndexFunc(stories, func(st demo.Story) bool { return st.Name == "declined" })
	broken, reached := stories[i], false
	broken.Play = func(s *demo.Stage) {
		stories[i].Play(s)
		if s.Err() != nil {
			t.Errorf("the story itself does not go as it says: %v", s.Err())
		}
		s.Patience = time.Second
		s.Expect("Anna was invited although Mehmet declined", func() bool { return s.Tenant.Writes()["invitation.create"] > 0 })
		s.Expect("nobody gets here", func() bool { reached = true; return true })
	}
	var out, errs screen
	p := program{stdout: &out, stderr: &errs, env: envOf(nil)}
	c := demoCommand([]demo.Story{broken})
	ctx, cancel := context.WithTimeout(t.Context(), storyTime)
	defer cancel()
	err := c.run(ctx, p, []string{"--story", "declined"})
	if !errors.Is(err, demo.ErrStory) {
		t.Fatalf("error %v, want one that wraps ErrStory", err)
	}
	if got := report(p, c, err); got != exitFailed {
		t.Errorf("exit status %d, want %d", got, exitFailed)
	}
	for _, text := range []string{out.String(), errs.String()} {
		if !strings.Contains(text, "Anna was invited although Mehmet declined: not seen in 1s") {
			t.Errorf("not told what was wrong:\n%s", tail(text))
		}
	}
	if reached || strings.Contains(out.String(), "as told") {
		t.Error("the story went on after what went wrong")
	}
}

// The page's address comes first, nothing is played, and Ctrl-C is how the demo ends,
// and no failure.
func TestDemo_RunsUntilItIsStopped(t *testing.T) {
	t.Parallel()
	short := demo.Story{Name: "short", Title: "Nothing happens", Play: func(*demo.Stage) { t.Error("a story was played") }}
	ctx, cancel := context.WithTimeout(t.Context(), storyTime)
	defer cancel()
	var out, errs screen
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(errs.String())
		}
	})
	done := make(chan int, 1)
	go func() {
		p := program{stdout: &out, stderr: &errs, env: envOf(nil)}
		done <- run(ctx, p, []command{demoCommand([]demo.Story{short})}, []string{"demo"})
	}()
	eventually(t, "the demo says where its servers are", func() bool { return strings.Contains(out.String(), "Files  ") })
	page := regexp.MustCompile(`\n  (http://127\.0\.0\.1:\d+/\S+/)\n`).FindStringSubmatch(out.String())
	if page == nil || strings.Index(out.String(), page[1]) > strings.Index(out.String(), "The bot  ") {
		t.Fatalf("no address of the page before all others:\n%s", out.String())
	}
	if status, body := get(t, page[1]); status != 200 || !strings.Contains(body, "Demo – no real people or sites") {
		t.Errorf("the page: %d %.200s", status, body)
	}
	_, after, _ := strings.Cut(out.String(), "The bot          ")
	address, after, _ := strings.Cut(after, "\n")
	if status, _ := get(t, address+"/readyz"); status != 200 {
		t.Errorf("the running demo is not ready: %d", status)
	}
	_, after, _ = strings.Cut(after, "Files            ")
	dir, _, _ := strings.Cut(after, "\n")
	if _, err := os.Stat(filepath.Join(dir, "guestsite.yaml")); err != nil {
		t.Error(err)
	}
	cancel()
	if got := <-done; got != exitOK {
		t.Errorf("exit status %d, want %d", got, exitOK)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the demo left %s behind: %v", dir, err)
	}
}

// A story that is stopped is no story that failed.
func TestDemo_StoppedInAStorySaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	endless := demo.Story{Name: "endless", Play: func(s *demo.Stage) {
		cancel()
		s.Expect("what never comes", func() bool { return false })
	}}
	p := program{stdout: io.Discard, stderr: io.Discard, env: envOf(nil)}
	c := demoCommand([]demo.Story{endless})
	err := c.run(ctx, p, []string{"--story", "endless"})
	if got := report(p, c, err); got != exitStopped || errors.Is(err, demo.ErrStory) {
		t.Errorf("exit status %d, want %d; error %v", got, exitStopped, err)
	}
}
