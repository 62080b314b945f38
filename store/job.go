package store

import (
	"slices"
	"time"

	"guestsite/bot"
)

// Job is a job as a backend keeps it. Its functions hold the rules of a job's
// life and change nothing but the value they are given, so that every backend
// has the same rules.
type Job struct {
	bot.Job
	// Next is the run asked for while the job was running; nil for none.
	Next *Next
	// Cancelled says that the running job is not to be run again, except as Next.
	Cancelled bool
}

// Next is what a job was put anew with while it was running.
type Next struct {
	Kind      string
	Payload   []byte
	Due       time.Time
	Attempt   int
	LastError string
}

// Leased says whether somebody holds the job, or held it and was not yet found
// to have lost it.
func (j Job) Leased() bool { return j.Lease.Token != 0 }

// Out gives the job to a caller, sharing no memory with j.
func (j Job) Out() bot.Job {
	out := j.Job
	out.Payload = slices.Clone(out.Payload)
	return out
}

// Enqueue puts a job where old is kept, or where nothing is when old is nil.
// One that waits keeps the earlier due time, its attempts, and takes kind and
// payload of put. One that is leased keeps put for its next run.
func Enqueue(old *Job, put bot.Job) Job {
	if old == nil {
		put.Lease = bot.Lease{}
		return Job{Job: put}
	}
	j := *old
	if !j.Leased() {
		j.Kind, j.Payload = put.Kind, put.Payload
		j.Due = earlier(j.Due, put.Due)
		return j
	}
	next := Next{Kind: put.Kind, Payload: put.Payload, Due: put.Due, Attempt: put.Attempt, LastError: put.LastError}
	if j.Next != nil {
		next.Due = earlier(next.Due, j.Next.Due)
	}
	j.Next = &next
	return j
}

// Cancel says what is left of a cancelled job; keep is false when nothing is.
// A leased one stays, so that its owner can still commit what it did.
func (j Job) Cancel() (left Job, keep bool) {
	if !j.Leased() {
		return Job{}, false
	}
	j.Next, j.Cancelled = nil, true
	return j, true
}

// HeldBy says whether f finishes the claim under which the job is leased now.
func (j Job) HeldBy(f bot.Finish) bool {
	return j.Leased() && j.Lease.Token == f.Job.Lease.Token && j.Lease.Owner == f.Job.Lease.Owner
}

// Finish says what is left of a job after its run; keep is false when nothing is.
func (j Job) Finish(f bot.Finish) (left Job, keep bool) {
	again := !f.Again.IsZero() && !j.Cancelled
	switch {
	case j.Next != nil:
		left = j.next()
		if again {
			left.Due = earlier(left.Due, f.Again)
			left.Attempt, left.LastError = f.Attempt, f.LastError
		}
		return left, true
	case again:
		j.Lease = bot.Lease{}
		j.Due, j.Attempt, j.LastError = f.Again, f.Attempt, f.LastError
		return j, true
	default:
		return Job{}, false
	}
}

// Expire says what is left of a leased job whose lease ran out at now: it waits
// again under its former due time. When it was put anew meanwhile and that is
// due too, one run serves both, with the newest payload; when that is due later,
// it stays a run of its own.
func (j Job) Expire(now time.Time) (left Job, keep bool) {
	switch {
	case j.Cancelled && j.Next == nil:
		return Job{}, false
	case j.Cancelled:
		return j.next(), true
	case j.Next != nil && !j.Next.Due.After(now):
		j.Kind, j.Payload, j.Next = j.Next.Kind, j.Next.Payload, nil
	}
	j.Lease = bot.Lease{}
	return j, true
}

// Claim leases a waiting job. A next run left over from a lost lease is kept.
func (j Job) Claim(lease bot.Lease) Job {
	j.Lease = lease
	return j
}

// next is the job as it waits for its next run.
func (j Job) next() Job {
	n := j.Next
	return Job{Job: bot.Job{
		ID: j.ID, Kind: n.Kind, Payload: n.Payload, Due: n.Due, Attempt: n.Attempt, LastError: n.LastError,
	}}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
