package storetest

import (
	"time"

	"guestsite/bot"
)

func jobClaims() []claim {
	return []claim{
		{"ClaimGivesWhatIsDueOldestFirst", claimOrder},
		{"ClaimedJobIsHeldUntilItsLeaseRunsOut", claimHeld},
		{"FinishNeedsTheLease", finishNeedsLease},
		{"FormerLeaseOfAJobMadeAnewIsLost", tokenNotReused},
		{"LeaseThatRanOutCanStillFinishUntilSomebodyClaims", lateFinish},
		{"FinishAgainPutsTheJobBack", again},
		{"CancelRemovesWaitingJobs", cancelWaiting},
		{"CancelledRunningJobIsNotRunAgain", cancelRunning},
		{"CancelledJobWhoseLeaseRanOutIsGone", cancelExpired},
		{"CancelAndEnqueueInOneChangeReplaces", cancelReplace},
		{"DueIsTheNextTimeForAClaim", dueTimes},
		{"JobComesBackWhole", jobWhole},
	}
}

func claimOrder(f *fixture) {
	t0 := start()
	f.none(t0)
	f.commit(bot.Change{Jobs: []bot.Job{
		job("late", t0.Add(time.Hour), "l"), job("b", t0.Add(-time.Second), "b"), job("a", t0, "a"),
		job("c", t0.Add(-time.Hour), "c"), job("old", time.Date(1965, 1, 1, 0, 0, 0, 0, time.UTC), "o"),
	}})
	if got := ids(f.claim("w", t0, time.Minute, 2)); got != "old c" {
		f.Errorf("first claim: %s, want old c", got)
	}
	if got := ids(f.claim("v", t0, time.Minute, 9)); got != "b a" {
		f.Errorf("second claim: %s, want b a", got)
	}
	f.none(t0)
	// Leases that ran out come back in the order of their due times, before what
	// became due later.
	if got := ids(f.claim("x", t0.Add(2*time.Hour), time.Minute, 3)); got != "old c b" {
		f.Errorf("third claim: %s, want old c b", got)
	}
	if got := ids(f.claim("x", t0.Add(2*time.Hour), time.Minute, 9)); got != "a late" {
		f.Errorf("fourth claim: %s, want a late", got)
	}
}

func claimHeld(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "p")}})
	first := f.one("w", t0)
	if first.Lease.Owner != "w" || !first.Lease.Until.Equal(t0.Add(time.Minute)) {
		f.Errorf("lease %+v", first.Lease)
	}
	f.none(t0.Add(time.Minute - 1))
	f.reopen()
	f.none(t0.Add(time.Minute - 1))
	second := f.one("v", t0.Add(time.Minute))
	if second.Lease.Token <= first.Lease.Token {
		f.Errorf("token %d after %d", second.Lease.Token, first.Lease.Token)
	}
}

func finishNeedsLease(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "p")}})
	waiting := job("j", t0, "p")
	f.refused(finish(waiting), bot.ErrLeaseLost)
	first := f.one("w", t0)
	second := f.one("w", t0.Add(time.Minute)) // the same owner, another claim
	k := request("a")
	lost := finish(first)
	lost.Puts = []bot.Put{put(k, 0, 1)}
	lost.Jobs = []bot.Job{job("x", t0, "p")}
	lost.Journal = []bot.Entry{entry("p", 1, "")}
	lost.Event = &bot.Event{Key: "e", Until: t0}
	f.refused(lost, bot.ErrLeaseLost)
	f.absent(k, bot.Key{Kind: bot.KindEvent, ID: "e"})
	if len(f.journal(bot.Position{})) != 0 {
		f.Error("a refused change wrote the journal")
	}
	foreign := second
	foreign.Lease.Owner = "v"
	f.refused(finish(foreign), bot.ErrLeaseLost)
	f.commit(finish(second))
	f.refused(finish(second), bot.ErrLeaseLost)
	f.none(t0.Add(time.Hour))
}

