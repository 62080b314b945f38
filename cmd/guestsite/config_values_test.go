package main

import (
	"errors"
	"testing"
	"time"
)

func TestDuration_ReadsDaysAndYears(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want time.Duration
		err  error
	}{
		{"7d", 7 * day, nil},
		{"7y", 7 * year, nil},
		{"400d", 400 * day, nil},
		{"36h", 36 * time.Hour, nil},
		{"1h30m", 90 * time.Minute, nil},
		{"-1d", 0, errDuration},
		{"d", 0, errDuration},
		{"1.5d", 0, errDuration},
		{"7", 0, errDuration},
		{"", 0, errDuration},
		{"300y", 0, errTooLong},
		{"99999999999999999999d", 0, errDuration},
	}
	for _, test := range tests {
		var d Duration
		err := d.UnmarshalText([]byte(test.text))
		if !errors.Is(err, test.err) || time.Duration(d) != test.want {
			t.Errorf("%q: got %v, %v; want %v, %v", test.text, d, err, test.want, test.err)
		}
		var again Duration
		if err == nil && (again.UnmarshalText([]byte(d.String())) != nil || again != d) {
			t.Errorf("%q prints as %s, which reads as %v", test.text, d, again)
		}
	}
}

func TestWorkingDays_NeedsItsUnit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]WorkingDays{"4 working days": 4, "1 working day": 1} {
		var w WorkingDays
		if err := w.UnmarshalText([]byte(text)); err != nil || w != want || w.String() != text {
			t.Errorf("%q: got %v (%d), %v", text, w, w, err)
		}
	}
	for _, text := range []string{"4", "4d", "4 days", "four working days", "4  working days", ""} {
		var w WorkingDays
		if err := w.UnmarshalText([]byte(text)); !errors.Is(err, errWorkingDays) {
			t.Errorf("%q: got %v, %v; want it refused", text, w, err)
		}
	}
}
