package slack

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
)

func TestPost_CarriesTextIDAndNoUnfurls(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	ref, err := r.chat.Post(t.Context(), user(r, slackfake.Mehmet), "out-7", ownerCard())
	if err != nil {
		t.Fatal(err)
	}
	m := r.fake.As(slackfake.Mehmet).DM()[0]
	if want, _ := messageRef(m.Channel, m.TS); ref != want {
		t.Errorf("ref %q, want %q", ref, want)
	}
	if !strings.Contains(string(m.Metadata), `"out-7"`) || !strings.HasPrefix(m.Text, "Sanne wants to add Anna") {
		t.Errorf("posted %+v", m)
	}
	wire := string(r.fake.Wire("chat.postMessage")[0].Args)
	for _, want := range []string{"unfurl_links", "unfurl_media"} {
		if !strings.Contains(wire, want) {
			t.Errorf("%s is not sent: %s", want, wire)
		}
	}

	if err := r.chat.Update(t.Context(), ref, outcomeCard()); err != nil {
		t.Fatal(err)
	}
	m = r.fake.As(slackfake.Mehmet).DM()[0]
	if m.Edits != 1 || strings.Contains(string(m.Blocks), "button") || !strings.Contains(string(m.Metadata), "out-7") {
		t.Errorf("updated %+v", m)
	}
}

func TestPost_WhatBreaksTheLimitsGoesAsText(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	bad := ownerCard()
	bad.Blocks = append(bad.Blocks, card.Actions{Buttons: []card.Button{{Label: "", Action: card.ActAsk}}})
	ref, err := r.chat.Post(t.Context(), user(r, slackfake.Mehmet), "out-1", bad)
	if err != nil {
		t.Fatal(err)
	}
	m := r.fake.As(slackfake.Mehmet).DM()[0]
	if m.Blocks != nil || !strings.HasPrefix(m.Text, "Sanne wants") || !strings.Contains(r.log.String(), "/blocks/7/elements/0/text") {
		t.Errorf("posted %+v, log:\n%s", m, r.log)
	}
	// Blocks can come back, and go again.
	for _, c := range []card.Card{ownerCard(), bad, outcomeCard()} {
		if err := r.chat.Update(t.Context(), ref, c); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.chat.Post(t.Context(), user(r, slackfake.Mehmet), "out-2", card.Card{Text: " "}); bot.CodeOf(err) != bot.Invalid ||
		bot.ReasonOf(err) != bot.ReasonBadCard {
		t.Errorf("a card without a text: %v", err)
	}
}

func TestPost_WhatSlackRefusesGoesAsText(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{}, func(f *slackfake.Options, _ *Options) { f.RefuseBlocks = []string{"rich_text"} })
	ref, err := r.chat.Post(t.Context(), user(r, slackfake.Mehmet), "out-1", ownerCard())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.chat.Update(t.Context(), ref, outcomeCard()); err != nil {
		t.Fatal(err)
	}
	m := r.fake.As(slackfake.Mehmet).DM()[0]
	if m.Blocks != nil || !strings.HasPrefix(m.Text, "Anna Kowalski was added") || !strings.Contains(r.log.String(), "json-pointer:/blocks/") {
		t.Errorf("shown %+v, log:\n%s", m, r.log)
	}
}

// TestCall_MapsFailures breaks each kind of call in each way.
func TestCall_MapsFailures(t *testing.T) {
	t.Parallel()
	f := func(kind string) slackfake.Fault { return slackfake.Fault{Kind: kind} }
	said := func(code string) slackfake.Fault { return slackfake.Fault{Kind: slackfake.FaultError, Error: code} }
	status := func(n int) slackfake.Fault { return slackfake.Fault{Kind: slackfake.FaultStatus, Status: n} }
	for name, c := range map[string]struct {
		fault   slackfake.Fault
		code    bot.Code
		reason  string
		unclear bool
		after   time.Duration
	}{
		"429 with a time":  {fault: slackfake.Fault{Kind: slackfake.FaultRateLimited, RetryAfter: 7}, code: bot.Throttled, after: 7 * time.Second},
		"429 without":      {fault: f(slackfake.FaultRateLimited), code: bot.Throttled},
		"ratelimited":      {fault: said("ratelimited"), code: bot.Throttled},
		"500":              {fault: status(500), code: bot.Unavailable, unclear: true},
		"503":              {fault: status(503), code: bot.Unavailable, unclear: true},
		"404":              {fault: status(404), code: bot.Internal},
		"reset before":     {fault: f(slackfake.FaultResetBefore), code: bot.Unavailable, unclear: true},
		"reset after":      {fault: f(slackfake.FaultResetAfter), code: bot.Unavailable, unclear: true},
		"no answer":        {fault: f(slackfake.FaultHangAfter), code: bot.Unavailable, unclear: true},
		"ok:false only":    {fault: f(slackfake.FaultEmptyError), code: bot.Unavailable, unclear: true},
		"fatal_error":      {fault: said("fatal_error"), code: bot.Unavailable, unclear: true},
		"token":            {fault: said("token_revoked"), code: bot.Forbidden, reason: bot.ReasonCredentials},
		"scope":            {fault: said("missing_scope"), code: bot.Forbidden, reason: bot.ReasonPermission},
		"no direct line":   {fault: said("messages_tab_disabled"), code: bot.Forbidden, reason: bot.ReasonUndeliverable},
		"restricted":       {fault: said("restricted_action_read_only_channel"), code: bot.Forbidden, reason: bot.ReasonUndeliverable},
		"an unknown error": {fault: said("something_of_next_year"), code: bot.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := &recorder{}
			r := newRig(t, &door{}, func(_ *slackfake.Options, o *Options) {
				o.HTTP = &http.Client{Timeout: 5 * time.Second, Transport: rec}
				if c.fault.Kind == slackfake.FaultHangAfter {
					o.HTTP.Timeout = 300 * time.Millisecond
				}
			})
			c.fault.Method, c.fault.Times = "chat.postMessage", -1
			r.fake.AddFault(c.fault)
			_, err := r.chat.Post(t.Context(), user(r, slackfake.Mehmet), "out-1", ownerCard())
			e, ok := errors.AsType[*bot.Error](err)
			if !ok || e.Code != c.code || e.Reason != c.reason || e.Unclear != c.unclear || e.After != c.after {
				t.Errorf("got %#v", err)
			}
			if n := rec.count("chat.postMessage"); n != 1 {
				t.Errorf("%d calls: retrying belongs to the worker", n)
			}
		})
	}
}

