package teams

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
)

// answerStatus answers with a status and a body that would do.
func answerStatus(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func answerText(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
}

// answerPadded answers with a good document made a number of bytes long.
func answerPadded(document any, size int) http.HandlerFunc {
	text, err := json.Marshal(document)
	if err != nil {
		panic(err)
	}
	return answerText(string(text) + strings.Repeat(" ", size-len(text)))
}

// answerMoved sends the reader elsewhere, which may be in the clear.
func answerMoved(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "http://login.lab.invalid/", http.StatusFound)
}

func TestFetch_RefusesWhatItCannotTrust(t *testing.T) {
	t.Parallel()
	keysOf := func(f *issuerFake) any { return map[string]any{"keys": f.keys} }
	for name, c := range map[string]struct {
		alter func(*issuerFake)
		want  string // of the error; empty: taken
	}{
		"metadata good":     {func(*issuerFake) {}, ""},
		"metadata 304":      {func(f *issuerFake) { f.instead[metadataPath] = answerStatus(304) }, "answered 304"},
		"metadata 404":      {func(f *issuerFake) { f.instead[metadataPath] = answerStatus(404) }, "answered 404"},
		"metadata 500":      {func(f *issuerFake) { f.instead[metadataPath] = answerStatus(500) }, "answered 500"},
		"metadata moved":    {func(f *issuerFake) { f.instead[metadataPath] = answerMoved }, "answered 302"},
		"metadata empty":    {func(f *issuerFake) { f.instead[metadataPath] = answerText("") }, "metadata: decode"},
		"metadata a page":   {func(f *issuerFake) { f.instead[metadataPath] = answerText("<html>") }, "metadata: decode"},
		"metadata at limit": {func(f *issuerFake) { f.instead[metadataPath] = answerPadded(f.metadata, maxKeysBody) }, ""},
		"metadata too long": {func(f *issuerFake) {
			f.instead[metadataPath] = answerPadded(f.metadata, maxKeysBody+1)
		}, "more than"},
		"issuer another":     {func(f *issuerFake) { f.metadata["issuer"] = "https://api.botframework.us" }, "it is of the issuer"},
		"issuer missing":     {func(f *issuerFake) { delete(f.metadata, "issuer") }, "it is of the issuer"},
		"keys over http":     {func(f *issuerFake) { f.metadata["jwks_uri"] = "http://login.lab.invalid" + keysPath }, "is not https"},
		"keys nowhere":       {func(f *issuerFake) { delete(f.metadata, "jwks_uri") }, "is not https"},
		"keys without host":  {func(f *issuerFake) { f.metadata["jwks_uri"] = "https://" + keysPath }, "is not https"},
		"keys with a user":   {func(f *issuerFake) { f.metadata["jwks_uri"] = "https://x:y@login.lab.invalid" + keysPath }, "is not https"},
		"keys of other host": {func(f *issuerFake) { f.metadata["jwks_uri"] = "https://keys.lab.invalid" + keysPath }, ""},
		"keys 304":           {func(f *issuerFake) { f.instead[keysPath] = answerStatus(304) }, "answered 304"},
		"keys 500":           {func(f *issuerFake) { f.instead[keysPath] = answerStatus(500) }, "answered 500"},
		"keys moved":         {func(f *issuerFake) { f.instead[keysPath] = answerMoved }, "answered 302"},
		"keys a page":        {func(f *issuerFake) { f.instead[keysPath] = answerText("<html>") }, "keys: decode"},
		"keys at limit":      {func(f *issuerFake) { f.instead[keysPath] = answerPadded(keysOf(f), maxKeysBody) }, ""},
		"keys too long":      {func(f *issuerFake) { f.instead[keysPath] = answerPadded(keysOf(f), maxKeysBody+1) }, "more than"},
		"keys none":          {func(f *issuerFake) { f.keys = nil }, "none is an RSA key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, clock := newIssuer(tokenHost), &tokenClock{now: tokenTime}
			c.alter(f)
			v := unsocketed(f, clock.Now)
			_, err := v.verify(t.Context(), signedBy(t, tokenTime, tokenKID, tokenKey()))
			if c.want == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			if bot.CodeOf(err) != bot.Unavailable || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			// The same answer does not displace keys that were read before.
			good := newIssuer(tokenHost)
			v = unsocketed(good, clock.Now)
			if err := v.ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			v.keys.http.Transport = f
			later := clock.add(keysLife)
			if _, err := v.verify(t.Context(), signedBy(t, later, tokenKID, tokenKey())); err != nil {
				t.Errorf("keys that were held: %v", err)
			}
		})
	}
}

