package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"guestsite/bot/flow"
)

// Backoff of a job whose effect did not succeed: from the first pause on
// doubling up to the longest, each between half and the whole of it.
const (
	firstPause   = 2 * time.Second
	longestPause = 5 * time.Minute
	// patience is how often a job that can be retried is, before a person is asked.
	patience = 300
)

// idle is how long the worker sleeps at most without a due job; a backend shared
// by several processes may get jobs from others.
const idle = 10 * time.Second

// Run claims and runs jobs until ctx ends, then waits for those that run.
func (e *Engine) Run(ctx context.Context) error {
	if err := e.Schedule(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("bot: schedule the nightly cleaning: %w", err)
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	slots := make(chan struct{}, e.Settings.Workers)
	for {
		free := cap(slots) - len(slots)
		claimed := 0
		if free > 0 {
			jobs, err := e.Store.Claim(ctx, e.owner, e.Clock.Now(), e.Settings.Lease, free)
			if err != nil && ctx.Err() == nil {
				return fmt.Errorf("bot: claim jobs: %w", err)
			}
			claimed = len(jobs)
			for _, j := range jobs {
				slots <- struct{}{}
				wg.Go(func() {
					defer e.stir()
					defer func() { <-slots }()
					e.runJob(context.WithoutCancel(ctx), j)
				})
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		if claimed > 0 && claimed == free {
			continue
		}
		if !e.sleep(ctx) {
			return nil
		}
	}
}

// sleep waits until a job is due, or something stirs; false when ctx ended.
func (e *Engine) sleep(ctx context.Context) bool {
	pause := idle
	if due, err := e.Store.Due(ctx); err == nil && !due.IsZero() {
		pause = min(idle, max(0, due.Sub(e.Clock.Now())))
	}
	select {
	case <-ctx.Done():
		return false
	case <-e.wake:
	case <-e.Clock.After(pause):
	}
	return true
}

// RunDue runs the jobs that are due now, one after the other, until none is left
// or limit were run; it gives how many. Tests and tools that must replay use it
// in place of Run.
func (e *Engine) RunDue(ctx context.Context, limit int) (int, error) {
	for n := range limit {
		jobs, err := e.Store.Claim(ctx, e.owner, e.Clock.Now(), e.Settings.Lease, 1)
		if err != nil || len(jobs) == 0 {
			return n, err
		}
		e.runJob(ctx, jobs[0])
	}
	return limit, nil
}

// runJob runs a job to its result, or puts it back.
func (e *Engine) runJob(ctx context.Context, j Job) {
	began := time.Now()
	o, err := e.runOnce(ctx, j)
	e.Metrics.job(j, o, err, time.Since(began))
}

// runOnce is runJob, and says how it ended and with which error.
func (e *Engine) runOnce(ctx context.Context, j Job) (Outcome, error) {
	log := e.Log.With("component", "worker", "job", j.ID, "kind", j.Kind, "attempt", j.Attempt)
	ctx, cancel := context.WithTimeoutCause(ctx, e.Settings.Lease*3/4, errors.New("the job's lease is nearly over"))
	defer cancel()
	err := e.guarded(ctx, j)
	switch {
	case err == nil:
		return OutcomeDone, nil
	case errors.Is(err, ErrLeaseLost):
		log.WarnContext(ctx, "job was taken over by another worker")
		return OutcomeLost, nil
	case ReasonOf(err) == ReasonPaused:
		if err := e.hold(context.WithoutCancel(ctx), j); err != nil {
			log.ErrorContext(ctx, "job not held", "error", err) // its lease runs out and it comes again
		}
		return OutcomeHeld, nil
	}
	if _, ok := refused(err); ok { // overtaken: the machine no longer wants it
		log.DebugContext(ctx, "job result not wanted", "error", err)
		if err := e.Store.Commit(ctx, Change{Finish: &Finish{Job: j}}); err != nil {
			log.ErrorContext(ctx, "job not finished", "error", err)
		}
		return OutcomeDropped, nil
	}
	return e.retry(ctx, j, err), err
}

// guarded runs a job so that a panic is an error of that job alone.
func (e *Engine) guarded(ctx context.Context, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			e.Log.ErrorContext(ctx, "job panicked", "job", j.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = &Error{Code: Internal, Op: "bot: run job " + j.Kind, Detail: fmt.Sprint(p)}
		}
	}()
	var w work
	if err := json.Unmarshal(j.Payload, &w); err != nil {
		return &Error{Code: Internal, Op: "bot: decode job " + j.ID, Err: err}
	}
	return e.do(ctx, j, w)
}

// retry puts a job back with a pause, or gives up and has the part say so.
func (e *Engine) retry(ctx context.Context, j Job, cause error) Outcome {
	log := e.Log.With("component", "worker", "job", j.ID, "kind", j.Kind)
	var w work
	ctx = context.WithoutCancel(ctx)
	if err := json.Unmarshal(j.Payload, &w); err == nil && givesUp(j, w, cause) {
		log.ErrorContext(ctx, "job given up", "error", cause)
		if err := e.giveUp(ctx, j, w, cause); err != nil {
			log.ErrorContext(ctx, "job not given up", "error", err)
		}
		return OutcomeGivenUp
	}
	if j.Attempt == slowTries {
		e.saySlow(ctx, j, w)
	}
	due := e.Clock.Now().Add(pause(j.Attempt, cause))
	log.WarnContext(ctx, "job put back", "error", cause, "due", due)
	f := Finish{Job: j, Again: due, Attempt: j.Attempt + 1, LastError: string(CodeOf(cause))}
	if err := e.Store.Commit(ctx, Change{Finish: &f}); err != nil {
		log.ErrorContext(ctx, "job not put back", "error", err) // its lease runs out and it comes again
	}
	return OutcomeBack
}

// pause is how long to wait before the next run.
func pause(attempt int, cause error) time.Duration {
	d := firstPause << min(attempt, 20)
	if d <= 0 || d > longestPause {
		d = longestPause
	}
	d = d/2 + rand.N(d/2+1) //nolint:gosec // jitter, not a secret
	e, ok := errors.AsType[*Error](cause)
	switch {
	case ok && e.After > d:
		d = e.After
	case ok && e.Unclear && d < replication: // what may have been done must be seen first
		d = replication
	}
	return d
}

// done finishes a job that has no result for the machine.
func (e *Engine) done(ctx context.Context, j Job) error {
	return e.Store.Commit(ctx, Change{Finish: &Finish{Job: j}})
}

// later puts a job back that has to look again; that is not a failure.
func (e *Engine) later(ctx context.Context, j Job, in time.Duration) error {
	f := &Finish{Job: j, Again: e.Clock.Now().Add(in), Attempt: j.Attempt + 1}
	return e.Store.Commit(ctx, Change{Finish: f})
}

// do runs what a job is for.
func (e *Engine) do(ctx context.Context, j Job, w work) error {
	if waitsInPause(j.Kind) {
		if err := e.MayChange(ctx); err != nil {
			return err
		}
	}
	switch flow.EffectKind(j.Kind) {
	case flow.Identify:
		return e.doIdentify(ctx, j, w)
	case flow.LookUp:
		return e.doLookUp(ctx, j, w)
	case flow.ShowForm:
		return e.doShowForm(ctx, j, w)
	case flow.FanOut:
		return e.doFanOut(ctx, j, w)
	case flow.Refresh:
		return e.doRefresh(ctx, j, w)
	case flow.CheckSite:
		return e.doCheckSite(ctx, j, w)
	case flow.CheckGuest:
		return e.doCheckGuest(ctx, j, w)
	case flow.ReadFacts:
		return e.doReadFacts(ctx, j, w)
	case flow.CreateGroup:
		return e.doCreateGroup(ctx, j, w)
	case flow.AwaitSite:
		return e.doAwaitSite(ctx, j, w)
	case flow.ApplySharing:
		return e.doApplySharing(ctx, j, w)
	case flow.Wake:
		return e.doWake(ctx, j, w)
	case flow.AwaitReady:
		return e.doAwaitReady(ctx, j, w)
	case flow.Invite:
		return e.doInvite(ctx, j, w)
	case flow.AddMember:
		return e.doAddMember(ctx, j, w)
	case flow.Verify:
		return e.doVerify(ctx, j, w)
	case flow.RemoveMember:
		return e.doRemoveMember(ctx, j, w)
	case flow.WatchAccept:
		return e.doWatchAccept(ctx, j, w)
	case flow.Timer:
		return e.result(ctx, j, w, *w.Event)
	case flow.Tell:
		return e.doTell(ctx, j, w)
	}
	return e.doOther(ctx, j, w)
}

// doOther runs the jobs that no step of the machine asked for.
func (e *Engine) doOther(ctx context.Context, j Job, w work) error {
	switch j.Kind {
	case jobCommand:
		return e.doCommand(ctx, j, w)
	case jobCard:
		return e.doCard(ctx, j, w)
	case jobApproveAll:
		return e.doApproveAll(ctx, j, w)
	case jobConfirm:
		return e.doConfirm(ctx, j, w)
	case jobRecheck:
		return e.doRecheck(ctx, j, w)
	case jobHandover:
		return e.doHandover(ctx, j, w)
	case jobShow:
		return e.doShow(ctx, j, w)
	case jobRevive:
		return e.doRevive(ctx, j, w)
	case jobFailed:
		return e.doFailed(ctx, j, w)
	case jobClean:
		return e.doClean(ctx, j, w)
	case jobForget:
		return e.doForget(ctx, j, w)
	case jobRelease:
		return e.doRelease(ctx, j)
	case jobRedraw:
		return e.doRedraw(ctx, j, w)
	case jobLink:
		return e.doLink(ctx, j, w)
	case jobLinkExpire:
		return e.doLinkExpire(ctx, j, w)
	case jobLinked:
		return e.doLinked(ctx, j, w)
	case jobElsewhere:
		return e.doElsewhere(ctx, j, w)
	case jobLeave:
		return e.doLeave(ctx, j, w)
	case jobUnlink:
		return e.doUnlink(ctx, j, w)
	case jobUnlinked:
		return e.doUnlinked(ctx, j, w)
	}
	return &Error{Code: Internal, Op: "bot: run a job of unknown kind " + j.Kind}
}

// result feeds a job's result back as an event, in the commit that finishes it.
func (e *Engine) result(ctx context.Context, j Job, w work, ev flow.Event) error {
	_, err := e.apply(ctx, w.target(), ev, extra{finish: &Finish{Job: j}})
	return err
}