func TestPost_ARefusedConnectionIsClear(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	r.fake.Close()
	_, err := r.chat.Post(t.Context(), bot.ChatUser{Chat: "slack", Team: "T1", ID: "U1"}, "out-1", ownerCard())
	if e, ok := errors.AsType[*bot.Error](err); !ok || e.Code != bot.Unavailable || e.Unclear {
		t.Errorf("got %#v", err)
	}
}

func TestFindPost_AfterAnUnclearPost(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{}, func(f *slackfake.Options, _ *Options) {
		f.Scopes = append(slackfake.DefaultScopes(), "im:write")
	})
	to := user(r, slackfake.Mehmet)
	r.fake.AddFault(slackfake.Fault{Method: "chat.postMessage", Kind: slackfake.FaultResetAfter})
	if _, err := r.chat.Post(t.Context(), to, "out-1", ownerCard()); bot.CodeOf(err) != bot.Unavailable {
		t.Fatalf("the post: %v", err)
	}
	for range 3 {
		if _, err := r.chat.Post(t.Context(), to, "", outcomeCard()); err != nil {
			t.Fatal(err)
		}
	}
	ref, err := r.chat.FindPost(t.Context(), to, "out-1")
	if err != nil {
		t.Fatal(err)
	}
	if m := r.fake.As(slackfake.Mehmet).DM()[0]; !strings.HasSuffix(string(ref), m.TS) {
		t.Errorf("found %s, posted at %s", ref, m.TS)
	}
	if err := r.chat.Update(t.Context(), ref, outcomeCard()); err != nil {
		t.Error(err)
	}
	if _, err := r.chat.FindPost(t.Context(), to, "out-2"); bot.CodeOf(err) != bot.NotFound {
		t.Errorf("what was never posted: %v", err)
	}
}

func TestFindPost_PrefersACardTwiceToNone(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{}) // without im:write
	to := user(r, slackfake.Mehmet)
	_, err := r.chat.FindPost(t.Context(), to, "out-1")
	if bot.CodeOf(err) != bot.NotFound || !strings.Contains(r.log.String(), "may come twice") {
		t.Errorf("nothing known of the person: %v", err)
	}
	// A message from the person tells the channel.
	must(t)(r.fake.As(slackfake.Mehmet).Say(t.Context(), "help"))
	ref, err := r.chat.Post(t.Context(), to, "out-1", ownerCard())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.chat.FindPost(t.Context(), to, "out-1"); got != ref {
		t.Errorf("after a message: %q, %v", got, err)
	}
	r.fake.BreakToken("token_revoked")
	if _, err := r.chat.FindPost(t.Context(), to, "out-1"); bot.ReasonOf(err) != bot.ReasonCredentials {
		t.Errorf("without a token: %v", err)
	}
}

func TestFindPost_ReadsBackSeveralPages(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	to := user(r, slackfake.Mehmet)
	ref, err := r.chat.Post(t.Context(), to, "out-0", card.Card{Text: "first"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range historyPage + 10 {
		if _, err := r.chat.Post(t.Context(), to, "later-"+strconv.Itoa(i), card.Card{Text: "later"}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := r.chat.FindPost(t.Context(), to, "out-0")
	if err != nil || got != ref {
		t.Errorf("got %s, %v, want %s", got, err, ref)
	}
}

func TestUpdate_TellsWhatIsGone(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	if _, err := r.chat.Post(t.Context(), user(r, slackfake.Mehmet), "x", ownerCard()); err != nil {
		t.Fatal(err)
	}
	channel := r.fake.As(slackfake.Mehmet).DMChannel()
	for _, ref := range []bot.Ref{bot.Ref("1:m:" + channel + ":1.2"), "1:m:D0NOWHERE:1.2"} {
		err := r.chat.Update(t.Context(), ref, outcomeCard())
		if bot.CodeOf(err) != bot.NotFound || bot.ReasonOf(err) != bot.ReasonGone {
			t.Errorf("%s: %v", ref, err)
		}
	}
	for _, ref := range []bot.Ref{"", "1:m:D1", "2:m:D1:1.2", "1:v:V1", "1:m:d1:1.2", "1:m:D1:1.2:x", "1:m:D1:1e3"} {
		if err := r.chat.Update(t.Context(), ref, outcomeCard()); bot.CodeOf(err) != bot.Invalid {
			t.Errorf("%q: %v", ref, err)
		}
		if err := r.chat.UpdateForm(t.Context(), ref+"x", siteForm()); bot.CodeOf(err) != bot.Invalid {
			t.Errorf("form %q: %v", ref, err)
		}
	}
}
