package teams

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"guestsite/bot"
)

func TestVerify_RefusesATokenWithOnePropertyWrong(t *testing.T) {
	t.Parallel()
	for _, c := range tokenCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := goodDraft(tokenTime)
			c.alter(d)
			token, authorization := d.token(t)
			f := newIssuer(tokenHost)
			v := unsocketed(f, func() time.Time { return tokenTime })
			got, err := v.verify(t.Context(), authorization)
			if c.want == nil {
				want := ticket{serviceURL: tokenService, endorsements: []string{"msteams", "webchat"}}
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("got %+v, %v", got, err)
				}
				f.wantReads(t, 1, 1)
				return
			}
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if got.serviceURL != "" || got.endorsements != nil {
				t.Errorf("a ticket all the same: %+v", got)
			}
			holdsNoToken(t, err, token)
			reads := 0
			if c.asks {
				reads = 1
			}
			f.wantReads(t, reads, reads)
		})
	}
}

// holdsNoToken checks that an error can be logged.
func holdsNoToken(tb testing.TB, err error, token string) {
	tb.Helper()
	text := err.Error()
	if len(text) > 300 || strings.Contains(text, tellTale) {
		tb.Errorf("the error holds what was sent: %.400s", text)
	}
	for part := range strings.SplitSeq(token, ".") {
		if len(part) >= 8 && strings.Contains(text, part[:8]) {
			tb.Errorf("the error holds a part of the token: %.400s", text)
		}
	}
}

// Dots are counted before anything is split or decoded.
func TestBearerToken_IsThreePartsBeforeItIsRead(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]error{
		"Bearer a.b.c":                        nil,
		"Bearer ..":                           nil,
		"Bearer a.b":                          errTokenShape,
		"Bearer " + strings.Repeat(".", 3000): errTokenShape,
		"Bearer a.b.c" + strings.Repeat("d", 16<<10-12):   nil,
		"Bearer a.b.c" + strings.Repeat("d", 16<<10-12+1): errTokenSize,
		"Bearer " + strings.Repeat(".", 1<<20):            errTokenSize,
	} {
		if _, err := bearerToken(header); !errors.Is(err, want) {
			t.Errorf("%.40q: got %v, want %v", header, err, want)
		}
	}
}

func TestVerify_TakesOnlyAnAlgorithmThatTheMetadataLists(t *testing.T) {
	t.Parallel()
	for name, listed := range map[string]any{"others": []string{"RS384", "RS512"}, "none": []string{}, "missing": nil} {
		f := newIssuer(tokenHost)
		f.metadata["id_token_signing_alg_values_supported"] = listed
		v := unsocketed(f, func() time.Time { return tokenTime })
		if _, err := v.verify(t.Context(), signedBy(t, tokenTime, tokenKID, tokenKey())); !errors.Is(err, errTokenAlg) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A forgotten setting must not be an open door.
func TestVerify_RefusesEverythingWhileAnOptionIsMissing(t *testing.T) {
	t.Parallel()
	for name, omit := range map[string]func(*verifierOptions, *issuerFake, *draft){
		"app id":   func(o *verifierOptions, _ *issuerFake, d *draft) { o.AppID, d.claims["aud"] = "", []string{""} },
		"issuer":   func(o *verifierOptions, f *issuerFake, _ *draft) { o.Issuer, f.metadata["issuer"] = "", "" },
		"metadata": func(o *verifierOptions, _ *issuerFake, _ *draft) { o.MetadataURL = "" },
	} {
		f, d := newIssuer(tokenHost), goodDraft(time.Now())
		o := verifierOptions{AppID: tokenAppID, Issuer: tokenIssuer, MetadataURL: tokenHost + metadataPath}
		omit(&o, f, d)
		v := newVerifier(o)
		v.keys.http.Transport = f
		_, authorization := d.token(t)
		if _, err := v.verify(t.Context(), authorization); !errors.Is(err, errTokenOptions) {
			t.Errorf("%s: verify: %v", name, err)
		}
		if err := v.ready(t.Context()); !errors.Is(err, errTokenOptions) {
			t.Errorf("%s: ready: %v", name, err)
		}
		f.wantReads(t, 0, 0)
	}
}

func TestVerify_SaysWhenNothingIsKnownAboutTheToken(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	r.issuer.answer(answerStatus(500))
	if _, err := r.verify(t.Context(), r.good(t)); bot.CodeOf(err) != bot.Unavailable {
		t.Errorf("no keys: %v", err)
	}
	r.issuer.answer(nil)
	r.clock.add(keysFloor)
	if _, err := r.verify(t.Context(), signedBy(t, r.clock.Now(), "third-key", tokenKey())); bot.CodeOf(err) == bot.Unavailable {
		t.Errorf("a bad token: %v", err)
	}
}

// The claims are judged before the keys are read, which may take a while, and after.
func TestVerify_RefusesATokenThatExpiresWhileKeysAreRead(t *testing.T) {
	t.Parallel()
	r := newTokenRig(t)
	good := r.good(t)
	r.issuer.change(func(f *issuerFake) {
		f.instead[metadataPath] = func(w http.ResponseWriter, _ *http.Request) {
			r.clock.add(2 * time.Hour)
			_, _ = w.Write(tokenJSON(t, f.metadata))
		}
	})
	if _, err := r.verify(t.Context(), good); !errors.Is(err, jwt.ErrTokenExpired) {
		t.Errorf("got %v", err)
	}
}
