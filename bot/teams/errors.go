package teams

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"guestsite/bot"
)

// callKind is one of the calls that we make.
type callKind string

const (
	callPost callKind = "post"
	callPut  callKind = "update"
	callOpen callKind = "open a chat"
)

func (k callKind) op() string { return "teams: " + string(k) }

// repeats says whether a call that was done already does harm when done again.
func (k callKind) repeats() bool { return k == callPost }

// meaning is what an answer of the connector means to us.
type meaning struct {
	code    bot.Code
	reason  string
	unclear bool // the effect may have happened
}

// codes are the error codes that say more than their status ("Status codes from
// bot conversational APIs" of Teams).
var codes = map[string]meaning{
	"BotNotRegistered":               {code: bot.Forbidden, reason: bot.ReasonCredentials},
	"BotNotInConversationRoster":     {code: bot.Forbidden, reason: bot.ReasonUndeliverable},
	"ConversationBlockedByUser":      {code: bot.Forbidden, reason: bot.ReasonUndeliverable},
	"MessageWritesBlocked":           {code: bot.Forbidden, reason: bot.ReasonUndeliverable},
	"BotDisabledByAdmin":             {code: bot.Forbidden, reason: bot.ReasonUndeliverable},
	codeHost:                         {code: bot.Forbidden},
	"NotEnoughPermissions":           {code: bot.Forbidden, reason: bot.ReasonPermission},
	codeNoConversation:               {code: bot.NotFound},
	"ActivityNotFoundInConversation": {code: bot.NotFound, reason: bot.ReasonGone},
	"MessageSizeTooBig":              {code: bot.Invalid, reason: bot.ReasonBadCard},
}

const (
	codeHost           = "InvalidBotApiHost" // the tenant's cloud has a host of its own
	codeNoConversation = "ConversationNotFound"
)

// judged gives the meaning of a status and the code with it.
func judged(kind callKind, status int, code string) meaning {
	if m, ok := codes[code]; ok && status >= 400 && status < 500 {
		return m
	}
	switch status {
	case http.StatusBadRequest:
		if kind == callPost || kind == callPut {
			return meaning{code: bot.Invalid, reason: bot.ReasonBadCard}
		}
		return meaning{code: bot.Invalid}
	case http.StatusUnauthorized:
		return meaning{code: bot.Forbidden, reason: bot.ReasonCredentials}
	case http.StatusForbidden:
		return meaning{code: bot.Forbidden, reason: bot.ReasonUndeliverable}
	case http.StatusNotFound:
		return meaning{code: bot.NotFound}
	case http.StatusRequestEntityTooLarge:
		return meaning{code: bot.Invalid, reason: bot.ReasonBadCard}
	case http.StatusTooManyRequests:
		return meaning{code: bot.Throttled}
	case http.StatusPreconditionFailed, http.StatusServiceUnavailable:
		return meaning{code: bot.Unavailable}
	case http.StatusRequestTimeout, http.StatusBadGateway, http.StatusGatewayTimeout:
		return meaning{code: bot.Unavailable, unclear: true}
	case http.StatusInternalServerError: // documented as not to be tried again
		return meaning{code: bot.Internal, unclear: true}
	default: // a redirect too: it is not followed
		return meaning{code: bot.Internal}
	}
}

// refusal is the status and code by which the connector refused.
type refusal struct {
	status int
	code   string
}

func (r *refusal) Error() string {
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", r.status, r.code))
}

// apiCode gives the connector's own code of an error, such as codeNoConversation;
// empty where it gave none.
func apiCode(err error) string {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.code
	}
	return ""
}

func refused(kind callKind, r outReply) error {
	code, _ := saidCode(r.body)
	m := judged(kind, r.status, code)
	e := &bot.Error{
		Code: m.code, Reason: m.reason, Op: kind.op(), Unclear: m.unclear && kind.repeats(),
		Err: &refusal{status: r.status, code: code},
	}
	if bot.Retryable(e) {
		e.After = retryAfter(r.header, time.Now())
	}
	return e
}

// notSent is the error of a call that did not leave us.
func notSent(kind callKind, err error) error {
	return &bot.Error{Code: bot.Unavailable, Op: kind.op(), Err: bareCause(err)}
}

// unanswered is the error of a call that may have reached the connector.
func unanswered(kind callKind, err error) error {
	return &bot.Error{Code: bot.Unavailable, Op: kind.op(), Unclear: kind.repeats(), Err: bareCause(err)}
}

// noResult is the error of a call that succeeded without the id it is for.
func noResult(kind callKind, r outReply) error {
	e := &bot.Error{
		Code: bot.Unavailable, Op: kind.op(), Unclear: kind.repeats(),
		Detail: fmt.Sprintf("HTTP %d without a result", r.status),
	}
	if r.err != nil {
		e.Err = bareCause(r.err)
	}
	return e
}

// bareCause keeps of an error of net/http what happened; the rest names hosts and
// addresses.
func bareCause(err error) error {
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF, io.EOF} {
		if errors.Is(err, known) {
			return known
		}
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return errors.New("the host's name was not found")
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return errors.New("the host's certificate is not trusted")
	}
	if n, ok := errors.AsType[net.Error](err); ok && n.Timeout() {
		return errors.New("timed out")
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return fmt.Errorf("no answer (%T)", err)
}

// orDone gives the end of ctx where that is why a call failed.
func orDone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
