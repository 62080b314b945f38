package teamsfake

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// The people of the tests.
const (
	Sanne  = "5a11e000-0000-4000-8000-000000000001"
	Mehmet = "3e43e700-0000-4000-8000-000000000002"
	Priya  = "97140000-0000-4000-8000-000000000003"
	Guest  = "9e570000-0000-4000-8000-000000000004"
	Anon   = "a0000000-0000-4000-8000-000000000005"
)

func people() []User {
	return []User{
		{
			ID: Sanne, Name: "Sanne de Vries", GivenName: "Sanne", Surname: "de Vries", Mail: "sanne@noordzee.nl",
			UPN: "sanne@noordzee.nl", Locale: "nl-NL", Installed: true,
		},
		{ID: Mehmet, Name: "Mehmet Yilmaz", Mail: "mehmet@noordzee.nl", UPN: "mehmet@noordzee.nl", Installed: true},
		{ID: Priya, Name: "Priya Nair", Mail: "priya@noordzee.nl", UPN: "priya@noordzee.nl", TimeZone: "Asia/Kolkata"},
		{ID: Guest, Name: "Sanne Gast", Mail: "sanne@kade.nl", UPN: "sanne_kade.nl#EXT#@noordzee.nl", UserRole: RoleGuest},
		{ID: Anon, Name: "Somebody", UserRole: RoleAnonymous},
	}
}

// received is one request that the bot got.
type received struct {
	header   http.Header
	body     []byte
	activity obj
}

// bot is a stand-in for the program under test: it answers as told and keeps
// what it was sent.
type bot struct {
	mu     sync.Mutex
	seen   []received
	answer http.HandlerFunc
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	activity, _ := decodeObject(body)
	b.mu.Lock()
	b.seen = append(b.seen, received{r.Header.Clone(), body, activity})
	answer := b.answer
	b.mu.Unlock()
	if answer != nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer(w, r)
	}
}

func (b *bot) does(h http.HandlerFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = h
}

func (b *bot) all() []received {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]received(nil), b.seen...)
}

func (b *bot) last(t *testing.T) obj {
	t.Helper()
	seen := b.all()
	if len(seen) == 0 {
		t.Fatal("the bot was not called")
	}
	return seen[len(seen)-1].activity
}

func replyJSON(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// inTurn answers each call with the next handler; the last one stays.
func inTurn(hs ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		h := hs[min(n, len(hs)-1)]
		n++
		mu.Unlock()
		h(w, r)
	}
}

func replyStatus(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func answerWith(card string) string {
	return `{"statusCode":200,"type":"` + answerCard + `","value":` + card + `}`
}

// start runs a seeded fake with a bot.
func start(t *testing.T, opts Options) (*Server, *bot) {
	t.Helper()
	s, err := Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	b := &bot{}
	srv := httptest.NewServer(b)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		srv.Close()
	})
	s.SetAppURL(srv.URL)
	s.SeedPeople(people())
	return s, b
}

func trusting(t *testing.T, s *Server) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CAPEM()) {
		t.Fatal("CAPEM is no certificate")
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 10 * time.Second}
}

// got is an answer of the connector.
type got struct {
	status int
	header http.Header
	body   obj
	raw    string
}

func (g got) code() string { return str(g.body["error"], "code") }

// callErr calls the connector as the bot; an error is a broken connection.
func callErr(t *testing.T, s *Server, method, path string, body any, change ...func(*http.Request)) (got, error) {
	t.Helper()
	var raw io.Reader
	if text, ok := body.(string); ok {
		raw = bytes.NewReader([]byte(text))
	} else if body != nil {
		raw = bytes.NewReader(mustJSON(body))
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.ServiceURL()+path, raw)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Token())
	req.Header.Set("Content-Type", "application/json")
	for _, c := range change {
		c(req)
	}
	resp, err := trusting(t, s).Do(req)
	if err != nil {
		return got{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return got{}, err
	}
	g := got{status: resp.StatusCode, header: resp.Header, raw: string(answer)}
	g.body, _ = decodeObject(answer)
	return g, nil
}

func callBot(t *testing.T, s *Server, method, path string, body any, change ...func(*http.Request)) got {
	t.Helper()
	g, err := callErr(t, s, method, path, body, change...)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func wantStatus(t *testing.T, g got, status int, code string) {
	t.Helper()
	if g.status != status || g.code() != code {
		t.Errorf("HTTP %d %s, want %d %q", g.status, g.raw, status, code)
	}
}

func activitiesOf(conversation string) string {
	return "/v3/conversations/" + url.PathEscape(conversation) + "/activities"
}

// openChat opens the personal chat of a person as a bot does.
func openChat(t *testing.T, s *Server, entraID string) string {
	t.Helper()
	g := callBot(t, s, http.MethodPost, "/v3/conversations", chatWith(s, obj{"id": entraID}))
	if g.status != http.StatusCreated {
		t.Fatalf("HTTP %d %s", g.status, g.raw)
	}
	return str(g.body, "id")
}

func chatWith(s *Server, member obj) obj {
	return obj{
		"isGroup": false, "bot": obj{"id": s.BotID()}, "members": []any{member}, "tenantId": s.TenantID(),
		"channelData": obj{"tenant": obj{"id": s.TenantID()}},
	}
}

// post posts an activity that must be taken and returns its id.
func post(t *testing.T, s *Server, conversation string, activity any) string {
	t.Helper()
	g := callBot(t, s, http.MethodPost, activitiesOf(conversation), activity)
	if g.status != http.StatusCreated || str(g.body, "id") == "" {
		t.Fatalf("HTTP %d %s", g.status, g.raw)
	}
	return str(g.body, "id")
}

func withCard(card string) string {
	return fmt.Sprintf(`{"type":"message","summary":"A card","attachments":[{"contentType":%q,"content":%s}]}`, cardType, card)
}

func put(t *testing.T, s *Server, conversation, id, body string) {
	t.Helper()
	g := callBot(t, s, http.MethodPut, activitiesOf(conversation)+"/"+id, body)
	if g.status != http.StatusOK || str(g.body, "id") != id {
		t.Fatalf("HTTP %d %s", g.status, g.raw)
	}
}

// askCard is a card with a button for each of Execute and Submit.
const askCard = `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"Approve?"},
	{"type":"ActionSet","actions":[
	{"type":"Action.Execute","title":"Approve","verb":"approve","id":"yes","data":{"requestId":"r1"},
	 "fallback":{"type":"Action.Submit","title":"Approve","data":{"requestId":"r1","old":true}}},
	{"type":"Action.Submit","title":"Later","data":{"requestId":"r1"}}]}]}`

func plainCard(text string) string {
	return fmt.Sprintf(`{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":%q}]}`, text)
}

// shown posts a card to Sanne and returns her chat and the message.
func shown(t *testing.T, s *Server, card string) (string, Ref) {
	t.Helper()
	chat := openChat(t, s, Sanne)
	return chat, Ref{ConversationID: chat, ID: post(t, s, chat, withCard(card))}
}

func see(t *testing.T, s *Server, entraID string, ref Ref) Message {
	t.Helper()
	m, ok := s.As(entraID).Message(ref)
	if !ok {
		t.Fatalf("%s does not see %v", entraID, ref)
	}
	return m
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}
