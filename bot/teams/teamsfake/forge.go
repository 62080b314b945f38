package teamsfake

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// Forgery is a request to the bot whose parts are chosen one by one. The zero
// value is a genuine message, "hello", in the personal chat of the first person
// added. Strings take Absent to leave a part out.
type Forgery struct {
	Token TokenSpec

	// Scheme goes before the token; "" is Bearer, Absent leaves the bare token.
	Scheme   string
	NoHeader bool // no Authorization header
	// Header replaces the whole Authorization header: garbage.
	Header string
	// TwoTokens sends a second, genuine Authorization header behind the first.
	TwoTokens bool
	// Padding lengthens the token by that many bytes: huge.
	Padding int

	From     string         // Entra id
	Activity map[string]any // the whole activity; nil is the message
	Body     []byte         // the whole body, JSON or not; nil is the activity

	ChannelID          string // of the activity
	ServiceURL         string // of the activity
	ConversationTenant string // conversation.tenantId
	ChannelDataTenant  string // channelData.tenant.id
	EntraID            string // from.aadObjectId
	Recipient          string // recipient.id
	// Change has the last word on the activity.
	Change func(activity map[string]any)
	// Request has the last word on the headers.
	Request func(http.Header)
}

// Forge sends a forgery and returns the bot's answer, on which no client acts.
func (s *Server) Forge(ctx context.Context, f Forgery) (Reply, error) {
	activity, err := s.forgedActivity(f)
	if err != nil {
		return Reply{}, err
	}
	body := f.Body
	if body == nil {
		body = mustJSON(activity)
	}
	header := f.header(s)
	began := time.Now()
	r, err := s.postBot(ctx, header, activity, body, s.opts.AsyncDeadline)
	if err != nil {
		return r, err
	}
	s.record(WireEntry{
		Direction: ToApp, Kind: "forged " + kindOf(activity), Method: http.MethodPost, Path: pathMessages, User: f.From,
		Status: r.Status, Request: rawOrText(body), Response: rawOrText(r.Body),
	}, began)
	return r, nil
}

func (f Forgery) header(s *Server) http.Header {
	h := http.Header{}
	token := s.SignedToken(f.Token) + strings.Repeat("A", f.Padding)
	switch {
	case f.NoHeader:
	case f.Header != "":
		h.Add("Authorization", f.Header)
	case f.Scheme == Absent:
		h.Add("Authorization", token)
	case f.Scheme != "":
		h.Add("Authorization", f.Scheme+" "+token)
	default:
		h.Add("Authorization", "Bearer "+token)
	}
	if f.TwoTokens {
		h.Add("Authorization", "Bearer "+s.SignedToken(TokenSpec{}))
	}
	if f.Request != nil {
		f.Request(h)
	}
	return h
}

func (s *Server) forgedActivity(f Forgery) (obj, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := f.From
	if from == "" && len(s.order) > 0 {
		from = s.order[0]
	}
	p := s.personLocked(from)
	if p == nil {
		return nil, notPossible("no user %q", from)
	}
	a := f.Activity
	if a == nil {
		a = s.envelopeLocked(p, s.personalLocked(p), "", "message", s.newMessageIDLocked())
		a["text"], a["textFormat"] = "hello", "plain"
	}
	a = deepCopy(a)
	override(a, "channelId", f.ChannelID)
	override(a, "serviceUrl", f.ServiceURL)
	override(child(a, "conversation"), "tenantId", f.ConversationTenant)
	override(child(child(a, "channelData"), "tenant"), "id", f.ChannelDataTenant)
	override(child(a, "from"), "aadObjectId", f.EntraID)
	override(child(a, "recipient"), "id", f.Recipient)
	if f.Change != nil {
		f.Change(a)
	}
	return a, nil
}

func override(o obj, key, value string) {
	switch {
	case o == nil || value == "":
	case value == Absent:
		delete(o, key)
	default:
		o[key] = value
	}
}
