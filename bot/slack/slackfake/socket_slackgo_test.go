package slackfake

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// The client of slack-go was written by others, so what it accepts is right
// in more eyes than ours.

// sdkApp runs slack-go's client until the test ends; every request goes to
// handle, whose answer is the ack's payload.
func sdkApp(t *testing.T, s *Server, handle func(api *slack.Client, e socketmode.Event) any) (events func(socketmode.EventType) int) {
	t.Helper()
	api := slack.New(s.BotToken(), slack.OptionAPIURL(s.APIURL()), slack.OptionAppLevelToken(s.AppToken()))
	client := socketmode.New(api, socketmode.OptionPingInterval(5*time.Second))
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan struct{})
	go func() {
		defer close(ran)
		if err := client.RunContext(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("the client ended: %v", err)
		}
	}()
	counts, asked := make(chan socketmode.EventType, 100), make(chan func(map[socketmode.EventType]int))
	go func() {
		n := map[socketmode.EventType]int{}
		for {
			select {
			case e := <-client.Events:
				counts <- e.Type
				if e.Request != nil && e.Request.EnvelopeID != "" {
					_ = client.AckCtx(ctx, e.Request.EnvelopeID, handle(api, e))
				}
			case k := <-counts:
				n[k]++
			case look := <-asked:
				look(n)
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ran
	})
	return func(k socketmode.EventType) int {
		got := make(chan int, 1)
		asked <- func(n map[socketmode.EventType]int) { got <- n[k] }
		return <-got
	}
}

func TestSlackGo_AcceptsTheSocket(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{Socket: SocketOptions{PingInterval: 100 * time.Millisecond, PongTimeout: 20 * time.Second}})
	count := sdkApp(t, s, func(api *slack.Client, e socketmode.Event) any {
		switch d := e.Data.(type) {
		case slack.SlashCommand:
			if d.Text == "form" {
				_, err := api.OpenView(d.TriggerID, slack.ModalViewRequest{
					Type: slack.VTModal, Title: slack.NewTextBlockObject("plain_text", "One", true, false),
					Submit: slack.NewTextBlockObject("plain_text", "Send", true, false),
					Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewInputBlock("b", slack.NewTextBlockObject("plain_text", "Name", true, false),
						nil, slack.NewPlainTextInputBlockElement(nil, "name"))}},
				})
				if err != nil {
					t.Error(err)
				}
				return nil
			}
			if d.IsEnterpriseInstall || d.UserID != Sanne || d.APIAppID != "A0GUESTSITE" {
				t.Errorf("command %+v", d)
			}
			return map[string]any{"text": "You said " + d.Text}
		case slack.InteractionCallback:
			if d.Type == slack.InteractionTypeViewSubmission {
				return slack.NewErrorsViewSubmissionResponse(map[string]string{"b": "Taken: " + d.View.State.Values["b"]["name"].Value})
			}
			if d.Type != slack.InteractionTypeBlockActions || d.ActionCallback.BlockActions[0].ActionID != "decline" {
				t.Errorf("interaction %+v", d.Type)
			}
		case slackevents.EventsAPIEvent:
			if m, ok := d.InnerEvent.Data.(*slackevents.MessageEvent); !ok || m.Text != "hello" {
				t.Errorf("event %+v", d.InnerEvent)
			}
		}
		return nil
	})
	if err := s.WaitConnections(deadline(t), 1); err != nil {
		t.Fatal(err)
	}
	u := s.As(Sanne)
	if out := mustOutcome(t)(u.Command(t.Context(), "/guestsite hi")); out.Message == nil || out.Message.Text != "You said hi" {
		t.Errorf("command %+v", out)
	}
	if out := mustOutcome(t)(u.Click(t.Context(), postCard(t, s, Sanne).Ref(), "decline")); !out.OK() {
		t.Errorf("click %+v", out)
	}
	if out := mustOutcome(t)(u.Say(t.Context(), "hello")); !out.OK() {
		t.Errorf("event %+v", out)
	}
	mustOutcome(t)(u.Command(t.Context(), "/guestsite form"))
	v, open := u.TopView()
	if !open {
		t.Fatal("no modal")
	}
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "Name", "Linden"))
	mustOutcome(t)(u.Submit(t.Context()))
	if v, _ = u.TopView(); v.Errors["b"] != "Taken: Linden" {
		t.Errorf("view %+v", v.Errors)
	}
	if err := s.Disconnect(AllConnections, ReasonRefresh); err != nil {
		t.Fatal(err)
	}
	err := s.Wait(deadline(t), func() bool { return len(s.Connections()) == 2 && len(s.LiveConnections()) == 1 })
	if err != nil {
		t.Fatalf("the client did not come back: %v: %+v", err, s.Connections())
	}
	if out := mustOutcome(t)(u.Command(t.Context(), "/guestsite again")); out.Message == nil || count(socketmode.EventTypeHello) != 2 {
		t.Errorf("after the reconnect %+v, %d hellos", out, count(socketmode.EventTypeHello))
	}
	if err := s.Wait(deadline(t), func() bool { return s.LiveConnections()[0].Pongs > 1 }); err != nil {
		t.Error("the client answers no pings")
	}
}

