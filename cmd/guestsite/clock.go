package main

import "time"

// realClock is the clock that jobs are due by, outside of the demo.
type realClock struct{}

func (realClock) Now() time.Time                         { return time.Now() }
func (realClock) After(d time.Duration) <-chan time.Time { return time.After(d) }
