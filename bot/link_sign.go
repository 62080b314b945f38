package bot

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

// SigningKey is the key that links are signed with, and that what a browser
// carries on its way through a sign-in is made from. It is made at first use and
// lies in the store, so that every process on the same store has the same one.
type SigningKey struct {
	Key []byte    `json:"key"`
	At  time.Time `json:"at"`
}

const keyBytes = 32

func signingKeyKey() Key { return Key{KindSigningKey, "link"} }

// signingKey reads the key, or makes it.
func (e *Engine) signingKey(ctx context.Context) ([]byte, error) {
	if k := e.linkKey.Load(); k != nil {
		return *k, nil
	}
	var key []byte
	err := again(ctx, func() error {
		recs, err := e.Store.Get(ctx, signingKeyKey())
		if err != nil {
			return err
		}
		if recs[0].Rev != 0 {
			k, ok := recs[0].Value.(*SigningKey)
			if !ok || len(k.Key) < keyBytes {
				return &Error{Code: Internal, Op: "bot: read the signing key"}
			}
			key = k.Key
			return nil
		}
		key = make([]byte, keyBytes)
		rand.Read(key) // never fails, by its documentation
		return e.Store.Commit(ctx, Change{Puts: []Put{{Key: signingKeyKey(), Value: &SigningKey{Key: key, At: e.Clock.Now()}}}})
	})
	if err != nil {
		return nil, err
	}
	e.linkKey.Store(&key)
	return key, nil
}

// sign is the code of a text for one purpose; a code for one is none for another.
func sign(key []byte, purpose, text string) string {
	h := hmac.New(sha256.New, key)
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(purpose)))
	h.Write(n[:])
	h.Write([]byte(purpose))
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// same compares codes in constant time. An empty one equals nothing.
func same(a, b string) bool { return a != "" && hmac.Equal([]byte(a), []byte(b)) }

// The purposes of codes.
const (
	forLink     = "link"     // a link's secret is ours
	forForm     = "form"     // a form was given to this browser
	forState    = "state"    // the browser that comes back is the one that was sent
	forNonce    = "nonce"    // the token answers this sign-in
	forVerifier = "verifier" // the code is redeemed by who asked for it
)

// newLink makes a link's secret: its digest for the store, and with its code what
// stands in the address.
func newLink(key []byte) (secret, token string) {
	raw := make([]byte, keyBytes)
	rand.Read(raw) // never fails, by its documentation
	text := base64.RawURLEncoding.EncodeToString(raw)
	return digest([]byte(text)), text + "." + sign(key, forLink, text)
}

// longestToken bounds what is looked at as a link or a cookie.
const longestToken = 200

// openToken gives the digest of a link's secret, if the link is ours.
func openToken(key []byte, token string) (string, bool) {
	if len(token) > longestToken {
		return "", false
	}
	text, code, _ := strings.Cut(token, ".")
	if !same(code, sign(key, forLink, text)) {
		return "", false
	}
	return digest([]byte(text)), true
}
