package teams

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/flow"
	"guestsite/bot/teams/teamsfake"
)

// installer is a bot.Installer that does what a test tells it to.
type installer struct {
	does func(personID string) (already bool, err error)

	mu    sync.Mutex
	asked []string
}

func (i *installer) InstallApp(_ context.Context, personID, manifestID string) (bool, error) {
	i.mu.Lock()
	i.asked = append(i.asked, personID+" "+manifestID)
	i.mu.Unlock()
	return i.does(personID)
}

func (i *installer) calls() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.asked)
}

// atClock is a clock that a test moves.
type atClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *atClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// pass lets the time pass after which a chat is looked for again.
func (c *atClock) pass() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(lookAgain)
}

func newInstallRig(t *testing.T, d *door) (*rig, *installer, *atClock) {
	t.Helper()
	i, c := &installer{}, &atClock{now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	r := newRig(t, d, func(_ *teamsfake.Options, o *Options) { o.Installer, o.Now = i, c.Now })
	return r, i, c
}

// creates counts how often the adapter asked for a personal chat.
func (r *rig) creates() int {
	n := 0
	for _, e := range r.fake.Wire("connector") {
		if strings.HasSuffix(e.Path, "/v3/conversations") {
			n++
		}
	}
	return n
}

var (
	undeliverable = bot.Error{Code: bot.Forbidden, Reason: bot.ReasonUndeliverable}
	waits         = bot.Error{Code: bot.Unavailable, After: lookAgain}
)

func TestLocate_OpensAChatByEntraID(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	for range 2 {
		u, err := r.chat.Locate(t.Context(), flow.Who{ID: strings.ToUpper(sanne), Mail: "somebody.else@noordzee.nl"})
		if err != nil || u != r.user(sanne) {
			t.Errorf("got %+v, %v", u, err)
		}
	}
	if r.creates() != 1 {
		t.Errorf("%d chats were asked for", r.creates())
	}
	if d.place(r.user(sanne)).Handle == "" {
		t.Error("the chat is not kept")
	}
	for name, who := range map[string]flow.Who{
		"a mail alone": {Mail: "sanne@noordzee.nl"}, "nobody": {}, "a UPN": {ID: "sanne@noordzee.nl"}, "not installed": {ID: lars},
	} {
		_, err := r.chat.Locate(t.Context(), who)
		if bot.CodeOf(err) != bot.Forbidden || bot.ReasonOf(err) != bot.ReasonUndeliverable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLocate_WaitsForTheAppThatWasInstalledAndThenFindsIt(t *testing.T) {
	t.Parallel()
	d := greets()
	r, i, c := newInstallRig(t, d)
	i.does = func(string) (bool, error) { return false, nil }
	for range 3 { // asked again before it is there
		_, err := r.chat.Locate(t.Context(), flow.Who{ID: lars})
		wantBot(t, err, waits)
		c.pass()
	}
	if got := i.calls(); len(got) != 1 || got[0] != lars+" "+r.fake.AppID() {
		t.Fatalf("installed %q", got)
	}
	if err := r.fake.InstallFor(t.Context(), lars); err != nil {
		t.Fatal(err)
	}
	if u, err := r.chat.Locate(t.Context(), flow.Who{ID: lars}); err != nil || u != r.user(lars) {
		t.Errorf("got %+v, %v", u, err)
	}
	r.post(t, lars, ownerCard())
}

func TestLocate_FindsTheChatEvenWhenNoEventTellsOfTheInstallation(t *testing.T) {
	t.Parallel()
	d := &door{}
	r, i, c := newInstallRig(t, d)
	i.does = func(id string) (bool, error) {
		r.fake.SetAppURL("http://127.0.0.1:1") // the events get lost
		_ = r.fake.InstallFor(context.WithoutCancel(t.Context()), id)
		return false, nil
	}
	_, err := r.chat.Locate(t.Context(), flow.Who{ID: lars})
	wantBot(t, err, waits)
	c.pass()
	if _, err := r.chat.Locate(t.Context(), flow.Who{ID: lars}); err != nil {
		t.Errorf("after %v: %v", lookAgain, err)
	}
}

func TestLocate_TellsWhatTheInstallationFailedBy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ err, want bot.Error }{
		"forbidden":   {bot.Error{Code: bot.Forbidden, Reason: bot.ReasonPermission}, undeliverable},
		"not given":   {bot.Error{Code: bot.Forbidden, Reason: bot.ReasonNotGiven}, undeliverable},
		"no such app": {bot.Error{Code: bot.NotFound}, undeliverable},
		"throttled":   {bot.Error{Code: bot.Throttled, After: 17 * time.Second}, bot.Error{Code: bot.Throttled, After: 17 * time.Second}},
		"unavailable": {bot.Error{Code: bot.Unavailable, Unclear: true}, bot.Error{Code: bot.Unavailable, Unclear: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, i, _ := newInstallRig(t, &door{})
			i.does = func(string) (bool, error) { return false, &c.err }
			for range 2 {
				_, err := r.chat.Locate(t.Context(), flow.Who{ID: lars})
				wantBot(t, err, c.want)
			}
			if len(i.calls()) != 2 {
				t.Errorf("installed %q", i.calls())
			}
		})
	}
}

// An app that is there, by which the person still cannot be written to, is his word.
func TestLocate_DoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	r, i, c := newInstallRig(t, &door{})
	i.does = func(string) (bool, error) { return true, nil }
	var waited, ended int
	for range 60 {
		_, err := r.chat.Locate(t.Context(), flow.Who{ID: lars})
		switch {
		case bot.ReasonOf(err) == bot.ReasonUndeliverable:
			ended++
		case bot.CodeOf(err) == bot.Unavailable && ended == 0:
			waited++
		default:
			t.Fatalf("after %d waits and %d ends: %v", waited, ended, err)
		}
		c.pass()
	}
	if waited == 0 || ended == 0 || time.Duration(waited)*lookAgain > 5*time.Minute {
		t.Errorf("waited %d times, ended %d times", waited, ended)
	}
}

