package slackfake

import (
	"io"
	"net/http"
	"time"
)

// maxURLPosts is how many posts a response_url takes.
const maxURLPosts = 5

// serveHook takes a post to a response_url. It needs no token.
func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	entry := WireEntry{Direction: ToSlack, Method: "response_url"}
	var a args
	if err == nil {
		a, err = decodeObject(body)
	}
	entry.Args = a.decoded()
	f := s.takeFault("response_url")
	status, drop := f.before(s, w, r)
	if drop || status != 0 {
		entry.Status, entry.Error = status, f.label()
		s.record(entry, began)
		if drop {
			panic(http.ErrAbortHandler)
		}
		return
	}
	switch {
	case f.code() != "":
		status, err = http.StatusNotFound, fail(f.code())
	case err != nil:
		status, err = http.StatusBadRequest, fail("invalid_payload")
	default:
		status, err = s.useURL(r.URL.Path, a)
	}
	entry.Status = status
	if err != nil {
		entry.Error = err.Error()
	}
	if f.after(s, r) {
		entry.Status, entry.Error = 0, f.label()
		s.record(entry, began)
		panic(http.ErrAbortHandler)
	}
	s.record(entry, began)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if err != nil {
		_, _ = w.Write(mustJSON(errorAnswer(err)))
		return
	}
	_, _ = w.Write([]byte(`{"ok":true}`))
}

// useURL posts through a response_url. A post that is refused for its content
// does not count as one of the five.
func (s *Server) useURL(path string, a args) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.urls[path]
	switch {
	case u == nil:
		return http.StatusNotFound, fail("invalid_url")
	case time.Now().After(u.expires):
		return http.StatusNotFound, fail("expired_url")
	case u.uses >= maxURLPosts:
		return http.StatusNotFound, fail("used_url")
	}
	if _, err := s.respondLocked(u, a); err != nil {
		return http.StatusBadRequest, err
	}
	u.uses++
	return http.StatusOK, nil
}

// respondLocked applies one answer: a new message, a replacement or a removal.
// It returns the message shown, nil after a removal.
func (s *Server) respondLocked(u *responseURL, a args) (*message, error) {
	conv := s.convs[u.channel]
	target := conv.visible(u.ts, u.user)
	if a.flag("delete_original") {
		if a.str("text") != "" || a.has("blocks") {
			return nil, fail("invalid_arguments", "[ERROR] delete_original must be sent alone")
		}
		if target == nil {
			return nil, fail("message_not_found")
		}
		target.deleted = true
		s.changedLocked()
		return nil, nil
	}
	c, err := s.readHookContent(a)
	if err != nil {
		return nil, err
	}
	if a.flag("replace_original") && target != nil {
		c.hasText, c.hasBlocks = true, true
		return target, s.apply(target, c)
	}
	if c.empty() {
		return nil, fail("no_text")
	}
	only := u.user
	if a.str("response_type") == "in_channel" {
		only = ""
	}
	m := s.post(conv, s.opts.BotUserID, only, c)
	m.threadTS = a.str("thread_ts")
	if u.ts == "" {
		u.ts = m.ts
	}
	return m, nil
}

// readHookContent is readContent for bodies of response URLs, where an empty
// metadata object means none.
func (s *Server) readHookContent(a args) (content, error) {
	switch t := a.str("response_type"); t {
	case "", "ephemeral", "in_channel":
	default:
		return content{}, fail("invalid_arguments", "[ERROR] response_type must be ephemeral or in_channel")
	}
	if m, ok := a["metadata"].(obj); ok && (m["event_type"] == nil || m["event_type"] == "") {
		delete(a, "metadata")
	}
	return s.readContent(a)
}

// visible finds a message, ephemeral ones of that person included.
func (c *conversation) visible(ts, userID string) *message {
	for _, m := range c.msgs {
		if ts != "" && m.ts == ts && !m.deleted && (m.ephemeralTo == "" || m.ephemeralTo == userID) {
			return m
		}
	}
	return nil
}
