package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Code classifies an error that crosses the socket.
type Code string

// The codes.
const (
	Invalid  Code = "invalid"   // the call is wrong; nothing was done
	NotFound Code = "not_found" // what it is about is not there
	Conflict Code = "conflict"  // it cannot be done now
	Mismatch Code = "version"   // client and server speak other versions
	Unknown  Code = "unknown"   // the server has no such operation
	Failed   Code = "failed"    // it was tried
)

// Error is what an operation answers in place of a result. Text is for the
// operator at the other end, so no secret may stand in it.
type Error struct {
	Code Code   `json:"code"`
	Text string `json:"text"`
}

func (e *Error) Error() string { return e.Text }

// Errorf makes an Error.
func Errorf(code Code, format string, args ...any) error {
	return &Error{Code: code, Text: fmt.Sprintf(format, args...)}
}

// asError gives err as it goes over the wire.
func asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if errors.Is(err, context.Canceled) {
		return &Error{Failed, "it was stopped"}
	}
	return &Error{Failed, err.Error()}
}

func encodeError(err error) string {
	text, _ := json.Marshal(asError(err)) //nolint:errchkjson // two strings
	return string(text)
}

// decodeError reads what encodeError wrote.
func decodeError(text []byte) error {
	var e Error
	if json.Unmarshal(text, &e) != nil || e.Text == "" {
		return &Error{Failed, "the server's answer cannot be read"}
	}
	return &e
}

// ErrNoServer says that nobody listens at the socket.
var ErrNoServer = errors.New("no server answers")
