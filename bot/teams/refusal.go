package teams

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// plainCode is what a code may look like; anything else could be anything.
var plainCode = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 ._-]{0,63}$|^[0-9]{1,9}$`)

// saidCode reads the code and the message of an error body. There are two forms: code
// and message within "error", and a number with a message that is JSON and holds a
// "subCode". Of two codes the one that we know is taken.
func saidCode(body []byte) (code, message string) {
	type form struct {
		Code      string          `json:"code"`
		ErrorCode json.RawMessage `json:"errorCode"`
		Message   string          `json:"message"`
	}
	var b struct {
		Error json.RawMessage `json:"error"`
		form
	}
	if json.Unmarshal(body, &b) != nil {
		return "", ""
	}
	f := b.form
	var inner form
	if json.Unmarshal(b.Error, &inner) == nil && (inner.Code != "" || inner.Message != "") {
		f = inner
	}
	var sub struct {
		SubCode string `json:"subCode"`
	}
	_ = json.Unmarshal([]byte(f.Message), &sub)
	for _, c := range []string{f.Code, sub.SubCode, strings.Trim(string(f.ErrorCode), `"`)} {
		if _, ok := codes[c]; ok {
			return c, f.Message
		}
		if code == "" && plainCode.MatchString(c) {
			code = c
		}
	}
	return code, f.Message
}

// longestAfter is the longest of the connector's windows ("Rate limiting for bots").
const longestAfter = time.Hour

// retryAfter reads Retry-After (RFC 9110, 10.2.3): seconds, or a date, which is
// counted from the answer's own date where it has one.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseInt(v, 10, 32); err == nil {
		return min(max(0, time.Duration(n)*time.Second), longestAfter)
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if d, err := http.ParseTime(h.Get("Date")); err == nil {
		now = d
	}
	return min(max(0, at.Sub(now)), longestAfter)
}

// note logs what the error of a call must not hold: which host does not serve the
// tenant, and what the connector says of a message of ours.
func (c *connector) note(ctx context.Context, q outRequest, u *url.URL, r outReply, err error) {
	code, message := saidCode(r.body)
	switch {
	case err == nil:
	case code == codeHost:
		c.log.LogAttrs(ctx, slog.LevelError, "teams: the tenant is served by another host of the connector",
			slog.String("op", q.kind.op()), slog.String("host", u.Host))
	case r.status == http.StatusBadRequest:
		c.log.LogAttrs(ctx, slog.LevelDebug, "teams: the connector refused a request",
			slog.String("op", q.kind.op()), slog.String("code", code), slog.String("said", plainWords(message)))
	}
}

// plainWords keeps the plain words of a message: an id, an address or a quotation in it
// could be a person's.
func plainWords(s string) string {
	const most = 40
	var out []string
	for w := range strings.FieldsSeq(s) {
		if len(out) == most {
			break
		}
		if plain := strings.TrimRight(w, ".,"); len(plain) > 24 || strings.Trim(plain, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
			w = "…"
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}
