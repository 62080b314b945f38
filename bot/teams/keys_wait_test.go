package teams

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"guestsite/bot"
)

func TestKeys_ACallerWaitsNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	asked, release := make(chan struct{}), make(chan struct{})
	r.issuer.change(func(f *issuerFake) {
		f.instead[metadataPath] = func(w http.ResponseWriter, _ *http.Request) {
			close(asked)
			<-release
			_, _ = w.Write(tokenJSON(t, f.metadata))
		}
	})
	good := r.good(t)
	gone := errors.New("hung up")
	ctx, hangUp := context.WithCancelCause(t.Context())
	first, second := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := r.verify(ctx, good)
		first <- err
	}()
	<-asked
	go func() {
		_, err := r.verify(t.Context(), good)
		second <- err
	}()
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := r.verify(short, good); !errors.Is(err, context.DeadlineExceeded) || bot.CodeOf(err) != bot.Unavailable {
		t.Errorf("deadline: %v", err)
	}
	hangUp(gone)
	if err := <-first; !errors.Is(err, gone) || bot.CodeOf(err) != bot.Unavailable {
		t.Errorf("hung up: %v", err)
	}
	// The one who hung up had begun the attempt; it goes on for the others.
	close(release)
	if err := <-second; err != nil {
		t.Errorf("the other: %v", err)
	}
	r.issuer.wantReads(t, 1, 1)
}

// hanging answers nothing until the caller gives up.
type hanging struct{}

func (hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestKeys_AnAttemptEndsByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := unsocketed(hanging{}, time.Now)
		began := time.Now()
		err := v.ready(t.Context())
		if bot.CodeOf(err) != bot.Unavailable || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took != keysTime {
			t.Errorf("took %v, want %v", took, keysTime)
		}
	})
}

func TestKeys_OldOnesAreUsedWhenReadingTakesLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := unsocketed(newIssuer(tokenHost), time.Now)
		if err := v.ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		v.keys.http.Transport = hanging{}
		time.Sleep(keysLife) // of the bubble's clock
		for range 2 {
			began := time.Now()
			if _, err := v.verify(t.Context(), signedBy(t, began, tokenKID, tokenKey())); err != nil {
				t.Errorf("an old key: %v", err)
			}
			if took := time.Since(began); took != keysPatience {
				t.Errorf("took %v, want %v", took, keysPatience)
			}
		}
		// A key that is not held cannot be made up for: its token waits to the end.
		began := time.Now()
		if _, err := v.verify(t.Context(), signedBy(t, began, "third-key", tokenKey())); !errors.Is(err, errTokenKey) {
			t.Errorf("an unknown key: %v", err)
		}
		if took := time.Since(began); took != keysTime-2*keysPatience {
			t.Errorf("took %v, want %v", took, keysTime-2*keysPatience)
		}
	})
}
