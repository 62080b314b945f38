package slack

import (
	"context"
	"log/slog"

	"github.com/slack-go/slack"
)

// suggestions is the answer to a block_suggestion. slack-go's own type leaves an
// empty list out, which Slack takes for an error.
type suggestions struct {
	Options []*slack.OptionBlockObject `json:"options"`
}

// options takes what is typed into a field that is picked from the directory.
func (a *Adapter) options(ctx context.Context, x exchange) {
	in, ok := a.interaction(ctx, x)
	if !ok {
		return
	}
	if in.Type != "block_suggestion" {
		a.log.LogAttrs(ctx, slog.LevelInfo, "slack: not a question for options", slog.String("type", cut(line(in.Type), 50)))
		return
	}
	a.suggest(ctx, x, in)
}

// suggest answers with at most 100 options, and with none when the search fails or
// takes more than 2 s: the person sees an empty menu and can type on.
func (a *Adapter) suggest(ctx context.Context, x exchange, in interaction) {
	out := suggestions{Options: []*slack.OptionBlockObject{}}
	kind, ok := kindOf(in.ActionID)
	if !ok {
		a.log.LogAttrs(ctx, slog.LevelWarn, "slack: options for an unknown field")
		x.json(out)
		return
	}
	ctx, cancel := context.WithDeadline(ctx, x.at.Add(handleTime))
	defer cancel()
	text := line(in.Value)
	if r := []rune(text); len(r) > maxSuggestionLength {
		text = string(r[:maxSuggestionLength])
	}
	found, err := x.door.Suggest(ctx, in.user(), kind, text)
	if err != nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "slack: no options could be found",
			slog.String("kind", string(kind)), slog.String("error", err.Error()))
	}
	for _, o := range found {
		drawn := option(o)
		c := &checker{}
		if c.option("", plainJSON(drawn)); len(c.problems) > 0 {
			a.log.LogAttrs(ctx, slog.LevelWarn, "slack: an option was left out", slog.Any("problems", c.problems))
			continue
		}
		if out.Options = append(out.Options, drawn); len(out.Options) == maxOptions {
			break
		}
	}
	x.json(out)
}
