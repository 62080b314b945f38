package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
)

// gateDoor is a door whose commits wait until a test lets them go on, by the text
// of the command; each commit has begun when it is in began.
type gateDoor struct {
	*door
	began chan string

	mu   sync.Mutex
	gate map[string]chan struct{}
}

func newGateDoor(texts ...string) *gateDoor {
	d := &gateDoor{door: &door{}, began: make(chan string, 1000), gate: map[string]chan struct{}{}}
	for _, text := range texts {
		d.gate[text] = make(chan struct{})
	}
	return d
}

func (d *gateDoor) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	d.mu.Lock()
	gate := d.gate[in.Command.Text]
	d.mu.Unlock()
	d.began <- in.Command.Text
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return bot.Answer{}, ctx.Err()
		}
	}
	return d.door.Handle(ctx, in)
}

func (d *gateDoor) open(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.gate[text])
	delete(d.gate, text)
}

// next waits for a commit to begin.
func (d *gateDoor) next(t *testing.T) string {
	t.Helper()
	select {
	case text := <-d.began:
		return text
	case <-time.After(20 * time.Second):
		t.Fatal("no commit began")
		return ""
	}
}

func gated(t *testing.T, d *gateDoor) *socketRig {
	t.Helper()
	r := newSocketRig(t, d.door)
	r.chat.SetDoor(d)
	return r
}

func TestSocket_TakesEachKindAndAcknowledgesWithTheAnswer(t *testing.T) {
	t.Parallel()
	d := &door{
		answer:  whispers("only you"),
		suggest: func(bot.ChatUser, card.FieldKind, string) ([]card.Option, error) { return nil, nil },
	}
	r := newSocketRig(t, d)
	a, b := r.start(t)
	a.send(slash("E1", "U1", "new &amp; shiny"))
	if got := a.acked(t, "E1"); !strings.Contains(got, `"text":"only you"`) || !strings.Contains(got, `"ephemeral"`) {
		t.Errorf("a command is answered with %s", got)
	}
	if in := d.last(t); in.Command == nil || in.Command.Text != "new & shiny" || in.Key != "slack:command:"+testTeam+":1.E1" {
		t.Errorf("the event is %+v", in)
	}
	b.send(`{"type":"interactive","envelope_id":"E2","accepts_response_payload":true,"payload":{"type":"block_suggestion",` +
		`"team":{"id":"` + testTeam + `"},"user":{"id":"U1","team_id":"` + testTeam + `"},"action_id":"x","value":"an"}}`)
	if got := b.acked(t, "E2"); got != `{"options":[]}` {
		t.Errorf("a question for options is answered with %s", got)
	}
	b.send(`{"type":"events_api","envelope_id":"E3","accepts_response_payload":false,"payload":{"type":"event_callback","team_id":"` + testTeam +
		`","event_id":"Ev1","event":{"type":"message","channel_type":"im","channel":"D1","user":"U1","text":"help"}}}`)
	if got := b.acked(t, "E3"); got != "" {
		t.Errorf("an event is answered with %s", got)
	}
	if in := d.last(t); in.Key != "slack:event:Ev1" || in.Reply != "dm:U1" {
		t.Errorf("the event is %+v", in)
	}
	if a.has("E2") || b.has("E1") {
		t.Error("an acknowledgement went over the other connection")
	}
	c := r.chat.Counts()
	if c.Envelopes["slash_commands"] != 1 || c.Envelopes["interactive"] != 1 || c.Envelopes["events_api"] != 1 || len(c.Unacked) != 0 {
		t.Errorf("counts %+v", c)
	}
}

func TestSocket_AcknowledgesOnlyAfterTheCommit(t *testing.T) {
	t.Parallel()
	d := newGateDoor("slow")
	r := gated(t, d)
	a, _ := r.start(t)
	a.send(slash("E1", "U1", "slow"))
	a.send(slash("E2", "U2", "quick"))
	d.next(t)
	a.acked(t, "E2")
	if a.has("E1") {
		t.Error("acknowledged before the commit")
	}
	d.open("slow")
	a.acked(t, "E1")
}

func TestSocket_ACommitThatTakesTooLongIsToldWithinTheAnswer(t *testing.T) {
	t.Parallel()
	d := newGateDoor("stuck")
	r := gated(t, d)
	a, _ := r.start(t)
	a.send(slash("E1", "U1", "stuck"))
	if got := a.acked(t, "E1"); !strings.Contains(got, "That did not work.") {
		t.Errorf("answered with %s", got)
	}
	if errs, _ := d.sorries(); len(errs) != 1 || !errors.Is(errs[0], context.DeadlineExceeded) {
		t.Errorf("shown for %v", errs)
	}
}

