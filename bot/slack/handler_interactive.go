package slack

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"guestsite/bot"
	"guestsite/bot/card"
)

// interactive takes clicks, sent forms, shortcuts and questions for options; of
// every other type it only says that it came.
func (a *Adapter) interactive(ctx context.Context, x exchange, in interaction) answer {
	if !a.ours(in.team()) {
		return refuse(http.StatusForbidden, "another workspace")
	}
	switch in.Type {
	case "block_actions":
		a.click(ctx, x, in)
	case "view_submission":
		return a.submission(ctx, x, in)
	case "block_suggestion":
		return a.suggest(ctx, x, in)
	case "shortcut":
		a.shortcut(ctx, x, in)
	default:
		a.log.LogAttrs(ctx, slog.LevelInfo, "slack: an interaction was ignored",
			slog.String("type", cut(line(in.Type), 50)))
	}
	return answer{}
}

// click takes a button. Buttons that only open a page, and elements that are not
// buttons, are acknowledged.
func (a *Adapter) click(ctx context.Context, x exchange, in interaction) {
	if len(in.Actions) == 0 || in.Actions[0].Type != "button" || strings.HasPrefix(in.Actions[0].ActionID, "l.") {
		return
	}
	ev, err := in.press()
	if err != nil {
		a.tellFrom(ctx, in, a.sorry(ctx, x, in.user(), err))
		return
	}
	ev.At = a.now()
	ans, err := x.handle(ctx, ev)
	if err == nil {
		if in.View != nil {
			err = a.answerInForm(ctx, x, in, ans)
		} else {
			err = a.answerOnCard(ctx, x, in, ans)
		}
	}
	if err != nil {
		a.tellFrom(ctx, in, a.sorry(ctx, x, ev.User, err))
	}
}

func (a *Adapter) answerOnCard(ctx context.Context, x exchange, in interaction, ans bot.Answer) error {
	switch {
	case ans.Open != nil:
		return a.openFor(ctx, x, in.TriggerID, *ans.Open)
	case ans.Whisper != nil:
		a.tellFrom(ctx, in, *ans.Whisper)
	case ans.Update != nil, ans.Again != nil, ans.Close != nil:
		a.unused(ctx, x, "a form's redraw for a card")
	}
	return nil
}

// answerInForm redraws the form that held the button; a form to open takes its
// place. The hash keeps a slow answer from overwriting a newer one.
func (a *Adapter) answerInForm(ctx context.Context, x exchange, in interaction, ans bot.Answer) error {
	f := ans.Update
	if ans.Open != nil {
		f = ans.Open
	}
	switch {
	case f != nil:
		_, screen, err := in.View.answers()
		if err != nil {
			return err
		}
		_, err = a.redraw(ctx, in.View.ID, in.View.Hash, renderForm(*f, screen))
		switch code := bot.CodeOf(err); {
		case err == nil:
			if ref, ok := viewRef(in.View.ID); ok && f.Request != "" { // or a redraw may have come before this one
				a.opened(ctx, x, f.Request, ref)
			}
			return nil
		case code == bot.Conflict || code == bot.NotFound:
			a.log.LogAttrs(ctx, slog.LevelInfo, "slack: a form changed before its answer", slog.String("error", err.Error()))
			return nil
		}
		return err
	case ans.Whisper != nil:
		a.tellFrom(ctx, in, *ans.Whisper)
	case ans.Again != nil:
		a.tellFrom(ctx, in, card.Card{Text: joinErrors(fieldErrors(*ans.Again))})
	}
	return nil
}

// tellFrom shows a private line for a click. On a card it comes by the response URL.
// Over a form there is none, and a direct message would be hidden behind the form;
// so the line is laid over it, and only when that fails it is a direct message.
func (a *Adapter) tellFrom(ctx context.Context, in interaction, c card.Card) {
	if in.View != nil && in.View.Type != "home" {
		err := a.push(ctx, in.TriggerID, renderNote(in.View.Title.Text, c))
		if err == nil {
			return
		}
		a.log.LogAttrs(ctx, slog.LevelInfo, "slack: a line could not be laid over the form",
			slog.String("error", err.Error()))
	}
	a.tell(ctx, in.reply(), c)
}

// shortcut takes a global shortcut named "guestsite_" and a command's word.
func (a *Adapter) shortcut(ctx context.Context, x exchange, in interaction) {
	word, ok := strings.CutPrefix(in.CallbackID, ShortcutPrefix)
	if !ok || in.TriggerID == "" || len(in.TriggerID) > maxID {
		a.log.LogAttrs(ctx, slog.LevelInfo, "slack: a shortcut was ignored")
		return
	}
	team, _ := in.team()
	ev := bot.Inbound{
		Key:     "slack:shortcut:" + team + ":" + in.TriggerID,
		At:      a.now(),
		User:    in.user(),
		Trigger: in.TriggerID,
		Reply:   in.reply(),
		Command: &bot.Command{Text: strings.ReplaceAll(line(word), "_", " ")},
	}
	if c := a.takeCommand(ctx, x, ev); c != nil {
		a.tell(ctx, ev.Reply, *c)
	}
}
