package teams

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"guestsite/bot"
)

const (
	// keysLife is how long keys are used before they are read again; the protocol
	// asks for at least once in 24 hours.
	keysLife = 24 * time.Hour
	// keysFloor is how long after an attempt to read them the next may begin,
	// whatever came of it: anyone can send a token with a key id that is new.
	keysFloor = time.Minute
	// keysTime bounds one attempt.
	keysTime = 10 * time.Second
	// keysPatience is how long a token whose key is held, but old, waits for an
	// attempt before the old key is used.
	keysPatience = 2 * time.Second
)

// keyStore holds the issuer's signing keys. They are read when first needed, when
// they are old, and when a token names one that is not among them; by one attempt
// at a time. What was read stays in use while reading fails.
type keyStore struct {
	metadataURL string
	issuer      string
	http        *http.Client
	log         *slog.Logger
	now         func() time.Time

	mu    sync.Mutex
	set   *keySet       // nil until read
	read  time.Time     // when set was
	tried time.Time     // when the last attempt began
	ended chan struct{} // closed at its end; nil before the first
	busy  bool          // it has not ended
	err   error         // why it failed
}

func newKeyStore(o verifierOptions) *keyStore {
	s := &keyStore{
		metadataURL: o.MetadataURL, issuer: o.Issuer,
		http: &http.Client{}, log: o.Log, now: o.Now,
	}
	if o.HTTP != nil {
		*s.http = *o.HTTP
	}
	s.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

// get gives the keys that a token with this key id is to be judged by; an empty id
// means any. It waits for an attempt to read them until ctx ends. When the keys
// lack the id, they were read within keysFloor or cannot be read. Unavailable when
// there are none.
func (s *keyStore) get(ctx context.Context, id string) (*keySet, error) {
	set, ended := s.need(ctx, id)
	if ended == nil {
		return set, nil
	}
	var patience <-chan time.Time
	if set.has(id) {
		timer := time.NewTimer(keysPatience)
		defer timer.Stop()
		patience = timer.C
	}
	select {
	case <-ended:
	case <-patience:
		return set, nil
	case <-ctx.Done():
		return nil, keysFailed(context.Cause(ctx))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.set == nil {
		return nil, keysFailed(s.err)
	}
	return s.set, nil
}

// need gives the keys held and, where they do not do, the end of the attempt that
// may bring better ones, which it begins if it may.
func (s *keyStore) need(ctx context.Context, id string) (*keySet, <-chan struct{}) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.set.has(id) && now.Sub(s.read) < keysLife {
		return s.set, nil
	}
	if !s.busy && (s.ended == nil || now.Sub(s.tried) >= keysFloor) {
		s.tried, s.ended, s.busy = now, make(chan struct{}), true
		// The attempt is everyone's: it outlives the request that began it.
		go s.attempt(context.WithoutCancel(ctx), now, s.ended)
	}
	return s.set, s.ended
}

// attempt reads the keys once and tells those who wait.
func (s *keyStore) attempt(ctx context.Context, now time.Time, ended chan<- struct{}) {
	ctx, cancel := context.WithTimeout(ctx, keysTime)
	defer cancel()
	set, err := s.fetch(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "signing keys not read", "error", err)
	} else {
		s.log.DebugContext(ctx, "signing keys read", "keys", len(set.keys))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.set, s.read = set, now
	}
	s.err, s.busy = err, false
	close(ended)
}

func keysFailed(err error) error {
	return &bot.Error{Code: bot.Unavailable, Op: "teams: read signing keys", Err: err}
}