func TestSocket_TheSameDeliveryAgainIsTheSameEventWithTheSameAnswer(t *testing.T) {
	t.Parallel()
	team := `"team":{"id":"` + testTeam + `"},"user":{"id":"U1","team_id":"` + testTeam + `"}`
	value, _ := json.Marshal(encodeButton(card.Button{Action: card.ActApprove, Request: "G-1042", Part: "g", Version: 3}))
	for name, frame := range map[string]string{
		"command": slash("ID", "U1", "x"),
		"event": `{"type":"events_api","envelope_id":"ID","payload":{"type":"event_callback","team_id":"` + testTeam +
			`","event_id":"Ev1","event":{"type":"message","channel_type":"im","channel":"D1","user":"U1","text":"help"}}}`,
		"click": `{"type":"interactive","envelope_id":"ID","accepts_response_payload":true,"payload":{"type":"block_actions",` + team +
			`,"container":{"channel_id":"D1","message_ts":"1.2"},"actions":[{"type":"button","action_id":"a.0.approve","action_ts":"1.3","value":` + string(value) + `}]}}`,
		"form": `{"type":"interactive","envelope_id":"ID","accepts_response_payload":true,"payload":{"type":"view_submission",` + team +
			`,"view":{"id":"V1","hash":"1.a","callback_id":"guestsite","private_metadata":"[\"g1\",\"G-1\",\"site\"]",` +
			`"title":{"text":"New"},"state":{"values":[]}}}}`,
		"shortcut": `{"type":"interactive","envelope_id":"ID","accepts_response_payload":true,"payload":{"type":"shortcut",` + team +
			`,"callback_id":"guestsite_help","trigger_id":"1.2.3"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			r := newSocketRig(t, d)
			d.answer = whispers("as before")
			a, b := r.start(t)
			a.send(strings.Replace(frame, `"ID"`, `"E1"`, 1))
			first := a.acked(t, "E1")
			// By the other connection, and under another name, as after a cut.
			b.send(strings.Replace(frame, `"ID"`, `"E2","retry_attempt":1,"retry_reason":"timeout"`, 1))
			if again := b.acked(t, "E2"); again != first {
				t.Errorf("answered with %s, then with %s", first, again)
			}
			if len(d.events()) != 1 || d.repeats() != 1 {
				t.Errorf("%d events, %d repeats", len(d.events()), d.repeats())
			}
			if n := r.chat.Counts().Resent; n != 1 {
				t.Errorf("%d counted as sent again", n)
			}
		})
	}
}

func TestSocket_WhatIsMalformedUnknownOrForeignIsAcknowledgedAndNotTaken(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newSocketRig(t, d)
	a, _ := r.start(t)
	frames := map[string]string{
		"E1": `{"type":"hologram","envelope_id":"E1","payload":{"secret":"u@example.org"}}`,
		"E2": `{"type":"slash_commands","envelope_id":"E2","payload":{"team_id":"` + testTeam + `"}}`,
		"E3": `{"type":"interactive","envelope_id":"E3","payload":[]}`,
		"E4": `{"type":"events_api","envelope_id":"E4","payload":"x"}`,
		"E5": `{"type":"slash_commands","envelope_id":"E5"}`,
		"E6": strings.Replace(slash("E6", "U1", "x"), testTeam, "T0OTHER", 1),
		"E7": `{"type":7,"envelope_id":"E7","payload":{}}`,
		"E8": `{"type":"interactive","envelope_id":"E8","payload":{"type":"new_thing","team":{"id":"` + testTeam + `"},"user":{"id":"U1"}}}`,
	}
	for id, f := range frames {
		a.send(f)
		if got := a.acked(t, id); got != "" {
			t.Errorf("%s is answered with %s", id, got)
		}
	}
	for _, f := range []string{"not json", "[]", `{}`, `{"type":"greeting"}`, `{"type":"hello"}`} {
		a.send(f)
	}
	a.send(slash("E9", "U1", "fine"))
	a.acked(t, "E9")
	if n := len(d.events()); n != 1 {
		t.Errorf("%d events reached the door", n)
	}
	log := r.log.String()
	for _, want := range []string{"unknown type", "malformed", "another workspace", "no envelope"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
	for _, secret := range []string{"u@example.org", "secret-ticket", "xapp-1-secret", "xoxb-1"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %s:\n%s", secret, log)
		}
	}
}

func TestSocket_KeepsTheOrderOfOnePersonAndLetsOthersPass(t *testing.T) {
	t.Parallel()
	d := newGateDoor("0")
	r := gated(t, d)
	a, b := r.start(t)
	a.send(slash("E0", "U1", "0"))
	d.next(t)
	for i := 1; i < 8; i++ {
		a.send(slash(fmt.Sprint("E", i), "U1", fmt.Sprint(i)))
	}
	b.send(slash("F", "U2", "other"))
	b.acked(t, "F")
	d.open("0")
	a.acked(t, "E7")
	var got []string
	for _, in := range d.events() {
		if in.User.ID == "U1" {
			got = append(got, in.Command.Text)
		}
	}
	if want := []string{"0", "1", "2", "3", "4", "5", "6", "7"}; !slices.Equal(got, want) {
		t.Errorf("taken in the order %v", got)
	}
}

func TestSocket_WhenFullItAnswersPingsAndLeavesTheRestToSlack(t *testing.T) {
	t.Parallel()
	d := newGateDoor("hold")
	r := gated(t, d)
	r.chat.sockets.hands = newLanes(3, 2)
	a, _ := r.start(t)
	for i, who := range []string{"U1", "U1", "U1", "U2", "U3"} {
		a.send(slash(fmt.Sprint("E", i), who, "hold"))
	}
	r.eventually(t, "what is too much is counted", func() bool { return r.chat.Counts().Unacked["full"] == 2 })
	a.ping()
	r.side.until(t, "a pong", func() bool { return a.pongs == 1 })
	d.open("hold")
	for _, id := range []string{"E0", "E1", "E3"} {
		a.acked(t, id)
	}
	if a.has("E2") || a.has("E4") {
		t.Error("what could not be taken was acknowledged")
	}
	if !strings.Contains(r.log.String(), "not acknowledged") {
		t.Errorf("the log does not say so:\n%s", r.log)
	}
	a.send(slash("E2", "U1", "again"))
	a.acked(t, "E2")
}

func TestSocket_APanicCostsOneEnvelopeAndIsToldWithItsReference(t *testing.T) {
	t.Parallel()
	d := &door{answer: func(in bot.Inbound) (bot.Answer, error) {
		if in.Command.Text == "crash" {
			panic("anna@fabrikam.com")
		}
		return bot.Answer{}, nil
	}}
	r := newSocketRig(t, d)
	a, _ := r.start(t)
	a.send(slash("E1", "U1", "crash"))
	a.send(slash("E2", "U1", "fine"))
	got := a.acked(t, "E1")
	a.acked(t, "E2")
	_, refs := d.sorries()
	if len(refs) != 1 || !strings.Contains(got, refs[0]) || !strings.Contains(r.log.String(), "ref="+refs[0]) {
		t.Errorf("answered with %s; references %v", got, refs)
	}
	if strings.Contains(r.log.String(), "anna@") || r.chat.Counts().Panics != 1 {
		t.Errorf("%d panics counted, the log is\n%s", r.chat.Counts().Panics, r.log)
	}
}

func TestSocket_AnAnswerThatSlackWouldDropIsShownInAnotherWay(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("客人 ", 900) // three bytes a letter
	big := card.Card{Text: "the list"}
	for range 12 {
		big.Blocks = append(big.Blocks, card.Text{Runs: run(long)})
	}
	d := &door{answer: whispersCard(big)}
	r := newSocketRig(t, d)
	r.chat.hookHosts = []string{strings.TrimPrefix(r.side.URL, "http://")}
	a, _ := r.start(t)
	a.send(strings.Replace(slash("E1", "U1", "list"), `"text":`, `"response_url":"`+r.side.URL+`/response","text":`, 1))
	if got := a.acked(t, "E1"); got != "" {
		t.Errorf("a long answer to a command is %d bytes", len(got))
	}
	r.side.until(t, "the answer by the response URL", func() bool { return r.side.called["/response"] == 1 })
	if r.chat.Counts().TooLarge != 1 || !strings.Contains(r.log.String(), "too large for a socket") {
		t.Errorf("counts %+v, the log\n%s", r.chat.Counts(), r.log)
	}
}

func TestSocket_AFormThatSlackWouldDropComesBehindTheAnswer(t *testing.T) {
	t.Parallel()
	large := siteForm()
	for range 12 {
		large.Blocks = append(large.Blocks, card.Text{Runs: run(strings.Repeat("客人 ", 900))})
	}
	const conflict, redrawn = `{"ok":false,"error":"hash_conflict"}`, `{"ok":true,"view":{"id":"V1","hash":"%s"}}`
	for name, c := range map[string]struct {
		slack func(calls int) string // what it says of a note, the n-th from 0
		want  []string               // the calls, each with its hash
	}{
		"which is there": {func(int) string { return conflict }, []string{"note 1.a", "form "}},
		"which takes its time": {func(n int) string {
			return [...]string{fmt.Sprintf(redrawn, "2.b"), fmt.Sprintf(redrawn, "3.c"), conflict}[n]
		}, []string{"note 1.a", "note 2.b", "note 3.c", "form "}},
		"of which nobody can say": {func(int) string { return `{"ok":false,"error":"internal_error"}` }, []string{"note 1.a", "form "}},
		"without another hash":    {func(int) string { return fmt.Sprintf(redrawn, "") }, []string{"note 1.a", "form "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newSocketRig(t, &door{answer: func(bot.Inbound) (bot.Answer, error) { return bot.Answer{Update: &large}, nil }})
			var calls []string
			r.side.views = func(hash, view string) string {
				defer r.side.with(func() {})
				r.side.mu.Lock()
				defer r.side.mu.Unlock()
				if strings.Contains(view, "客人") {
					calls = append(calls, "form "+hash)
					return fmt.Sprintf(redrawn, "9.z")
				}
				calls = append(calls, "note "+hash)
				return c.slack(len(calls) - 1)
			}
			a, _ := r.start(t)
			a.send(`{"type":"interactive","envelope_id":"E1","accepts_response_payload":true,"payload":{"type":"view_submission",` +
				`"team":{"id":"` + testTeam + `"},"user":{"id":"U1","team_id":"` + testTeam + `"},` +
				`"view":{"id":"V1","hash":"1.a","callback_id":"guestsite","private_metadata":"[\"g1\",\"G-1\",\"site\"]",` +
				`"title":{"text":"New"},"state":{"values":[]}}}}`)
			if got := a.acked(t, "E1"); len(got) >= maxAck || !strings.Contains(got, "noted") || !strings.Contains(got, `"update"`) {
				t.Errorf("it is answered with %s", got)
			}
			r.side.until(t, "the form", func() bool { return slices.Contains(calls, "form ") })
			if err := r.chat.Close(wait(t)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(calls, c.want) {
				t.Errorf("called with %q, want %q", calls, c.want)
			}
		})
	}
}

func TestSocket_RenewsBeforeItLetsGoAndFinishesWhatTheOldOneDelivered(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"warning", "refresh_requested", "unheard_of"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			d := newGateDoor("hold")
			r := gated(t, d)
			a, b := r.start(t)
			a.send(slash("E1", "U1", "hold"))
			d.next(t)
			bye := `{"type":"disconnect","reason":"` + reason + `"}`
			a.send(bye) // both at once
			b.send(bye)
			c := r.side.sock(t, 2)
			r.side.sock(t, 3)
			c.send(slash("E2", "U2", "new"))
			c.acked(t, "E2")
			a.send(slash("E3", "U3", "late, on the old one"))
			a.acked(t, "E3")
			if a.has("E1") || c.has("E1") {
				t.Error("acknowledged before the commit")
			}
			d.open("hold")
			a.acked(t, "E1")
			// Both are idle and replaced. What was on its way to them arrives.
			for i, old := range []*sock{a, b, a, b} {
				id := fmt.Sprint("F", i)
				old.send(slash(id, "U3", id))
				old.acked(t, id)
			}
			r.side.with(func() {
				if r.side.least < 2 || a.closed || b.closed {
					t.Errorf("at one time %d connections were up; closed before Slack did: %v, %v", r.side.least, a.closed, b.closed)
				}
			})
			_, _ = a.ws.Close(), b.ws.Close()
			r.eventually(t, "the new ones are left", func() bool { return r.chat.Counts().SocketsUp == 2 })
			if c := r.chat.Counts(); len(c.Unacked) != 0 {
				t.Errorf("counts %+v", c)
			}
			want := reason
			if reason == "unheard_of" {
				want = "other"
			}
			if n := r.chat.Counts().Reconnects[want]; n != 2 {
				t.Errorf("%d reconnects counted for %s", n, want)
			}
		})
	}
}

func TestSocket_SaysGoodbyeWhereSlackDoesNotCloseWhatItAnnounced(t *testing.T) {
	t.Parallel()
	d := newGateDoor("hold")
	r := newSocketRig(t, d.door, func(p *pace) { p.linger = 10 * time.Millisecond })
	r.chat.SetDoor(d)
	a, b := r.start(t)
	a.send(slash("E1", "U1", "hold"))
	d.next(t)
	bye := `{"type":"disconnect","reason":"warning"}`
	a.send(bye)
	b.send(bye)
	r.side.until(t, "the idle one is closed", func() bool { return b.closed })
	if a.has("E1") {
		t.Error("acknowledged before the commit")
	}
	d.open("hold")
	a.acked(t, "E1")
	r.side.until(t, "goodbyes", func() bool { return a.closed && b.closed })
	r.side.with(func() {
		if r.side.least < 2 || a.code != 1000 || b.code != 1000 {
			t.Errorf("at one time %d connections were up; closed with %d and %d", r.side.least, a.code, b.code)
		}
	})
}

func TestSocket_CloseDoesNotWaitForWhatSlackAnnounced(t *testing.T) {
	t.Parallel()
	r := newSocketRig(t, &door{}) // an hour until we say goodbye ourselves
	a, _ := r.start(t)
	a.send(`{"type":"disconnect","reason":"warning"}`)
	r.side.sock(t, 2)
	r.eventually(t, "the old one is kept", func() bool { return r.chat.Counts().SocketsUp == 3 })
	if err := r.chat.Close(wait(t)); err != nil {
		t.Fatal(err)
	}
	r.side.until(t, "goodbyes", func() bool { return r.side.up == 0 })
	r.side.with(func() {
		if a.code != 1000 {
			t.Errorf("closed with %d", a.code)
		}
	})
}

func TestSocket_ACutOneIsReplacedWhileTheOtherGoesOn(t *testing.T) {
	t.Parallel()
	d := newGateDoor("hold")
	r := gated(t, d)
	a, b := r.start(t)
	a.send(slash("E1", "U1", "hold"))
	d.next(t)
	_ = a.ws.Close()
	b.send(slash("E2", "U2", "x"))
	b.acked(t, "E2")
	c := r.side.sock(t, 2)
	d.open("hold")
	r.eventually(t, "the cut is counted", func() bool { return r.chat.Counts().Unacked["cut"] == 1 })
	c.send(slash("E1", "U1", "hold")) // as Slack does
	c.acked(t, "E1")
	if got := d.events(); len(got) != 2 || d.repeats() != 1 {
		t.Errorf("%d events, %d repeats", len(got), d.repeats())
	}
}

func TestSocket_AStaleOneIsReplaced(t *testing.T) {
	t.Parallel()
	r := newSocketRig(t, &door{}, func(p *pace) { p.stale = 3 * time.Second })
	a, b := r.start(t)
	stop := make(chan struct{})
	defer close(stop)
	go func() { // b is alive, a is silent
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				b.ping()
			}
		}
	}()
	c := r.side.sock(t, 2)
	r.side.until(t, "the silent one is closed", func() bool { return a.closed })
	c.send(slash("E1", "U1", "x"))
	c.acked(t, "E1")
	if r.chat.Counts().Reconnects["stale"] == 0 {
		t.Errorf("counts %+v", r.chat.Counts())
	}
}

func TestSocket_ASilentOneIsNoneToRelyOn(t *testing.T) {
	t.Parallel()
	r := newSocketRig(t, &door{}, func(p *pace) { p.stale, p.most = time.Second, 50*time.Millisecond })
	if err := r.chat.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := r.side.sock(t, 0)
	r.side.with(func() { r.side.refuse = "internal_error" }) // no other can be opened
	r.eventually(t, "readiness says so", func() bool { return bot.CodeOf(r.chat.Check(t.Context())) == bot.Unavailable })
	r.eventually(t, "none counts", func() bool { return r.chat.Counts().SocketsUp == 0 })
	r.side.with(func() {
		if a.closed {
			t.Error("it was closed, though there is no other")
		}
	})
	r.eventually(t, "it counts again once Slack speaks", func() bool {
		a.ping()
		return r.chat.Counts().SocketsUp > 0 && r.chat.Check(t.Context()) == nil
	})
}

func TestSocket_NoHelloIsNoConnection(t *testing.T) {
	t.Parallel()
	r := newSocketRig(t, &door{}, func(p *pace) { p.hello = 50 * time.Millisecond })
	r.side.quiet = true
	if err := r.chat.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.side.sock(t, 2)
	if err := r.chat.Check(t.Context()); bot.CodeOf(err) != bot.Unavailable {
		t.Errorf("readiness says %v", err)
	}
	r.side.with(func() { r.side.quiet = false })
	r.eventually(t, "both are up", func() bool { return r.chat.Counts().SocketsUp == 2 })
	if err := r.chat.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestSocket_AWarningRightBehindTheHelloIsNotTheEnd(t *testing.T) {
	t.Parallel()
	s := &sockets{pace: quick(), live: map[*connection]bool{}}
	for range 50 { // it is by chance what is seen first
		c := &connection{s: s, greeted: make(chan struct{}), renew: make(chan string, 1)}
		c.greet()
		c.want("warning")
		if err := c.awaitHello(t.Context()); err != nil {
			t.Fatal(err)
		}
		select {
		case why := <-c.renew:
			if why != "warning" {
				t.Fatalf("it is to be replaced for %s", why)
			}
		default:
			t.Fatal("it is not to be replaced")
		}
	}
}

func TestSocket_StartRefusesAWrongToken(t *testing.T) {
	t.Parallel()
	for code, advice := range map[string]string{
		"invalid_auth": "Basic Information", "token_revoked": "revoked", "token_expired": "expired", "account_inactive": "wrong",
		"not_authed": "wrong", "not_allowed_token_type": "begins with xapp-", "missing_scope": "connections:write",
		"link_disabled": "switch it on", "never_heard_of": "apps.connections.open",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			r := newSocketRig(t, &door{})
			r.side.refuse = code
			err := r.chat.Start(t.Context())
			refused, ok := errors.AsType[*RefusedError](err)
			if !ok || refused.Code != code || !strings.Contains(refused.Advice(), advice) {
				t.Fatalf("start: %v", err)
			}
			if strings.Contains(err.Error(), "xapp-1") {
				t.Errorf("the error holds the token: %v", err)
			}
			if len(r.side.opens) != 1 {
				t.Errorf("%d tries", len(r.side.opens))
			}
		})
	}
}

func TestSocket_SocketModeOffInTheFirstWordIsARefusalToo(t *testing.T) {
	t.Parallel()
	r := newSocketRig(t, &door{})
	r.side.quiet = true
	go func() {
		r.side.sock(t, 0).send(`{"type":"disconnect","reason":"link_disabled"}`)
	}()
	if refused, ok := errors.AsType[*RefusedError](r.chat.Start(t.Context())); !ok || refused.Code != "link_disabled" {
		t.Errorf("start: %v", refused)
	}
}

func TestSocket_StartOutlivesWhatPasses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code   string
		status int
		header http.Header
	}{
		"slack is down":  {"internal_error", 0, nil},
		"HTTP 503":       {"x", 503, nil},
		"throttled":      {"ratelimited", 429, http.Header{"Retry-After": {"1"}}},
		"throttled only": {"ratelimited", 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newSocketRig(t, &door{})
			r.side.refuse, r.side.status, r.side.header = c.code, c.status, c.header
			if err := r.chat.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := r.chat.Check(t.Context()); err == nil {
				t.Error("readiness says nothing")
			}
			r.side.until(t, "tried again", func() bool { return len(r.side.opens) > 1 })
			r.side.with(func() { r.side.refuse, r.side.status = "", 0 })
			r.eventually(t, "both are up", func() bool { return r.chat.Counts().SocketsUp == 2 })
			if err := r.chat.Check(t.Context()); err != nil {
				t.Error(err)
			}
			if c.header != nil {
				if gap := r.side.opens[1].Sub(r.side.opens[0]); gap < time.Second {
					t.Errorf("came back after %v", gap)
				}
			}
		})
	}
}

func TestSocket_ATokenThatIsRevokedWhileItRunsIsSaidOnceAndAMendedOneWorks(t *testing.T) {
	t.Parallel()
	r := newSocketRig(t, &door{}, func(p *pace) { p.slow = 20 * time.Millisecond })
	a, b := r.start(t)
	r.side.with(func() { r.side.refuse = "token_revoked" })
	_, _ = a.ws.Close(), b.ws.Close()
	r.side.until(t, "tried again and again", func() bool { return len(r.side.opens) > 6 })
	if err := r.chat.Check(t.Context()); bot.ReasonOf(err) != bot.ReasonCredentials || !strings.Contains(err.Error(), "token_revoked") {
		t.Errorf("readiness says %v", err)
	}
	r.chat.sockets.failed(t.Context(), &RefusedError{Code: "token_revoked"})
	if n := strings.Count(r.log.String(), "could not be opened"); n != 1 {
		t.Errorf("said %d times:\n%s", n, r.log)
	}
	r.token.set("xapp-2-new")
	r.side.with(func() { r.side.refuse = "" })
	r.eventually(t, "both are up", func() bool { return r.chat.Counts().SocketsUp == 2 })
	r.side.with(func() {
		if last := r.side.tokens[len(r.side.tokens)-1]; last != "xapp-2-new" {
			t.Errorf("the token was %s", last)
		}
	})
	if err := r.chat.Check(t.Context()); err != nil || !strings.Contains(r.log.String(), "can be opened again") {
		t.Errorf("readiness says %v, the log\n%s", err, r.log)
	}
}

func TestSocket_AMendedTokenIsTriedAtOnce(t *testing.T) {
	t.Parallel()
	r := newSocketRig(t, &door{}) // an hour between tries with a refused token
	a, _ := r.start(t)
	r.side.with(func() { r.side.refuse = "token_revoked" })
	a.send(`{"type":"disconnect","reason":"link_disabled"}`)
	r.side.until(t, "refused", func() bool { return len(r.side.opens) == 3 })
	r.side.with(func() { r.side.refuse = "" })
	r.token.set("xapp-2-new")
	r.side.sock(t, 2)
}

func TestSocket_LeadsOnlyToSlack(t *testing.T) {
	t.Parallel()
	s := &sockets{hosts: []string{"127.0.0.1:9447", "slack.proxy.example:8443"}}
	for at, want := range map[string]bool{
		"wss://wss-primary.slack.com/link?ticket=1": true, "wss://wss.slack-gov.com:443/link": true,
		"wss://WSS-primary.Slack.com/": true, "ws://127.0.0.1:9447/x": true, "wss://127.0.0.1:9447/": true,
		"wss://slack.proxy.example:8443/": true, "ws://slack.proxy.example:8443/": false,
		"ws://wss-primary.slack.com/": false, "https://wss-primary.slack.com/": false, "wss://slack.com.example.org/": false,
		"wss://evilslack.com/": false, "wss://127.0.0.1:9448/": false, "wss://a@wss-primary.slack.com/": false,
		"wss://wss-primary.slack.com:8443/": false, "wss://slack.com/": false, "wss:///x": false, "/x": false,
	} {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		if s.mayLead(u) != want {
			t.Errorf("%s: %v", at, !want)
		}
	}
}

func TestSocket_IsNotOpenedElsewhere(t *testing.T) {
	t.Parallel()
	r := newSocketRig(t, &door{})
	other := newSlackSide(t)
	r.side.url = func(string) string {
		return "ws" + strings.TrimPrefix(other.URL, "http") + "/link?ticket=secret-ticket"
	}
	if err := r.chat.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.side.until(t, "tried again", func() bool { return len(r.side.opens) > 2 })
	other.with(func() {
		if len(other.socks) != 0 || len(other.called) != 0 {
			t.Error("it connected elsewhere")
		}
	})
	if err := r.chat.Check(t.Context()); err == nil || strings.Contains(err.Error(), "ticket") || strings.Contains(r.log.String(), "ticket") {
		t.Errorf("readiness says %v, the log\n%s", err, r.log)
	}
}

func TestSocket_AFrameThatIsTooLongEndsTheConnection(t *testing.T) {
	t.Parallel()
	r := newSocketRig(t, &door{})
	a, _ := r.start(t)
	a.send(slash("E1", "U1", strings.Repeat("x", 1<<20)))
	r.side.sock(t, 2)
	if a.has("E1") || len(r.door.events()) != 0 {
		t.Error("it was taken")
	}
}

func TestSocket_CloseFinishesWhatIsInHandAndTakesNothingNew(t *testing.T) {
	t.Parallel()
	d := newGateDoor("hold")
	r := gated(t, d)
	a, b := r.start(t)
	a.send(slash("E1", "U1", "hold"))
	a.send(slash("E2", "U1", "behind it"))
	d.next(t)
	r.eventually(t, "both are in hand", func() bool {
		l := r.chat.sockets.hands
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.inHand == 2
	})
	closed := make(chan error, 1)
	go func() { closed <- r.chat.Close(wait(t)) }()
	r.side.until(t, "the idle one says goodbye", func() bool { return b.closed })
	d.open("hold")
	a.acked(t, "E1")
	a.acked(t, "E2")
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	r.side.until(t, "goodbyes", func() bool { return a.closed })
	r.side.with(func() {
		if a.code != 1000 || b.code != 1000 || len(r.side.socks) != 2 {
			t.Errorf("closed with %d and %d, %d connections in all", a.code, b.code, len(r.side.socks))
		}
	})
	if len(d.events()) != 2 || r.chat.Counts().SocketsUp != 0 {
		t.Errorf("%d events, counts %+v", len(d.events()), r.chat.Counts())
	}
}

func TestSocket_WhatComesWhileClosingIsLeftToSlack(t *testing.T) {
	t.Parallel()
	d := newGateDoor("hold")
	r := gated(t, d)
	a, _ := r.start(t)
	a.send(slash("E1", "U1", "hold"))
	d.next(t)
	closed := make(chan error, 1)
	go func() { closed <- r.chat.Close(wait(t)) }()
	r.eventually(t, "it is closing", func() bool {
		r.chat.sockets.mu.Lock()
		defer r.chat.sockets.mu.Unlock()
		return r.chat.sockets.stopping
	})
	a.send(slash("E2", "U2", "too late"))
	r.eventually(t, "it is refused", func() bool { return r.chat.Counts().Unacked["closing"] == 1 })
	d.open("hold")
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	if !a.has("E1") || a.has("E2") || len(d.events()) != 1 {
		t.Errorf("%d events", len(d.events()))
	}
}

func TestSocket_CloseEndsWithItsTime(t *testing.T) {
	t.Parallel()
	r := newSocketRig(t, &door{})
	r.side.quiet = true
	r.chat.sockets.pace.hello = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	started := make(chan error, 1)
	go func() { started <- r.chat.Start(ctx) }()
	r.side.sock(t, 0)
	cancel() // in the middle of the first hello
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	if err := r.chat.Close(wait(t)); err != nil {
		t.Error(err)
	}
}

func TestBucket_GivesAFewAtOnceAndThenOneInAWhile(t *testing.T) {
	t.Parallel()
	b := newBucket(3, time.Minute)
	now := b.at
	for i, want := range []time.Duration{0, 0, 0, time.Minute, 2 * time.Minute} {
		if got := b.take(now); got != want {
			t.Errorf("call %d waits %v, want %v", i, got, want)
		}
	}
	if got := b.take(now.Add(10 * time.Minute)); got != 0 {
		t.Errorf("after a rest it waits %v", got)
	}
}

func FuzzEnvelope(f *testing.F) {
	f.Add([]byte(slash("E1", "U1", "new")))
	f.Add([]byte(`{"type":"hello"}`))
	f.Add([]byte(`{"type":"interactive","envelope_id":"E","payload":{"type":"block_suggestion","user":{"id":"U1"}},"retry_attempt":1}`))
	f.Add([]byte(`{"type":"events_api","envelope_id":"E","payload":{"event":{"user":"U1"}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var e envelope
		if json.Unmarshal(raw, &e) != nil {
			return
		}
		d, known, err := e.decode()
		if err != nil && bot.CodeOf(err) != bot.Invalid {
			t.Fatalf("%v", err)
		}
		if known && err == nil && d.person() == "" {
			t.Fatal("nobody's")
		}
		_ = e.resent()
	})
}

// Each line says what to do, be it that nothing needs doing.
func TestSocket_WhatIsLoggedOfAFailureSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err    error
		advice string
	}{
		"no network": {&bot.Error{Code: bot.Unavailable, Op: "slack: ask for a socket"}, `advice="it is tried again by itself; if it stays so, guestsite doctor says`},
		"refused":    {&RefusedError{Code: "token_revoked"}, `advice="the token is wrong, was revoked or has expired`},
	} {
		var said bytes.Buffer
		s := &sockets{a: &Adapter{log: slog.New(slog.NewTextHandler(&said, nil))}}
		s.failed(t.Context(), test.err)
		s.failed(t.Context(), test.err)
		if strings.Count(said.String(), test.advice) != 1 || strings.Count(said.String(), "\n") != 1 {
			t.Errorf("%s: said %q, want one line with %q", name, said.String(), test.advice)
		}
	}
}
