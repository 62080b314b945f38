package teams

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"

	"guestsite/bot"
)

// Handlers gives the handler of the messaging endpoint.
func (a *Adapter) Handlers() map[string]http.Handler {
	return map[string]http.Handler{"/api/messages": http.HandlerFunc(a.messages)}
}

// exchange is one activity that the connector signed, of a person of ours.
type exchange struct {
	w    http.ResponseWriter
	door bot.Door
	inbound
	user bot.ChatUser
}

// messages does what comes before anything is acted on: method, size, token, the
// token's bond to the body, tenant, person. Which of them failed is told to the log
// alone. What follows runs on even when the connector hangs up, so that a commit is
// not cut in half.
func (a *Adapter) messages(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	t, err := a.verifier.verify(ctx, r.Header.Get("Authorization"))
	if err != nil {
		status := http.StatusUnauthorized
		if bot.CodeOf(err) == bot.Unavailable { // the keys cannot be read: it may be good, and is sent again
			status = http.StatusServiceUnavailable
		}
		a.refuse(ctx, w, status, err)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, a.bodyLimit))
	if err != nil {
		status := http.StatusBadRequest
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			status = http.StatusRequestEntityTooLarge
		}
		a.refuse(ctx, w, status, err)
		return
	}
	var act inbound
	if err := json.Unmarshal(body, &act); err != nil {
		a.refuse(ctx, w, http.StatusBadRequest, errNotActivity)
		return
	}
	if err := a.admits(t, act); err != nil {
		a.refuse(ctx, w, http.StatusForbidden, err)
		return
	}
	door := a.door.Load()
	if door == nil {
		http.Error(w, "starting", http.StatusServiceUnavailable)
		return
	}
	x := exchange{w: w, door: *door, inbound: act}
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), answerTime, errors.New("the answer took too long"))
	defer cancel()
	a.dispatch(ctx, x)
}

var (
	errNotActivity = errors.New("the body is no activity")
	errTenant      = errors.New("the activity is of another tenant, or of two")
	errServiceHost = errors.New("the activity's service is none of the configured hosts")
)

// admits says whether an activity may be acted on. The tenant is not in the token:
// a bot gets activities from every tenant in which somebody installed its id.
func (a *Adapter) admits(t ticket, act inbound) error {
	if err := t.covers(act.ChannelID, act.ServiceURL); err != nil {
		return err
	}
	if !slices.Contains(a.tenants, act.tenant()) {
		return errTenant
	}
	if u, err := url.Parse(act.ServiceURL); err != nil || !a.connector.allowed(u) {
		return errServiceHost
	}
	return nil
}

func (a *Adapter) refuse(ctx context.Context, w http.ResponseWriter, status int, why error) {
	a.log.WarnContext(ctx, "teams: a request was refused", "status", status, "why", why.Error())
	http.Error(w, http.StatusText(status), status)
}

// dispatch sorts activities by type. A type or an invoke that is new to us is no
// fault: 200 and 501, as the protocol has it.
func (a *Adapter) dispatch(ctx context.Context, x exchange) {
	user, known := x.inbound.user()
	x.user = user
	switch {
	case x.Type == "invoke" && !known:
		a.answer(x, noteAnswer(x.door.Line(ctx, bot.ChatUser{Chat: Name}, lineStranger).Text))
	case x.Type == "invoke":
		a.meet(ctx, x)
		a.invoke(ctx, x)
	case !known:
		a.log.DebugContext(ctx, "teams: an activity of nobody was ignored", "type", bounded(x.Type))
	case x.Type == "message":
		a.meet(ctx, x)
		a.message(ctx, x)
	case x.Type == "installationUpdate":
		a.installation(ctx, x)
	case x.Type == "conversationUpdate" && a.joined(x):
		a.installed(ctx, x)
	default:
		a.log.DebugContext(ctx, "teams: an activity was ignored", "type", bounded(x.Type))
	}
}

// lineStranger is for somebody who has no account of the tenant.
const lineStranger bot.Line = "refused_stranger"

// handle commits an event. The time for it leaves some for the answer.
func (x exchange) handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, handleTime, errors.New("the commit took too long"))
	defer cancel()
	return x.door.Handle(ctx, in)
}

// event begins an event of the person.
func (a *Adapter) event(x exchange, key string) bot.Inbound {
	handle := personalHandle(x.user)
	return bot.Inbound{Key: key, At: a.now(), User: x.user, Trigger: handle, Reply: handle}
}
