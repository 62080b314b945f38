package teamsfake

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds what either side may send; far above every limit of Teams.
const maxBody = 4 << 20

// call is one request of the bot to the connector, routed.
type call struct {
	method string
	parts  []string // path segments below /v3, unescaped
	query  url.Values
	body   obj
	raw    []byte
}

// reply is what the connector answers; a nil body is an empty one.
type reply struct {
	status int
	body   any
}

func (s *Server) serveConnector(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	raw, readErr := io.ReadAll(io.LimitReader(r.Body, maxBody))
	path := strings.TrimPrefix(r.URL.Path, *s.servicePath.Load())
	s.mu.Lock()
	f := s.takeFaultLocked(r.Method, path)
	s.mu.Unlock()
	entry := WireEntry{
		Direction: ToTeams, Kind: "connector", Method: r.Method, Path: r.URL.RequestURI(), Request: rawOrText(raw), Error: f.label(),
	}
	var out reply
	var err error
	drop := false
	if done := s.writeBegins(r); done == nil {
		err = refuse(http.StatusPreconditionFailed, codePrecondition, "Another operation on this conversation is under way.")
	} else {
		defer done()
		status := 0
		if status, drop = f.before(s, w, r); status != 0 {
			entry.Status = status
			s.record(entry, began)
			return
		}
		if !drop {
			out, err = s.answerCall(r, raw, readErr)
		}
	}
	if ref, ok := errors.AsType[*refusal](err); ok {
		out = reply{ref.status, ref.body()}
		if ref.retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(ref.retryAfter))
		}
		entry.Error = ref.code
	}
	if !drop {
		drop = f.after(s, r)
	}
	if drop {
		s.record(entry, began)
		panic(http.ErrAbortHandler)
	}
	entry.Status = out.status
	if out.body != nil {
		entry.Response = mustJSON(out.body)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	// Recorded ahead of the answer, so that who has the answer finds the entry.
	s.record(entry, began)
	w.WriteHeader(out.status)
	_, _ = w.Write(entry.Response)
}

// writeBegins counts a write to a conversation; nil means that another one is
// under way and Options.RefuseConcurrent says no.
func (s *Server) writeBegins(r *http.Request) (done func()) {
	parts, err := s.segments(r.URL)
	if r.Method == http.MethodGet || err != nil || len(parts) < 2 {
		return func() {}
	}
	key, _ := splitThread(parts[1])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opts.RefuseConcurrent && s.writing[key] > 0 {
		return nil
	}
	s.writing[key]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.writing[key]--
	}
}

// segments splits a path below /v3 at its real slashes and unescapes each part.
func (s *Server) segments(u *url.URL) ([]string, error) {
	rest, ok := strings.CutPrefix(u.EscapedPath(), *s.servicePath.Load()+"/v3/")
	if !ok {
		return nil, refuse(http.StatusNotFound, "NotFound", "No such path: %s", u.EscapedPath())
	}
	parts := strings.Split(rest, "/")
	for i, p := range parts {
		id, err := url.PathUnescape(p)
		if err != nil || id == "" {
			return nil, badArgument("The path has a bad segment %q", p)
		}
		parts[i] = id
	}
	return parts, nil
}

func (s *Server) answerCall(r *http.Request, raw []byte, readErr error) (reply, error) {
	if readErr != nil {
		return reply{}, badArgument("The body cannot be read")
	}
	if err := s.authorize(r); err != nil {
		return reply{}, refuse(http.StatusUnauthorized, codeNotRegistered, authorizationDenied)
	}
	parts, err := s.segments(r.URL)
	if err != nil {
		return reply{}, err
	}
	c := call{method: r.Method, parts: parts, query: r.URL.Query(), raw: raw}
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || kind != "application/json" {
			return reply{}, badArgument("Content-Type %q is not application/json", r.Header.Get("Content-Type"))
		}
		if c.body, err = decodeObject(raw); err != nil {
			return reply{}, badArgument("The body is not a JSON object: %v", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.routeLocked(c)
}

// authorize takes one Authorization header with the Bearer scheme.
func (s *Server) authorize(r *http.Request) error {
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 {
		return fmt.Errorf("%d Authorization headers", len(headers))
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return errors.New("no bearer token")
	}
	if s.opts.CheckToken != nil {
		return s.opts.CheckToken(token)
	}
	if token != s.token {
		return errors.New("unknown token")
	}
	return nil
}

// routeLocked finds the operation. Targeted messages are a preview that this
// tenant does not have.
func (s *Server) routeLocked(c call) (reply, error) {
	names := slices.Clone(c.parts)
	for i := 1; i < len(names); i += 2 {
		names[i] = "*" // an id
	}
	shape := c.method + " " + strings.Join(names, "/")
	if c.query.Get("isTargetedActivity") == "true" {
		return reply{}, refuse(http.StatusMethodNotAllowed, codeNotAllowed, "Targeted messages are not offered here.")
	}
	switch shape {
	case "POST conversations":
		return s.createConversationLocked(c)
	case "POST conversations/*/activities", "POST conversations/*/activities/*":
		return s.postActivityLocked(c)
	case "PUT conversations/*/activities/*":
		return s.putActivityLocked(c)
	case "DELETE conversations/*/activities/*":
		return s.deleteActivityLocked(c)
	case "GET conversations/*/pagedmembers":
		return s.pagedMembersLocked(c)
	case "GET conversations/*/members":
		return s.allMembersLocked(c)
	case "GET conversations/*/members/*":
		return s.oneMemberLocked(c)
	case "GET teams/*":
		return s.teamLocked(c)
	case "GET teams/*/conversations":
		return s.channelsLocked(c)
	}
	known := []string{"conversations", "attachments", "teams"}
	if !slices.Contains(known, c.parts[0]) {
		return reply{}, refuse(http.StatusNotFound, "NotFound", "No such path: /v3/%s", strings.Join(c.parts, "/"))
	}
	return reply{}, refuse(http.StatusMethodNotAllowed, codeNotAllowed, "%s is not offered here.", shape)
}

// reachLocked finds a conversation that the bot may use now.
func (s *Server) reachLocked(id string) (c *conversation, thread string, err error) {
	id, thread = splitThread(id)
	c = s.convs[id]
	if c == nil || thread != "" && (c.kind != KindChannel || c.find(thread) == nil) {
		return nil, "", refuse(http.StatusNotFound, codeNoConversation, "Conversation not found.")
	}
	if c.kind == KindPersonal {
		p := s.people[c.members[0]]
		if p.blocked {
			return nil, "", refuse(http.StatusForbidden, codeBlocked, "User blocked the conversation with the bot.")
		}
		if !p.installed && !s.reachedByTeamLocked(p) {
			return nil, "", notInRoster()
		}
	} else if !c.botIn {
		return nil, "", notInRoster()
	}
	return c, thread, nil
}

func notInRoster() error {
	return refuse(http.StatusForbidden, codeNotInRoster, "The bot is not part of the conversation roster.")
}

// reachedByTeamLocked tells whether a person is in a team that has the app.
func (s *Server) reachedByTeamLocked(p *person) bool {
	for _, t := range s.teams {
		if t.channels[0].botIn && t.channels[0].has(p.ID) {
			return true
		}
	}
	return false
}
