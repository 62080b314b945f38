package bot

import (
	"context"
	"slices"

	"guestsite/bot/flow"
)

// SignedIn implements [LinkDoor].
func (e *Engine) SignedIn(ctx context.Context, browser, personID string) (LinkView, error) {
	key, err := e.signingKey(ctx)
	if err != nil {
		return LinkView{}, err
	}
	t, rev, err := e.begun(ctx, browser)
	if t == nil {
		return e.linkView(nil), err
	}
	v := e.linkView(t)
	if err == nil && t.Step != LinkReturned {
		err = notLinked(LinkTwice)
	}
	if err != nil {
		return v, err
	}
	c, err := e.mayBind(ctx, t, personID)
	if err != nil {
		return v, err
	}
	if err := e.notBound(ctx, t.User, c.who.ID); err != nil {
		return v, err
	}
	t.Step, t.Person = LinkSignedIn, c.who
	if err := e.Store.Commit(ctx, Change{Puts: []Put{putLinkToken(rev, t)}}); err != nil {
		return v, unlessLost(err, "bot: keep who signed in")
	}
	v = e.linkView(t)
	v.Unmatched, v.Proof = c.unmatched, sign(key, forForm, browser)
	return v, nil
}

// candidate is who would be bound.
type candidate struct {
	who       flow.Who
	unmatched bool // nobody has the account's address
}

// mayBind reads, fresh, whether an account and a person may be bound: the chat
// takes the account for a full member, the directory the person for an enabled
// member, and the account's address is nobody else's. The last is how a link that
// was passed on is noticed.
func (e *Engine) mayBind(ctx context.Context, t *LinkToken, personID string) (candidate, error) {
	chat, err := e.chat(t.User.Chat)
	if err != nil {
		return candidate{}, err
	}
	p, err := chat.Profile(ctx, t.User)
	if err != nil && CodeOf(err) != NotFound {
		return candidate{}, err
	}
	if err != nil || p.Refusal != "" {
		return candidate{}, notLinked(LinkNoAccount)
	}
	d, err := e.Directory.Person(ctx, personID)
	if err != nil && CodeOf(err) != NotFound {
		return candidate{}, err
	}
	if err != nil || d.ID != personID || d.Guest || !d.Enabled {
		return candidate{}, notLinked(LinkNoMember)
	}
	c := candidate{who: whoIs(d, p.Zone)}
	c.who.Lang = either(c.who.Lang, p.Locale)
	his, somebodyElses, err := e.whoseAddress(ctx, p.Mail, d.ID)
	switch {
	case err != nil:
		return candidate{}, err
	case somebodyElses:
		return candidate{}, notLinked(LinkOther)
	}
	c.unmatched = !his
	return c, nil
}

// whoseAddress says whether an address is a person's, and whether it is somebody
// else's instead. Who may not act has it as well: the account of somebody who left is
// his until it is switched off in the chat, and a guest's never becomes a colleague's.
// What several have, and none as his own, is never known to be his.
func (e *Engine) whoseAddress(ctx context.Context, mail, id string) (his, somebodyElses bool, err error) {
	if mail == "" {
		return false, false, nil
	}
	people, err := e.Directory.ByMail(ctx, mail)
	if err != nil {
		return false, false, err
	}
	his = slices.ContainsFunc(holders(people, mail), func(p Person) bool { return p.ID == id })
	return his, len(people) > 0 && !his, nil
}

// notBound refuses where either side is bound already.
func (e *Engine) notBound(ctx context.Context, u ChatUser, personID string) error {
	recs, err := e.Store.Get(ctx, linkKey(u), linkOfKey(personID, u))
	if err != nil {
		return err
	}
	return e.free(recs[0], recs[1])
}

func (e *Engine) free(link, of Record) error {
	l, err := e.counts(link)
	switch {
	case err != nil:
		return err
	case l != nil:
		return notLinked(LinkHasPerson)
	case of.Rev != 0:
		return notLinked(LinkHasAccount)
	}
	return nil
}

// ConfirmLink implements [LinkDoor].
func (e *Engine) ConfirmLink(ctx context.Context, browser, proof string) (LinkView, error) {
	key, err := e.signingKey(ctx)
	if err != nil {
		return LinkView{}, err
	}
	t, _, err := e.inQuestion(ctx, key, browser, proof)
	if t == nil {
		return e.linkView(nil), err
	}
	v := e.linkView(t)
	if err != nil || t.Step == LinkDone { // the button was pressed twice
		return v, err
	}
	c, err := e.mayBind(ctx, t, t.Person.ID)
	if err != nil {
		return v, err
	}
	err = again(ctx, func() error { return e.bind(ctx, key, browser, proof, c.who) })
	if err == nil {
		e.Log.InfoContext(ctx, "account linked", "chat", t.User.Chat)
		e.stir()
	}
	return v, err
}

// inQuestion finds the link whose person was asked in this browser whether to bind.
func (e *Engine) inQuestion(ctx context.Context, key []byte, browser, proof string) (*LinkToken, int64, error) {
	t, rev, err := e.begun(ctx, browser)
	switch {
	case err != nil:
	case !same(proof, sign(key, forForm, browser)):
		err = notLinked(LinkElsewhere)
	case t.Step != LinkSignedIn && t.Step != LinkDone:
		err = notLinked(LinkElsewhere)
	}
	return t, rev, err
}

// bind spends the link and binds both sides, in one commit: whoever comes second,
// with this link or another, finds it taken.
func (e *Engine) bind(ctx context.Context, key []byte, browser, proof string, who flow.Who) error {
	t, rev, err := e.inQuestion(ctx, key, browser, proof)
	if err != nil {
		return err
	}
	if t.Step == LinkDone {
		return nil
	}
	if t.Person.ID != who.ID {
		return notLinked(LinkElsewhere)
	}
	recs, err := e.Store.Get(ctx, linkKey(t.User), linkOfKey(who.ID, t.User), personKey(who.ID))
	if err != nil {
		return err
	}
	if err := e.free(recs[0], recs[1]); err != nil {
		return err
	}
	now := e.Clock.Now()
	t.Step = LinkDone
	job, err := newJob("linked/"+t.User.String(), jobLinked, now, work{User: t.User, Text: t.Wanted})
	if err != nil {
		return err
	}
	l := &Link{User: t.User, Who: who, By: bySignIn, At: now}
	jobs, err := e.elsewhereJobs(l)
	if err != nil {
		return err
	}
	ch := Change{
		Puts: []Put{
			putLinkToken(rev, t),
			{Key: linkKey(t.User), Rev: recs[0].Rev, Value: l},
			{Key: linkOfKey(who.ID, t.User), Value: &LinkOf{User: t.User}},
		},
		Jobs: append(jobs, job),
	}
	p, ok := recs[2].Value.(*PersonRecord)
	if !ok || recs[2].Rev == 0 {
		p = &PersonRecord{ID: who.ID, Zone: who.Zone}
	}
	p.seen(t.User, now)
	ch.Puts = append(ch.Puts, putPerson(recs[2].Rev, p))
	return e.Store.Commit(ctx, ch)
}
