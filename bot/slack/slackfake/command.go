package slackfake

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const kindCommand = "slash_command"

// Command types a line such as "/guestsite new" in the DM with the app.
func (u *Actor) Command(ctx context.Context, line string) (Outcome, error) {
	return u.CommandIn(ctx, u.DMChannel(), line)
}

// CommandIn types a slash command in a conversation. The text is escaped as
// with should_escape. A direct answer becomes a message, ephemeral unless it
// says in_channel; a failure becomes the line Slack shows. Without the scope
// commands the workspace knows no command of the app.
func (u *Actor) CommandIn(ctx context.Context, channel, line string) (Outcome, error) {
	form, ru, err := u.prepareCommand(channel, line)
	if err != nil {
		return Outcome{}, err
	}
	payload := obj{}
	for k := range form {
		payload[k] = form.Get(k)
	}
	r := Request{Path: PathCommands, Header: http.Header{"Content-Type": {formType}}, Body: []byte(form.Encode())}
	// In an envelope the same fields are JSON, and this one a boolean.
	payload["is_enterprise_install"] = false
	out, reply, err := u.s.send(ctx, u.id, delivery{kind: kindCommand, request: r, payload: payload})
	if err != nil {
		return out, err
	}
	if !out.OK() {
		out.Line = form.Get("command") + " failed with the error \"" + out.Code + "\""
		u.s.mark(u.id, out.Line)
		return out, nil
	}
	u.answerCommand(&out, ru, reply)
	return out, nil
}

func (u *Actor) prepareCommand(channel, line string) (url.Values, *responseURL, error) {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	me, err := u.meLocked()
	if err != nil {
		return nil, nil, err
	}
	name, text, _ := strings.Cut(strings.TrimSpace(line), " ")
	if !slices.Contains(u.s.opts.Commands, name) || !u.s.hasScope("commands") {
		return nil, nil, notPossible("%s is not a valid command", name)
	}
	if me.TeamID != u.s.opts.TeamID {
		return nil, nil, notPossible("%s belongs to another company and cannot run commands", u.id)
	}
	conv := u.s.convs[channel]
	if conv == nil || !conv.has(u.id) {
		return nil, nil, notPossible("%s is not in conversation %s", u.id, channel)
	}
	hook := u.s.newURLLocked("commands", u.id, conv.id, "")
	form := url.Values{
		"token": {"deprecated"}, "team_id": {u.s.opts.TeamID}, "team_domain": {u.s.opts.TeamDomain},
		"channel_id": {conv.id}, "channel_name": {conv.typedName()},
		"user_id": {me.ID}, "user_name": {me.Name},
		"command": {name}, "text": {u.s.escapeLocked(strings.TrimSpace(text))},
		"api_app_id": {u.s.opts.AppID}, "is_enterprise_install": {"false"},
		"response_url": {hook}, "trigger_id": {u.s.newTriggerLocked(u.id, "")},
	}
	return form, u.s.urls[strings.TrimPrefix(hook, u.s.baseURL())], nil
}

func (c *conversation) typedName() string {
	switch c.kind {
	case kindIM:
		return "directmessage"
	case kindPrivate, kindMPIM:
		return "privategroup"
	}
	return c.name
}

// answerCommand shows the body of the 200. It does not use up the response URL.
func (u *Actor) answerCommand(out *Outcome, ru *responseURL, reply Reply) {
	if len(reply.Body) == 0 {
		return
	}
	a := args{"text": string(reply.Body)}
	if reply.isJSON() {
		o, err := decodeObject(reply.Body)
		if err != nil {
			out.Code, out.Line = "bad_answer", "the answer is declared as JSON but is none"
			return
		}
		a = o
		if len(a) == 1 && a.str("response_type") == "in_channel" {
			return // shows the typed command and nothing else
		}
	}
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	m, err := u.s.respondLocked(ru, a)
	if err != nil {
		out.Code, out.Line = "bad_answer", problem(err)
		return
	}
	if m != nil {
		shown := m.public(ru.channel)
		out.Message = &shown
	}
}

// problem spells out an API error with its pointers.
func problem(err error) string {
	if e, ok := errors.AsType[*apiError](err); ok && len(e.messages) > 0 {
		return e.code + ": " + strings.Join(e.messages, "; ")
	}
	return err.Error()
}

var typedEntity = regexp.MustCompile(
	`[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|https?://[^\s<>]+|@[A-Za-z0-9._-]+|#[A-Za-z0-9_-]+|[&<>]`)

// escapeLocked rewrites what was typed as Slack does with should_escape:
// addresses, links, known @people and #channels become entities.
func (s *Server) escapeLocked(text string) string {
	amp := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	return typedEntity.ReplaceAllStringFunc(text, func(t string) string {
		switch {
		case strings.HasPrefix(t, "http"):
			return "<" + amp.Replace(t) + ">"
		case t[0] == '@':
			for _, u := range s.users {
				if u.Name == t[1:] {
					return "<@" + u.ID + "|" + u.Name + ">"
				}
			}
			return t
		case t[0] == '#':
			for _, c := range s.convs {
				if c.name == t[1:] {
					return "<#" + c.id + "|" + c.name + ">"
				}
			}
			return t
		case strings.Contains(t, "@"):
			return "<mailto:" + t + "|" + t + ">"
		}
		return amp.Replace(t)
	})
}

// mark remembers the warning a person was shown last.
func (s *Server) mark(userID, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.marks[userID] = line
	s.changedLocked()
}

// Warning is the last error line or warning mark the person was shown.
func (u *Actor) Warning() string {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	return u.s.marks[u.id]
}
