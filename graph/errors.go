package graph

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models/odataerrors"

	"guestsite/bot"
)

// fault is what the service said of a call that it refused.
type fault struct {
	status  int
	code    string
	message string // developer's text, with those of details and inner errors
	details []detail
	after   time.Duration
	request string
}

// detail is one entry of an error's details.
type detail struct{ code, target, message, word string }

func (f *fault) requestID() string {
	if f == nil {
		return ""
	}
	return f.request
}

// statusOr is the status to report: the fault's, else good where err is nil.
func (f *fault) statusOr(good int, err error) int {
	switch {
	case f != nil:
		return f.status
	case err == nil:
		return good
	}
	return 0
}

// says reports whether the message holds any of the texts. It is asked only
// where the vendor's code is the same for different causes.
func (f *fault) says(texts ...string) bool {
	low := strings.ToLower(f.message)
	for _, t := range texts {
		if strings.Contains(low, strings.ToLower(t)) {
			return true
		}
	}
	return false
}

// has looks for a detail with that code and target; an empty one fits all.
func (f *fault) has(code, target string) bool {
	for _, d := range f.details {
		if (code == "" || d.code == code) && (target == "" || d.target == target) {
			return true
		}
	}
	return false
}

// refusal is the SDK's error for an answer with a status that says no.
type refusal interface {
	error
	abs.ApiErrorable
}

// faultOf reads the SDK's error; nil when no answer was received or it was good.
func faultOf(err error) *fault {
	e, ok := errors.AsType[refusal](err)
	if !ok {
		return nil
	}
	f := &fault{status: e.GetStatusCode()}
	if h := e.GetResponseHeaders(); h != nil {
		f.request = first(h.Get("request-id"))
		f.after = retryAfter(first(h.Get("Retry-After")))
	}
	if o, ok := e.(*odataerrors.ODataError); ok {
		f.read(o)
	}
	return f
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

// read takes what an OData error says. Its own Error method is never called: it
// panics where the message is missing.
func (f *fault) read(o *odataerrors.ODataError) {
	m := o.GetErrorEscaped()
	if m == nil {
		return
	}
	f.code = val(m.GetCode())
	texts := []string{val(m.GetMessage())}
	if in := m.GetInnerError(); in != nil {
		if f.request == "" {
			f.request = val(in.GetRequestId())
		}
		if t, ok := in.GetAdditionalData()["message"].(*string); ok {
			texts = append(texts, val(t))
		}
	}
	for _, d := range m.GetDetails() {
		x := detail{code: val(d.GetCode()), target: val(d.GetTarget()), message: val(d.GetMessage())}
		if w, ok := d.GetAdditionalData()["blockedWord"].(*string); ok {
			x.word = val(w)
		}
		f.details = append(f.details, x)
		texts = append(texts, x.message)
	}
	f.message = strings.TrimSpace(strings.Join(texts, " "))
}

// retryAfter reads the header, which is in seconds.
func retryAfter(s string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(n) * time.Second
}

var (
	addresses = regexp.MustCompile(`[^\s'",;:<>()]+@[^\s'",;:<>()]+`)
	links     = regexp.MustCompile(`https?://\S+`)
)

// text is the fault for the operator, without addresses and links.
func (f *fault) text() string {
	msg := links.ReplaceAllString(addresses.ReplaceAllString(f.message, "<address>"), "<link>")
	parts := []string{strconv.Itoa(f.status)}
	for _, p := range []string{f.code, msg} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	s := strings.Join(parts, " ")
	if f.request != "" {
		s += " (request-id " + f.request + ")"
	}
	return s
}

// verdict is what a fault means to the engine.
type verdict struct {
	code   bot.Code
	reason string
}

// mapped makes the error that leaves the package.
func mapped(ctx context.Context, doing string, o op, f *fault, err error) error {
	if f != nil {
		return f.err(doing, o)
	}
	return lost(ctx, doing, o.changes(), err)
}

// err is the fault as the engine's error.
func (f *fault) err(doing string, o op) *bot.Error {
	v := f.judge(o)
	e := &bot.Error{Code: v.code, Op: "graph: " + doing, Reason: v.reason, Detail: f.text(), After: f.after}
	e.Unclear = o.changes() && v.code == bot.Unavailable && f.status >= http.StatusInternalServerError
	if o == opInvite && f.status == http.StatusNotFound {
		e.Unclear = true // seen when the service is in trouble; the account may be there
	}
	return e
}

// judge maps status and code, and the message where the code is ambiguous.
func (f *fault) judge(o op) verdict {
	switch {
	case f.status == http.StatusTooManyRequests:
		return verdict{code: bot.Throttled}
	case f.status >= http.StatusInternalServerError:
		return verdict{code: bot.Unavailable}
	case f.status == http.StatusUnauthorized && f.code != "Unauthorized":
		return verdict{bot.Forbidden, bot.ReasonCredentials}
	case f.code == "Directory_QuotaExceeded" || f.code == "QuotaLimitExceeded":
		return verdict{bot.Forbidden, bot.ReasonQuota}
	}
	switch o {
	case opInvite:
		if v, ok := f.ofInvitation(); ok {
			return v
		}
	case opCreateGroup:
		if v, ok := f.ofCreation(); ok {
			return v
		}
	case opAddMember, opAddOwner, opPatchGroup, opRemoveMember:
		if v, ok := f.ofMembership(); ok {
			return v
		}
	default: // of reads, status and code say enough
	}
	switch f.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return verdict{bot.Forbidden, bot.ReasonPermission}
	case http.StatusNotFound, http.StatusGone:
		return verdict{code: bot.NotFound}
	case http.StatusConflict, http.StatusPreconditionFailed, http.StatusLocked:
		return verdict{code: bot.Conflict}
	case http.StatusRequestTimeout:
		return verdict{code: bot.Unavailable}
	}
	return verdict{code: bot.Invalid}
}

