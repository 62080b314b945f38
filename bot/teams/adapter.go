package teams

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
)

// Name is what this chat is called in bot.ChatUser and bot.Chat.
const Name = "teams"

const (
	// handleTime is how long a commit may take. Users see "Unable to reach app" after
	// 10 to 15 s, and an activity that is not answered in 15 s is sent again.
	handleTime = 2 * time.Second
	// placeTime bounds the writing of a person's place, without which he is answered too.
	placeTime = time.Second
	// answerTime bounds all that is done before the answer.
	answerTime = 9 * time.Second
	// callTime bounds a post or an update, the opening of its chat included.
	callTime = 10 * time.Second
	// openTime bounds the posting of a form while its button still turns.
	openTime = 5 * time.Second

	defaultBodyLimit = 256 << 10
	maxBehind        = 512 // what it sends is a few KiB each; connectorSlots bounds how much at once
)

var (
	_ bot.Chat = (*Adapter)(nil)

	guid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

// Options sets an Adapter up.
type Options struct {
	// AppID is the bot's registration, and the id of its app's manifest.
	AppID string
	// TenantIDs are the tenants whose people may speak to us; the first is the
	// directory's.
	TenantIDs []string
	// Issuer and OpenIDMetadata are of the service that signs what comes in.
	Issuer, OpenIDMetadata string
	// ServiceHosts are the hosts that may get a token: a host, with a port where it
	// is not the usual one, or a suffix that begins with a dot.
	ServiceHosts []string
	// ServiceURL is where a chat is opened with somebody who has not written yet;
	// empty means that people must write first.
	ServiceURL string
	// Token gives an access token for the connector; Renew drops the one kept.
	Token func(ctx context.Context) (string, error)
	Renew func()
	// Installer puts the app into people's chats; nil where that is not possible.
	Installer bot.Installer
	// HTTP makes every call; it should have timeouts. Redirects are not followed.
	HTTP *http.Client
	Log  *slog.Logger
	// Now stamps events; nil means time.Now. Tokens are checked against real time.
	Now func() time.Time
	// BodyLimit bounds a request in bytes; 0 means 256 KiB.
	BodyLimit int64
	// Mark gives each drawing of a card a name of its own; nil means a random one.
	Mark func() string
}

// Adapter is one Teams bot. Safe for concurrent use.
type Adapter struct {
	appID      string
	tenants    []string
	serviceURL string
	hosts      []string
	verifier   *verifier
	connector  *connector
	token      func(ctx context.Context) (string, error)
	installer  bot.Installer
	log        *slog.Logger
	now        func() time.Time
	bodyLimit  int64
	mark       func() string

	door atomic.Pointer[bot.Door]
	// meeting lets one activity of a person at a time write his place.
	meeting turns
	// showing keeps what is shown for one event from being shown twice.
	showing once
	// installs holds when the app was put into somebody's chat, which takes a while
	// to be seen.
	installs sync.Map
	// behind bounds what is sent after the answer.
	behind *bot.Behind
}

// New checks the options and makes an Adapter. It calls nothing.
func New(o Options) (*Adapter, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("teams: options: %w", err)
	}
	a := &Adapter{
		appID: strings.ToLower(o.AppID), serviceURL: strings.TrimSuffix(o.ServiceURL, "/"), hosts: slices.Clone(o.ServiceHosts),
		token: o.Token, installer: o.Installer, log: o.Log, now: o.Now, bodyLimit: o.BodyLimit, mark: o.Mark,
		behind: bot.NewBehind(maxBehind, callTime), showing: once{now: time.Now},
	}
	for _, id := range o.TenantIDs {
		a.tenants = append(a.tenants, strings.ToLower(id))
	}
	if a.now == nil {
		a.now = time.Now
	}
	if a.bodyLimit == 0 {
		a.bodyLimit = defaultBodyLimit
	}
	if a.mark == nil {
		a.mark = func() string { return rand.Text()[:8] }
	}
	a.verifier = newVerifier(verifierOptions{
		AppID: a.appID, Issuer: o.Issuer, MetadataURL: o.OpenIDMetadata, HTTP: o.HTTP, Log: o.Log,
	})
	a.connector = newConnector(connectorOptions{
		HTTP: o.HTTP, Token: o.Token, Renew: o.Renew, Hosts: a.hosts, AppID: a.appID, Log: o.Log,
	})
	return a, nil
}

func (o Options) check() error {
	var errs []error
	if !guid.MatchString(strings.ToLower(o.AppID)) {
		errs = append(errs, errors.New("no app id"))
	}
	if len(o.TenantIDs) == 0 || slices.ContainsFunc(o.TenantIDs, func(id string) bool { return !guid.MatchString(strings.ToLower(id)) }) {
		errs = append(errs, errors.New("no tenant id, or one that is none"))
	}
	if o.Issuer == "" {
		errs = append(errs, errors.New("no issuer"))
	}
	if u, err := url.Parse(o.OpenIDMetadata); err != nil || u.Scheme != "https" || u.Host == "" {
		errs = append(errs, errors.New("the address of the OpenID metadata is not an https URL"))
	}
	if len(o.ServiceHosts) == 0 {
		errs = append(errs, errors.New("no service host"))
	}
	if o.Token == nil || o.HTTP == nil || o.Log == nil {
		errs = append(errs, errors.New("no token source, HTTP client or logger"))
	}
	if o.BodyLimit < 0 {
		errs = append(errs, errors.New("the body limit is negative"))
	}
	return errors.Join(errs...)
}

// SetDoor says who takes the events. Requests that come before are answered 503.
func (a *Adapter) SetDoor(d bot.Door) { a.door.Store(&d) }

// Name is "teams".
func (*Adapter) Name() string { return Name }

// Check asks for a token and for the keys that requests are checked with; Forbidden
// (ReasonCredentials) when the token is refused.
func (a *Adapter) Check(ctx context.Context) error {
	if _, err := a.token(ctx); err != nil {
		return err
	}
	return a.verifier.ready(ctx)
}

// Start has nothing to do: Teams brings what people do.
func (*Adapter) Start(context.Context) error { return nil }

// Close waits until what follows answers has been sent, or until ctx ends.
func (a *Adapter) Close(ctx context.Context) error {
	if err := a.behind.Wait(ctx); err != nil {
		return fmt.Errorf("teams: close: %w", err)
	}
	return nil
}

// later runs f after the answer, with its own time. When too many wait already
// it is dropped: nothing that is kept depends on it.
func (a *Adapter) later(ctx context.Context, f func(ctx context.Context)) {
	if !a.behind.Go(ctx, f) {
		a.log.WarnContext(ctx, "teams: too much to send at once, a line is dropped")
	}
}

// sorry makes the private line for an event that was not taken and logs its cause
// under the reference that the line shows.
func (a *Adapter) sorry(ctx context.Context, door bot.Door, u bot.ChatUser, err error) card.Card {
	return bot.Apology(ctx, a.log, door, u, err)
}

// within bounds a call.
func within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, callTime, errors.New("the connector took too long"))
}
