package graphfake

import (
	"net/http"
	"time"
)

// Error codes of the directory, "Microsoft Graph error responses and resource types".
const (
	codeBadRequest  = "Request_BadRequest"
	codeDenied      = "Authorization_RequestDenied"
	codeNotFound    = "Request_ResourceNotFound"
	codeUnsupported = "Request_UnsupportedQuery"
)

// vendorError is the part of Graph's error envelope that a handler decides.
type vendorError struct {
	code    string
	message string
	details []map[string]any
}

// envelope is the body; both request ids belong to the exchange.
func (e *vendorError) envelope(now time.Time, requestID, clientID string) map[string]any {
	body := map[string]any{
		"code": e.code, "message": e.message,
		"innerError": map[string]any{
			"date": now.UTC().Format("2006-01-02T15:04:05"), "request-id": requestID, "client-request-id": clientID,
		},
	}
	if len(e.details) > 0 {
		body["details"] = e.details
	}
	return map[string]any{"error": body}
}

// body is the error in the shape of a host.
func (e *vendorError) body(host string, now time.Time, requestID, clientID string) map[string]any {
	switch host {
	case HostLogin:
		return map[string]any{
			"error": "temporarily_unavailable", "error_description": "AADSTS90033: " + e.message, "error_codes": []int{90033},
			"timestamp": now.UTC().Format("2006-01-02 15:04:05Z"), "trace_id": requestID, "correlation_id": clientID,
		}
	case HostSharePoint, HostAdmin:
		return map[string]any{
			"odata.error": map[string]any{"code": e.code, "message": map[string]any{"lang": "en-US", "value": e.message}},
		}
	}
	return e.envelope(now, requestID, clientID)
}

func fail(status int, code, message string) reply {
	return reply{status: status, err: &vendorError{code: code, message: message}}
}

func badRequest(message string) reply { return fail(http.StatusBadRequest, codeBadRequest, message) }

func unsupported(message string) reply {
	return fail(http.StatusBadRequest, codeUnsupported, message)
}

// notFound is the directory's answer for an object that is unknown or not replicated yet.
func notFound(id string) reply {
	return fail(http.StatusNotFound, codeNotFound, "Resource '"+id+
		"' does not exist or one of its queried reference-property objects are not present.")
}

// denied is the directory's answer for a missing application role.
func denied() reply {
	return fail(http.StatusForbidden, codeDenied, "Insufficient privileges to complete the operation.")
}

// conflict is the answer for a value that must be unique.
func conflict(property string) reply {
	msg := "Another object with the same value for property " + property + " already exists."
	r := badRequest(msg)
	r.err.details = []map[string]any{{"code": "ObjectConflict", "target": property, "message": msg}}
	return r
}
