package store

import (
	"math/rand/v2"
	"testing"
	"time"

	"guestsite/bot"
)

// A job that was put and not cancelled runs, to its end, after it was put.
func TestJob_NoEnqueuedRunIsLost(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 7))
		now := time.Unix(1e9, 0)
		var j *Job
		var token int64
		owed := 0        // the number of the newest put that no finished run began after
		begun := 0       // the newest put before the running claim began
		put := 0         // puts so far
		var claimed *Job // the claim that its owner still believes in
		for range 60 {
			now = now.Add(time.Duration(r.IntN(30)) * time.Second)
			switch r.IntN(4) {
			case 0:
				put++
				owed = put
				n := Enqueue(j, bot.Job{ID: "j", Kind: "k", Due: now.Add(time.Duration(r.IntN(40)) * time.Second)})
				j = &n
			case 1:
				if j != nil && j.Leased() && !j.Lease.Until.After(now) {
					left, keep := j.Expire(now)
					if !keep {
						t.Fatalf("seed %d: a job that nobody cancelled is gone", seed)
					}
					j = &left
				}
				if j != nil && !j.Leased() && !j.Due.After(now) {
					token++
					n := j.Claim(bot.Lease{Owner: "w", Token: token, Until: now.Add(20 * time.Second)})
					j, claimed, begun = &n, &n, put
				}
			case 2:
				f := bot.Finish{}
				if claimed == nil {
					continue
				}
				f.Job = claimed.Job
				if r.IntN(3) == 0 {
					f.Again = now.Add(5 * time.Second)
				}
				if j == nil || !j.HeldBy(f) {
					claimed = nil
					continue
				}
				left, keep := j.Finish(f)
				if f.Again.IsZero() && begun == put {
					owed = 0
				}
				claimed, j = nil, nil
				if keep {
					j = &left
				}
			}
			if owed != 0 && j == nil {
				t.Fatalf("seed %d: put %d is never run", seed, owed)
			}
		}
	}
}
