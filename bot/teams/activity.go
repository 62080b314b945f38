package teams

import (
	"bytes"
	"encoding/json"

	"guestsite/bot"
)

// outbound is what we say: a card alone with a summary for the notification, or
// text alone. The service splits an activity that holds both into two messages and
// then tells no id, so that neither could be edited.
type outbound struct {
	Card    json.RawMessage
	Summary string
	Text    string
	// Format is how Text is read: "plain", "markdown" or "xml". The service takes
	// markdown where it is empty.
	Format string
	// Alert puts the message into the person's activity feed.
	Alert bool
}

const (
	cardType  = "application/vnd.microsoft.card.adaptive"
	channelID = "msteams"
)

// The activity as it is sent, with the fields that say something and no others. Who
// sends it is told by the token.
type (
	outActivity struct {
		Type         string          `json:"type"`
		ChannelID    string          `json:"channelId"`
		Conversation outAccount      `json:"conversation"`
		Text         string          `json:"text,omitempty"`
		TextFormat   string          `json:"textFormat,omitempty"`
		Summary      string          `json:"summary,omitempty"`
		Attachments  []outAttachment `json:"attachments,omitempty"`
		ChannelData  *outFeedData    `json:"channelData,omitempty"`
	}
	outAccount struct {
		ID string `json:"id"`
	}
	outAttachment struct {
		ContentType string          `json:"contentType"`
		Content     json.RawMessage `json:"content"`
	}
	outFeedData struct {
		Notification struct {
			Alert bool `json:"alert"`
		} `json:"notification"`
	}
)

// outChat asks for a personal chat ("Create Conversation").
type (
	outChat struct {
		IsGroup     bool          `json:"isGroup"`
		Bot         outAccount    `json:"bot"`
		Members     []outAccount  `json:"members"`
		TenantID    string        `json:"tenantId"`
		ChannelData outTenantData `json:"channelData"`
	}
	outTenantData struct {
		Tenant outAccount `json:"tenant"`
	}
)

// outWire writes a message as the activity for a conversation. What breaks the rule
// of outbound is refused, since the service would take it.
func outWire(kind callKind, at place, m outbound) ([]byte, error) {
	a := outActivity{
		Type: "message", ChannelID: channelID, Conversation: outAccount{ID: at.Conversation},
		Text: m.Text, Summary: m.Summary,
	}
	bad := func(why string) ([]byte, error) {
		return nil, &bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard, Op: kind.op(), Detail: why}
	}
	switch {
	case (len(m.Card) > 0) == (m.Text != ""):
		return bad("a message is a card or a text")
	case len(m.Card) == 0:
		a.TextFormat = m.Format
	case !bytes.HasPrefix(bytes.TrimSpace(m.Card), []byte("{")) || !json.Valid(m.Card):
		return bad("the card is not a JSON object")
	default:
		a.Attachments = []outAttachment{{ContentType: cardType, Content: m.Card}}
	}
	if m.Alert {
		a.ChannelData = &outFeedData{}
		a.ChannelData.Notification.Alert = true
	}
	return compact(a)
}

// compact writes JSON as short as it gets: the size of a message is limited, and
// \u003c for "<" takes six bytes.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, &bot.Error{Code: bot.Internal, Op: "teams: encode", Err: err}
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// idOf reads the id that an answer is for. An answer without one does not tell what
// was made: 202 with an empty body, for one.
func idOf(kind callKind, r outReply) (string, error) {
	var v outAccount
	if json.Unmarshal(r.body, &v) != nil || v.ID == "" {
		return "", noResult(kind, r)
	}
	return v.ID, nil
}
