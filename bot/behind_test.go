package bot

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guestsite/bot/card"
)

func TestBehind_OutlivesItsCallerAndEndsInItsOwnTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := NewBehind(1, time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // the answer is given
		began := time.Now()
		var ended time.Duration
		if !b.Go(ctx, func(ctx context.Context) {
			<-ctx.Done()
			ended = time.Since(began)
		}) {
			t.Fatal("there is no room")
		}
		if err := b.Wait(t.Context()); err != nil || ended != time.Minute {
			t.Errorf("it ended after %v; %v", ended, err)
		}
	})
}

func TestBehind_RunsNoMoreThanThereIsRoomFor(t *testing.T) {
	t.Parallel()
	b := NewBehind(2, time.Hour)
	hold := make(chan struct{})
	for range 2 {
		if !b.Go(t.Context(), func(context.Context) { <-hold }) {
			t.Fatal("there is no room")
		}
	}
	if b.Go(t.Context(), func(context.Context) { t.Error("it ran") }) {
		t.Error("there was room for a third")
	}
	why := errors.New("time is up")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if err := b.Wait(ctx); !errors.Is(err, why) {
		t.Errorf("waiting ended with %v", err)
	}
	close(hold)
	if err := b.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	ran := make(chan struct{})
	if !b.Go(t.Context(), func(context.Context) { close(ran) }) {
		t.Fatal("there is no room again")
	}
	<-ran
}

// apologist is a door that says sorry, and nothing else.
type apologist struct {
	Door
	ref string
}

func (a *apologist) Sorry(_ context.Context, _ ChatUser, _ error, ref string) card.Card {
	a.ref = ref
	return card.Card{Text: "sorry " + ref}
}

func TestApology_LogsTheCauseUnderTheReferenceThatIsShown(t *testing.T) {
	t.Parallel()
	for code, level := range map[Code]string{
		Invalid: "WARN", Expired: "WARN", Forbidden: "WARN", Internal: "ERROR", Unavailable: "ERROR", Throttled: "ERROR",
	} {
		var log bytes.Buffer
		d := &apologist{}
		c := Apology(t.Context(), slog.New(slog.NewTextHandler(&log, nil)), d, ChatUser{Chat: "slack", ID: "U1"},
			&Error{Code: code, Op: "bot: try"}, slog.String("what", "a command"))
		for _, want := range []string{"level=" + level, `msg="an event was not taken" chat=slack`, "ref=" + d.ref, "code=" + string(code), `what="a command"`} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s: the log lacks %s: %s", code, want, log.String())
			}
		}
		if d.ref == "" || c.Text != "sorry "+d.ref {
			t.Errorf("%s: shown %q", code, c.Text)
		}
	}
}
