// Package slack is the Slack side of the bot. It decodes what Slack sends, over
// sockets that it opens or over HTTP requests that it verifies, hands it to bot.Door,
// draws cards and forms as Block Kit and sends them: it implements bot.Chat.
//
// The package holds no rule of the product. A click is only "decoded, and from
// this account"; who may do what is for the engine to judge.
package slack

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"guestsite/bot"
)

// Name is what this chat is called in bot.ChatUser and bot.Chat.
const Name = "slack"

const (
	// ackTime is how long after receipt an answer must be written. Slack gives up
	// after 3 s ("Handling user interaction: acknowledgment response").
	ackTime = 2800 * time.Millisecond
	// handleTime is how much of it the commit may take.
	handleTime = 2 * time.Second
	// openTime bounds views.open, whose trigger dies after 3 s.
	openTime = 2 * time.Second
	// callTime bounds every other call.
	callTime = 10 * time.Second

	defaultBodyLimit = 1 << 20
	maxBehind        = 512
)

var _ bot.Chat = (*Adapter)(nil)

// Options sets an Adapter up.
type Options struct {
	// APIURL is the base of the Web API; empty means https://slack.com/api/.
	APIURL string
	// HooksHosts are the hosts (with a port where it is not the usual one) that a
	// response URL may point to; empty means Slack's and GovSlack's.
	HooksHosts []string
	// BotToken gives the bot's token of now; it is asked before each call.
	BotToken func() string
	// AppToken gives the app-level token of now. Where it is set the bot fetches what
	// people do over sockets (Socket Mode), and has no HTTP handlers.
	AppToken func() string
	// TLS says whom sockets trust; nil means the machine's authorities.
	TLS *tls.Config
	// SigningSecrets gives those of now, for requests over HTTP. All are accepted
	// alike, so that a secret can be rotated. Not used with AppToken.
	SigningSecrets func() []string
	// TeamIDs are the workspaces (T…) and organizations (E…) that may speak to us.
	TeamIDs []string
	// HTTP makes every call; it should have timeouts. Redirects are not followed.
	HTTP *http.Client
	// Door takes the events; SetDoor sets it later.
	Door bot.Door
	Log  *slog.Logger
	// Now stamps events; nil means time.Now. Signatures are always checked
	// against real time.
	Now func() time.Time
	// BodyLimit bounds a request, or a frame of a socket, in bytes; 0 means 1 MiB.
	BodyLimit int64
}

// Adapter is one Slack app. Safe for concurrent use.
type Adapter struct {
	token      func() string
	apiOptions []slack.Option
	web        atomic.Pointer[webClient]
	hooks      *http.Client
	hookHosts  []string
	secrets    func() []string
	sockets    *sockets // nil over HTTP
	teams      []string
	log        *slog.Logger
	now        func() time.Time
	bodyLimit  int64
	counts     counters

	door atomic.Pointer[bot.Door]
	// dms holds the DM channel of each user as learned from posts and events, so
	// that FindPost need not ask.
	dms       sync.Map
	workspace atomic.Pointer[workspace]
	// behind bounds the private lines that are sent after the answer.
	behind *bot.Behind
}

// New checks the options and makes an Adapter. It calls nothing.
func New(o Options) (*Adapter, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("slack: options: %w", err)
	}
	client := *o.HTTP
	// A redirect would carry the token, or a response URL's secret, elsewhere.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a := &Adapter{
		hooks:     &client,
		hookHosts: slices.Clone(o.HooksHosts),
		token:     o.BotToken,
		secrets:   o.SigningSecrets,
		teams:     slices.Clone(o.TeamIDs),
		log:       o.Log,
		now:       o.Now,
		bodyLimit: o.BodyLimit,
		behind:    bot.NewBehind(maxBehind, callTime),
	}
	if len(a.hookHosts) == 0 {
		a.hookHosts = []string{"hooks.slack.com", "hooks.slack-gov.com"}
	}
	if a.now == nil {
		a.now = time.Now
	}
	if a.bodyLimit == 0 {
		a.bodyLimit = defaultBodyLimit
	}
	a.apiOptions = []slack.Option{slack.OptionHTTPClient(&client)}
	if o.APIURL != "" {
		a.apiOptions = append(a.apiOptions, slack.OptionAPIURL(strings.TrimSuffix(o.APIURL, "/")+"/"))
	}
	a.apiOptions = slices.Clip(a.apiOptions)
	if o.AppToken != nil {
		a.sockets = newSockets(a, o)
	}
	if o.Door != nil {
		a.SetDoor(o.Door)
	}
	return a, nil
}

