package graph

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"guestsite/bot"
)

// LoginError says by which codes the login host gave no token, e.g. 700016 for
// AADSTS700016.
type LoginError struct{ Codes []int }

// Error implements error.
func (*LoginError) Error() string { return "the login host refused" }

// NoLoginError says that no token was had although nobody refused one: the login host,
// or with a managed identity the machine's own endpoint, was not reached. Its text is
// the vendor's, for a log.
type NoLoginError struct{ Err error }

// Error implements error.
func (e *NoLoginError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *NoLoginError) Unwrap() error { return e.Err }

// noToken maps a login that failed. The login host's text is not kept, only its
// code and its ids (Microsoft identity platform: Error response of the client
// credentials flow).
func noToken(ctx context.Context, doing string, err error) *bot.Error {
	e := &bot.Error{Code: bot.Unavailable, Op: "graph: " + doing + ": log in"}
	if cause := context.Cause(ctx); cause != nil {
		e.Err = &NoLoginError{cause}
		return e
	}
	a, ok := errors.AsType[*azidentity.AuthenticationFailedError](err)
	if !ok || a.RawResponse == nil {
		e.Err = &NoLoginError{bare(err)}
		return e
	}
	e.After = retryAfter(a.RawResponse.Header.Get("Retry-After"))
	switch s := a.RawResponse.StatusCode; {
	case s == http.StatusTooManyRequests:
		e.Code = bot.Throttled
	case s >= http.StatusBadRequest && s < http.StatusInternalServerError:
		e.Code, e.Reason = bot.Forbidden, bot.ReasonCredentials
	}
	e.Detail = strconv.Itoa(a.RawResponse.StatusCode)
	var said struct {
		Error   string `json:"error"`
		Codes   []int  `json:"error_codes"`
		TraceID string `json:"trace_id"`
	}
	if a.RawResponse.Body == nil {
		return e
	}
	body, readErr := io.ReadAll(io.LimitReader(a.RawResponse.Body, 1<<16))
	if readErr == nil && json.Unmarshal(body, &said) == nil {
		e.Detail += " " + said.Error
		if len(said.Codes) > 0 {
			e.Err = &LoginError{Codes: said.Codes}
		}
		for _, c := range said.Codes {
			e.Detail += " AADSTS" + strconv.Itoa(c)
		}
		if said.TraceID != "" {
			e.Detail += " (trace " + said.TraceID + ")"
		}
	}
	return e
}
