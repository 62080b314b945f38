package teams

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// noNetwork counts requests, which all fail.
type noNetwork struct{ calls atomic.Int64 }

func (n *noNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	n.calls.Add(1)
	return nil, errors.New("no network")
}

// Whatever comes in, nothing panics, no token passes but the one that was signed,
// spelled as it was, and the issuer is asked once: the clock stands still.
func FuzzVerify(f *testing.F) {
	clock := &tokenClock{now: tokenTime.Add(-keysFloor)}
	v := unsocketed(newIssuer(tokenHost), clock.Now)
	if err := v.ready(f.Context()); err != nil {
		f.Fatal(err)
	}
	network := &noNetwork{}
	v.keys.http.Transport = network
	clock.add(keysFloor)

	signed := make(map[string]bool)
	for _, c := range tokenCases() {
		d := goodDraft(tokenTime)
		c.alter(d)
		token, authorization := d.token(f)
		if c.want == nil {
			signed[token] = true
		}
		f.Add(authorization)
	}
	f.Fuzz(func(t *testing.T, authorization string) {
		got, err := v.verify(t.Context(), authorization)
		if n := network.calls.Load(); n > 1 {
			t.Errorf("%d requests within the floor", n)
		}
		if err != nil {
			if got.serviceURL != "" || got.endorsements != nil {
				t.Errorf("a ticket with %v: %+v", err, got)
			}
			if len(err.Error()) > 300 {
				t.Errorf("the error is long: %.400s", err)
			}
			return
		}
		if scheme, token, _ := strings.Cut(authorization, " "); !strings.EqualFold(scheme, "bearer") || !signed[token] {
			t.Errorf("passed, though never signed: %q", authorization)
		}
		_ = got.covers("msteams", tokenService)
	})
}

// A service URL that is compared can be appended to, and compares equal to itself.
func FuzzPlainServiceURL(f *testing.F) {
	for _, seed := range []string{tokenService, "HTTPS://H/%2f/", "https://[::1]:1/", "//h", "x:y", "https://h?"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		plain := plainServiceURL(raw)
		if plain == "" {
			return
		}
		if again := plainServiceURL(plain + "/"); again != plain {
			t.Errorf("%q gives %q, which gives %q", raw, plain, again)
		}
	})
}
