package teams

import (
	"context"
	"testing"
)

// A chat that turns out to have lost the app, which nobody told us, gets it again.
func TestPost_InstallsTheAppWhereItIsGoneAndWeWereNotTold(t *testing.T) {
	t.Parallel()
	r, i, c := newInstallRig(t, &door{})
	i.does = func(id string) (bool, error) { return false, r.fake.InstallFor(context.WithoutCancel(t.Context()), id) }
	ok(t)(r.fake.As(sanne).Say(t.Context(), "help"))
	r.settle(t)
	r.fake.SetAppURL("http://127.0.0.1:1") // the event gets lost
	if err := r.fake.UninstallFor(t.Context(), sanne); err == nil {
		t.Fatal("the event arrived")
	}
	r.fake.SetAppURL(r.app.URL)
	_, err := r.chat.Post(t.Context(), r.user(sanne), "out-1", ownerCard())
	wantBot(t, err, waits)
	c.pass()
	r.post(t, sanne, ownerCard())
	if len(i.calls()) != 1 {
		t.Errorf("installed %q", i.calls())
	}
}
