package bottest

import (
	"context"

	"guestsite/bot"
)

// Operate has the operator do something, again when the process died meanwhile,
// and runs what is due then.
func (b *Bench) Operate(do func(context.Context, *bot.Engine) error) {
	b.T.Helper()
	for {
		err := do(b.T.Context(), b.Engine)
		if b.Fuse.Dead() {
			b.Restart()
			continue
		}
		if err != nil {
			b.T.Fatalf("the operator: %v", err)
		}
		break
	}
	b.Run()
}

// Pause has the operator pause all changes.
func (b *Bench) Pause(reason string) {
	b.T.Helper()
	b.Operate(func(ctx context.Context, e *bot.Engine) error { _, err := e.Pause(ctx, "root", reason); return err })
}

// Resume has the operator let changes go on.
func (b *Bench) Resume() {
	b.T.Helper()
	b.Operate(func(ctx context.Context, e *bot.Engine) error { _, err := e.Resume(ctx, "root"); return err })
}
