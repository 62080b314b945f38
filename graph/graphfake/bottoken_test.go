package graphfake_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"guestsite/graph/graphfake"
)

const connector = "https://api.botframework.com"

func bot(o *graphfake.Options) { o.Apps[0].BotScopes = []string{graphfake.BotScope} }

func TestBotToken_IsForTheConnector(t *testing.T) {
	t.Parallel()
	l := newLab(t, bot)
	raw := l.token(connector)
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(raw, claims); err != nil {
		t.Fatal(err)
	}
	if aud, err := claims.GetAudience(); err != nil || len(aud) != 1 || aud[0] != connector || claims["roles"] != nil {
		t.Errorf("claims %v: %v", claims, err)
	}
	if err := l.CheckBotToken(raw); err != nil {
		t.Error(err)
	}
	req := l.request(l.GraphURL(), http.MethodGet, "/v1.0/users", nil)
	req.Header.Set("Authorization", "Bearer "+raw)
	l.send(req).want(http.StatusUnauthorized, "InvalidAuthenticationToken", "Invalid audience")
}

func TestBotToken_RefusalsNameTheCause(t *testing.T) {
	t.Parallel()
	l := newLab(t, bot)
	raw := l.token(connector)
	other := newLab(t, bot, func(o *graphfake.Options) { o.TenantID = "88888888-3b0f-4d0a-9c41-6a1f0e2d7b10" })
	brief := newLab(t, bot, func(o *graphfake.Options) { o.TokenLifetime = -time.Minute })
	expired := brief.postForm(brief.tokenPath(), brief.tokenForm(connector, true)).want(http.StatusOK).text("access_token")
	check := func(name string, err error, text string) {
		t.Helper()
		if !errors.Is(err, graphfake.ErrBotToken) || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: got %v, want %q", name, err, text)
		}
	}
	check("empty", l.CheckBotToken(""), "parsing failed")
	check("unsigned", l.CheckBotToken(unsigned(raw)), "signature")
	check("of another key", l.CheckBotToken(l.assertion(nil)), "signature")
	check("for Graph", l.CheckBotToken(l.token(l.GraphURL())), "not for the Bot Connector")
	check("of another tenant", l.CheckBotToken(other.token(connector)), "tenant")
	check("expired", brief.CheckBotToken(expired), "expired")

	l.ExpireTokens()
	check("expired by hand", l.CheckBotToken(raw), "expired")
	delete(l.tokens, connector)
	fresh := l.token(connector)
	if err := l.CheckBotToken(fresh); err != nil {
		t.Error(err)
	}
	l.AddApp(graphfake.App{ClientID: clientID, Secret: clientSecret})
	check("no longer a bot", l.CheckBotToken(fresh), "not registered as a bot")
	l.postForm(l.tokenPath(), l.tokenForm(connector, true)).wantAADSTS(http.StatusBadRequest, 500011)
}
