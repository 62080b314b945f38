package slack

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"guestsite/bot/card"
)

// submission takes a form that was sent. An empty answer closes it, and so does a
// last word, for which the card that follows speaks; errors stand at the fields; an
// update takes its place. Where the event was not
// taken a line is laid over the form, so that nothing typed is lost.
func (a *Adapter) submission(ctx context.Context, x exchange, in interaction) {
	ev, err := in.submit()
	if err != nil {
		a.submissionSorry(ctx, x, in, err)
		return
	}
	ev.At = a.now()
	ans, err := x.handle(ctx, ev)
	if err != nil {
		a.submissionSorry(ctx, x, in, err)
		return
	}
	_, screen, _ := in.View.answers() // submit has read them
	f := ans.Update
	if ans.Open != nil {
		f = ans.Open
	}
	switch {
	case f != nil:
		v := renderForm(*f, screen)
		if p := checkView(v); len(p) > 0 {
			a.submissionSorry(ctx, x, in, badCard("answer a form", p))
			return
		}
		if ans.Open != nil {
			a.opened(ctx, x, f.Request, ev.Submit.Form)
		}
		x.json(slack.NewUpdateViewSubmissionResponse(v))
		if ans.Open == nil && f.Request != "" { // a redraw may have come before this answer
			a.later(ctx, func(ctx context.Context) { a.opened(ctx, x, f.Request, ev.Submit.Form) })
		}
	case ans.Again != nil:
		a.fieldErrors(ctx, x, in, fieldErrors(*ans.Again), screen)
	case ans.Whisper != nil:
		v := renderNote(in.View.Title.Text, *ans.Whisper)
		if p := checkView(v); len(p) > 0 {
			a.tell(ctx, ev.Reply, *ans.Whisper)
			return
		}
		x.json(slack.NewUpdateViewSubmissionResponse(v))
	}
}

// fieldErrors answers with errors by block. Slack takes only ids of input blocks
// that are on the screen; what belongs to no such field stands at the first input,
// and in a form without inputs it is laid over the form.
func (a *Adapter) fieldErrors(ctx context.Context, x exchange, in interaction, errs map[string]string, screen map[string]shown) {
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
			a.layOver(ctx, x, in, card.Card{Text: strings.Join(rest, "\n")})
			return
		}
		if out[first] != "" {
			rest = append([]string{out[first]}, rest...)
		}
		out[first] = cut(strings.Join(rest, "\n"), maxLabel)
	}
	if len(out) == 0 {
		a.unused(ctx, x, "errors without a text")
		a.layOver(ctx, x, in, card.Card{Text: ellipsis})
		return
	}
	x.json(slack.NewErrorsViewSubmissionResponse(out))
}

func (a *Adapter) submissionSorry(ctx context.Context, x exchange, in interaction, err error) {
	a.layOver(ctx, x, in, a.sorry(ctx, x, in.user(), err))
}

// layOver answers a submission with a line over the form.
func (a *Adapter) layOver(ctx context.Context, x exchange, in interaction, c card.Card) {
	title := ""
	if in.View != nil {
		title = in.View.Title.Text
	}
	v := renderNote(title, c)
	if p := checkView(v); len(p) > 0 {
		a.log.ErrorContext(ctx, "slack: a line cannot be drawn", "problems", p)
		a.tell(ctx, in.reply(), c)
		return
	}
	x.json(slack.NewPushViewSubmissionResponse(v))
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
