package slack

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"guestsite/bot"
)

// command holds the fields of a slash command that we use ("Implementing slash
// commands"). Over HTTP it is a form, over a socket JSON with the same names.
type command struct {
	TeamID       string `json:"team_id"`
	EnterpriseID string `json:"enterprise_id"`
	UserID       string `json:"user_id"`
	TriggerID    string `json:"trigger_id"`
	ResponseURL  string `json:"response_url"`
	Text         string `json:"text"`
}

// readCommand decodes the form of a slash command.
func readCommand(body []byte) (delivery, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return delivery{}, &bot.Error{Code: bot.Invalid, Op: opCommand, Detail: "not a form"}
	}
	return command{
		TeamID: form.Get("team_id"), EnterpriseID: form.Get("enterprise_id"), UserID: form.Get("user_id"),
		TriggerID: form.Get("trigger_id"), ResponseURL: form.Get("response_url"), Text: form.Get("text"),
	}.checked()
}

// decodeCommand decodes the JSON of a slash command.
func decodeCommand(raw []byte) (delivery, error) {
	var c command
	if err := json.Unmarshal(raw, &c); err != nil {
		return delivery{}, &bot.Error{Code: bot.Invalid, Op: opCommand, Err: err}
	}
	return c.checked()
}

const opCommand = "slack: read command"

func (c command) checked() (delivery, error) {
	if !refID.MatchString(c.UserID) || c.TeamID == "" || c.TriggerID == "" || len(c.TriggerID) > maxID {
		return delivery{}, &bot.Error{Code: bot.Invalid, Op: opCommand, Detail: "a field is missing"}
	}
	return delivery{command: &c}, nil
}

func (c command) user() bot.ChatUser { return bot.ChatUser{Chat: Name, Team: c.TeamID, ID: c.UserID} }

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
