package teamsfake

import (
	"context"
	"slices"
	"strings"
	"time"
)

// staleAfter is the age at which a client refreshes a card it shows.
const staleAfter = time.Minute

// refreshedLocked lists who gets a card refreshed on his own: those listed in
// refresh.userIds, or all members of a conversation of at most 60 when there is
// no list.
func (s *Server) refreshedLocked(c *conversation, m *message) []string {
	card := m.card()
	if child(card, "refresh") == nil {
		return nil
	}
	ids, listed := child(card, "refresh")["userIds"]
	if !listed {
		if len(c.members) > maxRefreshUsers {
			return nil
		}
		return slices.Clone(c.members)
	}
	var out []string
	l, _ := ids.([]any)
	for _, v := range l {
		id, _ := v.(string)
		if entra, ok := strings.CutPrefix(id, mriPrefix); ok {
			id = entra
		}
		if p := s.findPersonLocked(id, false); p != nil && c.has(p.ID) && !slices.Contains(out, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out
}

// Refresh is "Refresh card" in the menu of a message: the refresh action with
// trigger manual, for everybody who sees the card.
func (u *Actor) Refresh(ctx context.Context, ref Ref) (Outcome, error) {
	u.s.mu.Lock()
	f, err := u.cardLocked(ref)
	action := obj(nil)
	if err == nil {
		if action = child(child(f.view.card, "refresh"), "action"); action == nil {
			err = notPossible("the card has no refresh")
		}
	}
	if err == nil {
		err = u.s.listensLocked(f.conv)
	}
	if err != nil {
		u.s.mu.Unlock()
		return Outcome{}, err
	}
	d := u.s.actionInvokeLocked(f, action, nil, triggerManual)
	u.s.mu.Unlock()
	return u.s.send(ctx, d, u.s.opts.Deadline, u.s.opts.ClickResends)
}

// Views brings every card of a person into view: those that list him and were
// edited, or whose copy is older than a minute, send an automatic refresh. The
// outcomes are in the order of the messages; a failure shows nothing and is not
// sent again.
func (s *Server) Views(ctx context.Context, entraID string) ([]Outcome, error) {
	var outs []Outcome
	for _, m := range s.As(entraID).Messages() {
		d := s.dueRefresh(strings.ToLower(entraID), m.Ref())
		if d == nil {
			continue
		}
		out, err := s.send(ctx, d, s.opts.Deadline, 0)
		if err != nil {
			return outs, err
		}
		outs = append(outs, out)
	}
	return outs, nil
}

// dueRefresh is the automatic refresh of one card for one person; nil when none
// is due.
func (s *Server) dueRefresh(entraID string, ref Ref) *delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := s.As(entraID).cardLocked(ref)
	if err != nil || s.listensLocked(f.conv) != nil || !slices.Contains(s.refreshedLocked(f.conv, f.msg), entraID) {
		return nil
	}
	edited := f.msg.refresh[entraID]
	action := child(child(f.view.card, "refresh"), "action")
	if action == nil || !edited && s.opts.Now().Sub(f.view.at) <= staleAfter {
		return nil
	}
	if old := child(child(f.msg.before, "refresh"), "action"); edited && s.opts.StaleRefresh && old != nil {
		action = deepCopy(action)
		action["data"] = old["data"]
	}
	delete(f.msg.refresh, entraID)
	f.view.at = s.opts.Now()
	d := s.actionInvokeLocked(f, action, nil, triggerAutomatic)
	d.once = true
	return d
}

// refreshSoonLocked sends the refreshes of an edited card in the background.
func (s *Server) refreshSoonLocked(c *conversation, m *message) {
	if s.closing {
		return
	}
	for _, entraID := range s.refreshedLocked(c, m) {
		s.running.Go(func() {
			if d := s.dueRefresh(entraID, Ref{ConversationID: c.id, ID: m.id}); d != nil {
				// What goes wrong is in the wire log.
				_, _ = s.send(s.base, d, s.opts.Deadline, 0)
			}
		})
	}
}
