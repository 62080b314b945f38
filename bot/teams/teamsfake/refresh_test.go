package teamsfake

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// refreshing is a card that lists viewers; ids nil leaves the list out.
func refreshing(text, data string, ids []string) string {
	users := ""
	if ids != nil {
		users = fmt.Sprintf(`,"userIds":%s`, mustJSON(ids))
	}
	return fmt.Sprintf(`{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":%q}],
		"refresh":{"action":{"type":"Action.Execute","verb":"view","data":{"v":%q}}%s}}`, text, data, users)
}

// clock is a settable Options.Now.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// personal answers a refresh with a card that names the viewer.
func personal(t *testing.T, b *bot) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		replyJSON(answerWith(refreshing("for "+str(b.last(t)["from"], "name"), "own", nil)))(w, r)
	}
}

func TestViews_AfterAnEdit(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	b.does(personal(t, b))
	group := s.AddGroupChat("Sites", Sanne, Mehmet, Priya)
	sanne, _ := s.User(Sanne)
	viewers := []string{sanne.MRI, "8:orgid:" + Mehmet}
	id := post(t, s, group, withCard(refreshing("base", "1", viewers)))
	for _, who := range []string{Sanne, Mehmet, Priya} {
		if outs := must[[]Outcome](t)(s.Views(t.Context(), who)); len(outs) != 0 {
			t.Errorf("a fresh card was refreshed for %s: %+v", who, outs)
		}
	}
	put(t, s, group, id, withCard(refreshing("edited", "2", viewers)))
	for who, want := range map[string]int{Sanne: 1, Mehmet: 1, Priya: 0} {
		if outs := must[[]Outcome](t)(s.Views(t.Context(), who)); len(outs) != want {
			t.Errorf("%s: %d refreshes, want %d", who, len(outs), want)
		}
	}
	if outs := must[[]Outcome](t)(s.Views(t.Context(), Sanne)); len(outs) != 0 {
		t.Errorf("one edit refreshed twice: %+v", outs)
	}
	a := child(b.last(t), "value")
	if a["trigger"] != "automatic" || str(child(a["action"], "data"), "v") != "2" || b.last(t)["replyToId"] != id {
		t.Errorf("refresh %s", mustJSON(b.last(t)))
	}
	ref := Ref{ConversationID: group, ID: id}
	if m := see(t, s, Mehmet, ref); !m.Own || !strings.Contains(string(m.Card), "for Mehmet") {
		t.Errorf("Mehmet sees %s", m.Card)
	}
	if m := see(t, s, Priya, ref); m.Own || !strings.Contains(string(m.Card), "edited") {
		t.Errorf("Priya sees %s", m.Card)
	}
	put(t, s, group, id, withCard(refreshing("closed", "3", []string{})))
	if outs := must[[]Outcome](t)(s.Views(t.Context(), Sanne)); len(outs) != 0 {
		t.Errorf("an empty list refreshed: %+v", outs)
	}
	if out := must[Outcome](t)(s.As(Priya).Refresh(t.Context(), ref)); !out.OK() {
		t.Errorf("the menu's refresh: %+v", out)
	}
	if got := child(b.last(t), "value")["trigger"]; got != "manual" {
		t.Errorf("trigger %v", got)
	}
	put(t, s, group, id, withCard(plainCard("no refresh")))
	if err := second(s.As(Sanne).Refresh(t.Context(), ref)); !errors.Is(err, ErrNotPossible) {
		t.Errorf("a card without refresh: %v", err)
	}
}

func TestViews_OldCopies(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)}
	s, b := start(t, Options{Now: c.now})
	b.does(personal(t, b))
	group := s.AddGroupChat("Sites", Sanne, Mehmet)
	post(t, s, group, withCard(refreshing("base", "1", nil)))
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{time.Minute, 0}, {time.Second, 1}, {0, 0}} {
		c.advance(step.wait)
		if outs := must[[]Outcome](t)(s.Views(t.Context(), Sanne)); len(outs) != step.want {
			t.Errorf("after %v: %d refreshes, want %d", step.wait, len(outs), step.want)
		}
	}
}

func TestViews_AboveSixtyMembersNobody(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	b.does(personal(t, b))
	group := s.AddGroupChat("Sites", Sanne)
	for i := range 59 {
		u := s.AddUser(User{ID: fmt.Sprintf("c0ffee00-0000-4000-8000-%012d", i)})
		if err := s.AddMember(group, u.ID); err != nil {
			t.Fatal(err)
		}
	}
	id := post(t, s, group, withCard(refreshing("base", "1", nil)))
	for _, want := range []int{1, 0} {
		put(t, s, group, id, withCard(refreshing("edited", "2", nil)))
		if outs := must[[]Outcome](t)(s.Views(t.Context(), Sanne)); len(outs) != want {
			t.Errorf("%d members: %d refreshes, want %d", 61-want, len(outs), want)
		}
		if err := s.AddMember(group, Mehmet); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStaleRefresh(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{StaleRefresh: true})
	b.does(personal(t, b))
	chat, ref := shown(t, s, refreshing("base", "1", nil))
	put(t, s, chat, ref.ID, withCard(refreshing("edited", "2", nil)))
	must[[]Outcome](t)(s.Views(t.Context(), Sanne))
	if got := str(child(child(b.last(t)["value"], "action"), "data"), "v"); got != "1" {
		t.Errorf("refresh carries data %q, want that of the old card", got)
	}
}

func TestAutoRefresh(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{AutoRefresh: true})
	b.does(personal(t, b))
	group := s.AddGroupChat("Sites", Sanne, Mehmet)
	id := post(t, s, group, withCard(refreshing("base", "1", nil)))
	put(t, s, group, id, withCard(refreshing("edited", "2", nil)))
	for _, who := range []string{Sanne, Mehmet} {
		u, _ := s.User(who)
		if _, err := s.WaitMessage(deadline(t), who, func(m Message) bool { return strings.Contains(string(m.Card), "for "+u.Name) }); err != nil {
			t.Error(err)
		}
	}
}

func TestViews_FailureIsSilent(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	b.does(replyStatus(500))
	chat, ref := shown(t, s, refreshing("base", "1", nil))
	put(t, s, chat, ref.ID, withCard(refreshing("edited", "2", nil)))
	outs := must[[]Outcome](t)(s.Views(t.Context(), Sanne))
	if len(outs) != 1 || outs[0].Code != CodeUnreachable || len(b.all()) != 1 {
		t.Errorf("outcomes %+v, %d calls", outs, len(b.all()))
	}
	if m := see(t, s, Sanne, ref); len(m.Notes) != 0 {
		t.Errorf("notes %q", m.Notes)
	}
	if outs = must[[]Outcome](t)(s.Redeliver(t.Context())); len(outs) != 0 {
		t.Errorf("a refresh was sent again: %+v", outs)
	}
}
