package slackfake

import (
	"bytes"
	"context"
	"time"
)

// The methods here start from the last request of the person, which the app
// has already seen, and show how it answers something that is not genuine. All
// but Replay are an outsider's and go over HTTP, whatever the app listens to.

func (u *Actor) forge(ctx context.Context, change func(Request) Request) (Reply, error) {
	d, err := u.s.lastOf(u.id)
	if err != nil {
		return Reply{}, err
	}
	return u.s.Deliver(ctx, change(d.request))
}

// Replay sends the last request again, byte for byte, signature included. With
// Socket Mode on Slack delivers the same payload a second time.
func (u *Actor) Replay(ctx context.Context) (Reply, error) {
	if u.s.SocketMode() {
		d, err := u.s.lastOf(u.id)
		if err != nil {
			return Reply{}, err
		}
		d.retry++
		d.reason = retryTimeout
		return u.s.deliverSocket(ctx, u.id, d)
	}
	return u.forge(ctx, func(r Request) Request { return r })
}

// ReplayWrongSignature sends the last request signed with another secret.
func (u *Actor) ReplayWrongSignature(ctx context.Context) (Reply, error) {
	return u.forge(ctx, func(r Request) Request { return Sign(r, "not the secret", time.Now()) })
}

// ReplayUnsigned sends the last request without the two signature headers.
func (u *Actor) ReplayUnsigned(ctx context.Context) (Reply, error) {
	return u.forge(ctx, func(r Request) Request {
		r.Header = r.Header.Clone()
		r.Header.Del(headerSignature)
		r.Header.Del(headerTimestamp)
		return r
	})
}

// ReplayAt sends the last request rightly signed for a moment now+shift: a
// negative shift is an old request, a positive one comes from the future.
func (u *Actor) ReplayAt(ctx context.Context, shift time.Duration) (Reply, error) {
	return u.forge(ctx, func(r Request) Request { return Sign(r, u.s.SigningSecret(), time.Now().Add(shift)) })
}

// ReplayTampered sends the last request with its body changed but the old
// signature.
func (u *Actor) ReplayTampered(ctx context.Context, change func([]byte) []byte) (Reply, error) {
	return u.forge(ctx, func(r Request) Request {
		r.Body = change(bytes.Clone(r.Body))
		return r
	})
}
