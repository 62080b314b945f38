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

func noSuggestions() suggestions { return suggestions{Options: []*slack.OptionBlockObject{}} }

// suggest answers with at most 100 options, and with none when the search fails or
// takes more than 2 s: the person sees an empty menu and can type on.
func (a *Adapter) suggest(ctx context.Context, x exchange, in interaction) answer {
	out := noSuggestions()
	kind, ok := kindOf(in.ActionID)
	if !ok {
		a.log.LogAttrs(ctx, slog.LevelWarn, "slack: options for an unknown field")
		return answer{body: out}
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
	return out.answer()
}

// answer shows all options, or the first half of them where that is too much.
func (s suggestions) answer() answer {
	return answer{body: s, less: func() answer { return suggestions{s.Options[:len(s.Options)/2]}.answer() }}
}
