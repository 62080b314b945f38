package slackfake

import "net/http"

// controlSockets adds the paths about Socket Mode, scopes and tokens.
func (s *Server) controlSockets(mux *http.ServeMux) {
	mux.HandleFunc("GET /sockets", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.Connections(), nil) })
	mux.HandleFunc("GET /sockets/envelopes", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.Envelopes(), nil) })
	mux.HandleFunc("GET /sockets/ignored", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.IgnoredAcks(), nil) })
	mux.HandleFunc("POST /sockets/{id}/{act}", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Reason string `json:"reason"`
		}
		err := readControl(r, &in)
		switch act := r.PathValue("act"); {
		case err != nil:
		case act == "disconnect":
			err = s.Disconnect(r.PathValue("id"), in.Reason)
		default:
			err = s.ActOnSocket(r.PathValue("id"), SocketAct(act))
		}
		answer(w, s.Connections(), err)
	})
	mux.HandleFunc("POST /sockets/route", takes(func(in struct {
		ID string `json:"id"`
	},
	) {
		s.RouteTo(in.ID)
	}))
	mux.HandleFunc("POST /socket-mode", takes(func(in struct {
		On bool `json:"on"`
	},
	) {
		s.SetSocketMode(in.On)
	}))
	mux.HandleFunc("POST /scopes", takes(func(in struct {
		Bot *[]string `json:"bot"`
		App *[]string `json:"app"`
	},
	) {
		if in.Bot != nil {
			s.SetScopes(*in.Bot...)
		}
		if in.App != nil {
			s.SetAppScopes(*in.App...)
		}
	}))
	mux.HandleFunc("POST /tokens", takes(func(in struct {
		Bot *string `json:"bot"`
		App *string `json:"app"`
	},
	) {
		if in.Bot != nil {
			s.BreakToken(*in.Bot)
		}
		if in.App != nil {
			s.BreakAppToken(*in.App)
		}
	}))
}

// takes decodes the body of a control request, does something with it and
// answers null.
func takes[T any](do func(T)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		err := readControl(r, &in)
		if err == nil {
			do(in)
		}
		answer(w, nil, err)
	}
}
