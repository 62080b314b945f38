package bottest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"guestsite/bot"
)

// Link is the newest link that a person was given, without the page's address;
// empty for none.
func (b *Bench) Link(user string) string {
	for _, w := range slices.Backward(b.Whispers(user)) {
		for _, x := range Buttons(w.Blocks) {
			if _, token, ok := strings.Cut(x.URL, "?t="); ok {
				return token
			}
		}
	}
	return ""
}

// Ready is a sign-in that can be reached.
func Ready(context.Context) error { return nil }

// SignIn has a browser open the newest link of an account, sign in as somebody
// and confirm. A page that a crash took is loaded again; where that is told to
// begin anew, it does, as its user would. It gives the reason why nothing was
// linked; empty when it was.
func (b *Bench) SignIn(user, personID string) string {
	b.T.Helper()
	reason := ""
	for range 3 {
		reason = b.signIn(b.Link(user), personID)
		if reason != bot.LinkTwice && reason != bot.LinkElsewhere {
			break
		}
	}
	b.Run()
	return reason
}

func (b *Bench) signIn(token, personID string) string {
	b.T.Helper()
	ctx := b.T.Context()
	b.keys++
	asked, next := fmt.Sprintf("cookie-%d", b.keys), fmt.Sprintf("cookie-%d-on", b.keys)
	var s bot.SignIn
	proof := ""
	given := func(v bot.LinkView, err error) error {
		if err == nil {
			proof = v.Proof
		}
		return err
	}
	for _, page := range []func() error{
		func() error { return given(b.Engine.OpenLink(ctx, token, asked)) },
		func() (err error) { s, _, err = b.Engine.StartLink(ctx, token, asked, proof, next, Ready); return err },
		func() (err error) { _, _, err = b.Engine.ReturnLink(ctx, next, s.State, Ready); return err },
		func() error { return given(b.Engine.SignedIn(ctx, next, personID)) },
		func() error { _, err := b.Engine.ConfirmLink(ctx, next, proof); return err },
	} {
		err := page()
		if b.Fuse.Dead() {
			b.Restart()
			err = page()
		}
		if reason := bot.ReasonOf(err); reason != "" {
			return reason
		}
		if err != nil {
			b.T.Fatalf("a page failed: %v", err)
		}
	}
	return ""
}

// Linked lists which account is bound to whom by a sign-in, from both sides.
func (b *Bench) Linked() []string {
	b.T.Helper()
	var out []string
	for id := range b.Chat.Profiles {
		recs, err := b.Store.(Fused).Store.Get(b.T.Context(), bot.Key{Kind: bot.KindLink, ID: b.Chat.User(id).String()})
		if err != nil {
			b.T.Fatal(err)
		}
		if l, ok := recs[0].Value.(*bot.Link); ok && recs[0].Rev != 0 && l.By == "sign_in" {
			out = append(out, id+" is "+l.Who.ID)
		}
	}
	for id := range b.Company.People {
		recs, err := b.Store.(Fused).Store.Get(b.T.Context(), bot.Key{Kind: bot.KindLinkOf, ID: id + "/" + b.Chat.name + "/" + Team})
		if err != nil {
			b.T.Fatal(err)
		}
		if l, ok := recs[0].Value.(*bot.LinkOf); ok && recs[0].Rev != 0 {
			out = append(out, id+" has "+l.User.ID)
		}
	}
	slices.Sort(out)
	return out
}
