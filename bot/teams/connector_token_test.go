package teams

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"guestsite/bot"
)

// connTokens is a source of tokens, numbered so that they differ.
type connTokens struct {
	mu      sync.Mutex
	n       int
	renewed int
}

func (k *connTokens) token(context.Context) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return "secret-" + strings.Repeat("b", k.n), nil
}

func (k *connTokens) renew() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n++
	k.renewed++
}

func (k *connTokens) use(o *connectorOptions) { o.Token, o.Renew = k.token, k.renew }

// takesToken answers as the reference says to one token and refuses all others.
func takesToken(token string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			connStatus(401, `{"message":"Authorization has been denied for this request."}`)(w, r)
			return
		}
		asReference(w, r)
	}
}

func TestConnector_RenewsTheTokenOnce(t *testing.T) {
	t.Parallel()
	k := &connTokens{}
	s, c := startConn(t, takesToken("secret-b"), k.use)
	if id, err := c.post(t.Context(), s.at(), outbound{Text: "x"}); err != nil || id == "" {
		t.Fatalf("%q, %v", id, err)
	}
	seen := s.requests()
	if len(seen) != 2 || seen[0].Body != seen[1].Body || seen[1].Body == "" || k.renewed != 1 {
		t.Errorf("%d renewals, requests %+v", k.renewed, seen)
	}
}

func TestConnector_ATokenRefusedTwiceIsTheEnd(t *testing.T) {
	t.Parallel()
	k := &connTokens{}
	s, c := startConn(t, takesToken("none"), k.use)
	_, err := c.post(t.Context(), s.at(), outbound{Text: "x"})
	wantBot(t, err, bot.Error{Code: bot.Forbidden, Reason: bot.ReasonCredentials})
	if n := len(s.requests()); n != 2 || k.renewed != 1 {
		t.Errorf("%d requests, %d renewals", n, k.renewed)
	}
}

func TestConnector_ATokenThatAnotherRenewedIsKept(t *testing.T) {
	t.Parallel()
	k := &connTokens{}
	var first sync.Once
	s, c := startConn(t, func(w http.ResponseWriter, r *http.Request) {
		first.Do(k.renew) // another call, while this one is under way
		takesToken("secret-b")(w, r)
	}, k.use)
	if err := c.put(t.Context(), s.at(), "1", outbound{Text: "x"}); err != nil {
		t.Fatal(err)
	}
	if k.renewed != 1 {
		t.Errorf("%d renewals", k.renewed)
	}
}

func TestConnector_WithoutATokenNothingIsSent(t *testing.T) {
	t.Parallel()
	refused := &bot.Error{Code: bot.Forbidden, Reason: bot.ReasonCredentials, Op: "teams: sign in"}
	for _, tc := range []struct {
		err  error
		want bot.Error
	}{
		{nil, bot.Error{Code: bot.Forbidden, Reason: bot.ReasonCredentials}}, // an empty token
		{refused, bot.Error{Code: bot.Forbidden, Reason: bot.ReasonCredentials}},
		{errors.New("a secret"), bot.Error{Code: bot.Unavailable}},
	} {
		s, c := startConn(t, nil, func(o *connectorOptions) {
			o.Token = func(context.Context) (string, error) { return "", tc.err }
		})
		for _, err := range allCalls(t, s, c) {
			wantBot(t, err, tc.want)
		}
		if n := len(s.requests()); n > 0 {
			t.Errorf("%d requests", n)
		}
	}
}