// Who took the app away wants nothing from it; when he writes again, he does.
func TestPost_WhoTookTheAppAwayIsLeftAlone(t *testing.T) {
	t.Parallel()
	d := greets()
	r, i, _ := newInstallRig(t, d)
	ok(t)(r.fake.As(sanne).Say(t.Context(), "help"))
	r.settle(t)
	if err := r.fake.UninstallFor(t.Context(), sanne); err != nil {
		t.Fatal(err)
	}
	_, err := r.chat.Post(t.Context(), r.user(sanne), "out-1", ownerCard())
	wantBot(t, err, undeliverable)
	if len(i.calls()) != 0 {
		t.Errorf("installed %q", i.calls())
	}
	if err := r.fake.InstallFor(t.Context(), sanne); err != nil {
		t.Fatal(err)
	}
	r.settle(t)
	r.post(t, sanne, ownerCard())
}

func TestPost_AfterTheAppWasTakenAwayIsUndeliverable(t *testing.T) {
	t.Parallel()
	for name, told := range map[string]bool{"and we were told": true, "and we were not told": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &door{})
			ok(t)(r.fake.As(sanne).Say(t.Context(), "help"))
			if !told {
				r.fake.SetAppURL("http://127.0.0.1:1")
			}
			if err := r.fake.UninstallFor(t.Context(), sanne); (err == nil) != told {
				t.Fatal(err)
			}
			_, err := r.chat.Post(t.Context(), r.user(sanne), "out-1", ownerCard())
			wantBot(t, err, undeliverable)
			if r.creates() > 1 {
				t.Errorf("%d chats were asked for", r.creates())
			}
			// A private line that nobody reads ends.
			if err := r.chat.Whisper(t.Context(), personalHandle(r.user(sanne)), said("x")); bot.CodeOf(err) != bot.Expired {
				t.Errorf("a private line: %v", err)
			}
		})
	}
}

func TestPost_OpensALostChatAnewOnce(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	ok(t)(r.fake.As(sanne).Say(t.Context(), "help"))
	old := r.fake.PersonalChat(sanne)
	if err := r.fake.ForgetChat(sanne); err != nil {
		t.Fatal(err)
	}
	ref, _ := r.post(t, sanne, ownerCard())
	_, conversation, _, _ := parseRef(ref)
	if conversation == old || conversation != r.fake.PersonalChat(sanne) || r.creates() != 1 {
		t.Errorf("posted to %q, %d chats were asked for", conversation, r.creates())
	}
	if p := d.place(r.user(sanne)); p.Locale != "nl-NL" || p.Handle == "" {
		t.Errorf("kept: %+v", p)
	}

	r.fake.AddFault(teamsfake.Fault{Path: "/activities$", Kind: teamsfake.FaultStatus, Status: http.StatusNotFound, Code: codeNoConversation, Times: -1})
	_, err := r.chat.Post(t.Context(), r.user(sanne), "out-1", ownerCard())
	if bot.CodeOf(err) != bot.NotFound || r.creates() != 2 {
		t.Errorf("a chat that stays lost: %v, %d chats were asked for", err, r.creates())
	}
}

func TestPost_ToWhoBlockedTheBotIsUndeliverable(t *testing.T) {
	t.Parallel()
	r, i, _ := newInstallRig(t, &door{})
	i.does = func(string) (bool, error) {
		return false, &bot.Error{Code: bot.Forbidden, Reason: bot.ReasonPermission}
	}
	ref, _ := r.post(t, sanne, ownerCard())
	if err := r.fake.Block(sanne, true); err != nil {
		t.Fatal(err)
	}
	before := len(r.fake.Wire("connector"))
	_, err := r.chat.Post(t.Context(), r.user(sanne), "out-2", ownerCard())
	wantBot(t, err, undeliverable)
	wantBot(t, r.chat.Update(t.Context(), ref, outcomeCard()), undeliverable)
	if n := len(r.fake.Wire("connector")) - before; n > 4 {
		t.Errorf("%d calls for two cards", n)
	}
}

func TestPost_WithoutAServiceAddressNeedsAWordOfThePerson(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{}, func(_ *teamsfake.Options, o *Options) { o.ServiceURL = "" })
	_, err := r.chat.Post(t.Context(), r.user(sanne), "out-1", ownerCard())
	wantBot(t, err, undeliverable)
	ok(t)(r.fake.As(sanne).Say(t.Context(), "help"))
	r.post(t, sanne, ownerCard())
}

func TestPost_GoesOnlyToPeopleOfOurs(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	for name, u := range map[string]bot.ChatUser{
		"another chat": {Chat: "slack", Team: r.fake.TenantID(), ID: sanne}, "another tenant": {Chat: Name, Team: otherTenant, ID: sanne},
		"no id": {Chat: Name, Team: r.fake.TenantID()}, "a path": {Chat: Name, Team: r.fake.TenantID(), ID: "../" + sanne},
	} {
		if _, err := r.chat.Post(t.Context(), u, "x", ownerCard()); bot.ReasonOf(err) != bot.ReasonUndeliverable {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p, err := r.chat.Profile(t.Context(), bot.ChatUser{Chat: Name, Team: otherTenant, ID: sanne}); err != nil || p.Refusal != bot.RefusedStranger {
		t.Errorf("of another tenant: %+v, %v", p, err)
	}
	if n := r.fake.Count("connector"); n != 0 {
		t.Errorf("%d calls", n)
	}
}
