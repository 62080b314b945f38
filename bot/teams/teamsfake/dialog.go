package teamsfake

import (
	"encoding/json"
	"slices"
)

const (
	invokeFetch  = "task/fetch"
	invokeSubmit = "task/submit"
	// dialogResends is how often a dialog's invoke is sent again.
	dialogResends = 2
)

// dialog is an open task module of one person.
type dialog struct {
	conv                 *conversation
	thread               string
	title, width, height string
	view                 *view
	trouble              string
}

// Dialog is an open dialog as its person sees it.
type Dialog struct {
	ConversationID string            `json:"conversation_id"` // where it was opened
	Title          string            `json:"title"`
	Width          string            `json:"width,omitempty"`  // a preset or pixels
	Height         string            `json:"height,omitempty"` // the same
	Card           json.RawMessage   `json:"card"`
	Values         map[string]string `json:"values,omitempty"`
	Open           []string          `json:"open,omitempty"`
	Trouble        string            `json:"trouble,omitempty"` // shown after a submission that failed
}

// Ref points at the open dialog, for Fill, Suggest and Click.
func (d Dialog) Ref() Ref { return Ref{ConversationID: d.ConversationID, Dialog: true} }

// Buttons lists what can be pressed in the dialog now.
func (d Dialog) Buttons() []Button { return Buttons(Message{Card: d.Card, Open: d.Open}) }

// Dialog returns the person's open dialog; false when there is none.
func (u *Actor) Dialog() (Dialog, bool) {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	d := u.s.dialogs[u.id]
	if d == nil {
		return Dialog{}, false
	}
	out := Dialog{
		ConversationID: d.conv.id, Title: d.title, Width: d.width, Height: d.height,
		Card: mustJSON(d.view.card), Trouble: d.trouble,
	}
	out.Values, out.Open = d.view.state()
	return out, true
}

// CloseDialog closes the open dialog; the bot is not told.
func (u *Actor) CloseDialog() {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	delete(u.s.dialogs, u.id)
	u.s.changedLocked()
}

// dialogInvokeLocked asks the bot for a dialog, or submits one. Only the data
// tells the bot which message a dialog came from.
func (s *Server) dialogInvokeLocked(f surface, name string, data any) *delivery {
	d := s.invokeLocked(f, name, obj{"data": data, "context": obj{"theme": "default"}})
	delete(d.activity["channelData"].(obj), "source")
	d.judge = func(r Reply, why string) (Outcome, bool) {
		next, out := readTask(r, why)
		s.mu.Lock()
		defer s.mu.Unlock()
		switch open := s.dialogs[f.p.ID]; {
		case out.Code != "":
			if open != nil {
				open.trouble = out.Line
			}
		case next != nil:
			next.conv, next.thread, next.view.at = f.conv, f.thread, s.opts.Now()
			s.dialogs[f.p.ID] = next
		default:
			delete(s.dialogs, f.p.ID)
		}
		s.changedLocked()
		return out, out.Code == CodeUnreachable
	}
	return d
}

// readTask reads the answer to task/fetch and task/submit: the next page, a
// message (Outcome.Line), or nothing at all, which closes the dialog.
func readTask(r Reply, why string) (*dialog, Outcome) {
	out := Outcome{Status: r.Status, Body: string(r.Body)}
	fail := func(why string) (*dialog, Outcome) {
		out.Code, out.Line, out.Why = CodeUnreachable, lineUnreachable, why
		return nil, out
	}
	if why == "" && r.Status == 200 && len(r.Body) == 0 {
		return nil, out
	}
	if why == "" {
		why = unusable(r)
	}
	if why != "" {
		return fail(why)
	}
	body, err := decodeObject(r.Body)
	if err != nil {
		return fail("the body is " + err.Error())
	}
	task := child(body, "task")
	out.Answer = str(task, "type")
	switch out.Answer {
	case "message":
		text, ok := task["value"].(string)
		if !ok || text == "" {
			return fail("value of a message is not a text")
		}
		out.Line = text
		return nil, out
	case "continue":
		d, problem := readPage(child(task, "value"))
		if problem != "" {
			return fail(problem)
		}
		return d, out
	}
	return fail("task.type is neither continue nor message")
}

// readPage reads a dialog's page. Pages with a url are not played here.
func readPage(v obj) (*dialog, string) {
	card := child(child(v, "card"), "content")
	if str(v["card"], "contentType") != cardType || card == nil {
		return nil, "value.card is not an Adaptive Card"
	}
	if err := checkCard(card); err != nil {
		return nil, "the card cannot be drawn: " + err.Error()
	}
	d := &dialog{title: str(v, "title"), view: newView(card, notBefore)}
	for key, into := range map[string]*string{"width": &d.width, "height": &d.height} {
		switch size := v[key].(type) {
		case nil:
		case json.Number:
			*into = size.String()
		case string:
			*into = size
		}
		_, text := v[key].(string)
		if text && !slices.Contains([]string{"small", "medium", "large"}, *into) {
			return nil, key + " is no preset"
		}
	}
	return d, ""
}
