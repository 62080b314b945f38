package teams

import (
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/teams/teamsfake"
)

// greets is a door that answers the help.
func greets() *door {
	return &door{answer: func(in bot.Inbound) (bot.Answer, error) {
		c := said("Welcome to " + in.Command.Text)
		return bot.Answer{Whisper: &c}, nil
	}}
}

// greetings counts them.
func (r *rig) greetings(t *testing.T, id string) int {
	t.Helper()
	r.settle(t)
	n := 0
	for _, m := range r.fake.As(id).DM() {
		if strings.Contains(string(m.Card), "Welcome to") {
			n++
		}
	}
	return n
}

func TestActivity_NewKindsAreNoFault(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	me := r.fake.As(sanne)
	group := r.fake.AddGroupChat("Linden", sanne, mehmet)
	for _, c := range []struct {
		kind   string
		fields map[string]any
		want   int
	}{
		{"messageReaction", map[string]any{"reactionsAdded": []any{map[string]any{"type": "like"}}, "replyToId": "1"}, 200},
		{"messageUpdate", map[string]any{"text": "new", "channelData": map[string]any{"eventType": "editMessage", "tenant": map[string]any{"id": r.fake.TenantID()}}}, 200},
		{"messageDelete", nil, 200},
		{"typing", nil, 200},
		{"event", map[string]any{"name": "application/vnd.microsoft.readReceipt", "value": map[string]any{"lastReadMessageId": "1"}}, 200},
		{"endOfConversation", nil, 200},
		{"a type of next year", map[string]any{"value": "not an object", "attachments": "x"}, 200},
		{"conversationUpdate", map[string]any{"membersRemoved": []any{map[string]any{"id": "29:x"}}}, 200},
		{"conversationUpdate", map[string]any{"membersAdded": []any{map[string]any{"id": "29:x"}}}, 200},
		{"conversationUpdate", nil, 200},
		{"installationUpdate", map[string]any{"action": "something"}, 200},
		{"installationUpdate", nil, 200},
		{"invoke", map[string]any{"name": "task/fetch", "value": map[string]any{}}, 501},
		{"invoke", map[string]any{"name": "composeExtension/query", "value": map[string]any{}}, 501},
		{"invoke", map[string]any{"name": "handoff/action"}, 501},
		{"invoke", map[string]any{"name": "an invoke of next year", "value": 3}, 501},
		{"invoke", nil, 501},
	} {
		for _, where := range []string{"", group} {
			out, err := me.SendActivity(t.Context(), where, c.kind, c.fields)
			if err != nil || out.Status != c.want {
				t.Errorf("%s %v in %q: %d, %v", c.kind, c.fields, where, out.Status, err)
			}
		}
	}
	d.none(t, "what is new to us")
	if strings.Contains(r.log.String(), "panic") || len(me.DM()) != 0 {
		t.Errorf("shown: %s, log:\n%s", r.fake.Transcript(sanne), r.log)
	}
}

func TestInstall_GreetsOnceInEitherOrder(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]bool{"installationUpdate first": false, "conversationUpdate first": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := greets()
			r := newRig(t, d, func(f *teamsfake.Options, _ *Options) { f.UpdateFirst = first })
			r.fake.DeliverTwice(2)
			if err := r.fake.InstallFor(t.Context(), lars); err != nil {
				t.Fatal(err)
			}
			if n := r.greetings(t, lars); n != 1 {
				t.Fatalf("greeted %d times: %s", n, r.fake.Transcript(lars))
			}
			in := d.one(t)
			if in.Command == nil || in.User != r.user(lars) || in.Reply == "" {
				t.Errorf("the event is %+v", in)
			}
			if _, err := r.fake.As(lars).SendActivity(t.Context(), "", "installationUpdate", map[string]any{"action": "add-upgrade"}); err != nil {
				t.Fatal(err)
			}
			if n := r.greetings(t, lars); n != 1 {
				t.Errorf("greeted again by an upgrade: %d", n)
			}
		})
	}
}

