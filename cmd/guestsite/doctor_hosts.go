package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"time"
)

// host is one of the cloud's that the program has to reach.
type host struct{ key, url string }

// hosts reaches every host that the configuration names, and compares the clock
// with that of the login host.
func (x *examiner) hosts(ctx context.Context) []finding {
	all := []host{
		{"login", x.cloud.Login},
		{"graph", x.cloud.Graph},
		{"sharepoint", x.cloud.SharePoint},
		{"sharepoint_admin", x.cloud.SharePointAdmin},
	}
	if x.cfg.Slack != nil {
		all = append(all, host{"slack_api", x.cloud.SlackAPI})
	}
	if x.cfg.Teams != nil {
		all = append(all, host{"bot_openid_metadata", x.cloud.BotOpenIDMetadata}, host{"bot_service_url", x.cloud.BotServiceURL})
	}
	var out []finding
	for _, h := range all {
		if h.url == "" { // SharePoint's are found through Graph
			continue
		}
		date, err := x.reach(ctx, h.url)
		if h.key == "login" {
			out = append(out, judgeClock(date, x.now(), err))
		}
		out = append(out, judgeHost(h, err, x.cloud.CAFile))
	}
	return out
}

// reach asks a host for anything at all. Whatever it answers, it is there.
func (x *examiner) reach(ctx context.Context, address string) (date time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return date, err
	}
	own := *x.client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := own.Do(r)
	if err != nil {
		return date, err
	}
	_ = res.Body.Close()
	date, _ = http.ParseTime(res.Header.Get("Date")) // the zero time is judged
	return date, nil
}

// clockOff is how far the clock may be off: an assertion lives ten minutes, and
// Slack's requests five. Beyond clockNear it is worth a word.
const (
	clockOff  = 4 * time.Minute
	clockNear = time.Minute
)

func judgeClock(there, here time.Time, err error) finding {
	const name = "clock"
	switch {
	case err != nil:
		return untold(name, "could not be compared, because the login host was not reached", "")
	case there.IsZero():
		return untold(name, "could not be compared, because the login host does not say the time", "")
	}
	off := here.Sub(there).Abs()
	what := fmt.Sprintf("is off by %s from the login host's", off.Round(time.Second))
	switch {
	case off > clockOff:
		return lacking(name, what+", so that signatures and sign-ins fail", "Set this machine's clock, and let it be kept (NTP)")
	case off > clockNear:
		return warning(name, what, "Let this machine's clock be kept (NTP)")
	}
	return works(name, what)
}

func judgeHost(h host, err error, caFile string) finding {
	name := h.key
	if u, parseErr := url.Parse(h.url); parseErr == nil {
		name += " " + u.Host
	}
	if err == nil {
		return works(name, "answers")
	}
	what, where := inWords(err, caFile)
	return lacking(name, what, where)
}

const network = "Look at the firewall and the proxy (HTTPS_PROXY) of this machine"

// inWords says why a host was not reached, and what to look at.
func inWords(err error, caFile string) (what, where string) {
	if what, where = whyUnreached(err, caFile); what == "" {
		return "it is not reached: " + withoutURL(err), network
	}
	return what, where
}

// whyUnreached is inWords for the causes that have words of their own; empty for the
// others.
func whyUnreached(err error, caFile string) (what, where string) {
	trust := "Name the authority's certificate at ca_file, of a record under clouds"
	if caFile != "" {
		trust = "Look whether " + caFile + " (ca_file) has the authority's certificate"
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return "the name is not found", "Look at the name, and at this machine's DNS"
		}
		return "the name could not be looked up", "Look at this machine's DNS"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "its certificate is not trusted", trust
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "its certificate is for another name", "Look at the address, and for a proxy in between"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "its certificate has expired or is not yet valid", "Look at the clock of this machine, else at that host"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "its certificate cannot be verified", trust
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "it does not speak TLS", "Look at the address"
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection is refused", network
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), timedOut(err):
		return "it does not answer in time", network
	}
	return "", ""
}

func timedOut(err error) bool {
	slow, ok := errors.AsType[net.Error](err)
	return ok && slow.Timeout()
}

// withoutURL is the text of an error of net/http without the address, which may hold
// what is nobody's business.
func withoutURL(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err.Error()
	}
	return err.Error()
}
