package bot

import (
	"context"

	"guestsite/bot/flow"
)

// LinkDoor is what the pages on which an account is linked hand a browser's steps
// to. With an error a LinkView may come that says in which language to tell it.
//
// The reasons of errors are the Link constants; an error without one is a fault.
type LinkDoor interface {
	// OpenLink says for whom a link is, to the browser with this cookie. It changes
	// nothing and calls nobody.
	OpenLink(ctx context.Context, token, browser string) (LinkView, error)
	// StartLink binds a link to a browser, by a new cookie for it: next. browser and
	// proof are those of the form that was sent.
	StartLink(ctx context.Context, token, browser, proof, next string, ready Ready) (SignIn, LinkView, error)
	// ReturnLink takes a browser that comes back from the sign-in, once.
	ReturnLink(ctx context.Context, browser, state string, ready Ready) (SignIn, LinkView, error)
	// SignedIn keeps who signed in there, and says what would be bound.
	SignedIn(ctx context.Context, browser, personID string) (LinkView, error)
	// ConfirmLink binds the account to who signed in, and spends the link.
	ConfirmLink(ctx context.Context, browser, proof string) (LinkView, error)
}

var _ LinkDoor = (*Engine)(nil)

// Ready is asked when a step may be taken, and before it is: with its error nothing
// is spent. It can be asked more than once.
type Ready func(context.Context) error

// SignIn is what binds a sign-in to a browser. All of it is made from its cookie.
type SignIn struct{ State, Nonce, Verifier string }

// LinkView is what a page shows.
type LinkView struct {
	Lang string
	// Account and Workspace are as the chat calls them.
	Chat, Account, Workspace string
	// Person and Mail are of who signed in.
	Person, Mail string
	// Unmatched says that nobody in the directory has the account's address.
	Unmatched bool
	// Proof goes into the page's form.
	Proof string
	// Wanted says that a command waits.
	Wanted bool
	// Admins are who can help, by name.
	Admins []string
}

// The reasons why an account is not linked.
const (
	LinkUnknown    = "unknown"     // no link of ours, replaced, or deleted
	LinkExpired    = "expired"     // too late
	LinkSpent      = "spent"       // used already
	LinkElsewhere  = "elsewhere"   // begun in another browser or tab since, or no cookie
	LinkTwice      = "twice"       // came back from the sign-in before
	LinkTooOften   = "too_often"   // begun too often
	LinkNoAccount  = "no_account"  // the chat says that the account may not act
	LinkNoMember   = "no_member"   // who signed in is no enabled member
	LinkOther      = "other"       // the account's address is somebody else's
	LinkHasPerson  = "has_person"  // the account is bound already
	LinkHasAccount = "has_account" // the person has another account there
)

func notLinked(reason string) error {
	return &Error{Code: Forbidden, Op: "bot: link an account", Reason: reason}
}

// linkView is how a page shows a link; nil where none was found.
func (e *Engine) linkView(t *LinkToken) LinkView {
	if t == nil {
		return LinkView{Admins: e.helpers.known()}
	}
	return LinkView{
		Admins: e.helpers.known(),
		Lang:   t.Lang, Chat: t.User.Chat, Account: t.Name, Workspace: either(t.Workspace, t.User.Team),
		Person: t.Person.Name, Mail: t.Person.Mail, Wanted: t.Wanted != "",
	}
}

// found finds the link token that an index names.
func (e *Engine) found(ctx context.Context, index, value string) (*LinkToken, int64, error) {
	recs, _, err := e.Store.Find(ctx, Query{Kind: KindLinkToken, Index: index, Value: value, Limit: 1})
	if err != nil {
		return nil, 0, err
	}
	if len(recs) == 0 {
		return nil, 0, notLinked(LinkUnknown)
	}
	t, ok := recs[0].Value.(*LinkToken)
	if !ok {
		return nil, 0, &Error{Code: Internal, Op: "bot: read a link"}
	}
	return t, recs[0].Rev, nil
}

