package teamsfake

import (
	"net/http"
)

func (s *Server) postActivityLocked(c call) (reply, error) {
	conv, thread, err := s.reachLocked(c.parts[1])
	if err != nil {
		return reply{}, err
	}
	if err := s.limitLocked("send", conv.id, sendLimits); err != nil {
		return reply{}, err
	}
	a, err := s.readActivity(c)
	if err != nil {
		return reply{}, err
	}
	if a.kind == "typing" {
		return reply{status: http.StatusAccepted}, nil
	}
	if a.replyTo == "" && len(c.parts) == 4 {
		a.replyTo = c.parts[3]
	}
	m := s.storeLocked(conv, thread, a)
	if m == nil { // split in two, and no id is told
		return reply{status: http.StatusAccepted}, nil
	}
	return reply{http.StatusCreated, obj{"id": m.id}}, nil
}

// storeLocked keeps what the bot posted. Text and attachments in one activity
// become two messages, and nil is returned.
func (s *Server) storeLocked(conv *conversation, thread string, a outgoing) *message {
	defer s.changedLocked()
	if a.text != "" && a.attachments() > 0 {
		text, rest := a, a
		text.cards, text.others = nil, nil
		rest.text = ""
		s.addMessageLocked(conv, thread, text.message())
		s.addMessageLocked(conv, thread, rest.message())
		return nil
	}
	return s.addMessageLocked(conv, thread, a.message())
}

func (s *Server) addMessageLocked(conv *conversation, thread string, m *message) *message {
	m.id = s.newMessageIDLocked()
	m.thread = thread
	if conv.kind == KindChannel && thread == "" {
		m.thread = m.id
	}
	m.createdAt = s.opts.Now()
	m.changedAt = m.createdAt
	conv.msgs = append(conv.msgs, m)
	return m
}

// ownLocked finds a message of the bot.
func (s *Server) ownLocked(c call) (*conversation, *message, error) {
	conv, _, err := s.reachLocked(c.parts[1])
	if err != nil {
		return nil, nil, err
	}
	m := conv.find(c.parts[3])
	if m == nil {
		return nil, nil, refuse(http.StatusNotFound, codeNoActivity, "Activity not found in conversation.")
	}
	if m.author != "" {
		return nil, nil, refuse(http.StatusForbidden, codeNoPermission, "The bot did not send this message.")
	}
	return conv, m, nil
}

// putActivityLocked edits a message: everybody's copy becomes the new card.
func (s *Server) putActivityLocked(c call) (reply, error) {
	conv, m, err := s.ownLocked(c)
	if err != nil {
		return reply{}, err
	}
	if err := s.limitLocked("send", conv.id, sendLimits); err != nil {
		return reply{}, err
	}
	a, err := s.readActivity(c)
	if err != nil {
		return reply{}, err
	}
	switch {
	case a.kind != "message":
		return reply{}, badArgument("A message cannot become a %s", a.kind)
	case a.text != "" && a.attachments() > 0:
		// Not documented for an edit; one message cannot be split in two.
		return reply{}, badArgument("An edit has text or attachments, not both")
	}
	next := a.message()
	m.before = m.card()
	m.text, m.summary, m.format, m.cards, m.others = next.text, next.summary, next.format, next.cards, next.others
	m.edits++
	m.changedAt = s.opts.Now()
	m.views = nil
	m.refresh = map[string]bool{}
	for _, id := range s.refreshedLocked(conv, m) {
		m.refresh[id] = true
	}
	s.changedLocked()
	if s.opts.AutoRefresh && len(m.refresh) > 0 {
		s.refreshSoonLocked(conv, m)
	}
	return reply{http.StatusOK, obj{"id": m.id}}, nil
}

func (s *Server) deleteActivityLocked(c call) (reply, error) {
	_, m, err := s.ownLocked(c)
	if err != nil {
		return reply{}, err
	}
	m.deleted = true
	s.changedLocked()
	return reply{status: http.StatusOK}, nil
}
