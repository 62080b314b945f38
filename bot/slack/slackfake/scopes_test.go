package slackfake

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

func TestScopes_TakenAwayOneByOne(t *testing.T) {
	t.Parallel()
	s, _, api := start(t, Options{})
	sanne := s.As(Sanne)
	refused := func(method string, form url.Values) func(*testing.T) bool {
		return func(t *testing.T) bool {
			t.Helper()
			a := raw(t, s, method, form)
			if a["ok"] == true {
				return false
			}
			if a["error"] != "missing_scope" || a["needed"] == "" || a["provided"] != strings.Join(s.token.scopes, ",") {
				t.Errorf("%s: %s", method, mustJSON(a))
			}
			return true
		}
	}
	impossible := func(err error) bool { return errors.Is(err, ErrNotPossible) }
	for scope, gone := range map[string]func(*testing.T) bool{
		"commands": func(t *testing.T) bool {
			t.Helper()
			_, err := sanne.Command(t.Context(), "/guestsite new")
			_, short := sanne.Shortcut(t.Context(), "guestsite_new")
			if impossible(err) != impossible(short) {
				t.Errorf("command %v, shortcut %v", err, short)
			}
			return impossible(err)
		},
		"chat:write":       refused("chat.postMessage", url.Values{"channel": {Sanne}, "text": {"x"}}),
		"users:read":       refused("users.info", url.Values{"user": {Sanne}}),
		"users:read.email": refused("users.lookupByEmail", url.Values{"email": {s.users[Sanne].Email}}),
		"im:history":       refused("conversations.history", url.Values{"channel": {sanne.DMChannel()}}),
	} {
		if !slices.Contains(DefaultScopes(), scope) {
			t.Errorf("%s is no default scope", scope)
		}
		if gone(t) {
			t.Errorf("%s is missing from the start", scope)
		}
		left := slices.DeleteFunc(DefaultScopes(), func(x string) bool { return x == scope })
		s.SetScopes(left...)
		if !gone(t) {
			t.Errorf("%s does nothing", scope)
		}
		answer, err := api.AuthTestContext(t.Context())
		if err != nil || answer.Header.Get("X-OAuth-Scopes") != strings.Join(left, ",") {
			t.Errorf("without %s auth.test says %q, %v", scope, answer.Header.Get("X-OAuth-Scopes"), err)
		}
		s.SetScopes(DefaultScopes()...)
	}
}

func TestScopes_SlackGoReadsWhatIsMissing(t *testing.T) {
	t.Parallel()
	s, _, api := start(t, Options{})
	s.SetScopes("commands")
	_, _, err := api.PostMessageContext(t.Context(), Sanne, slack.MsgOptionText("x", false))
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); !ok || e.Needed != "chat:write" || e.Provided != "commands" {
		t.Errorf("%v", err)
	}
}

func TestScopes_TheAddressGoesWithItsScope(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, Options{})
	profile := func() obj { return raw(t, s, "users.info", url.Values{"user": {Sanne}})["user"].(obj)["profile"].(obj) }
	if str(profile(), "email") == "" {
		t.Error("no address from the start")
	}
	s.SetScopes("users:read")
	if _, has := profile()["email"]; has {
		t.Error("an address without users:read.email")
	}
}

func TestScopes_EventsNeedThemToo(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{Scopes: []string{"commands"}})
	if out, err := s.As(Sanne).Say(t.Context(), "hello"); err != nil || out.Status != 0 || len(a.seen) != 0 {
		t.Errorf("message.im without im:history: %+v, %v", out, err)
	}
	if len(s.As(Sanne).DM()) != 1 {
		t.Error("the message itself was not posted")
	}
	if _, err := s.SendEvent(t.Context(), obj{"type": "user_change"}); !errors.Is(err, ErrNotPossible) {
		t.Errorf("user_change without users:read: %v", err)
	}
	mustOutcome(t)(s.SendEvent(t.Context(), obj{"type": "app_uninstalled"}))
	mustOutcome(t)(s.As(Sanne).OpenHome(t.Context()))
	if len(a.seen) != 2 {
		t.Errorf("%d events came, want 2", len(a.seen))
	}
}

func TestScopes_NothingIsToldAboutATokenThatIsNone(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, Options{})
	headers := func(method, token string) http.Header {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.APIURL()+method, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.Header
	}
	if h := headers("users.info", s.BotToken()); h.Get("X-Accepted-OAuth-Scopes") != "users:read" || h.Get("X-OAuth-Scopes") == "" {
		t.Errorf("headers %v", h)
	}
	if h := headers(methodOpen, s.AppToken()); h.Get("X-OAuth-Scopes") != "connections:write" {
		t.Errorf("headers %v", h)
	}
	if h := headers("auth.test", "xoxb-other"); h.Values("X-OAuth-Scopes") != nil {
		t.Errorf("headers %v", h)
	}
	s.BreakToken("token_revoked")
	if h := headers("auth.test", s.BotToken()); h.Values("X-OAuth-Scopes") != nil {
		t.Errorf("a revoked token: %v", h)
	}
}

func TestScopes_ABrokenTokenSpendsNoTrigger(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	trigger := triggerOf(t, s, a, Sanne)
	s.BreakToken("account_inactive")
	open := func() obj {
		return raw(t, s, "views.open", url.Values{"trigger_id": {trigger}, "view": {modal("One")}})
	}
	wantError(t, open(), "account_inactive")
	s.BreakToken("")
	wantOK(t, open())
	wantError(t, open(), "exchanged_trigger_id")
}
