package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Days and years without leap seconds or leap days, as retention counts them.
const (
	day  = 24 * time.Hour
	year = 365 * day
)

// Duration is a length of time, written as 7d, 7y or as Go writes durations.
type Duration time.Duration

var (
	errDuration = errors.New("is no length of time such as 12h, 7d or 7y")
	errTooLong  = errors.New("is longer than 290 years")
)

// UnmarshalText reads 7d, 7y (365 days each) or a Go duration.
func (d *Duration) UnmarshalText(b []byte) error {
	text := string(b)
	for suffix, unit := range map[string]time.Duration{"d": day, "y": year} {
		count, ok := strings.CutSuffix(text, suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(count, 10, 64)
		if err != nil || n < 0 {
			return errDuration
		}
		if n > int64(math.MaxInt64/unit) {
			return errTooLong
		}
		*d = Duration(time.Duration(n) * unit)
		return nil
	}
	value, err := time.ParseDuration(text)
	if err != nil {
		return errDuration
	}
	*d = Duration(value)
	return nil
}

// String writes whole years and days with their letter.
func (d Duration) String() string {
	switch length := time.Duration(d); {
	case length != 0 && length%year == 0:
		return strconv.FormatInt(int64(length/year), 10) + "y"
	case length != 0 && length%day == 0:
		return strconv.FormatInt(int64(length/day), 10) + "d"
	default:
		return length.String()
	}
}

// WorkingDays counts days from Monday to Friday, written as "4 working days".
type WorkingDays int

var errWorkingDays = errors.New(`is no number of working days such as "4 working days"`)

// UnmarshalText reads "4 working days" or "1 working day"; the unit is needed.
func (w *WorkingDays) UnmarshalText(b []byte) error {
	count, unit, _ := strings.Cut(string(b), " ")
	n, err := strconv.Atoi(count)
	if err != nil || unit != "working days" && unit != "working day" {
		return errWorkingDays
	}
	*w = WorkingDays(n)
	return nil
}

// String is the form that UnmarshalText reads.
func (w WorkingDays) String() string {
	if w == 1 {
		return "1 working day"
	}
	return fmt.Sprintf("%d working days", int(w))
}
