package slackfake

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tokenState is what the bot token may do now.
type tokenState struct {
	scopes []string
	err    string // answered to every call when set, such as token_revoked
}

// SetScopes changes what the token may do, as a re-installation does.
func (s *Server) SetScopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token.scopes = slices.Clone(scopes)
}

// BreakToken makes every call fail with a code such as token_revoked or
// account_inactive; "" repairs it.
func (s *Server) BreakToken(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token.err = code
}

// apiError is an answer with ok:false; its text is the code.
type apiError struct {
	code     string
	messages []string // response_metadata.messages
	needed   string
	provided string
}

func (e *apiError) Error() string { return e.code }

func fail(code string, messages ...string) error { return &apiError{code: code, messages: messages} }

func missingArg(name string) error {
	return fail("invalid_arguments", "[ERROR] missing required field: "+name)
}

type apiMethod struct {
	scopes []string // one of these is needed; empty means any token
	run    func(*Server, args) (obj, error)
	app    bool // takes the app-level token, and no other
}

func apiMethods() map[string]apiMethod {
	write, read := []string{"chat:write"}, []string{"users:read"}
	return map[string]apiMethod{
		methodOpen:              {[]string{"connections:write"}, (*Server).appsConnectionsOpen, true},
		"auth.test":             {nil, (*Server).authTest, false},
		"team.info":             {[]string{"team:read"}, (*Server).teamInfo, false},
		"chat.postMessage":      {write, (*Server).chatPostMessage, false},
		"chat.update":           {write, (*Server).chatUpdate, false},
		"chat.delete":           {write, (*Server).chatDelete, false},
		"chat.postEphemeral":    {write, (*Server).chatPostEphemeral, false},
		"chat.getPermalink":     {nil, (*Server).chatGetPermalink, false},
		"conversations.open":    {[]string{"im:write", "mpim:write", "groups:write", "channels:manage"}, (*Server).conversationsOpen, false},
		"conversations.history": {nil, (*Server).conversationsHistory, false},
		"conversations.info":    {nil, (*Server).conversationsInfo, false},
		"users.info":            {read, (*Server).usersInfo, false},
		"users.list":            {read, (*Server).usersList, false},
		"users.lookupByEmail":   {[]string{"users:read.email"}, (*Server).usersLookupByEmail, false},
		"views.open":            {nil, (*Server).viewsOpen, false},
		"views.push":            {nil, (*Server).viewsPush, false},
		"views.update":          {nil, (*Server).viewsUpdate, false},
		"views.publish":         {nil, (*Server).viewsPublish, false},
	}
}

func (s *Server) apiHandler() http.Handler {
	mux := http.NewServeMux()
	methods := apiMethods()
	mux.HandleFunc("/api/{method}", func(w http.ResponseWriter, r *http.Request) {
		s.serveMethod(w, r, methods)
	})
	mux.HandleFunc("GET "+pathSocket, s.serveSocket)
	for _, p := range []string{"/commands/", "/actions/", "/app/"} {
		mux.HandleFunc("POST "+p, s.serveHook)
	}
	return mux
}

func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request, methods map[string]apiMethod) {
	began := time.Now()
	name := r.PathValue("method")
	a, token, err := readArgs(r)
	entry := WireEntry{Direction: ToSlack, Method: name, Args: a.decoded()}
	f := s.takeFault(name)
	status, drop := f.before(s, w, r)
	if drop || status != 0 {
		entry.Status, entry.Error = status, f.label()
		s.record(entry, began)
		if drop {
			panic(http.ErrAbortHandler) // closes the connection without an answer
		}
		return
	}
	var answer obj
	if f.code() != "" {
		err = fail(f.code())
	}
	if methods[name].app && r.Header.Get("Authorization") == "" {
		token = "" // an app-level token counts in the header only
	}
	if err == nil {
		answer, err = s.call(methods, name, token, a)
	}
	if err != nil {
		answer = errorAnswer(err)
		entry.Error = err.Error()
	} else {
		answer["ok"] = true
	}
	if f.after(s, r) {
		entry.Error = f.label()
		s.record(entry, began)
		panic(http.ErrAbortHandler)
	}
	entry.Status = http.StatusOK
	s.record(entry, began)
	s.mu.Lock()
	if granted, ok := s.scopesOf(token); ok { // nothing is told about a token that is none
		w.Header().Set("X-OAuth-Scopes", granted)
		w.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(methods[name].scopes, ","))
	}
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(mustJSON(answer))
}

// call checks the token and the scopes and runs one method under the lock.
func (s *Server) call(methods map[string]apiMethod, name, token string, a args) (obj, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := methods[name]
	switch {
	case !ok:
		return nil, fail("unknown_method")
	case token == "":
		return nil, fail("not_authed")
	case s.tokenKind(token) == "":
		return nil, fail("invalid_auth")
	case m.app != (s.tokenKind(token) == "app"):
		return nil, fail("not_allowed_token_type")
	}
	granted, broken := s.token.scopes, s.token.err
	if m.app {
		granted, broken = s.sock.scopes, s.sock.err
	}
	if broken != "" {
		return nil, fail(broken)
	}
	if err := needOne(granted, m.scopes); err != nil {
		return nil, err
	}
	return m.run(s, a)
}

// needScope fails with missing_scope unless the token has one of the scopes.
func (s *Server) needScope(scopes ...string) error {
	return needOne(s.token.scopes, scopes)
}

// needOne fails unless one of the scopes, where there are any, was granted.
func needOne(granted, scopes []string) error {
	for _, sc := range scopes {
		if slices.Contains(granted, sc) {
			return nil
		}
	}
	if len(scopes) == 0 {
		return nil
	}
	return &apiError{code: "missing_scope", needed: strings.Join(scopes, ","), provided: strings.Join(granted, ",")}
}

func errorAnswer(err error) obj {
	e, ok := errors.AsType[*apiError](err)
	if !ok {
		e = &apiError{code: err.Error()}
	}
	o := obj{"ok": false, "error": e.code}
	if len(e.messages) > 0 {
		o["response_metadata"] = obj{"messages": e.messages}
	}
	if e.needed != "" {
		o["needed"], o["provided"] = e.needed, e.provided
	}
	return o
}

func (s *Server) authTest(args) (obj, error) {
	return obj{
		"url": "https://" + s.opts.TeamDomain + ".slack.com/", "team": s.opts.TeamName, "user": "guestsites",
		"team_id": s.opts.TeamID, "user_id": s.opts.BotUserID, "bot_id": s.opts.BotID,
		"app_id": s.opts.AppID, "is_enterprise_install": false,
	}, nil
}

func (s *Server) teamInfo(args) (obj, error) {
	return obj{"team": obj{
		"id": s.opts.TeamID, "name": s.opts.TeamName, "domain": s.opts.TeamDomain,
		"url": "https://" + s.opts.TeamDomain + ".slack.com/", "email_domain": "", "is_verified": false,
	}}, nil
}

// page cuts one page out of n items; the cursor is the offset as text.
func page(a args, n, def, limit int) (from, to int, next string, err error) {
	size := a.number("limit", def)
	if size < 1 || size > limit {
		return 0, 0, "", fail("invalid_limit")
	}
	if c := a.str("cursor"); c != "" {
		if from, err = strconv.Atoi(strings.TrimPrefix(c, "offset:")); err != nil || from < 0 || from > n {
			return 0, 0, "", fail("invalid_cursor")
		}
	}
	to = min(from+size, n)
	if to < n {
		next = fmt.Sprintf("offset:%d", to)
	}
	return from, to, next, nil
}
