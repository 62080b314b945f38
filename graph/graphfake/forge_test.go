package graphfake_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"guestsite/graph/graphfake"
)

func TestForge_SpoilsExactlyOneThingOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	want := map[graphfake.Forgery]string{
		graphfake.ForgeIssuer: "iss", graphfake.ForgeAudience: "aud", graphfake.ForgeNonce: "nonce", graphfake.ForgeNoNonce: "nonce",
		graphfake.ForgeExpired: "expired", graphfake.ForgeNotYetValid: "nbf", graphfake.ForgeKey: "signature", graphfake.ForgeKeyID: "kid",
		graphfake.ForgeAlgNone: "signature", graphfake.ForgeAlgHS256: "signature", graphfake.ForgeNoObjectID: "oid", graphfake.ForgeTenant: "tid",
		graphfake.ForgeNoIDToken: "none", graphfake.ForgeState: "state", graphfake.ForgeNoState: "state",
		graphfake.ForgeCodeClient: "AADSTS70000", graphfake.ForgeCodeBrowser: "AADSTS501481",
	}
	// play is a whole sign-in, and what a careful client finds wrong in it.
	play := func() string {
		to, err := l.SignInAs(l.authorizeURL(request()), l.demo.Sanne.ID)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		var wrong []string
		if u.Query().Get("state") != "s t/a=te" {
			wrong = append(wrong, "state")
		}
		a := l.postForm(l.tokenPath(), grant(u.Query().Get("code")))
		switch {
		case a.status != http.StatusOK:
			number, _, _ := strings.Cut(a.text("error_description"), ":")
			wrong = append(wrong, number)
		case a.body["id_token"] == nil:
			wrong = append(wrong, "none")
		default:
			if _, bad := l.relyingParty(a.text("id_token")); bad != "" {
				wrong = append(wrong, bad)
			}
		}
		return strings.Join(wrong, ", ")
	}
	for _, f := range graphfake.Forgeries() {
		if err := l.Forge(f); err != nil {
			t.Fatal(err)
		}
		if got := play(); got != want[f] || got == "" {
			t.Errorf("%s: a careful client finds %q, want %q", f, got, want[f])
		}
		if got := play(); got != "" {
			t.Errorf("after %s, the next sign-in is spoilt: %q", f, got)
		}
	}
	if err := l.Forge("everything"); !errors.Is(err, graphfake.ErrForgery) {
		t.Errorf("error %v", err)
	}
	if err := l.Forge(graphfake.ForgeIssuer); err != nil {
		t.Fatal(err)
	}
	l.ForgeNothing()
	if got := play(); got != "" {
		t.Errorf("a forgotten forgery: %q", got)
	}
}

func TestForge_AlgorithmsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	for f, alg := range map[graphfake.Forgery]string{
		graphfake.ForgeAlgNone: "none", graphfake.ForgeAlgHS256: "HS256", graphfake.ForgeKey: "RS256", "": "RS256",
	} {
		if f != "" {
			if err := l.Forge(f); err != nil {
				t.Fatal(err)
			}
		}
		a := l.postForm(l.tokenPath(), grant(l.code())).want(http.StatusOK)
		tok, _, err := jwt.NewParser().ParseUnverified(a.text("id_token"), jwt.MapClaims{})
		if err != nil || tok.Header["alg"] != alg || tok.Header["kid"] != "graphfake-1" {
			t.Errorf("%q: header %v, %v", f, tok.Header, err)
		}
	}
}

func TestKeys_RotationKeepsOrRetires(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	id := func() string {
		return l.postForm(l.tokenPath(), grant(l.code())).want(http.StatusOK).text("id_token")
	}
	old := id()
	if kid, err := l.RotateKeys(false); err != nil || kid != "graphfake-2" {
		t.Fatal(kid, err)
	}
	for _, raw := range []string{old, id()} {
		if _, wrong := l.relyingParty(raw); wrong != "" {
			t.Errorf("after rotation: %s", wrong)
		}
	}
	l.get("/domains").want(http.StatusOK) // the access token of the older key holds
	if _, err := l.RotateKeys(true); err != nil {
		t.Fatal(err)
	}
	if _, wrong := l.relyingParty(old); wrong != "kid" {
		t.Errorf("a token of a retired key: %q", wrong)
	}
	l.get("/domains").want(http.StatusUnauthorized, "InvalidAuthenticationToken")
}