// open finds the link of a token that can still be begun with.
func (e *Engine) open(ctx context.Context, key []byte, token string) (*LinkToken, int64, error) {
	secret, ours := openToken(key, token)
	if !ours {
		return nil, 0, notLinked(LinkUnknown)
	}
	t, rev, err := e.found(ctx, BySecret, secret)
	if err != nil {
		return nil, 0, err
	}
	switch {
	case t.Step == LinkDone:
		return t, rev, notLinked(LinkSpent)
	case !e.Clock.Now().Before(t.Until):
		return t, rev, notLinked(LinkExpired)
	case t.Starts >= mostStarts:
		return t, rev, notLinked(LinkTooOften)
	}
	return t, rev, nil
}

// OpenLink implements [LinkDoor].
func (e *Engine) OpenLink(ctx context.Context, token, browser string) (LinkView, error) {
	key, err := e.signingKey(ctx)
	if err != nil {
		return LinkView{}, err
	}
	t, _, err := e.open(ctx, key, token)
	v := e.linkView(t)
	v.Proof = sign(key, forForm, browser)
	return v, err
}

// StartLink implements [LinkDoor].
func (e *Engine) StartLink(ctx context.Context, token, browser, proof, next string, ready Ready) (SignIn, LinkView, error) {
	key, err := e.signingKey(ctx)
	if err != nil {
		return SignIn{}, LinkView{}, err
	}
	v := e.linkView(nil)
	err = again(ctx, func() error {
		t, rev, err := e.open(ctx, key, token)
		if t != nil {
			v = e.linkView(t)
		}
		if err != nil {
			return err
		}
		if browser == "" || !same(proof, sign(key, forForm, browser)) {
			return notLinked(LinkElsewhere)
		}
		if err := ready(ctx); err != nil {
			return err
		}
		t.Step, t.Browser, t.Person = LinkStarted, digest([]byte(next)), flow.Who{}
		t.Back, t.Starts = e.Clock.Now().Add(linkLife), t.Starts+1
		return e.Store.Commit(ctx, Change{Puts: []Put{putLinkToken(rev, t)}})
	})
	if err != nil {
		return SignIn{}, v, err
	}
	return signInOf(key, next), v, nil
}

func signInOf(key []byte, browser string) SignIn {
	return SignIn{State: sign(key, forState, browser), Nonce: sign(key, forNonce, browser), Verifier: sign(key, forVerifier, browser)}
}

// begun finds the link with which a browser began.
func (e *Engine) begun(ctx context.Context, browser string) (*LinkToken, int64, error) {
	if browser == "" || len(browser) > longestToken {
		return nil, 0, notLinked(LinkElsewhere)
	}
	t, rev, err := e.found(ctx, ByBrowser, digest([]byte(browser)))
	if ReasonOf(err) == LinkUnknown {
		return nil, 0, notLinked(LinkElsewhere)
	}
	if err == nil && !e.Clock.Now().Before(t.Back) {
		err = notLinked(LinkExpired)
	}
	return t, rev, err
}

// ReturnLink implements [LinkDoor].
func (e *Engine) ReturnLink(ctx context.Context, browser, state string, ready Ready) (SignIn, LinkView, error) {
	key, err := e.signingKey(ctx)
	if err != nil {
		return SignIn{}, LinkView{}, err
	}
	s := signInOf(key, browser)
	v := e.linkView(nil)
	err = again(ctx, func() error {
		t, rev, err := e.begun(ctx, browser)
		if t != nil {
			v = e.linkView(t)
		}
		switch {
		case err != nil:
			return err
		case !same(state, s.State):
			return notLinked(LinkElsewhere)
		case t.Step == LinkDone:
			return notLinked(LinkSpent)
		case t.Step != LinkStarted:
			return notLinked(LinkTwice)
		}
		if err := ready(ctx); err != nil {
			return err
		}
		t.Step = LinkReturned
		return e.Store.Commit(ctx, Change{Puts: []Put{putLinkToken(rev, t)}})
	})
	return s, v, err
}
