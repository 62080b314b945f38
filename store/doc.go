// Package store holds what every backend of [bot.Store] shares: the envelope in
// which records are written ([Codec]), the checks that a change passes before any
// backend sees it ([Codec.Prepare]), and the life of a job ([Job]).
//
// A backend promises, and storetest.Run checks:
//
//   - A change is applied wholly or not at all, and is durable once Commit
//     answered nil. When the caller's context ends while Commit waits, the
//     change may or may not have been applied.
//   - A refused change answers, in this order of precedence: [bot.SeenError],
//     [bot.ErrLeaseLost], [bot.ErrConflict]. It never disturbs another change.
//   - A change is applied in the order finish, cancel, jobs; so a job may put
//     itself anew in the change that finishes it, and a cancelled job can be
//     replaced in one change.
//   - Revisions and lease tokens only grow, also over the deletion of what they
//     belonged to: no stale writer matches a later record or job of the same name.
//   - A store has no clock. Leases run out and events expire at the times given
//     to Claim. A lease that ran out is lost when the next Claim sees it; until
//     then its owner can still finish the job.
//   - A payload of the journal can be erased, and a part of it dropped whole; no
//     entry is changed, and no part is cut in two.
//   - An event is remembered at least until its time, and forgotten some time
//     after it.
//   - Names (ids, index values, orders, parts, event keys) hold no NUL byte and
//     at most [MaxName] bytes.
package store