// longBody is a good deal longer than is read of it.
type longBody struct{ left, read int }

func (b *longBody) Read(p []byte) (int, error) {
	n := min(len(p), b.left)
	b.left, b.read = b.left-n, b.read+n
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (b *longBody) Close() error { return nil }

// RoundTrip answers with b.
func (b *longBody) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: b, Request: r}, nil
}

func TestFetch_StopsReadingAtTheLimit(t *testing.T) {
	t.Parallel()
	body := &longBody{left: 16 * maxKeysBody}
	err := unsocketed(body, time.Now).ready(t.Context())
	if err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("got %v", err)
	}
	if body.read != maxKeysBody+1 {
		t.Errorf("read %d bytes, want %d", body.read, maxKeysBody+1)
	}
}

func TestFetch_ReadsMetadataOverTLSOnly(t *testing.T) {
	t.Parallel()
	f := newIssuer(tokenHost)
	v := newVerifier(verifierOptions{
		AppID: tokenAppID, Issuer: tokenIssuer, MetadataURL: "http://login.lab.invalid" + metadataPath,
		HTTP: &http.Client{Transport: f},
	})
	if err := v.ready(t.Context()); err == nil || !strings.Contains(err.Error(), "is not https") {
		t.Errorf("got %v", err)
	}
	f.wantReads(t, 0, 0)
}

func TestFetch_LeavesOutKeysThatCannotCheckAToken(t *testing.T) {
	t.Parallel()
	for name, alter := range map[string]func(jwk map[string]any){
		"elliptic curve":           func(k map[string]any) { k["kty"] = "EC" },
		"shared secret":            func(k map[string]any) { k["kty"], k["k"] = "oct", k["n"] },
		"no type":                  func(k map[string]any) { delete(k, "kty") },
		"for encryption":           func(k map[string]any) { k["use"] = "enc" },
		"for another algorithm":    func(k map[string]any) { k["alg"] = "RS512" },
		"no id":                    func(k map[string]any) { delete(k, "kid") },
		"modulus of 2040 bits":     func(k map[string]any) { k["n"] = jwkOf("", newRSA(2040)())["n"] },
		"modulus missing":          func(k map[string]any) { delete(k, "n") },
		"modulus not base64":       func(k map[string]any) { k["n"] = "+" },
		"exponent not base64":      func(k map[string]any) { k["e"] = "+" },
		"exponent too great":       func(k map[string]any) { k["e"] = "gAAAAA" },
		"endorsements not a list":  func(k map[string]any) { k["endorsements"] = "msteams" },
		"endorsements not strings": func(k map[string]any) { k["endorsements"] = []int{1} },
	} {
		f := newIssuer(tokenHost)
		odd := maps.Clone(f.keys[1])
		odd["kid"] = "odd"
		alter(odd)
		f.keys = append(f.keys, odd)
		set, err := unsocketed(f, time.Now).keys.get(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if len(set.keys) != 2 || !set.has(tokenKID) || !set.has(tokenKID2) {
			t.Errorf("%s: kept %v", name, set.keys)
		}
	}
}

func TestFetch_KeepsAKeyAndItsEndorsements(t *testing.T) {
	t.Parallel()
	f := newIssuer(tokenHost)
	delete(f.keys[1], "endorsements")
	delete(f.keys[1], "use")
	f.keys[0]["alg"] = tokenAlgorithm
	set, err := unsocketed(f, time.Now).keys.get(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]signingKey{
		tokenKID:  {public: &tokenKey().PublicKey, endorsements: []string{"msteams", "webchat"}},
		tokenKID2: {public: &tokenKey2().PublicKey},
	}
	for id, want := range want {
		got := set.keys[id]
		if !want.public.Equal(got.public) || !reflect.DeepEqual(got.endorsements, want.endorsements) {
			t.Errorf("%s: got %+v, want %+v", id, got, want)
		}
	}
	if len(set.keys) != len(want) {
		t.Errorf("%d keys, want %d", len(set.keys), len(want))
	}
}
