package demo

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestClock_WakesWhenTimePassesOrIsMovedPast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := NewClock()
		began := c.Now()
		soon, later := c.After(time.Second), c.After(time.Hour)
		time.Sleep(time.Second) // of the bubble
		if at := <-soon; !at.Equal(began.Add(time.Second)) {
			t.Errorf("woke at %v, began at %v", at, began)
		}
		c.Advance(59 * time.Minute)
		select {
		case <-later:
			t.Error("woke before its time")
		default:
		}
		c.Advance(time.Minute)
		if at := <-later; at.Before(began.Add(time.Hour)) {
			t.Errorf("woke at %v, want an hour after %v", at, began)
		}
		if got, want := c.Now(), began.Add(time.Hour+time.Second); !got.Equal(want) {
			t.Errorf("it is %v, want %v", got, want)
		}
		time.Sleep(2 * time.Hour)
		select {
		case <-later:
			t.Error("woke twice")
		default:
		}
	})
}
