package teams

import (
	"net/url"
	"strings"

	"guestsite/bot"
)

// url gives the address of a request: the service URL with the ids as path
// segments. An id may hold anything, so nothing of it can end its segment; "." and
// ".." no escape saves, and none is an id.
func (q outRequest) url() (*url.URL, error) {
	bad := func(why string) error { return &bot.Error{Code: bot.Invalid, Op: q.kind.op(), Detail: why} }
	base, err := url.Parse(q.service)
	if err != nil || base.RawQuery != "" || base.ForceQuery || base.Fragment != "" || base.Opaque != "" {
		return nil, bad("the service URL cannot be used")
	}
	var b strings.Builder
	b.WriteString(strings.TrimRight(base.String(), "/"))
	b.WriteString("/v3")
	for _, s := range q.path {
		if s == "" || s == "." || s == ".." {
			return nil, bad("an id cannot be used")
		}
		b.WriteByte('/')
		b.WriteString(segment(s))
	}
	u, err := url.Parse(b.String())
	if err != nil {
		return nil, bad("the service URL cannot be used")
	}
	return u, nil
}

// segment escapes all that has a meaning anywhere in a URL, ":" ";" and "@" too, as
// Microsoft's own clients do.
func segment(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// allowed says whether a token may be sent there ("Authentication with the Bot
// Connector API": a token is for the connector's hosts alone).
func (c *connector) allowed(u *url.URL) bool {
	if u.Scheme != "https" || u.User != nil || u.Host == "" {
		return false
	}
	host := plainHost(u.Host)
	for _, h := range c.hosts {
		if host == h || h[0] == '.' && len(host) > len(h) && strings.HasSuffix(host, h) {
			return true
		}
	}
	return false
}

func plainHost(h string) string { return strings.TrimSuffix(strings.ToLower(h), ":443") }
