package teams

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/teams/teamsfake"
)

// written gives what was written into conversations, in order.
func (r *rig) written(t *testing.T) []map[string]any {
	t.Helper()
	var out []map[string]any
	for _, e := range r.fake.Wire("connector") {
		if !strings.Contains(e.Path, "/activities") {
			continue
		}
		var a map[string]any
		if err := json.Unmarshal(e.Request, &a); err != nil {
			t.Fatalf("%s %s: %v", e.Method, e.Path, err)
		}
		out = append(out, a)
	}
	return out
}

func TestPost_IsACardAloneWithALineForTheFeed(t *testing.T) {
	t.Parallel()
	f := noteForm("site")
	d := &door{answer: always(bot.Answer{Open: &f})}
	r := newRig(t, d)
	ref, msg := r.post(t, mehmet, ownerCard())
	m := r.see(t, mehmet, msg)
	if !m.Alert || m.Summary != ownerCard().Title || m.Text != "" || len(m.Card) == 0 || m.ID != msg.ID {
		t.Errorf("posted %+v", m)
	}
	if err := r.chat.Update(t.Context(), ref, outcomeCard()); err != nil {
		t.Fatal(err)
	}
	if m = r.see(t, mehmet, msg); m.Edited != 1 || m.Summary != outcomeCard().Title || !containsText(m, "Added by Mehmet") {
		t.Errorf("updated %+v", m)
	}
	form, _ := r.open(t, mehmet, f)
	if err := r.chat.UpdateForm(t.Context(), form, noteForm("people")); err != nil {
		t.Fatal(err)
	}
	ok(t)(r.fake.As(mehmet).Say(t.Context(), "new"))
	if err := r.chat.Whisper(t.Context(), personalHandle(r.user(mehmet)), said("a line")); err != nil {
		t.Fatal(err)
	}
	all := r.written(t)
	if len(all) != 6 {
		t.Fatalf("%d messages were written", len(all))
	}
	for i, a := range all {
		attachments, _ := a["attachments"].([]any)
		if _, hasText := a["text"]; hasText || len(attachments) != 1 || a["type"] != "message" || a["summary"] == nil || a["summary"] == "" {
			t.Errorf("message %d is %v", i, a)
		}
	}
}

func TestPost_TellsWhatTheConnectorSays(t *testing.T) {
	t.Parallel()
	status := func(n int) teamsfake.Fault { return teamsfake.Fault{Kind: teamsfake.FaultStatus, Status: n} }
	coded := func(n int, code string) teamsfake.Fault {
		return teamsfake.Fault{Kind: teamsfake.FaultStatus, Status: n, Code: code}
	}
	after := status(http.StatusTooManyRequests)
	after.RetryAfter = 7
	for name, c := range map[string]struct {
		fault  teamsfake.Fault
		post   bot.Error
		update *bot.Error // nil: as post
	}{
		"429 with a time":   {fault: after, post: bot.Error{Code: bot.Throttled, After: 7 * time.Second}},
		"429 without":       {fault: coded(429, "Throttled"), post: bot.Error{Code: bot.Throttled}},
		"a lost answer":     {fault: teamsfake.Fault{Kind: teamsfake.FaultResetAfter}, post: bot.Error{Code: bot.Unavailable, Unclear: true}, update: &bot.Error{Code: bot.Unavailable}},
		"a broken line":     {fault: teamsfake.Fault{Kind: teamsfake.FaultResetBefore}, post: bot.Error{Code: bot.Unavailable, Unclear: true}, update: &bot.Error{Code: bot.Unavailable}},
		"503":               {fault: status(503), post: bot.Error{Code: bot.Unavailable}},
		"502":               {fault: status(502), post: bot.Error{Code: bot.Unavailable, Unclear: true}, update: &bot.Error{Code: bot.Unavailable}},
		"too big":           {fault: coded(413, "MessageSizeTooBig"), post: bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard}},
		"a bad card":        {fault: coded(400, "BadArgument"), post: bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard}},
		"the credentials":   {fault: coded(401, "BotNotRegistered"), post: bot.Error{Code: bot.Forbidden, Reason: bot.ReasonCredentials}},
		"412 for ever":      {fault: coded(412, "PreconditionFailed"), post: bot.Error{Code: bot.Unavailable}},
		"disabled by admin": {fault: coded(403, "BotDisabledByAdmin"), post: undeliverable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, &door{})
			ref, _ := r.post(t, mehmet, ownerCard())
			c.fault.Path, c.fault.Times = "/activities", -1
			r.fake.AddFault(c.fault)
			_, err := r.chat.Post(t.Context(), r.user(mehmet), "out-2", ownerCard())
			wantBot(t, err, c.post)
			want := c.post
			if c.update != nil {
				want = *c.update
			}
			wantBot(t, r.chat.Update(t.Context(), ref, outcomeCard()), want)
		})
	}
}

func TestPost_ThatIsCrowdedOutIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	r.fake.AddFault(teamsfake.Fault{Path: "/activities", Kind: teamsfake.FaultStatus, Status: 412, Code: "PreconditionFailed"})
	r.post(t, mehmet, ownerCard())
	if n := len(r.written(t)); n != 2 {
		t.Errorf("%d tries", n)
	}
}

func TestUpdate_TellsWhatIsGone(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	gone := bot.Error{Code: bot.NotFound, Reason: bot.ReasonGone}
	ref, msg := r.post(t, mehmet, ownerCard())
	form, _ := r.open(t, mehmet, noteForm("site"))
	if err := r.fake.ForgetChat(mehmet); err != nil {
		t.Fatal(err)
	}
	wantBot(t, r.chat.Update(t.Context(), ref, outcomeCard()), gone)
	wantBot(t, r.chat.UpdateForm(t.Context(), form, noteForm("people")), gone)
	if r.creates() != 1 {
		t.Errorf("%d chats were asked for: an edit opens none", r.creates())
	}

	ref, msg = r.post(t, mehmet, ownerCard())
	target := r.fake.ServiceURL() + "/v3/conversations/" + url.PathEscape(msg.ConversationID) + "/activities/" + msg.ID
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.fake.Token())
	res, err := r.web.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	wantBot(t, r.chat.Update(t.Context(), ref, outcomeCard()), gone)

	for _, bad := range []bot.Ref{"", "x", "1:a:b:c:d", ref + ":x", "2" + ref[1:]} {
		if err := r.chat.Update(t.Context(), bad, outcomeCard()); bot.CodeOf(err) != bot.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
		if err := r.chat.UpdateForm(t.Context(), bad, noteForm("site")); bot.CodeOf(err) != bot.Invalid {
			t.Errorf("form %q: %v", bad, err)
		}
	}
}

func TestPost_ManyToOnePersonDoNotCrowdEachOther(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{}, func(f *teamsfake.Options, _ *Options) { f.RefuseConcurrent, f.AwkwardIDs = true, true })
	r.post(t, mehmet, ownerCard())
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			ref, err := r.chat.Post(t.Context(), r.user(mehmet), "out", ownerCard())
			if err == nil {
				err = r.chat.Update(t.Context(), ref, outcomeCard())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	dm := r.fake.As(mehmet).DM()
	if len(dm) != 21 {
		t.Fatalf("%d messages", len(dm))
	}
	for _, m := range dm[1:] {
		if m.Edited != 1 || !containsText(m, "Added by Mehmet") {
			t.Errorf("shown %s", m.Card)
		}
	}
	for _, e := range r.fake.Wire("connector") {
		if e.Status == http.StatusPreconditionFailed {
			t.Error("two writes at once")
		}
	}
}

func TestPost_AwkwardIDsReachTheSameMessage(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d, func(f *teamsfake.Options, _ *Options) { f.AwkwardIDs = true })
	ok(t)(r.fake.As(mehmet).Say(t.Context(), "new"))
	d.forget()
	ref, msg := r.post(t, mehmet, ownerCard())
	ok(t)(r.fake.As(mehmet).Click(t.Context(), msg, "Add Anna"))
	if p := d.one(t).Press; p.Card != ref {
		t.Errorf("pressed %q, posted %q", p.Card, ref)
	}
	if err := r.chat.Update(t.Context(), ref, outcomeCard()); err != nil {
		t.Error(err)
	}
}

// What people write can hold markup; it is drawn as they wrote it.
func TestPost_WhatPeopleTypeStaysText(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	for _, text := range []string{
		"**bold** _it_ [Approve here](https://evil.example)", "<at>Everyone</at>", "{{DATE(2026-12-18T09:00:00Z,SHORT)}} ${x}", "# head\n- list", `"},{"type":"Action.Submit"`,
	} {
		_, msg := r.post(t, mehmet, said(text))
		m := r.see(t, mehmet, msg)
		for line := range strings.SplitSeq(text, "\n") {
			if !containsText(m, line) {
				t.Errorf("%q is drawn as %s", line, m.Card)
			}
		}
		if strings.Contains(string(m.Card), `"TextBlock"`) || strings.Contains(string(m.Card), `"entities"`) {
			t.Errorf("drawn as markup: %s", m.Card)
		}
	}
}
