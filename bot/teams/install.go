package teams

import (
	"context"
	"errors"
	"strings"

	"guestsite/bot"
)

// meet keeps where the person's own chat is, as the latest activity says, and his
// language and time zone. A failure costs only that the older ones are used.
func (a *Adapter) meet(ctx context.Context, x exchange) {
	if _, err := a.keep(ctx, x, false); err != nil {
		a.log.WarnContext(ctx, "teams: a place was not kept", "error", err.Error())
	}
}

// keep writes the person's place and says whether his own chat is new to us: to one
// of several activities that come at once.
func (a *Adapter) keep(ctx context.Context, x exchange, gone bool) (isNew bool, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, placeTime, errors.New("the place took too long"))
	defer cancel()
	leave, err := a.meeting.enter(ctx, x.user.String())
	if err != nil {
		return false, err
	}
	defer leave()
	p, err := x.door.Place(ctx, x.user)
	if err != nil {
		return false, err
	}
	_, had := decodePlace(p.Handle)
	p.User, p.Heard = x.user, !gone
	if l, z := x.inbound.locale(); l != "" || z != "" {
		if l != "" {
			p.Locale = l
		}
		if z != "" {
			p.Zone = z
		}
	}
	switch {
	case gone:
		p.Handle, p.Gone = "", true
	case x.personal() && x.Conversation.ID != "" && len(x.Conversation.ID) <= maxID:
		p.Gone = false
		p.Handle = encodePlace(place{ServiceURL: strings.TrimSuffix(x.ServiceURL, "/"), Conversation: x.Conversation.ID})
	}
	_, has := decodePlace(p.Handle)
	return has && !had, x.door.KeepPlace(ctx, p)
}

// joined says whether an update of a conversation brings the bot into it.
func (a *Adapter) joined(x exchange) bool {
	for _, m := range x.MembersAdded {
		if m.ID == x.Recipient.ID && m.ID != "" {
			return true
		}
	}
	return false
}

// installation takes that the app was installed for a person, or taken away.
func (a *Adapter) installation(ctx context.Context, x exchange) {
	switch {
	case !x.personal():
	case strings.HasPrefix(x.Action, "remove"):
		if _, err := a.keep(ctx, x, true); err != nil {
			a.log.WarnContext(ctx, "teams: a place was not dropped", "error", err.Error())
		}
	case strings.HasPrefix(x.Action, "add"):
		a.installed(ctx, x)
	}
}

// installed greets a person whose chat is new to us. An installation is told twice,
// in either order; the place that is kept says whether he was greeted.
func (a *Adapter) installed(ctx context.Context, x exchange) {
	if !x.personal() {
		return
	}
	isNew, err := a.keep(ctx, x, false)
	if err != nil {
		a.log.WarnContext(ctx, "teams: a place was not kept", "error", err.Error())
		return
	}
	if !isNew {
		return
	}
	in := a.event(x, "teams:installed:"+x.user.Team+":"+x.user.ID+":"+x.Conversation.ID)
	in.Command = &bot.Command{Text: "help"}
	if ans, err := x.handle(ctx, in); err == nil && ans.Whisper != nil {
		a.tell(ctx, in.Reply, *ans.Whisper)
	}
}
