package teamsfake

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf16"
)

const (
	// maxMessage is the limit in bytes of UTF-16, Base64 images not counted.
	maxMessage = 100 << 10
	cardType   = "application/vnd.microsoft.card.adaptive"
)

// otherTypes are the attachments besides Adaptive Cards that Teams takes.
var otherTypes = []string{
	"application/vnd.microsoft.card.hero", "application/vnd.microsoft.card.thumbnail",
	"application/vnd.microsoft.card.receipt", "application/vnd.microsoft.card.signin",
	"application/vnd.microsoft.card.oauth", "application/vnd.microsoft.teams.card.list",
	"application/vnd.microsoft.teams.card.o365connector", "application/vnd.microsoft.teams.card.file.consent",
	"application/vnd.microsoft.teams.card.file.info", "text/html",
}

// outgoing is an activity of the bot after all checks.
type outgoing struct {
	kind, text, summary, format, replyTo string
	cards, others                        []obj
	alert                                bool
}

func (a outgoing) attachments() int { return len(a.cards) + len(a.others) }

func (a outgoing) message() *message {
	return &message{
		text: a.text, summary: a.summary, format: a.format, replyTo: a.replyTo,
		cards: a.cards, others: a.others, alert: a.alert,
	}
}

// readActivity checks an activity that the bot posts. Zero dates and empty
// accounts are tolerated, an empty conversation is not.
func (s *Server) readActivity(c call) (outgoing, error) {
	if n := utf16Size(c.raw, c.body); n > maxMessage {
		return outgoing{}, refuse(http.StatusRequestEntityTooLarge, codeTooBig,
			"Message size too large: %d bytes in UTF-16, at most %d", n, maxMessage)
	}
	return s.readActivityBody(c.body)
}

func (s *Server) readActivityBody(body obj) (outgoing, error) {
	a := outgoing{
		kind: str(body, "type"), text: str(body, "text"), summary: str(body, "summary"),
		format: str(body, "textFormat"), replyTo: str(body, "replyToId"),
		alert: flag(child(child(body, "channelData"), "notification"), "alert", false),
	}
	for _, key := range []string{"text", "summary", "replyToId", "textFormat"} {
		if v, has := body[key]; has && v != nil {
			if _, ok := v.(string); !ok {
				return a, badArgument("%s is not a string", key)
			}
		}
	}
	switch a.kind {
	case "message", "typing":
	case "":
		return a, badArgument("The activity has no type")
	default:
		return a, badArgument("Activity type %q cannot be sent to Teams", a.kind)
	}
	if v, has := body["conversation"]; has && v != nil && str(v, "id") == "" {
		return a, badArgument("conversation has no id")
	}
	if from := str(body["from"], "id"); from != "" && from != s.BotID() {
		return a, badArgument("from.id is not the bot's")
	}
	if !slices.Contains([]string{"", "plain", "markdown", "xml"}, a.format) {
		return a, badArgument("textFormat %q is unknown", a.format)
	}
	if err := a.readAttachments(body); err != nil {
		return a, err
	}
	if a.kind == "message" && strings.TrimSpace(a.text) == "" && a.attachments() == 0 {
		return a, badArgument("Activity must include non empty 'text' field or at least 1 attachment")
	}
	return a, checkMentions(list(body, "entities"), a.text)
}

func (a *outgoing) readAttachments(body obj) error {
	if v, has := body["attachments"]; has && v != nil {
		if _, ok := v.([]any); !ok {
			return badArgument("attachments is not a list")
		}
	}
	if l := str(body, "attachmentLayout"); l != "" && l != "list" && l != "carousel" {
		return badArgument("attachmentLayout %q is unknown", l)
	}
	for i, v := range list(body, "attachments") {
		kind := str(v, "contentType")
		content := child(v, "content")
		switch {
		case kind == cardType:
			if content == nil {
				return badArgument("attachments[%d]: content is not an object", i)
			}
			if err := checkCard(content); err != nil {
				return badArgument("attachments[%d]: %v", i, err)
			}
			a.cards = append(a.cards, content)
		case slices.Contains(otherTypes, kind), strings.HasPrefix(kind, "image/"), strings.HasPrefix(kind, "video/"):
			o, _ := v.(obj)
			a.others = append(a.others, o)
		default:
			return badArgument("attachments[%d]: contentType %q is unknown", i, kind)
		}
	}
	return nil
}

// checkMentions wants each mention's text to stand in the message.
func checkMentions(entities []any, text string) error {
	for i, e := range entities {
		if str(e, "type") != "mention" {
			continue
		}
		at := str(e, "text")
		if at == "" || !strings.Contains(text, at) {
			return badArgument("entities[%d]: the text %q is not in the message", i, at)
		}
		if str(e.(obj)["mentioned"], "id") == "" {
			return badArgument("entities[%d]: mentioned has no id", i)
		}
	}
	return nil
}

// utf16Size is the size of a payload as Teams counts it.
func utf16Size(raw []byte, body any) int {
	n := 0
	for _, r := range string(raw) {
		n += 2 * max(utf16.RuneLen(r), 1)
	}
	return n - 2*inlineImages(body)
}

func inlineImages(v any) int {
	n := 0
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "data:image/") {
			return len(v)
		}
	case []any:
		for _, e := range v {
			n += inlineImages(e)
		}
	case obj:
		for _, e := range v {
			n += inlineImages(e)
		}
	}
	return n
}