// ofInvitation tells the causes apart that POST /invitations answers with the
// same codes (Microsoft Entra: Troubleshoot B2B collaboration).
func (f *fault) ofInvitation() (verdict, bool) {
	switch {
	case f.status == http.StatusNotFound:
		return verdict{code: bot.Unavailable}, true
	case f.says("Guest invitations not allowed for your company"):
		return verdict{bot.Forbidden, bot.ReasonInvitesOff}, true
	case f.says("does not allow collaboration with the domain"):
		return verdict{bot.Forbidden, bot.ReasonDomain}, true
	case f.says("blocked by cross-tenant access settings", "B2B Cross Cloud Worker"):
		return verdict{bot.Forbidden, bot.ReasonCrossTenant}, true
	case f.says("Invitee is in inviter tenant", "Non-external user already exists"):
		return verdict{bot.Conflict, bot.ReasonInternal}, true
	case f.says("Group email address is not supported"):
		return verdict{bot.Invalid, bot.ReasonGroupAddress}, true
	case f.says("account is blocked from signing in"):
		return verdict{bot.Forbidden, bot.ReasonDisabled}, true
	case f.says("property proxyAddresses already exists"):
		return verdict{bot.Conflict, bot.ReasonContact}, true
	case f.says("Primary SMTP Address is an invalid value", "nvalid invited user email address", "invitedUserEmailAddress",
		"user can't be invited to this directory"):
		return verdict{bot.Invalid, bot.ReasonAddress}, true
	case f.says("quota"):
		return verdict{bot.Forbidden, bot.ReasonQuota}, true
	}
	return verdict{}, false
}

// ofCreation tells the causes apart of which POST /groups says Request_BadRequest
// (Microsoft Graph: Create group; group naming policy).
func (f *fault) ofCreation() (verdict, bool) {
	switch {
	case f.aliasTaken():
		return verdict{bot.Conflict, bot.ReasonAliasTaken}, true
	case f.has("", "uniqueName"), f.says("property uniqueName already exists"):
		return verdict{code: bot.Conflict}, true
	case f.naming():
		return verdict{bot.Invalid, bot.ReasonNaming}, true
	case f.says("directory object quota limit"):
		return verdict{bot.Forbidden, bot.ReasonQuota}, true
	case f.notReplicated():
		return verdict{code: bot.Unavailable}, true
	}
	return verdict{}, false
}

func (f *fault) aliasTaken() bool {
	for _, code := range []string{"ObjectConflict", "PropertyConflict"} {
		if f.has(code, "mailNickname") || f.has(code, "proxyAddresses") {
			return true
		}
	}
	return f.says("property mailNickname already exists", "property proxyAddresses already exists")
}

func (f *fault) naming() bool {
	return f.has("MissingPrefixSuffix", "") || f.has("ContainsBlockedWord", "") ||
		f.status == http.StatusUnprocessableEntity || f.says("naming policy", "prefix or suffix", "blocked word")
}

// notReplicated is said of objects made a moment ago (Microsoft Graph: Add members).
func (f *fault) notReplicated() bool {
	return f.status == http.StatusBadRequest && f.says("source resource object or one of the objects being referenced do not exist")
}

// alreadyThere says that the reference is in the list.
func (f *fault) alreadyThere() bool {
	return f.status == http.StatusBadRequest && f.says("added object references already exist")
}

// ofMembership tells a refused guest from a missing permission, which share
// Authorization_RequestDenied, and groups whose members cannot be edited.
func (f *fault) ofMembership() (verdict, bool) {
	switch {
	case f.says("Guests users are not allowed"):
		return verdict{bot.Forbidden, bot.ReasonGuestsOff}, true
	case f.alreadyThere():
		return verdict{code: bot.Conflict}, true
	case f.notReplicated():
		return verdict{code: bot.Unavailable}, true
	case f.says("on-premises mastered", "dynamic membership"):
		return verdict{bot.Forbidden, bot.ReasonMembership}, true
	case f.says("directory object quota limit"):
		return verdict{bot.Forbidden, bot.ReasonQuota}, true
	}
	return verdict{}, false
}

// lost is a call without an answer that can be read: no token, no connection, a
// cut connection, or an answer that is not what it should be.
func lost(ctx context.Context, doing string, changes bool, err error) *bot.Error {
	e := &bot.Error{Code: bot.Unavailable, Op: "graph: " + doing}
	if t, ok := errors.AsType[*tokenError](err); ok {
		return noToken(ctx, doing, t.err)
	}
	e.Unclear = changes && !unsent(err)
	e.Err = bare(err)
	if cause := context.Cause(ctx); cause != nil {
		e.Err = cause
	}
	return e
}

// unsent says that no connection was made, so that nothing happened.
func unsent(err error) bool {
	n, ok := errors.AsType[*net.OpError](err)
	return ok && n.Op == "dial"
}

// bare drops the URL from an error of net/http: filters hold addresses.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// unreadable is an answer of another type than asked for.
func unreadable(doing string, o op) *bot.Error {
	return &bot.Error{Code: bot.Unavailable, Op: "graph: " + doing, Unclear: o.changes(), Detail: "the answer could not be read"}
}

func internal(doing string, err error) *bot.Error {
	return &bot.Error{Code: bot.Internal, Op: "graph: " + doing, Err: err}
}

// errorOf gives the engine's error where there is one.
func errorOf(err error) (*bot.Error, bool) { return errors.AsType[*bot.Error](err) }
