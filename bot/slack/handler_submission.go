package slack

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"guestsite/bot"
	"guestsite/bot/card"
)

// submission takes a form that was sent. An empty answer closes it, and so does a
// last word, for which the card that follows speaks; errors stand at the fields; an
// update takes its place. Where the event was not
// taken a line is laid over the form, so that nothing typed is lost.
func (a *Adapter) submission(ctx context.Context, x exchange, in interaction) answer {
	ev, err := in.submit()
	if err != nil {
		return a.submissionSorry(ctx, x, in, err)
	}
	ev.At = a.now()
	ans, err := x.handle(ctx, ev)
	if err != nil {
		return a.submissionSorry(ctx, x, in, err)
	}
	_, screen, _ := in.View.answers() // submit has read them
	f := ans.Update
	if ans.Open != nil {
		f = ans.Open
	}
	switch {
	case f != nil:
		return a.nextForm(ctx, x, in, *f, screen, ans.Open != nil)
	case ans.Again != nil:
		return a.fieldErrors(ctx, x, in, fieldErrors(*ans.Again), screen)
	case ans.Whisper != nil:
		v := renderNote(in.View.Title.Text, *ans.Whisper)
		if p := checkView(v); len(p) > 0 {
			a.tell(ctx, ev.Reply, *ans.Whisper)
			return answer{}
		}
		return answer{body: slack.NewUpdateViewSubmissionResponse(v), less: func() answer {
			return answer{then: func(ctx context.Context) { a.told(ctx, ev.Reply, *ans.Whisper) }}
		}}
	}
	return answer{}
}

const (
	// afterAck is how long an acknowledgement is given at most to arrive before a call
	// that must come after it.
	afterAck = time.Second
	// afterLook is between two looks whether it has arrived.
	afterLook = 100 * time.Millisecond
)

// nextForm puts a form in the place of the one that was sent. Where it is too large
// for the answer a line stands there until views.update, which takes more, has drawn
// it.
func (a *Adapter) nextForm(ctx context.Context, x exchange, in interaction, f card.Form, screen map[string]shown, open bool) answer {
	v := renderForm(f, screen)
	if p := checkView(v); len(p) > 0 {
		return a.submissionSorry(ctx, x, in, badCard("answer a form", p))
	}
	report := func(context.Context) {}
	if ref, ok := viewRef(in.View.ID); ok && f.Request != "" {
		report = func(ctx context.Context) { a.opened(ctx, x, f.Request, ref) }
	}
	ans := answer{body: slack.NewUpdateViewSubmissionResponse(v)}
	if open {
		report(ctx)
	} else { // a redraw may have come before this answer
		ans.then = report
	}
	ans.less = func() answer {
		note := renderNote(in.View.Title.Text, x.door.Line(ctx, in.user(), bot.LineNoted))
		return answer{body: slack.NewUpdateViewSubmissionResponse(note), then: func(ctx context.Context) {
			a.untilAnswered(ctx, in.View.ID, in.View.Hash, note)
			if _, err := a.redraw(ctx, in.View.ID, "", v); err != nil {
				a.tellFrom(ctx, in, a.sorry(ctx, x, in.user(), err))
				return
			}
			report(ctx)
		}}
	}
	return ans
}

// untilAnswered waits until the note that answers a submission stands in the form's
// place, at most afterAck. The answer and a call go different ways, and Slack promises
// no order between them. But each redraw gives a view another hash: as long as Slack
// takes the same note under the hash that we know, the answer has not been there. That
// an answer changes the hash as a call does is not documented; where it does not, or
// nothing can be learned, all the time is waited.
func (a *Adapter) untilAnswered(ctx context.Context, id, hash string, note *slack.ModalViewRequest) {
	ctx, cancel := context.WithTimeout(ctx, afterAck)
	defer cancel()
	for hash != "" {
		now, err := a.redraw(ctx, id, hash, note)
		if code := bot.CodeOf(err); code == bot.Conflict || code == bot.NotFound { // answered, or closed
			return
		}
		if err != nil || !sleep(ctx, afterLook) {
			break
		}
		hash = now
	}
	<-ctx.Done()
}

// fieldErrors answers with errors by block. Slack takes only ids of input blocks
// that are on the screen; what belongs to no such field stands at the first input,
// and in a form without inputs it is laid over the form.
func (a *Adapter) fieldErrors(ctx context.Context, x exchange, in interaction, errs map[string]string, screen map[string]shown) answer {
	out := map[string]string{}
	var rest []string
	for _, id := range slices.Sorted(maps.Keys(errs)) {
		text := strings.TrimSpace(tidy(errs[id]))
		if text == "" {
			continue
		}
		if s, ok := screen[id]; ok {
			out[s.block] = cut(text, maxLabel)
		} else {
			rest = append(rest, text)
		}
	}
	if len(rest) > 0 {
		first := in.View.firstInput()
		if first == "" {
			return a.layOver(ctx, in, card.Card{Text: strings.Join(rest, "\n")})
		}
		if out[first] != "" {
			rest = append([]string{out[first]}, rest...)
		}
		out[first] = cut(strings.Join(rest, "\n"), maxLabel)
	}
	if len(out) == 0 {
		a.unused(ctx, x, "errors without a text")
		return a.layOver(ctx, in, card.Card{Text: ellipsis})
	}
	return errorsAnswer(out, maxLabel)
}

// errorsAnswer shows errors at the fields, each cut to fewer characters where all of
// them are too much.
func errorsAnswer(errs map[string]string, limit int) answer {
	return answer{body: slack.NewErrorsViewSubmissionResponse(errs), less: func() answer {
		short := make(map[string]string, len(errs))
		for block, text := range errs {
			short[block] = cut(text, limit/2)
		}
		return errorsAnswer(short, limit/2)
	}}
}

func (a *Adapter) submissionSorry(ctx context.Context, x exchange, in interaction, err error) answer {
	return a.layOver(ctx, in, a.sorry(ctx, x, in.user(), err))
}

// layOver answers a submission with a line over the form.
func (a *Adapter) layOver(ctx context.Context, in interaction, c card.Card) answer {
	title := ""
	if in.View != nil {
		title = in.View.Title.Text
	}
	v := renderNote(title, c)
	if p := checkView(v); len(p) > 0 {
		a.log.ErrorContext(ctx, "slack: a line cannot be drawn", "problems", p)
		a.tell(ctx, in.reply(), c)
		return answer{}
	}
	return answer{body: slack.NewPushViewSubmissionResponse(v), less: func() answer {
		return answer{body: slack.NewPushViewSubmissionResponse(renderNote(title, card.Card{Text: c.Text}))}
	}}
}

// fieldErrors are the faults that stand at the fields of a form.
func fieldErrors(f card.Form) map[string]string {
	out := map[string]string{}
	for _, field := range f.Fields {
		if field.Error != "" {
			out[field.ID] = field.Error
		}
	}
	return out
}

func joinErrors(errs map[string]string) string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(errs)) {
		out = append(out, errs[id])
	}
	return strings.Join(out, "\n")
}