func tokenNotReused(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "p")}})
	slow := f.one("w", t0)
	f.commit(finish(f.one("v", t0.Add(time.Minute))))
	f.reopen()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "new")}})
	f.one("w", t0.Add(time.Minute))
	f.refused(finish(slow), bot.ErrLeaseLost)
}

func lateFinish(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "p")}})
	j := f.one("w", t0)
	// No Claim has seen that the lease ran out; the store has no clock to know.
	f.commit(finish(j))
	f.none(t0.Add(time.Hour))
}

func again(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "p")}})
	j := f.one("w", t0)
	f.commit(bot.Change{Finish: &bot.Finish{Job: j, Again: t0.Add(time.Hour), Attempt: 3, LastError: "throttled"}})
	f.none(t0.Add(time.Hour - 1))
	back := f.one("w", t0.Add(time.Hour))
	if back.Attempt != 3 || back.LastError != "throttled" || string(back.Payload) != "p" || !back.Due.Equal(t0.Add(time.Hour)) {
		f.Errorf("came back as %+v", back)
	}
	f.refused(finish(j), bot.ErrLeaseLost)
	f.commit(finish(back))
	f.none(t0.Add(9 * time.Hour))
}

func cancelWaiting(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("a", t0, "p"), job("b", t0, "p"), job("later", t0.Add(time.Hour), "p")}})
	f.commit(bot.Change{Cancel: []string{"a", "later", "absent"}})
	if got := ids(f.claim("w", t0.Add(time.Hour), time.Minute, 9)); got != "b" {
		f.Errorf("left: %s, want b", got)
	}
}

func cancelRunning(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "p")}})
	j := f.one("w", t0)
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "next")}})
	f.commit(bot.Change{Cancel: []string{"j"}})
	// The owner can commit what he did, but neither the next run nor his own
	// wish to try again counts.
	k := request("a")
	f.commit(bot.Change{
		Puts:   []bot.Put{put(k, 0, 1)},
		Finish: &bot.Finish{Job: j, Again: t0, Attempt: 1},
	})
	f.value(k)
	f.none(t0.Add(time.Hour))
	f.due(time.Time{})
}

func cancelExpired(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "p")}})
	j := f.one("w", t0)
	f.commit(bot.Change{Cancel: []string{"j"}})
	f.none(t0.Add(time.Hour))
	f.due(time.Time{})
	f.refused(finish(j), bot.ErrLeaseLost)
}

func cancelReplace(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "old")}})
	f.commit(bot.Change{Cancel: []string{"j"}, Jobs: []bot.Job{job("j", t0.Add(time.Hour), "new")}})
	f.none(t0)
	j := f.one("w", t0.Add(time.Hour))
	if string(j.Payload) != "new" {
		f.Errorf("payload %s, want new", j.Payload)
	}
	// The same while it runs: the run in progress is not repeated, the new one is
	// made, also when the owner died.
	f.commit(bot.Change{Cancel: []string{"j"}, Jobs: []bot.Job{job("j", t0.Add(3*time.Hour), "newer")}})
	f.none(t0.Add(2 * time.Hour))
	j = f.one("w", t0.Add(3*time.Hour))
	if string(j.Payload) != "newer" {
		f.Errorf("payload %s, want newer", j.Payload)
	}
}

func dueTimes(f *fixture) {
	t0 := start()
	f.due(time.Time{})
	f.commit(bot.Change{Jobs: []bot.Job{job("a", t0.Add(time.Hour), "p"), job("b", t0, "p")}})
	f.due(t0)
	j := f.one("w", t0)
	f.due(t0.Add(time.Minute)) // the end of the lease
	f.commit(finish(j))
	f.due(t0.Add(time.Hour))
	f.commit(bot.Change{Cancel: []string{"a"}})
	f.due(time.Time{})
}

