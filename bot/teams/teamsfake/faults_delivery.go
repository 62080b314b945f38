package teamsfake

import (
	"context"
	"fmt"
	"regexp"
	"time"
)

// Kinds of DeliveryFault.
const (
	DeliverTwice      = "twice"          // sent once more with the same id after the answer
	DeliverAtOnce     = "twice_at_once"  // sent twice with the same id at the same time
	DeliverLater      = "again_later"    // sent again under a new id by Server.Redeliver
	DeliverLostAnswer = "lost_answer"    // the first answer never arrives, so it is sent again
	DeliverNoToken    = "no_token"       // without an Authorization header
	DeliverOldKey     = "old_key"        // signed by the oldest key
	DeliverNoKey      = "unlisted_key"   // signed by a key that is not listed
	DeliverUnendorsed = "unendorsed"     // signed by a key for webchat
	DeliverAudience   = "wrong_audience" // for another bot
	DeliverIssuer     = "wrong_issuer"   // from another issuer
	DeliverExpired    = "expired"        // an hour too late
	DeliverOtherURL   = "other_service"  // the token names another service URL
)

// DeliveryFault breaks activities on their way to the bot.
type DeliveryFault struct {
	// Match is a regular expression on the kind of the activity, such as
	// "^invoke" or "message"; "" is any.
	Match string `json:"match,omitempty"`
	Kind  string `json:"kind"`
	Nth   int    `json:"nth,omitempty"`   // first match that breaks, from 1; 0 is 1
	Times int    `json:"times,omitempty"` // how many break; 0 is 1, negative is all
}

type deliveryFault struct {
	DeliveryFault
	match     *regexp.Regexp
	seen, hit int
}

// AddDeliveryFault breaks matching activities from now on. It panics on one
// that makes no sense, which is a mistake in the test.
func (s *Server) AddDeliveryFault(f DeliveryFault) {
	compiled, err := f.compile()
	if err != nil {
		panic(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sendFault = append(s.sendFault, compiled)
}

// DeliverTwice sends each of the next n activities twice with the same id.
func (s *Server) DeliverTwice(n int) {
	s.AddDeliveryFault(DeliveryFault{Kind: DeliverTwice, Times: n})
}

func (f DeliveryFault) compile() (*deliveryFault, error) {
	match, err := regexp.Compile(f.Match)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBadFault, err)
	}
	switch f.Kind {
	case DeliverTwice, DeliverAtOnce, DeliverLater, DeliverLostAnswer, DeliverNoToken, DeliverOldKey, DeliverNoKey,
		DeliverUnendorsed, DeliverAudience, DeliverIssuer, DeliverExpired, DeliverOtherURL:
	default:
		return nil, fmt.Errorf("%w: unknown kind %q", errBadFault, f.Kind)
	}
	f.Nth = max(f.Nth, 1)
	if f.Times == 0 {
		f.Times = 1
	}
	return &deliveryFault{DeliveryFault: f, match: match}, nil
}

func (s *Server) takeDeliveryFaultLocked(kind string) *deliveryFault {
	var strikes *deliveryFault
	for _, f := range s.sendFault {
		if !f.match.MatchString(kind) {
			continue
		}
		f.seen++
		if strikes == nil && f.seen >= f.Nth && (f.Times < 0 || f.hit < f.Times) {
			f.hit++
			strikes = f
		}
	}
	return strikes
}

// token is what a delivery is signed with; false sends none.
func (f *deliveryFault) token() (TokenSpec, bool) {
	if f == nil {
		return TokenSpec{}, true
	}
	switch f.Kind {
	case DeliverNoToken:
		return TokenSpec{}, false
	case DeliverOldKey:
		return TokenSpec{Key: KeyOldest}, true
	case DeliverNoKey:
		return TokenSpec{Key: KeyUnlisted}, true
	case DeliverUnendorsed:
		return TokenSpec{KeyEndorsements: []string{"webchat"}}, true
	case DeliverAudience:
		return TokenSpec{Audience: "11111111-2222-4333-8444-555555555555"}, true
	case DeliverIssuer:
		return TokenSpec{Issuer: "https://sts.windows.net/11111111-2222-4333-8444-555555555555/"}, true
	case DeliverExpired:
		return TokenSpec{NotBefore: time.Now().Add(-2 * time.Hour), Expiry: time.Now().Add(-time.Hour)}, true
	case DeliverOtherURL:
		return TokenSpec{ServiceURL: "https://smba.example.net/teams/"}, true
	}
	return TokenSpec{}, true
}

func (f *deliveryFault) losesAnswer() bool  { return f != nil && f.Kind == DeliverLostAnswer }
func (f *deliveryFault) repeatsLater() bool { return f != nil && f.Kind == DeliverLater }

// startTwin sends the duplicate of a delivery: at once, or when the returned
// function is called, which collects the answers.
func (s *Server) startTwin(
	ctx context.Context, f *deliveryFault, d *delivery, deadline time.Duration,
) func() ([]Reply, error) {
	type result struct {
		r   Reply
		err error
	}
	once := func() result {
		r, _, err := s.attempt(ctx, d, f, deadline)
		return result{r, err}
	}
	switch {
	case f == nil, f.Kind != DeliverTwice && f.Kind != DeliverAtOnce:
		return func() ([]Reply, error) { return nil, nil }
	case f.Kind == DeliverTwice:
		return func() ([]Reply, error) {
			res := once()
			return []Reply{res.r}, res.err
		}
	}
	done := make(chan result, 1)
	go func() { done <- once() }()
	return func() ([]Reply, error) {
		res := <-done
		return []Reply{res.r}, res.err
	}
}
