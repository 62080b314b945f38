package cardtest

import (
	"testing"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// The cast of the examples.
var (
	Sanne  = flow.Who{ID: "sanne", Name: "Sanne de Vries", Mail: "sanne@noordzee.nl", Zone: "Europe/Amsterdam"}
	Mehmet = flow.Who{ID: "mehmet", Name: "Mehmet Yilmaz", Mail: "mehmet@noordzee.nl", Zone: "Europe/Amsterdam"}
	Priya  = flow.Who{ID: "priya", Name: "Priya Nair", Mail: "priya@noordzee.nl", Zone: "Europe/Amsterdam"}
	Joost  = flow.Who{ID: "joost", Name: "Joost Bakker", Mail: "joost@noordzee.nl", Zone: "Europe/Amsterdam"}
)

// At is a moment of the month in which the examples play.
func At(day, hour, minute int) time.Time {
	return time.Date(2026, time.November, day, hour, minute, 0, 0, time.UTC)
}

// The moments of the examples.
var (
	// Now is when the cards are looked at.
	Now = At(22, 9, 41)
	// Deadline is when silence ends a decision.
	Deadline = At(26, 16, 0)
	// Ends is when a guest's access ends.
	Ends = time.Date(2027, time.February, 19, 22, 0, 0, 0, time.UTC)
)

// Load gives the texts, English where nothing else is asked for.
func Load(tb testing.TB) *card.Texts {
	tb.Helper()
	t, err := card.Load("en", "Europe/Amsterdam")
	if err != nil {
		tb.Fatal(err)
	}
	return t
}
