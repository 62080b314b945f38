package teamsfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// act is what a control request asks a person to do; each path uses some of it.
type act struct {
	Conversation string         `json:"conversation"` // "" is the personal chat
	Text         string         `json:"text"`
	Ref          Ref            `json:"ref"`
	Key          string         `json:"key"` // an action, or an input's id
	Values       []string       `json:"values"`
	Typed        string         `json:"typed"`
	Type         string         `json:"type"` // of an activity
	Fields       map[string]any `json:"fields"`
}

// shownMessage is a message with its plain-text drawing and its buttons.
type shownMessage struct {
	Message
	Plain   string   `json:"plain"`
	Buttons []Button `json:"buttons"`
}

// shownDialog is the same for a dialog.
type shownDialog struct {
	Dialog
	Plain   string   `json:"plain"`
	Buttons []Button `json:"buttons"`
}

// controlHandler is the JSON control interface, a thin layer over Server and
// Actor:
//
//	GET    /users                    everybody
//	POST   /users                    adds one User
//	GET    /users/{id}/messages      what the person sees, oldest first
//	GET    /users/{id}/dialog        the open dialog, null when there is none
//	POST   /users/{id}/{act}         say, click, fill, suggest, refresh, views,
//	                                 close-dialog, install, uninstall, activity
//	GET    /wire?after=N             wire log entries with a seq above N
//	POST   /redeliver                Server.Redeliver
//	POST   /keys/rotate              Server.RotateKeys
//	POST   /keys/drop                Server.DropOldKeys
//	POST   /faults                   one Fault
//	POST   /faults/delivery          one DeliveryFault
//	DELETE /faults                   repairs both directions
//
// A refusal by the client (ErrNotPossible, IncompleteError) is 409 with
// {"error": text}; other failures are 502.
func (s *Server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users", func(w http.ResponseWriter, _ *http.Request) { respond(w, s.Users(), nil) })
	mux.HandleFunc("POST /users", func(w http.ResponseWriter, r *http.Request) {
		var u User
		err := readControl(r, &u)
		if err == nil && !isGUID(u.ID) {
			err = fmt.Errorf("%w: the id is not a GUID", errControl)
		}
		if err == nil {
			u = s.AddUser(u)
		}
		respond(w, u, err)
	})
	mux.HandleFunc("GET /users/{id}/messages", func(w http.ResponseWriter, r *http.Request) {
		out := []shownMessage{}
		for _, m := range s.As(r.PathValue("id")).Messages() {
			out = append(out, shownMessage{m, s.MessageText(m), Buttons(m)})
		}
		respond(w, out, nil)
	})
	mux.HandleFunc("GET /users/{id}/dialog", func(w http.ResponseWriter, r *http.Request) {
		d, open := s.As(r.PathValue("id")).Dialog()
		if !open {
			respond(w, nil, nil)
			return
		}
		respond(w, shownDialog{d, s.DialogText(d), d.Buttons()}, nil)
	})
	mux.HandleFunc("POST /users/{id}/{act}", s.controlAct)
	mux.HandleFunc("GET /wire", func(w http.ResponseWriter, r *http.Request) {
		after, _ := strconv.Atoi(r.URL.Query().Get("after"))
		out := []WireEntry{}
		for _, e := range s.Wire() {
			if e.Seq > after {
				out = append(out, e)
			}
		}
		respond(w, out, nil)
	})
	mux.HandleFunc("POST /redeliver", func(w http.ResponseWriter, r *http.Request) {
		outs, err := s.Redeliver(r.Context())
		respond(w, outs, err)
	})
	mux.HandleFunc("POST /keys/rotate", func(w http.ResponseWriter, _ *http.Request) { respond(w, nil, s.RotateKeys()) })
	mux.HandleFunc("POST /keys/drop", func(w http.ResponseWriter, _ *http.Request) {
		s.DropOldKeys()
		respond(w, nil, nil)
	})
	s.controlFaults(mux)
	return mux
}

func (s *Server) controlFaults(mux *http.ServeMux) {
	mux.HandleFunc("POST /faults", func(w http.ResponseWriter, r *http.Request) {
		var f Fault
		err := readControl(r, &f)
		if err == nil {
			_, err = f.compile()
		}
		if err == nil {
			s.AddFault(f)
		}
		respond(w, f, err)
	})
	mux.HandleFunc("POST /faults/delivery", func(w http.ResponseWriter, r *http.Request) {
		var f DeliveryFault
		err := readControl(r, &f)
		if err == nil {
			_, err = f.compile()
		}
		if err == nil {
			s.AddDeliveryFault(f)
		}
		respond(w, f, err)
	})
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		respond(w, nil, nil)
	})
}

func (s *Server) controlAct(w http.ResponseWriter, r *http.Request) {
	var a act
	if err := readControl(r, &a); err != nil {
		respond(w, nil, err)
		return
	}
	u, ctx := s.As(r.PathValue("id")), r.Context()
	var out any
	var err error
	switch name := r.PathValue("act"); name {
	case "say":
		if a.Conversation == "" {
			out, err = u.Say(ctx, a.Text)
		} else {
			out, err = u.SayIn(ctx, a.Conversation, a.Text)
		}
	case "click":
		out, err = u.Click(ctx, a.Ref, a.Key)
	case "fill":
		err = u.Fill(ctx, a.Ref, a.Key, a.Values...)
	case "suggest":
		choices, o, suggestErr := u.Suggest(ctx, a.Ref, a.Key, a.Typed)
		out, err = map[string]any{"choices": choices, "outcome": o}, suggestErr
	case "refresh":
		out, err = u.Refresh(ctx, a.Ref)
	case "views":
		out, err = s.Views(ctx, u.ID())
	case "close-dialog":
		u.CloseDialog()
	case "install":
		err = s.InstallFor(ctx, u.ID())
	case "uninstall":
		err = s.UninstallFor(ctx, u.ID())
	case "activity":
		out, err = u.SendActivity(ctx, a.Conversation, a.Type, a.Fields)
	default:
		err = notPossible("no act %q", name)
	}
	respond(w, out, err)
}

// errControl marks a control request that cannot be read.
var errControl = errors.New("teamsfake: bad control request")

func readControl(r *http.Request, into any) error {
	d := json.NewDecoder(io.LimitReader(r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: %w", errControl, err)
	}
	return nil
}

func respond(w http.ResponseWriter, v any, err error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, incomplete := errors.AsType[*IncompleteError](err)
	switch {
	case err == nil:
	case errors.Is(err, errControl), errors.Is(err, errBadFault):
		w.WriteHeader(http.StatusBadRequest)
	case errors.Is(err, ErrNotPossible), incomplete:
		w.WriteHeader(http.StatusConflict)
	default:
		w.WriteHeader(http.StatusBadGateway)
	}
	if err != nil {
		v = map[string]string{"error": err.Error()}
	}
	_, _ = w.Write(mustJSON(v))
}
