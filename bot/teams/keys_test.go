package teams

import (
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
)

func TestKeys_AreReadOnceADay(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	r.issuer.wantReads(t, 0, 0)
	for range 3 {
		r.wantGood(t)
	}
	r.clock.add(keysLife - time.Second)
	r.wantGood(t)
	r.issuer.wantReads(t, 1, 1)
	r.clock.add(time.Second)
	r.wantGood(t)
	r.wantGood(t)
	r.issuer.wantReads(t, 2, 2)
}

func TestKeys_AWithdrawnKeyIsRefusedAfterADay(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	r.wantGood(t)
	r.issuer.change(func(f *issuerFake) { f.keys = f.keys[1:] })
	r.clock.add(keysLife - time.Second)
	r.wantGood(t)
	r.clock.add(time.Second)
	if _, err := r.verify(t.Context(), r.good(t)); !errors.Is(err, errTokenKey) {
		t.Errorf("got %v", err)
	}
}

func TestKeys_ANewOneIsLearnedFromATokenThatNamesIt(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	r.wantGood(t)
	r.issuer.change(func(f *issuerFake) {
		f.keys = []map[string]any{jwkOf("third-key", strangerKey(), "msteams")}
	})
	third := signedBy(t, r.clock.Now(), "third-key", strangerKey())
	if _, err := r.verify(t.Context(), third); !errors.Is(err, errTokenKey) {
		t.Errorf("within the floor: %v", err)
	}
	r.clock.add(keysFloor)
	if _, err := r.verify(t.Context(), third); err != nil {
		t.Errorf("after the floor: %v", err)
	}
	r.issuer.wantReads(t, 2, 2)
	if _, err := r.verify(t.Context(), r.good(t)); !errors.Is(err, errTokenKey) {
		t.Errorf("the key that went: %v", err)
	}
}

// A flood of forged tokens, each with another key id, costs the issuer one reading a
// minute, whether it answers or not, and keeps nobody else out.
func TestKeys_AFloodOfUnknownIDsAsksOnceAMinute(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	r.wantGood(t)
	forged := 0
	flood := func(metadata, keys int) {
		t.Helper()
		var wg sync.WaitGroup
		for range 20 {
			forged++
			authorization := signedBy(t, r.clock.Now(), "forged-"+strconv.Itoa(forged), strangerKey())
			wg.Go(func() {
				if _, err := r.verify(t.Context(), authorization); !errors.Is(err, errTokenKey) {
					t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		r.issuer.wantReads(t, metadata, keys)
		r.wantGood(t)
	}
	flood(1, 1)
	r.clock.add(keysFloor - time.Second)
	flood(1, 1)
	r.clock.add(time.Second)
	flood(2, 2)
	r.issuer.answer(answerStatus(http.StatusInternalServerError))
	r.clock.add(keysFloor)
	flood(3, 2)
	r.clock.add(keysFloor - time.Second)
	flood(3, 2)
	r.clock.add(time.Second)
	flood(4, 2)
}

func TestKeys_TheFloorHoldsWhileThereAreNone(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	r.issuer.answer(answerStatus(http.StatusInternalServerError))
	for range 5 {
		if _, err := r.verify(t.Context(), r.good(t)); bot.CodeOf(err) != bot.Unavailable {
			t.Errorf("got %v", err)
		}
	}
	r.issuer.wantReads(t, 1, 0)
	r.issuer.answer(nil)
	r.clock.add(keysFloor)
	r.wantGood(t)
	r.issuer.wantReads(t, 2, 1)
}

func TestKeys_ManyWhoNeedThemShareOneReading(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	const callers = 50
	for round := 1; round <= 2; round++ {
		release := make(chan struct{})
		r.issuer.change(func(f *issuerFake) {
			f.instead[metadataPath] = func(w http.ResponseWriter, _ *http.Request) {
				<-release
				_, _ = w.Write(tokenJSON(t, f.metadata))
			}
		})
		good := r.good(t)
		var begun, ended sync.WaitGroup
		begun.Add(callers)
		for range callers {
			ended.Go(func() {
				begun.Done()
				if _, err := r.verify(t.Context(), good); err != nil {
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		begun.Wait()
		close(release)
		ended.Wait()
		r.issuer.wantReads(t, round, round)
		r.clock.add(keysLife)
	}
}

func TestKeys_StayInUseWhileReadingFails(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	r.wantGood(t)
	r.issuer.answer(answerStatus(http.StatusInternalServerError))
	for range 3 {
		r.clock.add(keysLife)
		r.wantGood(t)
		r.wantGood(t)
	}
	if err := r.ready(t.Context()); err != nil {
		t.Errorf("ready: %v", err)
	}
	r.issuer.wantReads(t, 4, 1)
	r.issuer.answer(nil)
	r.clock.add(keysFloor)
	r.wantGood(t)
	r.issuer.wantReads(t, 5, 2)
}

func TestReady_ReadsKeysOnceAndKeepsThem(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	r.issuer.answer(answerStatus(http.StatusInternalServerError))
	if err := r.ready(t.Context()); bot.CodeOf(err) != bot.Unavailable {
		t.Errorf("no keys: %v", err)
	}
	r.issuer.answer(nil)
	r.clock.add(keysFloor)
	for range 3 {
		if err := r.ready(t.Context()); err != nil {
			t.Errorf("keys: %v", err)
		}
	}
	r.wantGood(t)
	r.issuer.wantReads(t, 2, 1)
}
