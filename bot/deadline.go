package bot

import (
	"strings"
	"time"
)

// seenStep is how exactly it is kept when somebody was last seen.
const seenStep = time.Hour

// closing is the hour at which a deadline ends, in the decider's zone.
const closing = 17

// deadline is the end of the time to decide: so many working days from now on,
// at 17:00 in the zone.
func (e *Engine) deadline(now time.Time, zone string) time.Time {
	if zone == "" {
		zone = e.Settings.Zone
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return workdays(now.In(loc), e.Settings.DecideWithin).UTC()
}

// workdays goes n working days ahead, to the closing hour.
func workdays(from time.Time, n int) time.Time {
	day := from
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if wd := day.Weekday(); wd != time.Saturday && wd != time.Sunday {
			n--
		}
	}
	return time.Date(day.Year(), day.Month(), day.Day(), closing, 0, 0, 0, day.Location())
}

// moment is a time as the arguments of a text have it.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// cut splits "group:<id>".
func cut(entry string) (kind, name string, ok bool) { return strings.Cut(entry, ":") }
