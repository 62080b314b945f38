package teamsfake

import (
	"maps"
	"mime"
	"net/http"
	"slices"
)

const invokeAction = "adaptiveCard/action"

// Triggers of an adaptiveCard/action.
const (
	triggerManual    = "manual"
	triggerAutomatic = "automatic"
)

// Types of an answer to adaptiveCard/action.
const (
	answerCard    = "application/vnd.microsoft.card.adaptive"
	answerMessage = "application/vnd.microsoft.activity.message"
	answerError   = "application/vnd.microsoft.error"
	answerLogin   = "application/vnd.microsoft.activity.loginRequest"
	answerBadCode = "application/vnd.microsoft.error.incorrectAuthCode"
	answerNoSSO   = "application/vnd.microsoft.error.preconditionFailed"
)

// executeLocked makes the invoke of a pressed Action.Execute.
func (u *Actor) executeLocked(f surface, action, inputs obj) *delivery {
	return u.s.actionInvokeLocked(f, action, inputs, triggerManual)
}

func (s *Server) actionInvokeLocked(f surface, action, inputs obj, trigger string) *delivery {
	data := obj{}
	maps.Copy(data, deepCopy(child(action, "data")))
	maps.Copy(data, inputs)
	sent := obj{"type": typeExecute, "data": data}
	for _, key := range []string{"id", "verb", "title"} {
		if v := str(action, key); v != "" {
			sent[key] = v
		}
	}
	d := s.invokeLocked(f, invokeAction, obj{"action": sent, "trigger": trigger})
	d.activity["replyToId"] = f.msg.id
	d.judge = func(r Reply, why string) (Outcome, bool) {
		a := readAnswer(r, why)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.showAnswerLocked(f, a, trigger)
		return a.outcome, a.outcome.Code == CodeUnreachable
	}
	return d
}

// answer is what an invoke's HTTP answer says.
type answer struct {
	outcome Outcome
	card    obj // the new card of the person who clicked
}

// readAnswer takes exactly the documented pairs of status and type; anything
// else is "Unable to reach app".
func readAnswer(r Reply, why string) answer {
	out := Outcome{Status: r.Status, Body: string(r.Body)}
	unreachable := func(why string) answer {
		out.Code, out.Line, out.Why, out.Answer = CodeUnreachable, lineUnreachable, why, ""
		return answer{outcome: out}
	}
	if why == "" {
		why = unusable(r)
	}
	if why != "" {
		return unreachable(why)
	}
	body, err := decodeObject(r.Body)
	if err != nil {
		return unreachable("the body is " + err.Error())
	}
	status := "200"
	if v, has := body["statusCode"]; has {
		status = string(mustJSON(v)) // a quoted number stays quoted, and is refused
	}
	out.Answer = str(body, "type")
	problem := child(body, "value")
	switch status + " " + out.Answer {
	case "200 " + answerCard:
		if problem == nil {
			return unreachable("the card is not an object")
		}
		if err := checkCard(problem); err != nil {
			return unreachable("the card cannot be drawn: " + err.Error())
		}
		return answer{outcome: out, card: problem}
	case "200 " + answerMessage:
		text, ok := body["value"].(string)
		if !ok || text == "" {
			return unreachable("value of a message is not a text")
		}
		out.Line = text
	case "400 " + answerError, "500 " + answerError, "412 " + answerNoSSO:
		if str(problem, "code") == "" || str(problem, "message") == "" {
			return unreachable("value of an error has no code and message")
		}
		out.Code, out.Line = str(problem, "code"), str(problem, "message")
	case "401 " + answerLogin:
		if problem == nil {
			return unreachable("value of a login request is not an OAuth card")
		}
		out.Code, out.Line = CodeLogin, "Sign in"
	case "401 " + answerBadCode:
		if body["value"] != nil {
			return unreachable("value of incorrectAuthCode is not null")
		}
		out.Code, out.Line = CodeLogin, "Sign in again"
	default:
		return unreachable("statusCode " + status + " with type " + out.Answer + " is not documented")
	}
	return answer{outcome: out}
}

// unusable tells why the HTTP answer of an invoke cannot be read.
func unusable(r Reply) string {
	if r.Status != http.StatusOK {
		return "HTTP status " + http.StatusText(r.Status)
	}
	if len(r.Body) == 0 {
		return "the body is empty"
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return "Content-Type is not application/json"
	}
	return ""
}

// showAnswerLocked changes the copy of the person who clicked; the others and
// the stored message stay as they are. An automatic refresh shows cards only.
func (s *Server) showAnswerLocked(f surface, a answer, trigger string) {
	if f.msg.deleted {
		return
	}
	v := f.msg.viewLocked(f.p.ID)
	if v.card == nil { // edited to plain text in the meantime
		return
	}
	switch {
	case a.card != nil:
		v = newView(a.card, s.opts.Now())
		f.msg.views[f.p.ID] = v
	case trigger == triggerAutomatic:
		return
	default:
		v.notes = slices.DeleteFunc(v.notes, func(n string) bool { return n == lineUnreachable })
		v.notes = append(v.notes, a.outcome.Line)
	}
	s.changedLocked()
}
