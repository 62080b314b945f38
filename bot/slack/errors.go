package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/slack-go/slack"

	"guestsite/bot"
)

// verdict is what an error code of Slack means to us.
type verdict struct {
	code    bot.Code
	reason  string
	unclear bool // the effect may have happened
}

// reasonUsed says that a trigger was used before; only we can use ours.
const reasonUsed = "trigger_used"

// judge gives the meaning of an "error" of the Web API (the "Errors" section of
// each method's page). An unknown code is a fault of ours: trying again would not
// help.
func judge(code string) verdict {
	switch code {
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive",
		"not_allowed_token_type":
		return verdict{code: bot.Forbidden, reason: bot.ReasonCredentials}
	case "missing_scope", "no_permission", "ekm_access_denied", "access_denied", "team_access_not_granted",
		"accesslimited", "two_factor_setup_required":
		return verdict{code: bot.Forbidden, reason: bot.ReasonPermission}
	case "channel_not_found", "not_in_channel", "is_archived", "user_not_found", "users_not_found",
		"user_disabled", "user_not_visible", "messages_tab_disabled", "cannot_dm_bot",
		"user_is_restricted", "user_is_ultra_restricted", "user_is_bot":
		return verdict{code: bot.Forbidden, reason: bot.ReasonUndeliverable}
	case "message_not_found", "cant_update_message", "edit_window_closed", "is_inactive", "not_found",
		"view_not_found":
		return verdict{code: bot.NotFound, reason: bot.ReasonGone}
	case "invalid_blocks", "invalid_blocks_format", "invalid_arguments", "invalid_arg_name", "invalid_array_arg",
		"msg_too_long", "no_text", "msg_blocks_too_long", "block_mismatch", "view_too_large", "metadata_too_large",
		"metadata_must_be_sent_from_app", "invalid_metadata_format", "invalid_metadata_schema",
		"duplicate_external_id", "too_many_attachments":
		return verdict{code: bot.Invalid, reason: bot.ReasonBadCard}
	case "exchanged_trigger_id", "trigger_exchanged":
		return verdict{code: bot.Expired, reason: reasonUsed}
	case "expired_trigger_id", "invalid_trigger_id", "trigger_expired":
		return verdict{code: bot.Expired}
	case "hash_conflict", "push_limit_reached":
		return verdict{code: bot.Conflict}
	case "ratelimited", "rate_limited":
		return verdict{code: bot.Throttled}
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout":
		return verdict{code: bot.Unavailable, unclear: true}
	case "team_added_to_org", "org_login_required", "external_channel_migrating":
		return verdict{code: bot.Unavailable}
	}
	if strings.HasPrefix(code, "restricted_action") {
		return verdict{code: bot.Forbidden, reason: bot.ReasonUndeliverable}
	}
	return verdict{code: bot.Internal}
}

// failed turns an error of a call into a bot.Error. Unclear is only ever set for
// what did reach Slack; the caller decides whether it matters.
func failed(op string, err error) error {
	if err == nil {
		return nil
	}
	e := &bot.Error{Op: "slack: " + op, Code: bot.Unavailable, Unclear: true, Err: bare(err)}
	if r, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		e.Code, e.Unclear, e.After = bot.Throttled, false, r.RetryAfter
		return e
	}
	if s, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return failedStatus(e, s.Code)
	}
	if r, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		v := judge(r.Err)
		e.Code, e.Reason, e.Unclear = v.code, v.reason, v.unclear
		e.Detail = refusal(r)
		e.Err = nil
		return e
	}
	if o, ok := errors.AsType[*net.OpError](err); ok && o.Op == "dial" {
		e.Unclear = false // nothing was sent
	}
	return e
}

func failedStatus(e *bot.Error, status int) error {
	e.Detail = fmt.Sprintf("HTTP %d", status)
	e.Err = nil
	switch {
	case status == http.StatusTooManyRequests:
		e.Code, e.Unclear = bot.Throttled, false
	case status >= 500:
	default:
		e.Code, e.Unclear = bot.Internal, false
	}
	return e
}

// refusal is Slack's code with the places it names (JSON pointers) and the scope
// that is missing; none of them holds what the message said.
func refusal(r slack.SlackErrorResponse) string {
	parts := []string{r.Err}
	if r.Needed != "" {
		parts = append(parts, "needed "+r.Needed)
	}
	for i, m := range r.ResponseMetadata.Messages {
		if i == 5 {
			break
		}
		parts = append(parts, cut(line(m), 200))
	}
	return strings.Join(parts, "; ")
}

// bare takes the URL out of an error of net/http: a response URL is a secret.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// lost is the error of a call that Slack answered without a result.
func lost(op string) error {
	return &bot.Error{Op: "slack: " + op, Code: bot.Unavailable, Unclear: true, Detail: "an answer without a result"}
}

// gone makes the refusals that mean "there is nothing to update" one error.
func gone(err error) error {
	if e, ok := errors.AsType[*bot.Error](err); ok && e.Reason == bot.ReasonUndeliverable {
		e.Code, e.Reason = bot.NotFound, bot.ReasonGone
	}
	return err
}

// within bounds a call in time.
func within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, callTime)
}
