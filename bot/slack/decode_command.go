package slack

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"guestsite/bot"
)

// readCommand decodes a slash command ("Implementing slash commands").
func readCommand(r *http.Request, body []byte) (slack.SlashCommand, error) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	cmd, err := slack.SlashCommandParse(r)
	if err != nil {
		return cmd, &bot.Error{Code: bot.Invalid, Op: "slack: read command", Err: err}
	}
	if !refID.MatchString(cmd.UserID) || cmd.TeamID == "" || cmd.TriggerID == "" || len(cmd.TriggerID) > maxID {
		return cmd, &bot.Error{Code: bot.Invalid, Op: "slack: read command", Detail: "a field is missing"}
	}
	return cmd, nil
}

// markup is what Slack makes of addresses, mentions and links in a command whose
// manifest says should_escape.
var markup = regexp.MustCompile(`<([^<>]*)>`)

// commandText gives back what was typed: addresses and links bare, "<@U1>" for a
// person that was picked, "#name" for a channel. The address comes from the link,
// never from its label. Spaces of every width become one kind, curly quotes
// straight, and what cannot be seen is left out, as phones insert all of these.
func commandText(s string) string {
	s = markup.ReplaceAllStringFunc(strings.ToValidUTF8(s, ""), func(m string) string {
		return strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(typed(m[1 : len(m)-1]))
	})
	s = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
	s = strings.Map(func(r rune) rune {
		switch r {
		case '“', '”', '„', '‟', '″':
			return '"'
		case '‘', '’', '‚', '‛', '′':
			return '\''
		case '\u200B', '\u2060', '\uFEFF', '\u00AD':
			return -1
		}
		return r
	}, tidy(s))
	s = strings.Join(strings.Fields(s), " ") // Fields knows the spaces of Unicode
	if last := s[strings.LastIndexByte(s, ' ')+1:]; strings.Contains(last, "@") {
		s = strings.TrimSuffix(s, ".")
	}
	return s
}

// typed undoes one piece of markup; it may return "<@U1>" again, for a mention.
func typed(m string) string {
	target, label, _ := strings.Cut(m, "|")
	switch {
	case strings.HasPrefix(target, "mailto:"):
		return strings.TrimPrefix(target, "mailto:")
	case strings.HasPrefix(target, "@"):
		return "<" + target + ">"
	case strings.HasPrefix(target, "#"):
		if label == "" {
			return target
		}
		return "#" + label
	case strings.HasPrefix(target, "!"):
		return label
	}
	return target
}