func (o Options) check() error {
	var errs []error
	if o.BotToken == nil || o.BotToken() == "" {
		errs = append(errs, errors.New("no bot token"))
	}
	switch {
	case o.AppToken != nil && o.AppToken() == "":
		errs = append(errs, errors.New("the app-level token is empty"))
	case o.AppToken != nil:
	case o.SigningSecrets == nil, len(o.SigningSecrets()) == 0, slices.Contains(o.SigningSecrets(), ""):
		errs = append(errs, errors.New("no app-level token, and no signing secret or an empty one"))
	}
	if len(o.TeamIDs) == 0 || slices.Contains(o.TeamIDs, "") {
		errs = append(errs, errors.New("no team id, or an empty one"))
	}
	if o.HTTP == nil {
		errs = append(errs, errors.New("no HTTP client"))
	}
	if o.Log == nil {
		errs = append(errs, errors.New("no logger"))
	}
	if o.BodyLimit < 0 {
		errs = append(errs, errors.New("the body limit is negative"))
	}
	if o.APIURL != "" {
		if u, err := url.Parse(o.APIURL); err != nil || !safeURL(u) {
			errs = append(errs, errors.New("the API URL is not an https URL"))
		}
	}
	return errors.Join(errs...)
}

// webClient is a client of the Web API with the token it was made for.
type webClient struct {
	token string
	*slack.Client
}

// api is a client with the token of now.
func (a *Adapter) api() *slack.Client {
	token := a.token()
	if c := a.web.Load(); c != nil && c.token == token {
		return c.Client
	}
	c := &webClient{token, slack.New(token, a.apiOptions...)}
	a.web.Store(c)
	return c.Client
}

// SetDoor says who takes the events. Requests that come before are answered 503,
// and envelopes are not acknowledged.
func (a *Adapter) SetDoor(d bot.Door) { a.door.Store(&d) }

// Name is "slack".
func (*Adapter) Name() string { return Name }

// Start opens the sockets; over HTTP there is nothing to start. It is a
// RefusedError where Slack does not let the app open any; that it cannot be reached
// is no error, and is tried again until Close. Call it once.
func (a *Adapter) Start(ctx context.Context) error {
	if a.sockets == nil {
		return nil
	}
	if err := a.sockets.start(ctx); err != nil {
		return fmt.Errorf("slack: start: %w", err)
	}
	return nil
}

// Close takes no more deliveries from sockets, finishes and acknowledges those in
// hand, and waits until the private lines that follow answers have been sent, or
// until ctx ends.
func (a *Adapter) Close(ctx context.Context) error {
	if a.sockets != nil {
		if err := a.sockets.stop(ctx); err != nil {
			return fmt.Errorf("slack: close: %w", err)
		}
	}
	if err := a.behind.Wait(ctx); err != nil {
		return fmt.Errorf("slack: close: %w", err)
	}
	return nil
}

// later runs f after the answer, with its own time. When too many wait already
// it is dropped: it is a private line that changes nothing.
func (a *Adapter) later(ctx context.Context, f func(ctx context.Context)) {
	if !a.behind.Go(ctx, f) {
		a.log.WarnContext(ctx, "slack: too many private lines at once, one is dropped")
	}
}

// ours says whether a workspace or its organization is configured.
func (a *Adapter) ours(team, enterprise string) bool {
	return team != "" && slices.Contains(a.teams, team) || enterprise != "" && slices.Contains(a.teams, enterprise)
}

// safeURL says whether secrets may go there: https, or this machine.
func safeURL(u *url.URL) bool {
	if u.Host == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}