func TestSlackGo_CallsAnUnknownEnvelopeBad(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	count := sdkApp(t, s, func(*slack.Client, socketmode.Event) any { return nil })
	if err := s.WaitConnections(deadline(t), 1); err != nil {
		t.Fatal(err)
	}
	if err := s.ActOnSocket(AllConnections, SocketUnknown); err != nil {
		t.Fatal(err)
	}
	if out := mustOutcome(t)(s.As(Sanne).Command(t.Context(), "/guestsite")); !out.OK() || count(socketmode.EventTypeErrorBadMessage) != 1 {
		t.Errorf("outcome %+v, %d bad messages", out, count(socketmode.EventTypeErrorBadMessage))
	}
}

func TestSlackGo_IsRefused(t *testing.T) {
	t.Parallel()
	s := startSockets(t, Options{})
	open := func(token string) error {
		api := slack.New(s.BotToken(), slack.OptionAPIURL(s.APIURL()), slack.OptionAppLevelToken(token))
		return socketmode.New(api).RunContext(t.Context())
	}
	for token, want := range map[string]string{"": "not_authed", "xapp-1-other": "invalid_auth"} {
		if err := open(token); err == nil || err.Error() != want {
			t.Errorf("token %q: %v, want %s", token, err, want)
		}
	}
	for _, code := range []string{"token_revoked", "account_inactive"} {
		s.BreakAppToken(code)
		if err := open(s.AppToken()); err == nil || err.Error() != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
	s.BreakAppToken("")
	api := slack.New(s.BotToken(), slack.OptionAPIURL(s.APIURL()), slack.OptionAppLevelToken(s.AppToken()))
	s.SetAppScopes()
	_, _, err := api.StartSocketModeContext(t.Context())
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); !ok || e.Err != "missing_scope" || e.Needed != "connections:write" {
		t.Errorf("without the scope: %v", err)
	}
	s.SetAppScopes("connections:write")
	s.AddFault(Fault{Method: methodOpen, Kind: FaultRateLimited, RetryAfter: 3})
	_, _, err = api.StartSocketModeContext(t.Context())
	if e, ok := errors.AsType[*slack.RateLimitedError](err); !ok || e.RetryAfter != 3*time.Second {
		t.Errorf("limited: %v", err)
	}
	_, url, err := api.StartSocketModeContext(t.Context())
	if err != nil || !strings.HasPrefix(url, "ws://") {
		t.Fatalf("%q, %v", url, err)
	}
	if err := socketmode.New(api).AckCtx(t.Context(), "e", strings.Repeat("x", 20<<10)); err == nil {
		t.Error("slack-go sends an ack that Slack drops")
	}
}
