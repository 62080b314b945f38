package slackfake

import "time"

// viewArg decodes and validates the view argument.
func (s *Server) viewArg(a args, surface string) (obj, error) {
	if !a.has("view") {
		return nil, missingArg("view")
	}
	v, err := a.json("view")
	if err != nil {
		return nil, fail("invalid_arguments", "[ERROR] must be valid JSON [json-pointer:/view]")
	}
	return s.checkView(v, surface)
}

// spend uses up a trigger; a valid one works once within its life.
func (s *Server) spend(a args, check func(*trigger) error) (*trigger, error) {
	id := a.str("trigger_id")
	if id == "" {
		return nil, missingArg("trigger_id")
	}
	t := s.triggers[id]
	switch {
	case t == nil:
		return nil, fail("invalid_trigger_id")
	case t.used:
		return nil, fail("exchanged_trigger_id")
	case time.Now().After(t.expires):
		return nil, fail("expired_trigger_id")
	}
	if err := check(t); err != nil {
		return nil, err
	}
	t.used = true
	return t, nil
}

// viewsOpen opens the first view; views that were open before are closed,
// because a client shows one modal.
func (s *Server) viewsOpen(a args) (obj, error) {
	src, err := s.viewArg(a, surfaceModal)
	if err != nil {
		return nil, err
	}
	t, err := s.spend(a, func(*trigger) error {
		if s.externalTaken(str(src, "external_id"), nil) {
			return fail("duplicate_external_id")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.closeTopLocked(t.user, maxStack)
	return obj{"view": s.viewJSON(s.openViewLocked(t.user, src))}, nil
}

// viewsPush adds a view; the trigger must come from a view that is still open.
func (s *Server) viewsPush(a args) (obj, error) {
	src, err := s.viewArg(a, surfaceModal)
	if err != nil {
		return nil, err
	}
	t, err := s.spend(a, func(t *trigger) error {
		if t.view == "" || s.views[t.view] == nil || s.views[t.view].kind() != surfaceModal {
			return fail("invalid_trigger_id")
		}
		if len(s.stacks[t.user]) >= maxStack {
			return fail("push_limit_reached")
		}
		if s.externalTaken(str(src, "external_id"), nil) {
			return fail("duplicate_external_id")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return obj{"view": s.viewJSON(s.openViewLocked(t.user, src))}, nil
}

func (s *Server) viewsUpdate(a args) (obj, error) {
	v := s.views[a.str("view_id")]
	if ext := a.str("external_id"); v == nil && ext != "" {
		for _, open := range s.views {
			if open.externalID() == ext {
				v = open
			}
		}
	}
	if !a.has("view_id") && !a.has("external_id") {
		return nil, missingArg("view_id")
	}
	if v == nil {
		return nil, fail("not_found")
	}
	src, err := s.viewArg(a, v.kind())
	if err != nil {
		return nil, err
	}
	if h := a.str("hash"); h != "" && h != v.hash {
		return nil, fail("hash_conflict")
	}
	if s.externalTaken(str(src, "external_id"), v) {
		return nil, fail("duplicate_external_id")
	}
	v.set(src)
	s.changedLocked()
	return obj{"view": s.viewJSON(v)}, nil
}

func (s *Server) viewsPublish(a args) (obj, error) {
	u := s.users[a.str("user_id")]
	if u == nil || u.Deleted || u.IsBot {
		return nil, fail("user_not_found")
	}
	src, err := s.viewArg(a, surfaceHome)
	if err != nil {
		return nil, err
	}
	v := s.homes[u.ID]
	if h := a.str("hash"); h != "" && (v == nil || h != v.hash) {
		return nil, fail("hash_conflict")
	}
	if s.externalTaken(str(src, "external_id"), v) {
		return nil, fail("duplicate_external_id")
	}
	if v == nil {
		v = &view{id: newID("V"), user: u.ID}
		v.root = v.id
		s.views[v.id], s.homes[u.ID] = v, v
	}
	v.set(src)
	s.changedLocked()
	return obj{"view": s.viewJSON(v)}, nil
}