func jobWhole(f *fixture) {
	due := start().Add(-987654321 * time.Nanosecond).In(time.FixedZone("east", 5*3600))
	f.commit(bot.Change{Jobs: []bot.Job{{
		ID: "j", Kind: "invite", Payload: []byte("{ \"spaces\": \"stay <&\" }"), Due: due, Attempt: 2, LastError: "x",
		Lease: bot.Lease{Owner: "not the caller's to give", Token: 99, Until: due.Add(time.Hour)},
	}}})
	f.reopen()
	j := f.one("w", start())
	if j.Kind != "invite" || string(j.Payload) != "{ \"spaces\": \"stay <&\" }" || !j.Due.Equal(due) ||
		j.Attempt != 2 || j.LastError != "x" {
		f.Errorf("came back as %+v", j)
	}
}

func rerunClaims() []claim {
	return []claim{
		{"EnqueueOfAWaitingJobKeepsTheEarlierDue", rePutWaiting},
		{"EnqueueOfARunningJobRunsItOnceMore", rePutRunning},
		{"JobCanPutItselfAnewWhenFinished", rePutSelf},
		{"EnqueueWhileRunningAndAgainRunsAtTheEarlier", rePutAgain},
		{"EnqueueWhileRunningSurvivesALostLease", rePutExpired},
		{"LaterRunSurvivesALostLease", rePutLaterExpired},
	}
}

func rePutWaiting(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0.Add(time.Hour), "1")}})
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0.Add(2*time.Hour), "2")}})
	f.due(t0.Add(time.Hour))
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "3")}})
	f.due(t0)
	j := f.one("w", t0)
	if string(j.Payload) != "3" {
		f.Errorf("payload %s, want 3", j.Payload)
	}
	f.commit(finish(j))
	f.none(t0.Add(9 * time.Hour))
}

func rePutRunning(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "1")}})
	j := f.one("w", t0)
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0.Add(3*time.Second), "2")}})
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0.Add(5*time.Second), "3")}})
	f.none(t0.Add(10 * time.Second)) // one run at a time
	f.commit(finish(j))
	f.none(t0.Add(3*time.Second - 1))
	next := f.one("w", t0.Add(3*time.Second))
	if string(next.Payload) != "3" || next.Attempt != 0 {
		f.Errorf("next run is %+v", next)
	}
	f.commit(finish(next))
	f.none(t0.Add(time.Hour))
}

func rePutSelf(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "1")}})
	ch := finish(f.one("w", t0))
	ch.Jobs = []bot.Job{job("j", t0.Add(time.Hour), "2")}
	f.commit(ch)
	f.none(t0.Add(time.Hour - 1))
	if j := f.one("w", t0.Add(time.Hour)); string(j.Payload) != "2" {
		f.Errorf("payload %s, want 2", j.Payload)
	}
}

func rePutAgain(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "1")}})
	j := f.one("w", t0)
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0.Add(time.Hour), "2")}})
	f.commit(bot.Change{Finish: &bot.Finish{Job: j, Again: t0.Add(time.Minute), Attempt: 1, LastError: "no"}})
	next := f.one("w", t0.Add(time.Minute))
	if string(next.Payload) != "2" || next.Attempt != 1 || next.LastError != "no" {
		f.Errorf("next run is %+v", next)
	}
	f.commit(finish(next))
	f.none(t0.Add(9 * time.Hour))
}

func rePutExpired(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "1")}})
	f.one("w", t0)
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "2")}})
	// The run that begins after the second enqueue serves both.
	j := f.one("v", t0.Add(time.Minute))
	if string(j.Payload) != "2" {
		f.Errorf("payload %s, want 2", j.Payload)
	}
	f.commit(finish(j))
	f.none(t0.Add(time.Hour))
}

func rePutLaterExpired(f *fixture) {
	t0 := start()
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0, "1")}})
	f.one("w", t0)
	f.commit(bot.Change{Jobs: []bot.Job{job("j", t0.Add(time.Hour), "2")}})
	j := f.one("v", t0.Add(time.Minute))
	if string(j.Payload) != "1" {
		f.Errorf("payload %s, want 1", j.Payload)
	}
	f.commit(finish(j))
	f.none(t0.Add(time.Hour - 1))
	if j = f.one("v", t0.Add(time.Hour)); string(j.Payload) != "2" {
		f.Errorf("payload %s, want 2", j.Payload)
	}
}