// Teams does not always tell both.
func TestInstall_GreetsByOneOfTheTwoAlone(t *testing.T) {
	t.Parallel()
	for kind, fields := range map[string]map[string]any{
		"installationUpdate": {"action": "add"},
		"conversationUpdate": {"membersAdded": []any{map[string]any{"id": "29:1abc"}, nil}},
	} {
		d := greets()
		r := newRig(t, d)
		if added, ok := fields["membersAdded"].([]any); ok {
			added[1] = map[string]any{"id": r.fake.BotID()}
		}
		if _, err := r.fake.As(sanne).SendActivity(t.Context(), "", kind, fields); err != nil {
			t.Fatal(err)
		}
		if n := r.greetings(t, sanne); n != 1 {
			t.Errorf("%s: greeted %d times", kind, n)
		}
	}
}

func TestInstall_GreetsOnceWhenTwoComeAtOnce(t *testing.T) {
	t.Parallel()
	d := greets()
	both := make(chan struct{})
	var asked atomic.Int32
	d.placed = func() { // the first waits a while for a second one that reads the same
		switch asked.Add(1) {
		case 1:
			select {
			case <-both:
			case <-time.After(300 * time.Millisecond):
			}
		case 2:
			close(both)
		}
	}
	r := newRig(t, d)
	r.fake.AddDeliveryFault(teamsfake.DeliveryFault{Kind: teamsfake.DeliverAtOnce, Times: -1})
	if err := r.fake.InstallFor(t.Context(), lars); err != nil {
		t.Fatal(err)
	}
	if n := r.greetings(t, lars); n != 1 {
		t.Fatalf("greeted %d times: %s", n, r.fake.Transcript(lars))
	}
}

func TestInstall_GreetsAgainAfterTheAppWasTakenAway(t *testing.T) {
	t.Parallel()
	d := greets()
	r := newRig(t, d)
	for n := 1; n <= 2; n++ {
		if err := r.fake.InstallFor(t.Context(), lars); err != nil {
			t.Fatal(err)
		}
		if got := r.greetings(t, lars); got != n {
			t.Fatalf("greeted %d times after %d installations", got, n)
		}
		if d.place(r.user(lars)).Handle == "" {
			t.Error("the place is not kept")
		}
		if err := r.fake.UninstallFor(t.Context(), lars); err != nil {
			t.Fatal(err)
		}
		if p := d.place(r.user(lars)); p.Handle != "" || p.Locale == "" {
			t.Errorf("after the app was taken away the place is %+v", p)
		}
	}
}

func TestInstall_InAGroupGreetsNobody(t *testing.T) {
	t.Parallel()
	d := greets()
	r := newRig(t, d)
	group := r.fake.AddGroupChat("Linden", sanne, lars)
	channel := r.fake.AddTeamChannel("Linden", "General", sanne, lars)
	for _, id := range []string{group, channel} {
		if err := r.fake.InstallIn(t.Context(), id, lars); err != nil {
			t.Fatal(err)
		}
		if err := r.fake.UninstallIn(t.Context(), id, lars); err != nil {
			t.Fatal(err)
		}
	}
	r.settle(t)
	d.none(t, "a group")
	if d.place(r.user(lars)).Handle != "" || len(r.fake.As(lars).Messages()) != 0 {
		t.Errorf("place %+v, seen %s", d.place(r.user(lars)), r.fake.Transcript(lars))
	}
}

