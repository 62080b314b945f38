package bottest

import (
	"time"

	"guestsite/bot"
)

// Fault is how a call fails.
type Fault struct {
	Err error
	// After lets the call do its work first: only the answer is lost.
	After bool
}

// Throttled asks to come back later; nothing was done.
func Throttled(after time.Duration) Fault {
	return Fault{Err: &bot.Error{Code: bot.Throttled, Op: "bottest", After: after}}
}

// Unclear is an answer that never came, to a call that did its work.
func Unclear() Fault {
	return Fault{Err: &bot.Error{Code: bot.Unavailable, Op: "bottest", Unclear: true}, After: true}
}

// Unavailable is a service that does not answer; nothing was done.
func Unavailable() Fault { return Fault{Err: &bot.Error{Code: bot.Unavailable, Op: "bottest"}} }

// Refused is an answer that asking again does not mend.
func Refused(code bot.Code, reason string) Fault {
	return Fault{Err: &bot.Error{Code: code, Op: "bottest", Reason: reason}}
}

func notFound(op string) error { return &bot.Error{Code: bot.NotFound, Op: "bottest: " + op} }

// script holds the faults to come, by the name of the call.
type script map[string][]Fault

// next takes the fault that the call meets now; ok is false when it meets none.
func (s script) next(name string) (Fault, bool) {
	list := s[name]
	if len(list) == 0 {
		return Fault{}, false
	}
	s[name] = list[1:]
	return list[0], true
}

// faulted runs a call as the script says.
func (s script) faulted(name string, call func() error) error {
	f, bad := s.next(name)
	if bad && !f.After {
		return f.Err
	}
	err := call()
	if bad {
		return f.Err
	}
	return err
}
