package bot

import (
	"context"
	"slices"
	"strings"
)

// journal takes the payloads that name the guest out of the next parts of the
// journal; of a guest's part in which he is named, all.
func (x *eraser) journal(ctx context.Context, w work) error {
	parts := 0
	var part string
	var payloads []Position
	named := map[Position]bool{}
	flush := func() error {
		err := x.payloads(ctx, part, payloads, named)
		payloads, named = nil, map[Position]bool{}
		return err
	}
	for en, err := range x.Store.Journal(ctx, Position{Part: w.After}) {
		if err != nil {
			return err
		}
		if en.Part != part {
			if err := flush(); err != nil {
				return err
			}
			part = en.Part
			if parts++; parts > forgetParts {
				w.After = part
				return x.on(ctx, w, nil)
			}
		}
		if len(en.Payload) > 0 {
			payloads = append(payloads, en.Position)
			if x.addr.in(en.Payload) {
				named[en.Position] = true
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	now := x.Clock.Now()
	x.Log.InfoContext(ctx, "a guest is forgotten", "erasure", x.id)
	return x.commit(ctx, Change{Finish: &Finish{Job: x.job}}, func(e *Erasure) { e.Done = now })
}

// payloads erases what of a part's payloads names the guest, unless its request
// was left.
func (x *eraser) payloads(ctx context.Context, part string, all []Position, named map[Position]bool) error {
	if len(named) == 0 {
		return nil
	}
	request, guest, _ := strings.Cut(part, "/")
	rec, _, err := x.erasure(ctx, x.id)
	if err != nil || slices.Contains(rec.Left, request) {
		return err
	}
	gone := all
	if guest == "" {
		gone = slices.DeleteFunc(slices.Clone(all), func(p Position) bool { return !named[p] })
	}
	const step = 80
	for len(gone) > 0 {
		n := min(step, len(gone))
		if err := x.commit(ctx, Change{Erase: gone[:n]}, func(e *Erasure) { e.Entries += n }); err != nil {
			return err
		}
		gone = gone[n:]
	}
	return nil
}
