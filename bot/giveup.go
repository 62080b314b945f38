package bot

import (
	"context"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// How often a job is tried where trying again may help: after an internal fault,
// which a restart may mend; where something that was just made is not seen
// everywhere yet (Microsoft Graph: a write is consistent after minutes at most);
// and where a person sits before the answer.
const (
	internalTries    = 5
	replicationTries = 40
	personTries      = 6
	// slowTries is after how many runs somebody who waits is told.
	slowTries = 2
)

// givesUp says whether a job ends now, because trying again cannot help.
func givesUp(j Job, w work, cause error) bool {
	switch CodeOf(cause) {
	case Forbidden: // a secret that ran out is replaced; the cards wait for that
		return !waitsForCredentials(j.Kind) || ReasonOf(cause) != ReasonCredentials || j.Attempt >= patience
	case Throttled, Unavailable:
		return j.Attempt >= patience || w.Reply != "" && j.Attempt >= personTries
	case Internal:
		return j.Attempt >= internalTries
	case NotFound:
		return j.Attempt >= replicationTries || !afterAWrite(j.Kind)
	default:
		return true
	}
}

// waitsForCredentials says whether a kind of job is a word to somebody, or takes one
// back, that is worth as much when the secret of its chat was replaced.
func waitsForCredentials(kind string) bool {
	return kind == jobCard || kind == jobElsewhere || kind == jobLeave
}

// afterAWrite says whether a kind of job works on what another has just made.
func afterAWrite(kind string) bool {
	switch flow.EffectKind(kind) {
	case flow.AwaitSite, flow.ApplySharing, flow.Invite, flow.AddMember, flow.Verify, flow.CheckGuest, flow.ReadFacts:
		return true
	default:
		return false
	}
}

// giveUp ends a job that cannot succeed: its part waits for IT or breaks, and
// who waits for an answer gets one. Nothing is left in a state that no job serves.
func (e *Engine) giveUp(ctx context.Context, j Job, w work, cause error) error {
	f := &Finish{Job: j}
	if rest := untiring(j.Kind); rest > 0 {
		f.Again, f.Attempt, f.LastError = e.Clock.Now().Add(rest), j.Attempt+1, string(CodeOf(cause))
		return e.Store.Commit(ctx, Change{Finish: f})
	}
	if j.Kind == jobCard {
		recs, err := e.Store.Get(ctx, messageKey(w.Message))
		if err != nil {
			return err
		}
		if m, ok := recs[0].Value.(*Message); ok && recs[0].Rev != 0 {
			return e.bury(ctx, Change{Finish: f}, m, recs[0].Rev, cause)
		}
	}
	if ev, ok := e.lastWord(j, cause); ok {
		_, err := e.apply(ctx, w.target(), ev, extra{finish: f})
		if _, ok := refused(err); !ok {
			return err
		}
	}
	e.saySorry(ctx, j, w, cause)
	return e.Store.Commit(ctx, Change{Finish: f})
}

// untiring is how long a job that must never end rests where it cannot succeed; 0
// for the others. Access that should have ended is ended some day. And nobody waits
// for what the operator or the time of things asks for, so nobody would miss it:
// without it what was held stays held, and what should go stays.
func untiring(kind string) time.Duration {
	switch kind {
	case string(flow.RemoveMember):
		return 24 * time.Hour
	case jobClean, jobForget, jobRelease, jobRedraw, jobLinkExpire:
		return time.Hour
	}
	return 0
}

// lastWord is the event by which a part hears that its job cannot succeed.
func (e *Engine) lastWord(j Job, cause error) (flow.Event, bool) {
	code := ReasonOf(cause)
	if code == "" {
		code = string(CodeOf(cause))
	}
	c := e.blockedBy("app_"+code, "app."+code, "", false)
	switch flow.EffectKind(j.Kind) {
	case flow.CheckSite, flow.CheckGuest:
		c.Outcome = string(readiness.Unknown)
		return flow.Event{Kind: flow.Checked, Check: c}, true
	case flow.ReadFacts:
		return flow.Event{Kind: flow.Decided, Facts: &flow.Facts{Unknown: code}}, true
	case flow.Identify:
		return flow.Event{Kind: flow.NotKnown, Code: "lookup_failed"}, true
	case flow.CreateGroup, flow.ApplySharing, flow.Invite, flow.AddMember, flow.Verify:
		if code == ReasonPermission || code == ReasonNotGiven { // consent mends it; the part waits
			return flow.Event{Kind: flow.Blocked, Check: c}, true
		}
		return flow.Event{Kind: flow.Broke, Code: code}, true
	case flow.AwaitSite:
		return flow.Event{Kind: flow.Broke, Code: code}, true
	default: // no part waits for its result
		return flow.Event{}, false
	}
}

// reference is what a person names and an operator searches the log for.
func reference(j Job) string {
	const length = 8
	return digest([]byte(j.ID))[:length]
}

// saySorry tells who waits for an answer that there is none; or who waits before
// a form that it cannot go on.
func (e *Engine) saySorry(ctx context.Context, j Job, w work, cause error) {
	log := e.Log.With("component", "worker", "job", j.ID, "reference", reference(j))
	if flow.EffectKind(j.Kind) == flow.LookUp {
		e.sayInForm(ctx, w, "lookup_failed")
		return
	}
	if w.Reply == "" {
		return
	}
	chat, err := e.chat(w.User.Chat)
	if err == nil {
		err = chat.Whisper(ctx, w.Reply, e.Sorry(ctx, w.User, cause, reference(j)))
	}
	if err != nil {
		log.InfoContext(ctx, "private line not delivered", "error", err)
		return
	}
	log.InfoContext(ctx, "told that there is no answer", "cause", cause)
}

// saySlow tells who waits before a form that it takes longer.
func (e *Engine) saySlow(ctx context.Context, j Job, w work) {
	switch flow.EffectKind(j.Kind) {
	case flow.Identify, flow.LookUp:
		e.sayInForm(ctx, w, "lookup_slow")
	default: // nobody sits before it
	}
}

// sayInForm shows a word in the open form of a draft. It may be lost: the answers
// are kept, and the next redraw replaces it.
func (e *Engine) sayInForm(ctx context.Context, w work, code string) {
	c, _, err := e.load(ctx, w.target())
	if err != nil || c.Request.Form == nil {
		return
	}
	chat, err := e.chat(c.Request.Form.Chat)
	if err != nil {
		return
	}
	v := e.view(ctx, c.Request.Requester)
	v.Request = c.Request
	if err := chat.UpdateForm(ctx, Ref(c.Request.Form.Ref), card.Closed(v, code, nil)); err != nil {
		e.Log.InfoContext(ctx, "word in a form not delivered", "request", w.Request, "error", err)
	}
}
