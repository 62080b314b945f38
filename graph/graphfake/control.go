package graphfake

import (
	"encoding/json"
	"net/http"
)

// controlHandler is a thin JSON layer over the methods of Server, without authentication, for loopback only:
//
//	GET  /state /wire /counts /writes /switches /policies?name=…
//	POST /switches {"name","on"}      POST /policies {"name","change"}   POST /faults Fault
//	POST /redeem {"user"}             POST /users {"id","disabled"}      POST /delays Delays
//	POST /expire-tokens               DELETE /faults                     DELETE /wire
//
// And of people's sign-in:
//
//	GET /asked   POST /forge {"what"}   DELETE /forge   POST /keys {"retire"}   POST /expire-codes   DELETE /sessions
func (s *Server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	show := func(pattern string, get func() any) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, get()) })
	}
	show("GET /state", func() any { return s.State() })
	show("GET /wire", func() any { return s.Wire() })
	show("GET /counts", func() any { return s.Counts() })
	show("GET /writes", func() any { return s.Writes() })
	show("GET /switches", func() any { return s.Switches() })
	show("DELETE /faults", func() any { s.ClearFaults(); return struct{}{} })
	show("DELETE /wire", func() any { s.ClearWire(); return struct{}{} })
	show("POST /expire-tokens", func() any { s.ExpireTokens(); return struct{}{} })
	show("GET /asked", func() any { return s.Asked() })
	show("DELETE /forge", func() any { s.ForgeNothing(); return struct{}{} })
	show("POST /expire-codes", func() any { s.ExpireCodes(); return struct{}{} })
	show("DELETE /sessions", func() any { s.EndSessions(); return struct{}{} })
	mux.HandleFunc("POST /forge", post(func(in struct {
		What Forgery `json:"what"`
	},
	) (any, error) {
		return in, s.Forge(in.What)
	}))
	mux.HandleFunc("POST /keys", post(func(in struct {
		Retire bool `json:"retire"`
	},
	) (any, error) {
		id, err := s.RotateKeys(in.Retire)
		return map[string]string{"kid": id}, err
	}))
	mux.HandleFunc("GET /policies", func(w http.ResponseWriter, r *http.Request) {
		doc, err := s.Policy(r.URL.Query().Get("name"))
		answer(w, doc, err)
	})
	mux.HandleFunc("POST /switches", post(func(in struct {
		Name string `json:"name"`
		On   bool   `json:"on"`
	},
	) (any, error) {
		if err := s.Set(in.Name, in.On); err != nil {
			return nil, err
		}
		return s.Switches(), nil
	}))
	mux.HandleFunc("POST /policies", post(func(in struct {
		Name   string         `json:"name"`
		Change map[string]any `json:"change"`
	},
	) (any, error) {
		if err := s.SetPolicy(in.Name, in.Change); err != nil {
			return nil, err
		}
		return s.Policy(in.Name)
	}))
	mux.HandleFunc("POST /faults", post(func(f Fault) (any, error) { return f, s.Inject(f) }))
	mux.HandleFunc("POST /delays", post(func(d Delays) (any, error) { s.SetDelays(d); return d, nil }))
	mux.HandleFunc("POST /redeem", post(func(in struct {
		User string `json:"user"`
	},
	) (any, error) {
		if !s.Redeem(in.User) {
			return nil, ErrSignInUser
		}
		u, _ := s.User(in.User)
		return u, nil
	}))
	mux.HandleFunc("POST /users", post(func(in struct {
		ID       string `json:"id"`
		Disabled bool   `json:"disabled"`
	},
	) (any, error) {
		if !s.ChangeUser(in.ID, func(u *User) { u.Disabled = in.Disabled }) {
			return nil, ErrSignInUser
		}
		u, _ := s.User(in.ID)
		return u, nil
	}))
	return mux
}

// post decodes a strict JSON body, runs do and answers its result.
func post[T any](do func(T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		out, err := do(in)
		answer(w, out, err)
	}
}

func answer(w http.ResponseWriter, out any, err error) {
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, out)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may have left
}
