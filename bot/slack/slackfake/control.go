package slackfake

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
	Channel string   `json:"channel"` // "" is the DM with the app
	Text    string   `json:"text"`
	Ref     Ref      `json:"ref"`
	Key     string   `json:"key"`
	Values  []string `json:"values"`
	Typed   string   `json:"typed"`
}

// shownMessage is a message with its plain-text drawing.
type shownMessage struct {
	Message
	Plain string `json:"plain"`
}

// shownView is a view with its plain-text drawing.
type shownView struct {
	View
	Plain string `json:"plain"`
}

// controlHandler is the JSON control interface, a thin layer over Server and
// Actor:
//
//	GET    /users                    everybody
//	GET    /users/{id}/messages      what the person sees, oldest first
//	GET    /users/{id}/views         open modals, bottom first
//	GET    /users/{id}/home          the Home tab, null when there is none
//	POST   /users/{id}/{act}         command, say, click, enter, fill, suggest,
//	                                 submit, close, close-all, open-home, shortcut
//	GET    /wire?after=N             wire log entries with a seq above N
//	POST   /faults                   one Fault
//	DELETE /faults
//	GET    /sockets                  every Connection there was, oldest first
//	GET    /sockets/envelopes        every Envelope, with who acknowledged it
//	GET    /sockets/ignored          every IgnoredAck
//	POST   /sockets/{id}/{act}       a SocketAct, or disconnect with {"reason"};
//	                                 the id "all" is every live connection
//	POST   /sockets/route            {"id"}: RouteTo
//	POST   /socket-mode              {"on"}: SetSocketMode
//	POST   /scopes                   {"bot": [], "app": []}: what is there is set
//	POST   /tokens                   {"bot": "", "app": ""}: the code that breaks
//	                                 a token, "" repairs it
//
// A refusal by the client (ErrNotPossible, IncompleteError) is 409 with
// {"error": text}; other failures are 502.
func (s *Server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.Users(), nil) })
	mux.HandleFunc("GET /users/{id}/messages", func(w http.ResponseWriter, r *http.Request) {
		out := []shownMessage{}
		for _, m := range s.As(r.PathValue("id")).Messages() {
			out = append(out, shownMessage{m, s.MessageText(m)})
		}
		answer(w, out, nil)
	})
	mux.HandleFunc("GET /users/{id}/views", func(w http.ResponseWriter, r *http.Request) {
		out := []shownView{}
		for _, v := range s.As(r.PathValue("id")).OpenViews() {
			out = append(out, shownView{v, s.ViewText(v)})
		}
		answer(w, out, nil)
	})
	mux.HandleFunc("GET /users/{id}/home", func(w http.ResponseWriter, r *http.Request) {
		v, ok := s.As(r.PathValue("id")).Home()
		if !ok {
			answer(w, nil, nil)
			return
		}
		answer(w, shownView{v, s.ViewText(v)}, nil)
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
		answer(w, out, nil)
	})
	mux.HandleFunc("POST /faults", func(w http.ResponseWriter, r *http.Request) {
		var f Fault
		err := readControl(r, &f)
		if err == nil {
			err = f.check()
		}
		if err == nil {
			s.AddFault(f)
		}
		answer(w, f, err)
	})
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		answer(w, nil, nil)
	})
	s.controlSockets(mux)
	return mux
}

func (s *Server) controlAct(w http.ResponseWriter, r *http.Request) {
	var a act
	if err := readControl(r, &a); err != nil {
		answer(w, nil, err)
		return
	}
	u, ctx := s.As(r.PathValue("id")), r.Context()
	var out Outcome
	var err error
	switch name := r.PathValue("act"); name {
	case "command":
		if a.Channel == "" {
			out, err = u.Command(ctx, a.Text)
		} else {
			out, err = u.CommandIn(ctx, a.Channel, a.Text)
		}
	case "say":
		out, err = u.Say(ctx, a.Text)
	case "click":
		out, err = u.Click(ctx, a.Ref, a.Key)
	case "enter":
		out, err = u.PressEnter(ctx, a.Ref, a.Key)
	case "fill":
		out, err = u.Fill(ctx, a.Ref, a.Key, a.Values...)
	case "submit":
		out, err = u.Submit(ctx)
	case "close":
		out, err = u.CloseView(ctx)
	case "close-all":
		out, err = u.CloseAll(ctx)
	case "open-home":
		out, err = u.OpenHome(ctx)
	case "shortcut":
		out, err = u.Shortcut(ctx, a.Key)
	case "suggest":
		options, o, err := u.Suggest(ctx, a.Ref, a.Key, a.Typed)
		answer(w, map[string]any{"options": options, "outcome": o}, err)
		return
	default:
		err = notPossible("no act %q", name)
	}
	answer(w, out, err)
}

// errControl marks a control request that cannot be read.
var errControl = errors.New("slackfake: bad control request")

func readControl(r *http.Request, into any) error {
	d := json.NewDecoder(io.LimitReader(r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: %w", errControl, err)
	}
	return nil
}

func answer(w http.ResponseWriter, v any, err error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, incomplete := errors.AsType[*IncompleteError](err)
	switch {
	case err == nil:
	case errors.Is(err, errControl), errors.Is(err, errBadFault), errors.Is(err, errBadAct):
		w.WriteHeader(http.StatusBadRequest)
	case errors.Is(err, errNoSocket):
		w.WriteHeader(http.StatusNotFound)
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
