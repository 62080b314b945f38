package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"mime"
	"net/http"
	"strings"

	"guestsite/bot/teams/teamsfake"
)

func nothing() *log.Logger { return log.New(io.Discard, "", 0) }

// fromPlayground signs an activity and hands it to the product. Only JSON is taken:
// a page of another site can have a browser send other things unasked.
func (d *door) fromPlayground(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/api/messages" {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST activities to /api/messages", http.StatusMethodNotAllowed)
		return
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		http.Error(w, "JSON only", http.StatusUnsupportedMediaType)
		return
	}
	body, ok := whole(w, r)
	if !ok {
		return
	}
	var activity map[string]json.RawMessage
	var service string
	if json.Unmarshal(body, &activity) != nil || json.Unmarshal(activity["serviceUrl"], &service) != nil {
		http.Error(w, "no activity with a serviceUrl", http.StatusBadRequest)
		return
	}
	at, err := d.standIn(service)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	name, nerr := json.Marshal(at)
	activity["serviceUrl"] = name
	body, err = json.Marshal(activity)
	if err = errors.Join(nerr, err); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if card, ok := clicked(at, activity); ok {
		defer d.holds.begin(card)()
	}
	token := d.teams.SignedToken(teamsfake.TokenSpec{ServiceURL: at})
	d.pass(w, r, d.appURL()+"/api/messages", body, "Bearer "+token)
}

// toPlayground hands what the product says to the Playground that it is for.
func (d *door) toPlayground(w http.ResponseWriter, r *http.Request) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || d.checkToken(token) != nil {
		http.Error(w, "a token of the bot is needed", http.StatusUnauthorized)
		return
	}
	to, at, ok := d.behind(r.URL.EscapedPath())
	if !ok {
		http.Error(w, "no such service", http.StatusNotFound)
		return
	}
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	body, ok := whole(w, r)
	if !ok {
		return
	}
	if card, ok := edited(at, r); ok {
		d.holds.wait(r.Context(), card)
	}
	d.pass(w, r, to, body, "") // the token is for the door alone
}

// whole reads a request's body, or answers that it cannot be.
func whole(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		return body, true
	}
	status := http.StatusBadRequest
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		status = http.StatusRequestEntityTooLarge
	}
	http.Error(w, http.StatusText(status), status)
	return nil, false
}

// pass makes a request and answers with its answer.
func (d *door) pass(w http.ResponseWriter, r *http.Request, to string, body []byte, authorization string) {
	req, err := http.NewRequestWithContext(r.Context(), r.Method, to, bytes.NewReader(body))
	if err != nil {
		http.Error(w, "that address cannot be used", http.StatusBadRequest)
		return
	}
	copyHeaders(req.Header, r.Header, "Content-Type", "Accept")
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := d.http.Do(req)
	if err != nil {
		http.Error(w, "no answer behind the door", http.StatusBadGateway)
		return
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, doorBody+1))
	if err != nil || len(answer) > doorBody {
		http.Error(w, "no whole answer behind the door", http.StatusBadGateway)
		return
	}
	copyHeaders(w.Header(), res.Header, "Content-Type", "Retry-After", "Allow")
	w.WriteHeader(res.StatusCode)
	_, _ = w.Write(answer) // whoever asked may be gone
}

func copyHeaders(to, from http.Header, names ...string) {
	for _, name := range names {
		if v := from.Get(name); v != "" {
			to.Set(name, v)
		}
	}
}
