package teams

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
)

func connError(code string) string {
	return fmt.Sprintf(`{"error":{"code":%q,"message":"a secret about Sanne and %s"}}`, code, connChat)
}

func connOldError(sub string) string {
	return fmt.Sprintf(`{"errorCode":209,"message":"{\r\n  \"subCode\": %s,\r\n  \"details\": \"secret\"}"}`,
		strings.ReplaceAll(fmt.Sprintf("%q", sub), `"`, `\"`))
}

func TestConnector_EachRefusalHasItsMeaning(t *testing.T) {
	t.Parallel()
	undeliverable := bot.Error{Code: bot.Forbidden, Reason: bot.ReasonUndeliverable}
	credentials := bot.Error{Code: bot.Forbidden, Reason: bot.ReasonCredentials}
	unavailable := bot.Error{Code: bot.Unavailable}
	for _, tc := range []struct {
		status int
		body   string
		code   string
		want   bot.Error
		post   *bot.Error // where post differs
		put    *bot.Error // where put differs
	}{
		{400, connError("BadArgument"), "BadArgument", bot.Error{Code: bot.Invalid}, &bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard}, &bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard}},
		{400, connError("Bad Argument"), "Bad Argument", bot.Error{Code: bot.Invalid}, &bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard}, &bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard}},
		{401, connError("BotNotRegistered"), "BotNotRegistered", credentials, nil, nil},
		{401, `{"message":"Authorization has been denied for this request."}`, "", credentials, nil, nil},
		{403, connError("BotNotInConversationRoster"), "BotNotInConversationRoster", undeliverable, nil, nil},
		{403, connError("ConversationBlockedByUser"), "ConversationBlockedByUser", undeliverable, nil, nil},
		{403, connOldError("MessageWritesBlocked"), "MessageWritesBlocked", undeliverable, nil, nil},
		{403, connError("BotDisabledByAdmin"), "BotDisabledByAdmin", undeliverable, nil, nil},
		{403, connError("NotEnoughPermissions"), "NotEnoughPermissions", bot.Error{Code: bot.Forbidden, Reason: bot.ReasonPermission}, nil, nil},
		{403, connError("InvalidBotApiHost"), "InvalidBotApiHost", bot.Error{Code: bot.Forbidden}, nil, nil},
		{403, connError("Forbidden"), "Forbidden", undeliverable, nil, nil},
		{403, "<html>secret</html>", "", undeliverable, nil, nil},
		{404, connError("ConversationNotFound"), "ConversationNotFound", bot.Error{Code: bot.NotFound}, nil, nil},
		{404, connError("ActivityNotFoundInConversation"), "ActivityNotFoundInConversation", bot.Error{Code: bot.NotFound, Reason: bot.ReasonGone}, nil, nil},
		{404, "", "", bot.Error{Code: bot.NotFound}, nil, nil},
		{405, "", "", bot.Error{Code: bot.Internal}, nil, nil},
		{408, "", "", unavailable, &bot.Error{Code: bot.Unavailable, Unclear: true}, nil},
		{413, connError("MessageSizeTooBig"), "MessageSizeTooBig", bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard}, nil, nil},
		{413, "", "", bot.Error{Code: bot.Invalid, Reason: bot.ReasonBadCard}, nil, nil},
		{429, connError("Throttled"), "Throttled", bot.Error{Code: bot.Throttled}, nil, nil},
		{500, connError("ServiceError"), "ServiceError", bot.Error{Code: bot.Internal}, &bot.Error{Code: bot.Internal, Unclear: true}, nil},
		{501, "", "", bot.Error{Code: bot.Internal}, nil, nil},
		{502, "", "", unavailable, &bot.Error{Code: bot.Unavailable, Unclear: true}, nil},
		{502, connError("ConversationNotFound"), "ConversationNotFound", unavailable, &bot.Error{Code: bot.Unavailable, Unclear: true}, nil},
		{503, connError("ServiceUnavailable"), "ServiceUnavailable", unavailable, nil, nil},
		{504, "", "", unavailable, &bot.Error{Code: bot.Unavailable, Unclear: true}, nil},
		{418, connError("secret: " + connChat), "", bot.Error{Code: bot.Internal}, nil, nil},
	} {
		t.Run(fmt.Sprintf("%d %s", tc.status, tc.code), func(t *testing.T) {
			t.Parallel()
			s, c := startConn(t, connStatus(tc.status, tc.body))
			for kind, err := range allCalls(t, s, c) {
				want := tc.want
				switch {
				case kind == callPost && tc.post != nil:
					want = *tc.post
				case kind == callPut && tc.put != nil:
					want = *tc.put
				}
				wantBot(t, err, want)
				if got := apiCode(err); got != tc.code {
					t.Errorf("%s: code %q, want %q", kind, got, tc.code)
				}
			}
			if n := len(s.requests()); n != 3 {
				t.Errorf("%d requests for 3 calls: only the worker tries again", n)
			}
		})
	}
}

