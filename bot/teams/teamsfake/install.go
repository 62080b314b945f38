package teamsfake

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// InstallFor installs the app for a person and sends what Teams sends: at the
// first time installationUpdate and conversationUpdate in either order, later
// only the first of them. Nothing is sent when the app is there already and was
// announced. The error tells an activity that the bot did not take.
func (s *Server) InstallFor(ctx context.Context, entraID string) error {
	s.mu.Lock()
	events, err := s.installLocked(entraID)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.sendAll(ctx, events)
}

// Install is InstallFor in the background: the app is installed at once, its
// events follow. It is made for a hook of whatever plays Graph; an unknown
// person is left alone.
func (s *Server) Install(entraID string) {
	s.mu.Lock()
	events, err := s.installLocked(entraID)
	s.mu.Unlock()
	if err == nil && len(events) > 0 {
		// What goes wrong is in the wire log.
		s.background(func(ctx context.Context) { _ = s.sendAll(ctx, events) })
	}
}

func (s *Server) installLocked(entraID string) ([]*delivery, error) {
	p := s.personLocked(entraID)
	switch {
	case p == nil:
		return nil, fmt.Errorf("teamsfake: no user %s", entraID)
	case p.installed && p.announced:
		return nil, nil
	}
	again := p.announced
	p.installed, p.announced = true, true
	s.changedLocked()
	c := s.personalLocked(p)
	install := s.installationLocked(p, c, "add")
	if again {
		return []*delivery{install}, nil
	}
	return s.ordered(install, s.joinedLocked(p, c, account(p, false), obj{"id": s.BotID()})), nil
}

func (s *Server) ordered(install, update *delivery) []*delivery {
	if s.opts.UpdateFirst {
		return []*delivery{update, install}
	}
	return []*delivery{install, update}
}

func (s *Server) installationLocked(p *person, c *conversation, action string) *delivery {
	d := s.eventLocked(p, c, "", "installationUpdate", obj{"action": action})
	if c.team != nil {
		d.activity["channelData"].(obj)["settings"] = obj{"selectedChannel": obj{"id": c.id}}
	}
	return d
}

func (s *Server) joinedLocked(p *person, c *conversation, who ...any) *delivery {
	return s.eventLocked(p, c, "", "conversationUpdate", obj{"membersAdded": who})
}

// UninstallFor removes the app for a person and sends installationUpdate; from
// then on the bot may not write to him.
func (s *Server) UninstallFor(ctx context.Context, entraID string) error {
	s.mu.Lock()
	p := s.personLocked(entraID)
	if p == nil || !p.installed {
		s.mu.Unlock()
		return fmt.Errorf("teamsfake: %s has not installed the app", entraID)
	}
	p.installed, p.announced = false, true
	s.changedLocked()
	d := s.installationLocked(p, s.personalLocked(p), "remove")
	s.mu.Unlock()
	return s.sendAll(ctx, []*delivery{d})
}

// Installed tells whether a person has the app.
func (s *Server) Installed(entraID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.personLocked(entraID)
	return p != nil && p.installed
}

// Block makes a person block or unblock the bot; nothing is sent.
func (s *Server) Block(entraID string, blocked bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.personLocked(entraID)
	if p == nil {
		return fmt.Errorf("teamsfake: no user %s", entraID)
	}
	p.blocked = blocked
	s.changedLocked()
	return nil
}

// InstallIn adds the app to a group chat, or to a channel's team, on behalf of
// a member and sends its events.
func (s *Server) InstallIn(ctx context.Context, conversationID, entraID string) error {
	return s.changeIn(ctx, conversationID, entraID, true)
}

// UninstallIn takes the app out again and sends its events.
func (s *Server) UninstallIn(ctx context.Context, conversationID, entraID string) error {
	return s.changeIn(ctx, conversationID, entraID, false)
}

func (s *Server) changeIn(ctx context.Context, conversationID, entraID string, in bool) error {
	if err := s.eachChannel(conversationID, func(c *conversation) { c.botIn = in }); err != nil {
		return err
	}
	s.mu.Lock()
	id, _ := splitThread(conversationID)
	c, p := s.convs[id], s.personLocked(entraID)
	if p == nil || !c.has(entraID) {
		s.mu.Unlock()
		return fmt.Errorf("teamsfake: %s is not in %s", entraID, conversationID)
	}
	bot := []any{obj{"id": s.BotID()}}
	action, key := "add", "membersAdded"
	if !in {
		action, key = "remove", "membersRemoved"
	}
	events := s.ordered(s.installationLocked(p, c, action),
		s.eventLocked(p, c, "", "conversationUpdate", obj{key: bot}))
	s.mu.Unlock()
	return s.sendAll(ctx, slices.Clip(events))
}

// sendAll delivers events in order, all of them even when one fails.
func (s *Server) sendAll(ctx context.Context, events []*delivery) error {
	var failed error
	for _, d := range events {
		out, err := s.sendAsync(ctx, d)
		switch {
		case err != nil:
			return errors.Join(failed, err)
		case !out.OK():
			failed = errors.Join(failed, fmt.Errorf("teamsfake: %s: %s, HTTP %d %s", d.kind, out.Code, out.Status, out.Why))
		}
	}
	return failed
}
