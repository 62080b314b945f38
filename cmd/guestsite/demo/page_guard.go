package demo

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// pageBody is the most that a request to the page may bring.
const pageBody = 64 << 10

// policy lets the page load what comes from itself, and nothing else do anything.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func newKey() string {
	b := make([]byte, 18)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b)
}

// guarded lets in only who was given the address, from this machine: the key in the
// path keeps other pages in the same browser out, the check of the host those that
// have their name point here, and the checks of a change those that would send one
// blindly.
func (p *Page) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer") // the address holds the key
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		if !p.ours(r.Host) {
			http.Error(w, "this page is at "+p.addr+" alone", http.StatusMisdirectedRequest)
			return
		}
		key, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if subtle.ConstantTimeCompare([]byte(key), []byte(p.key)) != 1 || strings.Contains(rest, "..") {
			http.Error(w, "use the whole address that the demo printed", http.StatusNotFound)
			return
		}
		if rest == signInPath {
			p.signIn(w, r)
			return
		}
		if status, why := p.refuses(r); status != 0 {
			http.Error(w, why, status)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, pageBody)
		inner := r.Clone(r.Context())
		inner.URL = &url.URL{Path: "/" + rest, RawQuery: r.URL.RawQuery}
		next.ServeHTTP(w, inner)
	})
}

// ours says whether a host is the one that the page was opened at.
func (p *Page) ours(host string) bool {
	_, port, _ := strings.Cut(p.addr, ":")
	return host == p.addr || host == "localhost:"+port
}

// refuses says why a request must not do what it asks; zero when it may.
func (p *Page) refuses(r *http.Request) (status int, why string) {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && (site != "none" || r.Method != http.MethodGet) {
		return http.StatusForbidden, "not from another page"
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return 0, ""
	case http.MethodPost:
	default:
		return http.StatusMethodNotAllowed, "GET or POST"
	}
	if from := r.Header.Get("Origin"); from != "" && from != "http://"+r.Host {
		return http.StatusForbidden, "not from another page"
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return http.StatusUnsupportedMediaType, "a change is JSON"
	}
	if r.ContentLength > pageBody {
		return http.StatusRequestEntityTooLarge, "too large"
	}
	return 0, ""
}
