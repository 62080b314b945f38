package teams

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"guestsite/bot"
	"guestsite/bot/flow"
)

// Profile gives the account: its id is the Entra id, which the connector's signed
// activity named, so who it is stands in the directory alone.
func (a *Adapter) Profile(ctx context.Context, u bot.ChatUser) (bot.Profile, error) {
	if u.Chat != Name || !guid.MatchString(u.ID) {
		return bot.Profile{}, &bot.Error{Code: bot.Invalid, Op: "teams: read user", Detail: "not an Entra id"}
	}
	p := bot.Profile{User: u, PersonID: u.ID}
	if !a.ours(u.Team) {
		p.Refusal = bot.RefusedStranger
		return p, nil
	}
	door, err := a.doorway()
	if err != nil {
		return p, err
	}
	place, err := door.Place(ctx, u)
	p.Locale, p.Zone = place.Locale, place.Zone
	return p, err
}

func (a *Adapter) ours(tenant string) bool { return slices.Contains(a.tenants, tenant) }

// doorway gives the engine's side, by which places are kept.
func (a *Adapter) doorway() (bot.Door, error) {
	d := a.door.Load()
	if d == nil {
		return nil, &bot.Error{Code: bot.Unavailable, Op: "teams: starting"}
	}
	return *d, nil
}

// Locate finds a person's chat with the bot by his Entra id: the one he has, or one
// that is made now. Where the app is not installed for him it is, if the
// organization lets the bot do that; the chat then follows in a while (Unavailable
// until then).
func (a *Adapter) Locate(ctx context.Context, who flow.Who) (bot.ChatUser, error) {
	u := bot.ChatUser{Chat: Name, Team: a.tenants[0], ID: strings.ToLower(who.ID)}
	door, err := a.doorway()
	if err != nil {
		return u, err
	}
	_, err = a.where(ctx, door, u)
	return u, err
}

// where gives the place of a person's own chat, as it is kept or made now.
func (a *Adapter) where(ctx context.Context, door bot.Door, u bot.ChatUser) (place, error) {
	const op = "teams: find a chat"
	if u.Chat != Name || !guid.MatchString(u.ID) || !a.ours(u.Team) {
		return place{}, &bot.Error{Code: bot.Forbidden, Reason: bot.ReasonUndeliverable, Op: op, Detail: "not a person of ours"}
	}
	kept, err := door.Place(ctx, u)
	if err != nil {
		return place{}, err
	}
	if at, ok := decodePlace(kept.Handle); ok {
		return at, nil
	}
	if kept.Gone {
		return place{}, &bot.Error{Code: bot.Forbidden, Reason: bot.ReasonUndeliverable, Op: op, Detail: "he took the app away"}
	}
	if a.serviceURL == "" {
		return place{}, &bot.Error{Code: bot.Forbidden, Reason: bot.ReasonUndeliverable, Op: op, Detail: "he has not written yet"}
	}
	ctx, cancel := within(ctx)
	defer cancel()
	id, err := a.connector.open1to1(ctx, a.serviceURL, u.Team, u.ID)
	if err != nil {
		if bot.ReasonOf(err) == bot.ReasonUndeliverable {
			return place{}, a.install(ctx, u, err)
		}
		if bot.CodeOf(err) == bot.Invalid { // of all that is sent only the person varies: Teams does not know him
			return place{}, &bot.Error{Code: bot.Forbidden, Reason: bot.ReasonUndeliverable, Op: op, Err: err}
		}
		return place{}, err
	}
	at := place{ServiceURL: a.serviceURL, Conversation: id}
	kept.User, kept.Handle, kept.Heard = u, encodePlace(at), false
	return at, door.KeepPlace(ctx, kept)
}

// How long an app that was installed may take to be seen ("Give it tens of
// seconds"), and how often to look.
const (
	settles   = 2 * time.Minute
	lookAgain = 10 * time.Second
)

// install puts the app into somebody's chat. It always gives an error: what was
// wrong, or that the chat follows.
func (a *Adapter) install(ctx context.Context, u bot.ChatUser, cause error) error {
	if a.installer == nil {
		return cause
	}
	at, waited := a.installs.Load(u.ID)
	if waited && a.now().Sub(at.(time.Time)) < settles {
		return &bot.Error{Code: bot.Unavailable, Op: "teams: wait for the app", After: lookAgain, Err: cause}
	}
	already, err := a.installer.InstallApp(ctx, u.ID, a.appID)
	if err != nil {
		a.log.WarnContext(ctx, "teams: the app could not be installed for a person", "error", err.Error())
		if bot.Retryable(err) {
			return err
		}
		return cause
	}
	if already && waited {
		return cause // it is there and has been for long: he has shut the bot out
	}
	a.installs.Store(u.ID, a.now())
	return &bot.Error{Code: bot.Unavailable, Op: "teams: wait for the app", After: lookAgain, Err: cause}
}

// A kept place is "1", the service's address and the conversation, escaped.
func encodePlace(p place) string {
	return "1 " + url.QueryEscape(p.ServiceURL) + " " + url.QueryEscape(p.Conversation)
}

func decodePlace(s string) (place, bool) {
	f := strings.Split(s, " ")
	if len(f) != 3 || f[0] != "1" {
		return place{}, false
	}
	service, serr := url.QueryUnescape(f[1])
	conv, cerr := url.QueryUnescape(f[2])
	return place{ServiceURL: service, Conversation: conv}, errors.Join(serr, cerr) == nil && service != "" && conv != ""
}
