package bot

import (
	"time"

	"guestsite/bot/flow"
)

// Metrics are hooks that are told what the engine does, for counting. A nil hook is
// told nothing, so the zero value is ready. Hooks are called from many goroutines and
// must not wait. What they are told names kinds and codes, and nobody.
type Metrics struct {
	// Event is a thing that a person did: in which chat, a command, a submit or a
	// press, the code of its error (empty for none), and how long it took until it was
	// stored and could be answered.
	Event func(chat, kind string, code Code, took time.Duration)
	// Job is a run of a job: its kind, an Outcome, and the code of its error (empty
	// for none).
	Job func(kind string, o Outcome, code Code, took time.Duration)
}

// Outcome is how a run of a job ended.
type Outcome string

// The outcomes.
const (
	OutcomeDone    Outcome = "done"     // with a result, or to look again later
	OutcomeDropped Outcome = "dropped"  // overtaken: nobody wants its result
	OutcomeHeld    Outcome = "held"     // until changes are no longer paused
	OutcomeBack    Outcome = "put_back" // to be tried again
	OutcomeGivenUp Outcome = "given_up" // a person is asked, or the part failed
	OutcomeLost    Outcome = "lost"     // another worker has it
)

func (m Metrics) event(in Inbound, err error, took time.Duration) {
	if m.Event == nil {
		return
	}
	kind := "other"
	switch {
	case in.Command != nil:
		kind = "command"
	case in.Submit != nil:
		kind = "submit"
	case in.Press != nil:
		kind = "press"
	}
	m.Event(in.User.Chat, kind, codeIf(err), took)
}

func (m Metrics) job(j Job, o Outcome, err error, took time.Duration) {
	if m.Job != nil {
		m.Job(j.Kind, o, codeIf(err), took)
	}
}

// codeIf is CodeOf, and empty for no error.
func codeIf(err error) Code {
	if err == nil {
		return ""
	}
	return CodeOf(err)
}

// JobKinds are all the kinds of jobs that Metrics can be told of.
func JobKinds() []string {
	kinds := []string{
		jobCommand, jobCard, jobApproveAll, jobConfirm, jobRecheck, jobHandover, jobShow, jobRevive, jobFailed, jobClean,
		jobForget, jobRelease, jobRedraw, jobLink, jobLinkExpire, jobLinked, jobElsewhere, jobLeave, jobUnlink, jobUnlinked,
	}
	for _, k := range []flow.EffectKind{
		flow.Identify, flow.LookUp, flow.ShowForm, flow.FanOut, flow.Refresh, flow.CheckSite, flow.CheckGuest,
		flow.ReadFacts, flow.CreateGroup, flow.AwaitSite, flow.ApplySharing, flow.Wake, flow.AwaitReady, flow.Invite,
		flow.AddMember, flow.Verify, flow.RemoveMember, flow.WatchAccept, flow.Timer, flow.Tell,
	} {
		kinds = append(kinds, string(k))
	}
	return kinds
}