func TestPlace_FollowsTheLastActivity(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	me := r.fake.As(sanne)
	ok(t)(me.Say(t.Context(), "help"))
	first := d.place(r.user(sanne))
	if first.Locale != "nl-NL" || first.Zone != "Europe/Amsterdam" || first.User != r.user(sanne) || first.Handle == "" {
		t.Fatalf("kept: %+v", first)
	}
	if p, err := r.chat.Profile(t.Context(), r.user(sanne)); err != nil || p.Locale != "nl-NL" || p.Zone != "Europe/Amsterdam" || p.PersonID != sanne {
		t.Errorf("the profile is %+v, %v", p, err)
	}
	r.fake.MoveService("/emea")
	if err := r.fake.SetLocale(sanne, "de-DE"); err != nil {
		t.Fatal(err)
	}
	if err := r.fake.SetTimeZone(sanne, "Asia/Tokyo"); err != nil {
		t.Fatal(err)
	}
	ok(t)(me.Say(t.Context(), "help"))
	moved := d.place(r.user(sanne))
	if moved.Locale != "de-DE" || moved.Zone != "Asia/Tokyo" || moved.Handle == first.Handle {
		t.Errorf("kept: %+v", moved)
	}
	r.post(t, sanne, ownerCard()) // the old address finds nothing

	// What lacks a language or a zone leaves those kept.
	if _, err := me.SendActivity(t.Context(), "", "message", map[string]any{"text": "x", "locale": nil, "localTimezone": nil, "entities": nil}); err != nil {
		t.Fatal(err)
	}
	if p := d.place(r.user(sanne)); p != moved {
		t.Errorf("kept: %+v", p)
	}
	// The client's own entity names them too.
	if _, err := me.SendActivity(t.Context(), "", "message", map[string]any{
		"text": "x", "locale": nil, "localTimezone": nil,
		"entities": []any{map[string]any{"type": "clientInfo", "locale": "en-GB", "timezone": "Europe/London"}},
	}); err != nil {
		t.Fatal(err)
	}
	if p := d.place(r.user(sanne)); p.Locale != "en-GB" || p.Zone != "Europe/London" {
		t.Errorf("kept: %+v", p)
	}
	// A click keeps it as well.
	_, ref := r.post(t, sanne, ownerCard())
	r.fake.MoveService("/amer")
	ok(t)(me.Click(t.Context(), ref, "Add Anna"))
	if !strings.Contains(d.place(r.user(sanne)).Handle, "amer") {
		t.Errorf("after a click: %+v", d.place(r.user(sanne)))
	}
}

// A conversation with others is never kept as somebody's own: what is private would
// be read there. Not every activity says of which kind its conversation is.
func TestPlace_IsNeverAGroups(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	me := r.fake.As(sanne)
	ok(t)(me.Say(t.Context(), "help"))
	own := d.place(r.user(sanne)).Handle
	group := r.fake.AddGroupChat("Linden", sanne, mehmet)
	channel := r.fake.AddTeamChannel("Linden", "Plans", sanne, mehmet)
	tenant := r.fake.TenantID()
	for name, conversation := range map[string]map[string]any{
		"a group chat":           {"id": group, "conversationType": "groupChat", "tenantId": tenant, "isGroup": true},
		"a channel":              {"id": channel, "conversationType": "channel", "tenantId": tenant, "isGroup": true},
		"a group without a kind": {"id": group, "tenantId": tenant, "isGroup": true},
		"a group by its mark":    {"id": "19:of another form", "tenantId": tenant, "isGroup": true},
		"a channel by its id":    {"id": channel, "tenantId": tenant},
		"a group by its id":      {"id": group, "tenantId": tenant},
		"a new kind":             {"id": group, "conversationType": "meeting", "tenantId": tenant},
		"no id":                  {"conversationType": "personal", "tenantId": tenant},
	} {
		for kind, fields := range map[string]map[string]any{
			"message":            {"text": "help"},
			"installationUpdate": {"action": "add"},
			"conversationUpdate": {"membersAdded": []any{map[string]any{"id": r.fake.BotID()}}},
			"invoke":             {"name": "adaptiveCard/action", "value": map[string]any{}},
		} {
			f := map[string]any{"conversation": conversation}
			maps.Copy(f, fields)
			if _, err := me.SendActivity(t.Context(), group, kind, f); err != nil {
				t.Fatal(err)
			}
			if h := d.place(r.user(sanne)).Handle; h != own {
				t.Errorf("%s of %s: the place is %q", kind, name, h)
			}
		}
	}
	if _, err := me.SendActivity(t.Context(), group, "installationUpdate", map[string]any{"action": "remove"}); err != nil {
		t.Fatal(err)
	}
	if h := d.place(r.user(sanne)).Handle; h != own {
		t.Errorf("removed from a group: the place is %q", h)
	}
}

func TestMessage_WithoutAnIDIsNoEvent(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	for _, id := range []any{nil, strings.Repeat("1", 3000)} {
		if out, err := r.fake.As(sanne).SendActivity(t.Context(), "", "message", map[string]any{"id": id, "text": "x"}); err != nil || out.Status != http.StatusBadRequest {
			t.Errorf("%d, %v", out.Status, err)
		}
	}
	d.none(t, "without an id")
}
