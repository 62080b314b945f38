package bot

import (
	"context"
	"math"

	"golang.org/x/sync/semaphore"

	"guestsite/bot/readiness"
)

// passage is what each change to the tenant goes through: any number at once, none
// while changes are paused.
type passage struct {
	may func(context.Context) error
	// room is taken in part by each change that is under way, in whole by a pause
	// that waits for their end. Unlike a lock for readers it can be given up.
	room *semaphore.Weighted
}

func newPassage(may func(context.Context) error) *passage {
	return &passage{may: may, room: semaphore.NewWeighted(math.MaxInt64)}
}

// through runs change unless changes are paused. That is read in here, so that a
// pause which was not seen waits for this change.
func (p *passage) through(ctx context.Context, change func() error) error {
	if err := p.room.Acquire(ctx, 1); err != nil {
		return err
	}
	defer p.room.Release(1)
	if err := p.may(ctx); err != nil {
		return err
	}
	return change()
}

// drain comes back when every change that was under way has ended.
func (p *passage) drain(ctx context.Context) error {
	if err := p.room.Acquire(ctx, math.MaxInt64); err != nil {
		return &Error{Code: Unavailable, Op: "bot: pause", Detail: "no change begins any more, but one that was under way has not ended", Err: err}
	}
	p.room.Release(math.MaxInt64)
	return nil
}

// Change runs change unless changes to the tenant are paused, and gives its error.
// While they are, or where that cannot be read, the error is [Engine.MayChange]'s.
func (e *Engine) Change(ctx context.Context, change func() error) error {
	return e.passage.through(ctx, change)
}

// gate lets no change through to the tenant while changes are paused. The pause is
// read at each, so that a job under way stops there too.
type gate struct {
	Sites
	*passage
}

// CreateGroup implements [Sites].
func (g gate) CreateGroup(ctx context.Context, s NewSite) (st GroupState, err error) {
	err = g.through(ctx, func() error { st, err = g.Sites.CreateGroup(ctx, s); return err })
	return st, err
}

// SetVisibility implements [Sites].
func (g gate) SetVisibility(ctx context.Context, groupID string, public bool) error {
	return g.through(ctx, func() error { return g.Sites.SetVisibility(ctx, groupID, public) })
}

// SetSharing implements [Sites].
func (g gate) SetSharing(ctx context.Context, groupID string, level readiness.SharingLevel) error {
	return g.through(ctx, func() error { return g.Sites.SetSharing(ctx, groupID, level) })
}

// AddOwners implements [Sites].
func (g gate) AddOwners(ctx context.Context, groupID string, userIDs []string) error {
	return g.through(ctx, func() error { return g.Sites.AddOwners(ctx, groupID, userIDs) })
}

// AddMembers implements [Sites].
func (g gate) AddMembers(ctx context.Context, groupID string, userIDs []string) error {
	return g.through(ctx, func() error { return g.Sites.AddMembers(ctx, groupID, userIDs) })
}

// RemoveMember implements [Sites].
func (g gate) RemoveMember(ctx context.Context, groupID, userID string) error {
	return g.through(ctx, func() error { return g.Sites.RemoveMember(ctx, groupID, userID) })
}

// Invite implements [Sites].
func (g gate) Invite(ctx context.Context, a readiness.Address, redirect string) (in Invitation, err error) {
	err = g.through(ctx, func() error { in, err = g.Sites.Invite(ctx, a, redirect); return err })
	return in, err
}

// RedeemLink implements [Sites]: a fresh link is an invitation anew.
func (g gate) RedeemLink(ctx context.Context, a readiness.Address, userID, redirect string) (link string, err error) {
	err = g.through(ctx, func() error { link, err = g.Sites.RedeemLink(ctx, a, userID, redirect); return err })
	return link, err
}

// HeldInstaller installs no app while changes are paused.
type HeldInstaller struct {
	Installer
	// Change is [Engine.Change].
	Change func(ctx context.Context, change func() error) error
}

// InstallApp implements [Installer].
func (h HeldInstaller) InstallApp(ctx context.Context, personID, manifestID string) (now bool, err error) {
	err = h.Change(ctx, func() error { now, err = h.Installer.InstallApp(ctx, personID, manifestID); return err })
	return now, err
}
