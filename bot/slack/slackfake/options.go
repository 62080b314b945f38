package slackfake

import (
	"errors"
	"net/url"
	"slices"
	"time"
)

// Options sets up a Server. The zero value is usable.
type Options struct {
	TeamID     string // default T0NOORDZEE
	TeamName   string // default Noordzee
	TeamDomain string // default noordzee
	AppID      string // default A0GUESTSITE
	AppName    string // default Guest sites
	BotID      string // default B0GUESTSITE
	BotUserID  string // default U0GUESTBOT

	// SigningSecret signs every request to the app. SetSigningSecret rotates it.
	SigningSecret string
	// BotToken is the token that the Web API accepts.
	BotToken string
	// AppToken is the app-level token; only apps.connections.open accepts it.
	AppToken string
	// AppScopes of that token; nil means connections:write.
	AppScopes []string
	// SocketMode starts with Socket Mode on: everything goes to the app over
	// the WebSockets it opened, and nothing over HTTP. See SetSocketMode.
	SocketMode bool
	// Socket sets up Socket Mode.
	Socket SocketOptions
	// Scopes of the token; nil means DefaultScopes.
	Scopes []string
	// Commands that the app registered; nil means /guestsite.
	Commands []string
	// AppURL is the app's base address, without a path; see SetAppURL.
	AppURL string

	// Now stamps messages (ts) and nothing else: triggers, signatures and
	// response URLs always live on real time. Default time.Now.
	Now func() time.Time
	// AckTimeout is how long the app has to answer; default 3 s.
	AckTimeout time.Duration
	// TriggerLife is how long a trigger_id opens a view; default 3 s.
	TriggerLife time.Duration
	// ResponseURLLife is how long a response_url takes posts; default 30 min.
	ResponseURLLife time.Duration
	// RefuseBlocks lists block types answered with invalid_blocks although
	// documented, as Slack does while a newer block is rolled out.
	RefuseBlocks []string
}

// DefaultScopes are the bot scopes the product asks for.
func DefaultScopes() []string {
	return []string{"commands", "chat:write", "users:read", "users:read.email", "im:history"}
}

func (o Options) withDefaults() (Options, error) {
	def := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	def(&o.TeamID, "T0NOORDZEE")
	def(&o.TeamName, "Noordzee")
	def(&o.TeamDomain, "noordzee")
	def(&o.AppID, "A0GUESTSITE")
	def(&o.AppName, "Guest sites")
	def(&o.BotID, "B0GUESTSITE")
	def(&o.BotUserID, "U0GUESTBOT")
	def(&o.SigningSecret, "slackfake-signing-secret")
	def(&o.BotToken, "xoxb-slackfake-token")
	def(&o.AppToken, "xapp-1-"+o.AppID+"-slackfake-token")
	if o.AppScopes == nil {
		o.AppScopes = []string{"connections:write"}
	}
	if o.Scopes == nil {
		o.Scopes = DefaultScopes()
	}
	if o.Commands == nil {
		o.Commands = []string{"/guestsite"}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.AckTimeout == 0 {
		o.AckTimeout = 3 * time.Second
	}
	if o.TriggerLife == 0 {
		o.TriggerLife = 3 * time.Second
	}
	if o.ResponseURLLife == 0 {
		o.ResponseURLLife = 30 * time.Minute
	}
	if o.AckTimeout < 0 || o.TriggerLife < 0 || o.ResponseURLLife < 0 {
		return o, errors.New("slackfake: a duration is negative")
	}
	if err := o.Socket.socketDefaults(o.AckTimeout); err != nil {
		return o, err
	}
	if o.AppURL != "" {
		if _, err := url.ParseRequestURI(o.AppURL); err != nil {
			return o, err
		}
	}
	o.Scopes, o.AppScopes = slices.Clone(o.Scopes), slices.Clone(o.AppScopes)
	return o, nil
}
