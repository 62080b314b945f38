package slack

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
)

// delivery is what Slack sent, decoded; one field is set.
type delivery struct {
	command     *command
	interaction *interaction
	event       *eventCallback
}

// exchange is one delivery on its way, whichever door it came through.
type exchange struct {
	what string    // the path or the envelope's type, for the log
	at   time.Time // when it arrived, in real time
	door bot.Door
}

// answer is what Slack gets for a delivery.
type answer struct {
	// body is sent as JSON; nil is an empty answer.
	body any
	// refused is set where the delivery is malformed or not for us.
	refused *rejection
	// then runs behind the answer, with its own time.
	then func(ctx context.Context)
	// less is what is answered where body is too large for the door: what shows
	// the same by another way. Nil where body is small.
	less func() answer
}

// rejection is of a delivery that is no user's doing.
type rejection struct {
	status int // of HTTP
	why    string
}

func refuse(status int, why string) answer { return answer{refused: &rejection{status, why}} }

// take hands a delivery to the door and gives the answer. A panic on the way costs
// this delivery only: it is logged with a reference, which the person is shown. It
// may take until ctx ends; what was committed by then stays.
func (a *Adapter) take(ctx context.Context, x exchange, d delivery) (ans answer) {
	defer func() {
		if v := recover(); v != nil {
			ans = a.crashed(ctx, x, d, v)
		}
		if ans.refused != nil {
			a.log.WarnContext(ctx, "slack: a request was refused", "what", x.what, "status", ans.refused.status, "why", ans.refused.why)
		}
	}()
	switch {
	case d.command != nil:
		return a.command(ctx, x, *d.command)
	case d.interaction != nil:
		return a.interactive(ctx, x, *d.interaction)
	case d.event != nil:
		return a.event(ctx, x, *d.event)
	}
	return refuse(http.StatusBadRequest, "nothing that is known")
}

// crashed answers a delivery whose handling panicked. The log gets where it was;
// of the value only what the runtime made, since any other may hold what a person
// wrote.
func (a *Adapter) crashed(ctx context.Context, x exchange, d delivery, value any) answer {
	what := fmt.Sprintf("%T", value)
	if e, ok := value.(runtime.Error); ok {
		what = e.Error()
	}
	a.counts.panicked()
	a.log.LogAttrs(ctx, slog.LevelError, "slack: a delivery crashed", slog.String("what", x.what),
		slog.String("panic", what), slog.String("stack", string(debug.Stack())))
	err := &bot.Error{Code: bot.Internal, Op: "slack: handle", Detail: "it crashed"}
	switch in := d.interaction; {
	case d.command != nil:
		return a.privately(ctx, *d.command, a.sorry(ctx, x, d.command.user(), err))
	case d.event != nil:
		a.tell(ctx, d.event.reply(), a.sorry(ctx, x, d.event.user(), err))
	case in.Type == "view_submission":
		return a.submissionSorry(ctx, x, *in, err)
	case in.Type == "block_suggestion":
		return answer{body: noSuggestions()}
	default:
		a.tellFrom(ctx, *in, a.sorry(ctx, x, in.user(), err))
	}
	return answer{}
}

// person names whose delivery it is. What belongs to one person, and so to one
// view, keeps its order.
func (d delivery) person() string {
	var u bot.ChatUser
	switch {
	case d.command != nil:
		u = d.command.user()
	case d.interaction != nil:
		u = d.interaction.user()
	case d.event != nil:
		u = d.event.user()
	}
	return u.Team + ":" + u.ID
}

// handle commits an event. The time for it leaves some for the answer.
func (x exchange) handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	ctx, cancel := context.WithDeadline(ctx, x.at.Add(handleTime))
	defer cancel()
	return x.door.Handle(ctx, in)
}

// sorry makes the private line for an event that was not taken and logs its cause
// under the reference that the line shows.
func (a *Adapter) sorry(ctx context.Context, x exchange, u bot.ChatUser, err error) card.Card {
	return bot.Apology(ctx, a.log, x.door, u, err, slog.String("what", x.what), slog.String("team", u.Team))
}

// openFor opens a form inline, because its trigger dies in 3 s, and reports it. A
// trigger that was used already is this event, delivered again: the form is there.
func (a *Adapter) openFor(ctx context.Context, x exchange, trigger string, f card.Form) error {
	ref, err := a.OpenForm(ctx, trigger, f)
	if isUsedTrigger(err) {
		a.log.LogAttrs(ctx, slog.LevelInfo, "slack: a form was open already", slog.String("request", f.Request))
		return nil
	}
	if err != nil {
		return err
	}
	a.opened(ctx, x, f.Request, ref)
	return nil
}

// opened reports a form that is on the screen. A failure costs only that it is not
// filled or redrawn later.
func (a *Adapter) opened(ctx context.Context, x exchange, request string, ref bot.Ref) {
	if err := x.door.Opened(ctx, Name, request, ref); err != nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "slack: an open form could not be recorded",
			slog.String("request", request), slog.String("error", err.Error()))
	}
}

// tell sends a private line after the answer.
func (a *Adapter) tell(ctx context.Context, reply string, c card.Card) {
	a.later(ctx, func(ctx context.Context) { a.told(ctx, reply, c) })
}

// told sends a private line.
func (a *Adapter) told(ctx context.Context, reply string, c card.Card) {
	if err := a.Whisper(ctx, reply, c); err != nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "slack: a private line was not delivered",
			slog.String("error", err.Error()))
	}
}

// unused logs a part of an answer that has no place in this exchange.
func (a *Adapter) unused(ctx context.Context, x exchange, what string) {
	a.log.LogAttrs(ctx, slog.LevelError, "slack: an answer does not fit the event",
		slog.String("delivery", x.what), slog.String("what", what))
}
