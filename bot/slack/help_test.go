package slack

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
)

// door is a bot.Door that answers what a test tells it to and, as the contract
// says, gives the same answer to the same key.
type door struct {
	answer  func(bot.Inbound) (bot.Answer, error)
	hang    bool // Handle waits for the end of its time
	suggest func(bot.ChatUser, card.FieldKind, string) ([]card.Option, error)

	mu      sync.Mutex
	answers map[string]bot.Answer
	got     []bot.Inbound // first deliveries only
	again   int           // repeated deliveries
	opened  []string
	sorry   []error
	refs    []string
}

func (d *door) Handle(ctx context.Context, in bot.Inbound) (bot.Answer, error) {
	if d.hang {
		<-ctx.Done()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return bot.Answer{}, err
	}
	if a, ok := d.answers[in.Key]; ok {
		d.again++
		return a, nil
	}
	d.got = append(d.got, in)
	var a bot.Answer
	var err error
	if d.answer != nil {
		a, err = d.answer(in)
	}
	if err == nil {
		if d.answers == nil {
			d.answers = map[string]bot.Answer{}
		}
		d.answers[in.Key] = a
	}
	return a, err
}

func (d *door) Opened(_ context.Context, chat, request string, form bot.Ref) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = append(d.opened, chat+" "+request+" "+string(form))
	return nil
}

func (d *door) Look(context.Context, bot.ChatUser, bot.Ref, string) (bot.Screen, error) {
	return bot.Screen{}, nil
}

func (d *door) Place(context.Context, bot.ChatUser) (bot.Place, error) { return bot.Place{}, nil }

func (d *door) KeepPlace(context.Context, bot.Place) error { return nil }

func (d *door) Line(_ context.Context, _ bot.ChatUser, l bot.Line) card.Card {
	return card.Card{Text: string(l)}
}

// wrong is a form with faults at its fields.
func wrong(faults map[string]string) *card.Form {
	f := card.Form{}
	for id, text := range faults {
		f.Fields = append(f.Fields, card.Field{ID: id, Kind: card.Line, Label: id, Error: text})
	}
	return &f
}

func (d *door) Suggest(_ context.Context, u bot.ChatUser, k card.FieldKind, text string) ([]card.Option, error) {
	if d.suggest == nil {
		return nil, nil
	}
	return d.suggest(u, k, text)
}

func (d *door) Sorry(_ context.Context, _ bot.ChatUser, err error, ref string) card.Card {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sorry = append(d.sorry, err)
	d.refs = append(d.refs, ref)
	return card.Card{Text: "That did not work. Try again, or ask IT. Reference " + ref}
}

func (d *door) events() []bot.Inbound {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]bot.Inbound{}, d.got...)
}

func (d *door) last(t *testing.T) bot.Inbound {
	t.Helper()
	got := d.events()
	if len(got) == 0 {
		t.Fatal("nothing reached the door")
	}
	return got[len(got)-1]
}

// sorries gives the errors that were shown, and the references shown with them.
func (d *door) sorries() ([]error, []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]error{}, d.sorry...), append([]string{}, d.refs...)
}

func (d *door) repeats() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.again
}

func (d *door) openedForms() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string{}, d.opened...)
}

// logBook is a log that a test can read while it is written.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// rig is an adapter that talks with a fake Slack, both ways.
type rig struct {
	fake *slackfake.Server
	chat *Adapter
	door *door
	log  *logBook
	app  *httptest.Server

	options Options // that chat was made of
}

func newRig(t *testing.T, d bot.Door, change ...func(*slackfake.Options, *Options)) *rig {
	t.Helper()
	return newPacedRig(t, d, nil, change...)
}

// newPacedRig is newRig with a pace of its own for sockets.
func newPacedRig(t *testing.T, d bot.Door, at *pace, change ...func(*slackfake.Options, *Options)) *rig {
	t.Helper()
	var fo slackfake.Options
	r := &rig{log: &logBook{}}
	r.door, _ = d.(*door)
	o := Options{
		SigningSecrets: secrets("the old secret", "slackfake-signing-secret"),
		HTTP:           &http.Client{Timeout: 5 * time.Second},
		Door:           d,
		Log:            slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&fo, &o)
	}
	var err error
	if r.fake, err = slackfake.Start(fo); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.fake.Close)
	r.fake.SeedDemo()
	o.APIURL, o.BotToken = r.fake.APIURL(), r.fake.BotToken
	if o.TeamIDs == nil {
		o.TeamIDs = []string{r.fake.TeamID()}
	}
	if o.HooksHosts == nil {
		o.HooksHosts = []string{r.fake.HooksHost()}
	}
	if fo.SocketMode {
		o.AppToken = r.fake.AppToken
	}
	r.options = o
	if r.chat, err = New(o); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for path, h := range r.chat.Handlers() {
		mux.Handle(path, h)
	}
	r.app = httptest.NewServer(mux)
	t.Cleanup(func() {
		r.app.Close()
		if err := r.chat.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	if !fo.SocketMode {
		r.fake.SetAppURL(r.app.URL)
	}
	if s := r.chat.sockets; s != nil && at != nil {
		s.pace = *at
	}
	if err := r.chat.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	// A test's faults are not meant for the second socket's opening.
	if fo.SocketMode {
		waitFor(t, r, "both sockets are up", func() bool { return r.chat.Counts().SocketsUp == connections })
	}
	return r
}

// poll looks again and again, for what nothing tells of; false when it took too long.
func poll(t *testing.T, ok func() bool) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// mode is a way for Slack to reach the adapter, as newRig takes it.
type mode = func(*slackfake.Options, *Options)

func overSockets(f *slackfake.Options, _ *Options) { f.SocketMode = true }

// bothDoors are the ways to hold a test over HTTP and over sockets.
func bothDoors() map[string]mode {
	return map[string]mode{"http": func(*slackfake.Options, *Options) {}, "socket": overSockets}
}

// post sends a signed request that no client would make and gives status and body.
func (r *rig) post(t *testing.T, path, contentType, body string) (int, string) {
	t.Helper()
	req := r.fake.Sign(slackfake.Request{
		Path: path, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body),
	})
	return r.send(t, req)
}

func (r *rig) send(t *testing.T, req slackfake.Request) (int, string) {
	t.Helper()
	hr, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.app.URL+req.Path, bytes.NewReader(req.Body))
	if err != nil {
		t.Fatal(err)
	}
	hr.Header = req.Header
	res, err := http.DefaultClient.Do(hr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

const formType = "application/x-www-form-urlencoded"

// must fails the test unless an act of a person went well.
func must(t *testing.T) func(slackfake.Outcome, error) slackfake.Outcome {
	t.Helper()
	return func(o slackfake.Outcome, err error) slackfake.Outcome {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if !o.OK() {
			t.Fatalf("the person saw an error: %+v", o)
		}
		return o
	}
}

func user(r *rig, id string) bot.ChatUser {
	return bot.ChatUser{Chat: "slack", Team: r.fake.TeamID(), ID: id}
}

func wait(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// fixed is a token that does not change.
func fixed(token string) func() string { return func() string { return token } }

func secrets(s ...string) func() []string { return func() []string { return s } }
