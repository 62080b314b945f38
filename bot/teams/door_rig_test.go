package teams

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/teams/teamsfake"
)

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

// rig is an adapter that talks with a fake Teams, both ways.
type rig struct {
	fake *teamsfake.Server
	chat *Adapter
	door *door
	log  *logBook
	app  *httptest.Server
	web  *http.Client
}

func newRig(tb testing.TB, d *door, change ...func(*teamsfake.Options, *Options)) *rig {
	tb.Helper()
	var fo teamsfake.Options
	for _, f := range change {
		f(&fo, &Options{})
	}
	r := &rig{door: d, log: &logBook{}}
	var err error
	if r.fake, err = teamsfake.Start(fo); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := r.fake.Close(); err != nil {
			tb.Error(err)
		}
	})
	r.fake.SeedPeople([]teamsfake.User{
		{ID: sanne, Name: "Sanne de Vries", Mail: "sanne@noordzee.nl", UPN: "sanne@noordzee.nl", Locale: "nl-NL", Installed: true},
		{ID: mehmet, Name: "Mehmet Yilmaz", Mail: "mehmet@noordzee.nl", UPN: "mehmet@noordzee.nl", Installed: true},
		{ID: priya, Name: "Priya Nair", Mail: "priya@noordzee.nl", UPN: "priya@noordzee.nl", TimeZone: "Asia/Kolkata", Installed: true},
		{ID: lars, Name: "Lars de Wit", Mail: "lars@noordzee.nl", UPN: "lars@noordzee.nl"},
	})
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(r.fake.CAPEM()) {
		tb.Fatal("the fake's CA is no certificate")
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	tb.Cleanup(tr.CloseIdleConnections)
	r.web = &http.Client{Transport: tr, Timeout: 10 * time.Second}
	o := Options{
		AppID: r.fake.AppID(), TenantIDs: []string{r.fake.TenantID()}, Issuer: r.fake.Issuer(), OpenIDMetadata: r.fake.MetadataURL(),
		ServiceHosts: []string{r.fake.ServiceHost()}, ServiceURL: r.fake.ServiceURL(),
		Token: func(context.Context) (string, error) { return r.fake.Token(), nil },
		HTTP:  r.web, Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&teamsfake.Options{}, &o)
	}
	if r.chat, err = New(o); err != nil {
		tb.Fatal(err)
	}
	if d != nil {
		r.chat.SetDoor(d)
	}
	mux := http.NewServeMux()
	for path, h := range r.chat.Handlers() {
		mux.Handle(path, h)
	}
	r.app = httptest.NewServer(mux)
	tb.Cleanup(func() {
		r.app.Close()
		r.settle(tb)
	})
	r.fake.SetAppURL(r.app.URL)
	return r
}

// settle waits for what follows answers.
func (r *rig) settle(tb testing.TB) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), 20*time.Second)
	defer cancel()
	if err := r.chat.Close(ctx); err != nil {
		tb.Error(err)
	}
}

func (r *rig) user(id string) bot.ChatUser {
	return bot.ChatUser{Chat: Name, Team: r.fake.TenantID(), ID: id}
}

// post posts a card that must arrive and gives where a client finds it.
func (r *rig) post(tb testing.TB, id string, c card.Card) (bot.Ref, teamsfake.Ref) {
	tb.Helper()
	ref, err := r.chat.Post(tb.Context(), r.user(id), "out-1", c)
	if err != nil {
		tb.Fatal(err)
	}
	return ref, at(tb, ref)
}

// open opens a form that must arrive.
func (r *rig) open(tb testing.TB, id string, f card.Form) (bot.Ref, teamsfake.Ref) {
	tb.Helper()
	ref, err := r.chat.OpenForm(tb.Context(), personalHandle(r.user(id)), f)
	if err != nil {
		tb.Fatal(err)
	}
	return ref, at(tb, ref)
}

func at(tb testing.TB, ref bot.Ref) teamsfake.Ref {
	tb.Helper()
	_, conversation, message, err := parseRef(ref)
	if err != nil {
		tb.Fatal(err)
	}
	return teamsfake.Ref{ConversationID: conversation, ID: message}
}

// see gives a message that must be there, as a person sees it.
func (r *rig) see(t *testing.T, id string, ref teamsfake.Ref) teamsfake.Message {
	t.Helper()
	m, ok := r.fake.As(id).Message(ref)
	if !ok {
		t.Fatalf("%s does not see %v", id, ref)
	}
	return m
}

// reads waits until a person can read a text in his own chat.
func (r *rig) reads(t *testing.T, id, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	if err := r.fake.Wait(ctx, func() bool { return strings.Contains(r.fake.Transcript(id), text) }); err != nil {
		t.Fatalf("%q is not to be read: %v in\n%s\nlog:\n%s", text, err, r.fake.Transcript(id), r.log)
	}
}

// ok fails the test unless an act of a person went well.
func ok(t *testing.T) func(teamsfake.Outcome, error) teamsfake.Outcome {
	t.Helper()
	return func(o teamsfake.Outcome, err error) teamsfake.Outcome {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if !o.OK() {
			t.Fatalf("the person saw an error: %+v", o)
		}
		for _, r := range o.Again {
			if r.Status != http.StatusOK {
				t.Fatalf("the duplicate got %d %s", r.Status, r.Body)
			}
		}
		return o
	}
}
