package teams

import (
	"encoding/json"
	"html"
	"strings"

	"guestsite/bot"
)

// inbound holds the fields of what the connector sends that we use (Bot Framework:
// Activity schema). It is decoded here because the library's type loses mentions
// and refuses a value that is a string.
type inbound struct {
	Type         string       `json:"type"`
	ID           string       `json:"id"`
	Name         string       `json:"name"`
	ChannelID    string       `json:"channelId"`
	ServiceURL   string       `json:"serviceUrl"`
	From         account      `json:"from"`
	Recipient    account      `json:"recipient"`
	Conversation conversation `json:"conversation"`
	ChannelData  struct {
		Tenant struct {
			ID string `json:"id"`
		} `json:"tenant"`
	} `json:"channelData"`
	ReplyToID    string          `json:"replyToId"`
	Action       string          `json:"action"`
	MembersAdded []account       `json:"membersAdded"`
	Text         string          `json:"text"`
	Locale       string          `json:"locale"`
	Zone         string          `json:"localTimezone"`
	Value        json.RawMessage `json:"value"`
	Entities     []entity        `json:"entities"`
}

type account struct {
	ID    string `json:"id"`
	Entra string `json:"aadObjectId"`
}

type conversation struct {
	ID       string `json:"id"`
	Type     string `json:"conversationType"`
	TenantID string `json:"tenantId"`
	IsGroup  bool   `json:"isGroup"`
}

type entity struct {
	Type      string  `json:"type"`
	Text      string  `json:"text"`
	Mentioned account `json:"mentioned"`
	Locale    string  `json:"locale"`
	Zone      string  `json:"timezone"`
}

// personal says whether it came from the person's own chat with the bot. Where an
// activity leaves out which kind of conversation it is of, the id tells: those of
// group chats and channels end in "@thread." and a version.
func (v inbound) personal() bool {
	if v.Conversation.Type == "" {
		return !v.Conversation.IsGroup && !strings.Contains(v.Conversation.ID, "@thread.")
	}
	return v.Conversation.Type == "personal"
}

// user is the actor: his Entra id in his tenant. An anonymous one has none.
func (v inbound) user() (bot.ChatUser, bool) {
	u := bot.ChatUser{Chat: Name, Team: strings.ToLower(v.ChannelData.Tenant.ID), ID: strings.ToLower(v.From.Entra)}
	return u, guid.MatchString(u.ID)
}

// tenant is the one that the activity is of; empty when its two places differ.
func (v inbound) tenant() string {
	t := strings.ToLower(v.ChannelData.Tenant.ID)
	if c := strings.ToLower(v.Conversation.TenantID); c != "" && c != t {
		return ""
	}
	return t
}

// locale and zone are those of the client.
func (v inbound) locale() (locale, zone string) {
	locale, zone = v.Locale, v.Zone
	for _, e := range v.Entities {
		if e.Type == "clientInfo" {
			if locale == "" {
				locale = e.Locale
			}
			if zone == "" {
				zone = e.Zone
			}
		}
	}
	return bounded(locale), bounded(zone)
}

func bounded(s string) string {
	if len(s) > 64 {
		return ""
	}
	return s
}

// command is what was typed to the bot. Its own mention is taken out by its entity,
// since people can change how the name reads; a leading name of the slash command,
// as Slack has it, too.
func (v inbound) command() string {
	text := v.Text
	for _, e := range v.Entities {
		if e.Type == "mention" && e.Mentioned.ID == v.Recipient.ID && e.Text != "" {
			text = strings.Replace(text, e.Text, " ", 1)
		}
	}
	text = html.UnescapeString(text)
	text = strings.Join(strings.Fields(text), " ") // no-break spaces and line ends too
	first, rest, _ := strings.Cut(text, " ")
	if strings.EqualFold(strings.TrimPrefix(first, "/"), "guestsite") {
		text = rest
	}
	return text
}
