package slack

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/slack/slackfake"
)

// recorder keeps the bodies of the calls that pass, by method.
type recorder struct {
	mu    sync.Mutex
	calls map[string][]map[string]any
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	args := map[string]any{}
	if strings.HasPrefix(req.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(body, &args); err != nil {
			return nil, err
		}
	} else {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		for k := range form {
			args[k] = decodedField(k, form.Get(k))
		}
	}
	r.mu.Lock()
	if r.calls == nil {
		r.calls = map[string][]map[string]any{}
	}
	name := path.Base(req.URL.Path)
	r.calls[name] = append(r.calls[name], args)
	r.mu.Unlock()
	req.Body = io.NopCloser(bytes.NewReader(body))
	return http.DefaultTransport.RoundTrip(req)
}

func (r *recorder) count(method string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.calls[method])
}

// decodedField undoes what a form does to values that are not text.
func decodedField(name, s string) any {
	var v any
	switch name {
	case "text", "channel", "ts", "token", "user", "email", "users":
		return s
	}
	if json.Unmarshal([]byte(s), &v) == nil {
		return v
	}
	return s
}

func TestWire_EveryCallObeysSlacksOwnTypes(t *testing.T) {
	t.Parallel()
	schema := map[string]string{
		"chat.postMessage": "Req_chat_postMessage", "chat.update": "Req_chat_update", "views.open": "Req_views_open",
		"views.update": "Req_views_update", "views.push": "Req_views_push", "users.info": "Req_users_info",
		"users.lookupByEmail": "Req_users_lookupByEmail", "conversations.open": "Req_conversations_open",
	}
	rec := &recorder{}
	d := &door{}
	r := newRig(t, d, func(f *slackfake.Options, o *Options) {
		o.HTTP = &http.Client{Timeout: 5 * time.Second, Transport: rec}
		f.Scopes = append(slackfake.DefaultScopes(), "im:write")
	})
	to := user(r, slackfake.Sanne)
	v := openSite(t, r, peopleForm())
	next := siteForm()
	d.answer = nil
	ref, _ := viewRef(v.ID)
	if _, err := r.chat.FindPost(t.Context(), to, "out-1"); err == nil {
		t.Error("found what was never posted")
	}
	post, err := r.chat.Post(t.Context(), to, "out-1", ownerCard())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.chat.Update(t.Context(), post, outcomeCard()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.chat.Profile(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if _, err := r.chat.Locate(t.Context(), flow.Who{Mail: "sanne@noordzee.nl"}); err != nil {
		t.Fatal(err)
	}
	d.hang = true // a line is laid over the form
	must(t)(r.fake.As(slackfake.Sanne).Click(t.Context(), v.Ref(), "Back"))
	if err := r.chat.UpdateForm(t.Context(), ref, next); err != nil {
		t.Fatal(err)
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for method, part := range schema {
		if len(rec.calls[method]) == 0 {
			t.Errorf("%s was not called", method)
		}
		s := contract(t, part)
		for _, args := range rec.calls[method] {
			obeys(t, s, method, args)
		}
	}
	if call := rec.calls["chat.postMessage"][0]; call["unfurl_links"] != false || call["mrkdwn"] != false {
		t.Errorf("posted with %v %v", call["unfurl_links"], call["mrkdwn"])
	}
	if h := rec.calls["conversations.history"]; len(h) != 1 || h[0]["include_all_metadata"] != true && h[0]["include_all_metadata"] != 1.0 {
		t.Errorf("history was asked with %v", h)
	}
}
