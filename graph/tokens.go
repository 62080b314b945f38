package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"guestsite/bot"
)

// TokenOptions say whose tokens are wanted, from where and for what.
type TokenOptions struct {
	TenantID string
	ClientID string
	Auth     Auth
	// Login is the login host as a URL without path, e.g. https://login.microsoftonline.com.
	Login string
	// BuiltInCloud says that Login is the vendor's, so that it may be verified with
	// the vendor's instance discovery.
	BuiltInCloud bool
	// HTTP is as in [Options].
	HTTP *http.Client
	// Scope is the API that the tokens are for, with "/.default", e.g.
	// "https://api.botframework.com/.default".
	Scope string
}

func (o *TokenOptions) check() error {
	var errs []error
	if o.TenantID == "" {
		errs = append(errs, errors.New("graph: the tenant's id is missing"))
	}
	if err := checkHost("login", o.Login); err != nil {
		errs = append(errs, err)
	}
	if api, ok := strings.CutSuffix(o.Scope, "/.default"); !ok || api == "" {
		errs = append(errs, fmt.Errorf("graph: the scope must be an API and /.default, not %q", o.Scope))
	}
	return errors.Join(errs...)
}

func (o *TokenOptions) credential() (azcore.TokenCredential, error) {
	at := authority{tenantID: o.TenantID, login: o.Login, builtIn: o.BuiltInCloud, http: o.HTTP}
	return o.Auth.credential(at, o.ClientID)
}

// Tokens gives access tokens of one registration for one scope. It is safe for
// concurrent use.
type Tokens struct {
	opt TokenOptions

	mu    sync.Mutex             // guards all below
	cred  azcore.TokenCredential // keeps its token; nil means make it anew
	spent bool                   // cred gave a token
	busy  *asking                // the one who asks cred; nil when nobody does
}

// asking is a question to the credential that whoever comes meanwhile waits for.
// The credential has a lock of its own, but who waits there cannot leave.
type asking struct {
	cred  azcore.TokenCredential
	done  chan struct{} // closed once the rest is set
	token string
	err   error
	left  bool // the asker's context ended, which says nothing to the others
}

// NewTokens checks the options. It sends nothing.
func NewTokens(o TokenOptions) (*Tokens, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.HTTP == nil {
		o.HTTP = defaultClient()
	}
	cred, err := o.credential()
	if err != nil {
		return nil, fmt.Errorf("graph: credentials: %w", err)
	}
	return &Tokens{opt: o, cred: cred}, nil
}

const gettingToken = "get an access token"

// Token gives a token that is good for some minutes at least. It is kept until it
// nears its end; a failure never is. Errors are *bot.Error: Forbidden with
// ReasonCredentials when the login host refuses, Throttled, Unavailable when it
// cannot be reached or ctx ends first.
func (t *Tokens) Token(ctx context.Context) (string, error) {
	for {
		a, mine, err := t.join()
		if err != nil {
			return "", internal(gettingToken, err)
		}
		if mine {
			t.ask(ctx, a)
			return a.token, a.err
		}
		select {
		case <-a.done:
		case <-ctx.Done():
			return "", noToken(ctx, gettingToken, ctx.Err())
		}
		if !a.left {
			return a.token, a.err
		}
	}
}

// join gives the question under way, or a new one to put oneself.
func (t *Tokens) join() (a *asking, mine bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.busy != nil {
		return t.busy, false, nil
	}
	if t.cred == nil {
		if t.cred, err = t.opt.credential(); err != nil {
			t.cred = nil // not an interface that holds a nil pointer
			return nil, false, err
		}
	}
	t.busy = &asking{cred: t.cred, done: make(chan struct{})}
	return t.busy, true, nil
}

func (t *Tokens) ask(ctx context.Context, a *asking) {
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.busy == a {
			t.busy, t.spent = nil, t.spent || a.err == nil
		}
		close(a.done)
	}()
	within, cancel := bounded(ctx, t.opt.HTTP.Timeout)
	defer cancel()
	got, err := a.cred.GetToken(within, policy.TokenRequestOptions{Scopes: []string{t.opt.Scope}})
	switch {
	case err != nil:
		a.err, a.left = noToken(within, gettingToken, err), ctx.Err() != nil
	case got.Token == "":
		a.err = &bot.Error{Code: bot.Unavailable, Op: "graph: " + gettingToken, Detail: "the login host gave an empty one"}
	default:
		a.token = got.Token
	}
}

// Forget drops the token that is kept, so that the next one is new: call it when
// an API refuses one with 401. Where many calls were refused at once, the first
// drops it and the others find nothing to drop while the new one is on its way.
//
// A managed identity's tokens are kept by the whole process, and by the platform
// behind it, where this does not reach.
func (t *Tokens) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.spent {
		t.cred, t.spent, t.busy = nil, false, nil
	}
}