func TestConnector_ReadsBothFormsOfAnError(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		connError("ConversationNotFound"):        "ConversationNotFound",
		connOldError("MessageWritesBlocked"):     "MessageWritesBlocked",
		connOldError("Unheard"):                  "Unheard",
		`{"errorCode":209,"message":"not JSON"}`: "209",
		`{"error":{"code":"Forbidden","message":"{\"subCode\":\"BotDisabledByAdmin\"}"}}`: "BotDisabledByAdmin",
		`{"error":{"code":"ConversationNotFound","message":"{\"subCode\":\"Other\"}"}}`:   "ConversationNotFound",
		`{"code":"NotEnoughPermissions","message":"x"}`:                                   "NotEnoughPermissions",
		`{"error":"invalid_client","message":"x"}`:                                        "",
		`{"error":{"code":5}}`: "",
		`[]`:                   "",
		`{"error":null}`:       "",
		``:                     "",
	} {
		if got, _ := saidCode([]byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func FuzzConnectorAnswer(f *testing.F) {
	for _, body := range []string{connError("Throttled"), connOldError("MessageWritesBlocked"), `{"id":"29:x","objectId":"y"}`} {
		f.Add([]byte(body), "120")
	}
	f.Fuzz(func(t *testing.T, body []byte, after string) {
		r := outReply{status: 403, body: body, header: http.Header{"Retry-After": {after}}}
		code, message := saidCode(body)
		if code != "" && !plainCode.MatchString(code) {
			t.Errorf("code %q", code)
		}
		plainWords(message)
		if id, err := idOf(callPost, r); (id == "") == (err == nil) {
			t.Errorf("id %q with %v", id, err)
		}
		if d := retryAfter(r.header, time.Unix(0, 0)); d < 0 || d > longestAfter {
			t.Errorf("after %v", d)
		}
	})
}

func TestConnector_RetryAfter(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		status int
		after  string
		want   time.Duration
	}{
		{429, "7", 7 * time.Second},
		{429, " 7 ", 7 * time.Second},
		{503, "7", 7 * time.Second},
		{429, date.Add(90 * time.Second).Format(http.TimeFormat), 90 * time.Second},
		{429, date.Add(-time.Minute).Format(http.TimeFormat), 0},
		{429, "-3", 0},
		{429, "soon", 0},
		{429, "", 0},
		{429, "99999999", time.Hour},
		{429, "99999999999999999999", 0},
		{403, "7", 0},
	} {
		s, c := startConn(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", tc.after)
			w.Header().Set("Date", date.Format(http.TimeFormat))
			w.WriteHeader(tc.status)
		})
		err := c.put(t.Context(), s.at(), "1", outbound{Text: "x"})
		if e, ok := errors.AsType[*bot.Error](err); !ok || e.After != tc.want {
			t.Errorf("%d %q: %v, want %v", tc.status, tc.after, err, tc.want)
		}
	}
	h := http.Header{"Retry-After": {date.Add(time.Minute).Format(http.TimeFormat)}}
	if d := retryAfter(h, date); d != time.Minute {
		t.Errorf("without a date: %v", d)
	}
}

func TestConnector_AnAnswerWithoutAnIDIsUnclear(t *testing.T) {
	t.Parallel()
	for _, answer := range []http.HandlerFunc{
		connStatus(202, ""), connStatus(201, "{}"), connStatus(201, `{"id":""}`), connStatus(200, `<secret>`), connStatus(201, `{"id":7}`),
		func(w http.ResponseWriter, _ *http.Request) { // cut in the middle
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"id":"1742`)
		},
		func(w http.ResponseWriter, _ *http.Request) { // more than we read
			_, _ = io.WriteString(w, `{"x":"`+strings.Repeat("y", maxReply)+`","id":"1"}`)
		},
	} {
		s, c := startConn(t, answer)
		got := allCalls(t, s, c)
		wantBot(t, got[callPost], bot.Error{Code: bot.Unavailable, Unclear: true})
		wantBot(t, got[callOpen], bot.Error{Code: bot.Unavailable}) // opening it again gives the same chat
		if got[callPut] != nil {
			t.Errorf("an edit needs no answer: %v", got[callPut])
		}
	}
}

func TestConnector_LogsWhatTheOperatorNeedsAndNoMore(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	keep := func(o *connectorOptions) {
		o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	s, c := startConn(t, connStatus(403, connError("InvalidBotApiHost")), keep)
	_ = c.put(t.Context(), s.at(), "1", outbound{Text: "x"})
	if !strings.Contains(log.String(), "another host") {
		t.Errorf("the log does not tell of the host: %s", log.String())
	}
	s, c = startConn(t, connStatus(400, `{"error":{"code":"BadArgument","message":"Unknown attachment type, 'Sanne' `+connChat+` sanne@x.nl."}}`), keep)
	_ = c.put(t.Context(), s.at(), "1", outbound{Text: "x"})
	if got := log.String(); !strings.Contains(got, "Unknown attachment type") || strings.Contains(got, connChat) ||
		strings.Contains(strings.ToLower(got), "sanne") || strings.Contains(got, connToken) {
		t.Errorf("log: %s", got)
	}
}
