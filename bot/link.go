package bot

import (
	"context"
	"slices"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// The kinds of records that linking adds.
const (
	KindLinkOf Kind = "link_of"
	// KindSigningKey is of the process alone: its value is a secret.
	KindSigningKey Kind = "signing_key"
)

// How long a link works after it was given, how long a browser that began with it
// has to come back, and how often it may begin: what a link can cause is bounded.
const (
	linkLife   = 10 * time.Minute
	mostStarts = 5
)

// LinkToken is the one link that was given to a chat account to bind it to a
// person, and how far a browser has come with it. A newer link takes its place.
type LinkToken struct {
	User ChatUser `json:"user"`
	// Name is as the chat calls the account, Workspace as it calls the team where it
	// says so, Lang the language of the pages.
	Name      string `json:"name"`
	Workspace string `json:"workspace,omitempty"`
	Lang      string `json:"lang,omitempty"`
	// Secret is the digest of the link's secret; the link itself is kept nowhere.
	Secret string    `json:"secret"`
	Until  time.Time `json:"until"`
	// Wanted is the word of the command that waits for the account to be linked.
	Wanted string   `json:"wanted,omitempty"`
	Step   LinkStep `json:"step"`
	// Browser is the digest of the cookie of the browser that began last, Back until
	// when it may go on, Starts how often one began.
	Browser string    `json:"browser,omitempty"`
	Back    time.Time `json:"back,omitzero"`
	Starts  int       `json:"starts,omitempty"`
	// Person is who signed in.
	Person flow.Who `json:"person,omitzero"`
}

// LinkStep is how far a link has come. The names are on disk.
type LinkStep string

// The steps of a link.
const (
	LinkGiven    LinkStep = "given"
	LinkStarted  LinkStep = "started"   // a browser was sent to sign in
	LinkReturned LinkStep = "returned"  // it came back, once
	LinkSignedIn LinkStep = "signed_in" // and who signed in may be bound; he is asked
	LinkDone     LinkStep = "done"      // spent
)

// LinkOf names the one account of a chat and team that a person is bound to.
type LinkOf struct {
	User ChatUser `json:"user"`
}

func linkTokenKey(u ChatUser) Key { return Key{KindLinkToken, u.String()} }

// linkOfKey is where a second account of the same chat and team would collide.
func linkOfKey(person string, u ChatUser) Key {
	return Key{KindLinkOf, person + "/" + u.Chat + "/" + u.Team}
}

// The indexes of link tokens.
const (
	BySecret  = "secret"  // link token: digest of the link's secret
	ByBrowser = "browser" // link token: digest of the browser's cookie
)

func putLinkToken(rev int64, t *LinkToken) Put {
	ix := map[string]string{BySecret: t.Secret}
	if t.Browser != "" {
		ix[ByBrowser] = t.Browser
	}
	return Put{Key: linkTokenKey(t.User), Rev: rev, Value: t, Index: ix}
}

// links says whether the accounts of a chat are bound by signing in.
func (e *Engine) links(chat string) bool {
	return e.Settings.LinkPage != "" && slices.Contains(e.Settings.LinkChats, chat)
}

// bound gives the link of an account that says who it is, nil when there is none:
// where accounts are bound by signing in, an address that was equal once is none.
func (e *Engine) bound(ctx context.Context, u ChatUser) (*Link, error) {
	recs, err := e.Store.Get(ctx, linkKey(u))
	if err != nil {
		return nil, err
	}
	return e.counts(recs[0])
}

func (e *Engine) counts(rec Record) (*Link, error) {
	if rec.Rev == 0 {
		return nil, nil
	}
	l, ok := rec.Value.(*Link)
	if !ok {
		return nil, &Error{Code: Internal, Op: "bot: read link"}
	}
	if l.By == byMail && e.links(l.User.Chat) {
		return nil, nil
	}
	return l, nil
}

// mustLink says that an account has to be linked before it can act.
func (e *Engine) mustLink(ctx context.Context, u ChatUser) (bool, error) {
	if !e.links(u.Chat) {
		return false, nil
	}
	l, err := e.bound(ctx, u)
	return err == nil && l == nil, err
}

// askToLink has an account get a link of its own, privately. typed is the command
// that has to wait for it.
func (e *Engine) askToLink(ctx context.Context, in Inbound, typed string) (Answer, error) {
	return e.queue(ctx, in, jobLink, work{Text: string(card.GoOn(typed))})
}

// jobLink gives an account a link of its own. The link is made when it is said,
// never before: a job that runs again makes another, which takes its place.
const jobLink = "link"

func (e *Engine) doLink(ctx context.Context, j Job, w work) error {
	e.whoHelps(ctx)
	v, err := e.viewFor(ctx, w.User)
	if err != nil {
		return err
	}
	if !e.links(w.User.Chat) {
		return e.say(ctx, j, w.User, w.Reply, card.Whisper(v, "link_not_needed", nil))
	}
	l, err := e.bound(ctx, w.User)
	if err != nil {
		return err
	}
	if l != nil {
		return e.say(ctx, j, w.User, w.Reply, card.LinkedAlready(v, l.At))
	}
	chat, err := e.chat(w.User.Chat)
	if err != nil {
		return err
	}
	p, err := chat.Profile(ctx, w.User)
	if err != nil && CodeOf(err) == NotFound {
		p, err = Profile{Refusal: RefusedStranger}, nil
	}
	if err != nil {
		return err
	}
	v.Viewer.Lang, v.Viewer.Zone = either(p.Locale, v.Viewer.Lang), either(p.Zone, v.Viewer.Zone)
	if p.Refusal != "" {
		return e.say(ctx, j, w.User, w.Reply, card.Whisper(v, "refused_"+string(p.Refusal), nil))
	}
	if v.LinkURL, err = e.giveLink(ctx, w.User, p, string(card.GoOn(w.Text)), v.Viewer.Lang); err != nil {
		return err
	}
	return e.say(ctx, j, w.User, w.Reply, card.Whisper(v, "refused_unlinked", nil))
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// giveLink makes a link for an account and gives its address, which is a secret.
func (e *Engine) giveLink(ctx context.Context, u ChatUser, p Profile, wanted, lang string) (string, error) {
	key, err := e.signingKey(ctx)
	if err != nil {
		return "", err
	}
	secret, token := newLink(key)
	err = again(ctx, func() error {
		recs, err := e.Store.Get(ctx, linkTokenKey(u))
		if err != nil {
			return err
		}
		now := e.Clock.Now()
		t := &LinkToken{
			User: u, Name: p.Name, Workspace: p.Workspace, Lang: lang, Secret: secret, Until: now.Add(linkLife),
			Wanted: wanted, Step: LinkGiven,
		}
		job, err := expireJob(t, t.Until)
		if err != nil {
			return err
		}
		return e.Store.Commit(ctx, Change{Puts: []Put{putLinkToken(recs[0].Rev, t)}, Jobs: []Job{job}})
	})
	return e.Settings.LinkPage + "?t=" + token, err
}

// jobLinkExpire deletes a link that cannot be used any more, spent or not.
const jobLinkExpire = "link_expire"

func expireJob(t *LinkToken, due time.Time) (Job, error) {
	return newJob("link_expire/"+t.User.String(), jobLinkExpire, due, work{User: t.User})
}

func (t *LinkToken) end() time.Time {
	if t.Back.After(t.Until) {
		return t.Back
	}
	return t.Until
}

func (e *Engine) doLinkExpire(ctx context.Context, j Job, w work) error {
	recs, err := e.Store.Get(ctx, linkTokenKey(w.User))
	if err != nil {
		return err
	}
	t, ok := recs[0].Value.(*LinkToken)
	if !ok || recs[0].Rev == 0 {
		return e.done(ctx, j)
	}
	if end := t.end(); e.Clock.Now().Before(end) { // a newer link, or a browser is on its way
		return e.Store.Commit(ctx, Change{Finish: &Finish{Job: j, Again: end}})
	}
	err = e.Store.Commit(ctx, Change{Deletes: []Record{recs[0]}, Finish: &Finish{Job: j}})
	return unlessLost(err, "bot: delete a link")
}
