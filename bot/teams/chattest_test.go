package teams

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/chattest"
	"guestsite/bot/flow"
	"guestsite/bot/teams/teamsfake"
)

// The people of the suite.
const (
	suiteMehmet = "22222222-2222-4222-8222-222222222222"
	suiteSanne  = "11111111-1111-4111-8111-111111111111"
	suitePriya  = "33333333-3333-4333-8333-333333333333"
)

func TestChat(t *testing.T) {
	t.Parallel()
	chattest.Run(t, func(t *testing.T, d bot.Door) chattest.Subject {
		t.Helper()
		s, chat, web := suiteChat(t, d)
		return chattest.Subject{
			Chat:     chat,
			Person:   bot.ChatUser{Chat: Name, Team: s.TenantID(), ID: suiteMehmet},
			Who:      flow.Who{ID: suiteMehmet, Mail: "mehmet@noordzee.nl"},
			Unknown:  flow.Who{ID: "99999999-9999-4999-8999-999999999999", Mail: "nobody@noordzee.nl"},
			Stranger: bot.ChatUser{Chat: Name, Team: "88888888-8888-4888-8888-888888888888", ID: suiteMehmet},
			Colleagues: []card.Option{
				{Value: suiteSanne, Label: "Sanne de Vries"}, {Value: suitePriya, Label: "Priya Nair"},
			},
			TextLimit: maxFallback,
			Client:    &phone{fake: s, me: s.As(suiteMehmet), faults: faults{s, web}}, Faults: faults{s, web},
		}
	})
}

// suiteChat is an adapter that talks with a fake Teams, both ways.
func suiteChat(t *testing.T, d bot.Door) (*teamsfake.Server, *Adapter, *http.Client) {
	t.Helper()
	s, err := teamsfake.Start(teamsfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for id, name := range map[string]string{suiteMehmet: "Mehmet Yilmaz", suiteSanne: "Sanne de Vries", suitePriya: "Priya Nair"} {
		s.AddUser(teamsfake.User{ID: id, Name: name})
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CAPEM()) {
		t.Fatal("the fake's CA is no certificate")
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	t.Cleanup(tr.CloseIdleConnections)
	web := &http.Client{Transport: tr, Timeout: 10 * time.Second}
	a, err := New(Options{
		AppID: s.AppID(), TenantIDs: []string{s.TenantID()}, Issuer: s.Issuer(), OpenIDMetadata: s.MetadataURL(),
		ServiceHosts: []string{s.ServiceHost()}, ServiceURL: s.ServiceURL(),
		Token: func(context.Context) (string, error) { return s.Token(), nil },
		HTTP:  web, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	a.SetDoor(d)
	mux := http.NewServeMux()
	for path, h := range a.Handlers() {
		mux.Handle(path, h)
	}
	app := httptest.NewServer(mux)
	t.Cleanup(func() {
		app.Close()
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	s.SetAppURL(app.URL)
	if err := s.InstallFor(t.Context(), suiteMehmet); err != nil {
		t.Fatal(err)
	}
	return s, a, web
}

// faults breaks the fake for the suite.
type faults struct {
	fake *teamsfake.Server
	web  *http.Client
}

func (f faults) Throttle(_ testing.TB, after time.Duration) {
	f.fake.AddFault(teamsfake.Fault{Kind: teamsfake.FaultStatus, Status: http.StatusTooManyRequests, RetryAfter: int(after.Seconds())})
}

func (f faults) LoseAnswer(testing.TB) {
	f.fake.AddFault(teamsfake.Fault{Method: http.MethodPost, Path: "/activities$", Kind: teamsfake.FaultResetAfter})
}

func (f faults) Delete(tb testing.TB, ref bot.Ref) {
	tb.Helper()
	_, conversation, message, err := parseRef(ref)
	if err != nil {
		tb.Fatal(err)
	}
	at := f.fake.ServiceURL() + "/v3/conversations/" + url.PathEscape(conversation) + "/activities/" + url.PathEscape(message)
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodDelete, at, bytes.NewReader(nil))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+f.fake.Token())
	res, err := f.web.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		tb.Fatalf("delete: %s", res.Status)
	}
}

func (f faults) ShutOut(tb testing.TB) {
	tb.Helper()
	if err := f.fake.UninstallFor(tb.Context(), suiteMehmet); err != nil {
		tb.Fatal(err)
	}
}
