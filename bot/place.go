package bot

import "context"

// Place implements [Door].
func (e *Engine) Place(ctx context.Context, u ChatUser) (Place, error) {
	recs, err := e.Store.Get(ctx, placeKey(u))
	if err != nil || recs[0].Rev == 0 {
		return Place{}, err
	}
	p, ok := recs[0].Value.(*Place)
	if !ok {
		return Place{}, &Error{Code: Internal, Op: "bot: read place"}
	}
	return *p, nil
}

// KeepPlace implements [Door]. What is known already is not written again.
func (e *Engine) KeepPlace(ctx context.Context, p Place) error {
	return again(ctx, func() error {
		recs, err := e.Store.Get(ctx, placeKey(p.User))
		if err != nil {
			return err
		}
		old, ok := recs[0].Value.(*Place)
		if ok && recs[0].Rev != 0 {
			same := *old
			same.At = p.At
			if same == p {
				return nil
			}
		}
		p.At = e.Clock.Now()
		return e.Store.Commit(ctx, Change{Puts: []Put{{Key: placeKey(p.User), Rev: recs[0].Rev, Value: &p}}})
	})
}
