package teamsfake

import (
	"fmt"
	"net/http"
)

// Codes of the connector's errors.
const (
	codeBadArgument     = "BadArgument"
	codeNotRegistered   = "BotNotRegistered"
	codeNotInRoster     = "BotNotInConversationRoster"
	codeBlocked         = "ConversationBlockedByUser"
	codeNoPermission    = "NotEnoughPermissions"
	codeNoConversation  = "ConversationNotFound"
	codeNoActivity      = "ActivityNotFoundInConversation"
	codeNoMember        = "MemberNotFoundInConversation"
	codeNotAllowed      = "MethodNotAllowed"
	codePrecondition    = "PreconditionFailed"
	codeTooBig          = "MessageSizeTooBig"
	codeThrottled       = "Throttled"
	authorizationDenied = "Authorization has been denied for this request."
)

// refusal is an error the connector answers.
type refusal struct {
	status        int
	code, message string
	retryAfter    int // seconds
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func refuse(status int, code, format string, a ...any) *refusal {
	return &refusal{status: status, code: code, message: fmt.Sprintf(format, a...)}
}

func badArgument(format string, a ...any) *refusal {
	return refuse(http.StatusBadRequest, codeBadArgument, format, a...)
}

func (r *refusal) body() obj { return obj{"error": obj{"code": r.code, "message": r.message}} }
