package demo

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"net/http"
	"path"
	"strconv"
	"strings"

	"guestsite/bot/slack/slackfake"
	"guestsite/bot/teams/teamsfake"
)

// assets are the page's own files; there is nothing else that it loads.
//
//go:embed page/*.html page/*.css page/*.js page/*.svg page/words
var assets embed.FS

// routes are below the key:
//
//	GET  /                 the page, and its files
//	GET  /api/events       what changes, as server-sent events
//	GET  /api/state        all of it, once
//	GET  /api/wire/{id}    the bodies of one request
//	POST /api/act          what a person does in a chat
//	POST /api/tenant       what an admin or a guest does
//	POST /api/lab          the clock, the bot, the language, a new company
//	POST /api/tour         the guided tours
func (p *Page) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", asset)
	mux.HandleFunc("GET /api/events", p.hub.serve)
	mux.HandleFunc("GET /api/state", func(w http.ResponseWriter, _ *http.Request) { reply(w, p.sections(), nil) })
	mux.HandleFunc("GET /api/wire/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.Atoi(r.PathValue("id"))
		co := p.company()
		if err != nil || co == nil {
			http.Error(w, "there is no such request", http.StatusNotFound)
			return
		}
		e, ok := co.wire.find(id)
		if !ok {
			http.Error(w, "there is no such request", http.StatusNotFound)
			return
		}
		reply(w, e, nil)
	})
	mux.HandleFunc("POST /api/act", change(p, p.act))
	mux.HandleFunc("POST /api/tenant", change(p, p.tenantAct))
	mux.HandleFunc("POST /api/lab", change(p, p.labAct))
	mux.HandleFunc("POST /api/tour", change(p, p.tourAct))
	return mux
}

// asset serves one of the page's own files.
func asset(w http.ResponseWriter, r *http.Request) {
	name := cmp.Or(strings.TrimPrefix(r.URL.Path, "/"), "index.html")
	kind := map[string]string{
		".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml",
	}[path.Ext(name)]
	raw, err := assets.ReadFile("page/" + name)
	if err != nil || kind == "" {
		http.Error(w, "the page has no such file", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	_, _ = w.Write(raw) // the browser may have left
}

// errNoCompany is what one gets between two companies.
var errNoCompany = errors.New("the company is being made")

// change reads a strict JSON body, does what it asks and answers.
func change[T any](p *Page, do func(r *http.Request, co *company, in T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		dec := json.NewDecoder(r.Body)
		dec.DisallowUnknownFields()
		if err := dec.Decode(&in); err != nil {
			reply(w, nil, &badRequest{err})
			return
		}
		out, err := do(r, p.company(), in)
		p.hub.poke()
		reply(w, out, err)
	}
}

// badRequest is a request that the page itself would never send.
type badRequest struct{ error }

func (b *badRequest) Unwrap() error { return b.error }

// reply answers. What a client would not let a person do is 409, with the fields
// that stop him.
func reply(w http.ResponseWriter, v any, err error) {
	status := http.StatusOK
	if err != nil {
		out := map[string]any{"error": plainly(err)}
		status = http.StatusBadGateway
		if e, ok := errors.AsType[*slackfake.IncompleteError](err); ok {
			out["fields"] = e.Fields
		}
		if e, ok := errors.AsType[*teamsfake.IncompleteError](err); ok {
			out["fields"] = e.Fields
		}
		_, bad := errors.AsType[*badRequest](err)
		_, large := errors.AsType[*http.MaxBytesError](err)
		switch {
		case large:
			status = http.StatusRequestEntityTooLarge
		case bad:
			status = http.StatusBadRequest
		case out["fields"] != nil, errors.Is(err, slackfake.ErrNotPossible), errors.Is(err, teamsfake.ErrNotPossible), errors.Is(err, errNot):
			status = http.StatusConflict
		}
		v = out
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	_ = e.Encode(v) // the browser may have left
}
