package demo

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// What is asked for while the bot is down is not tried, since a step that fails ends
// the story; once it runs again, it is.
func TestTour_DoesNothingForTheReaderThatNeedsABotThatIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var up atomic.Bool
		tr := &tour{acts: &counter{}, poke: func() {}, running: up.Load, pushed: make(chan string, 1)}
		var taken atomic.Int32
		take := func(kind StepKind) {
			at := func() Target { return Target{} }
			go func() {
				if !tr.take(t.Context(), Step{Kind: kind}, at, func() bool { return false }) {
					taken.Add(1)
				}
			}()
			synctest.Wait()
			tr.push("do", tr.number)
			synctest.Wait()
		}
		take(StepTypes)
		if taken.Load() != 0 {
			t.Error("it was tried while the bot was down")
		}
		up.Store(true)
		tr.push("do", tr.number)
		synctest.Wait()
		if taken.Load() != 1 {
			t.Error("it was not done once the bot ran again")
		}
		up.Store(false)
		take(StepStarts)
		if taken.Load() != 2 {
			t.Error("the bot was not started, because it was down")
		}
	})
}
