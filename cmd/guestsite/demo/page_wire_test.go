package demo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"guestsite/graph/graphfake"
)

func TestWithoutSecrets_LeavesOutWhatOpensSomething(t *testing.T) {
	t.Parallel()
	body := `{"text":"new","token":"s1","nested":[{"client_secret":"s2","inviteRedeemUrl":"https://x/s3"}],"response_url":"s4","FormDigestValue":"s5","code":"s6","blocks":[{"url":"https://login/redeem?rd=s7"}],"decoded":"kept"}`
	got := string(withoutSecrets([]byte(body)))
	for _, secret := range []string{"s1", "s2", "s3", "s4", "s5", "s6", "s7"} {
		if strings.Contains(got, secret) {
			t.Errorf("%s is shown in %s", secret, got)
		}
	}
	if !strings.Contains(got, `"text":"new"`) || !strings.Contains(got, `"decoded":"kept"`) {
		t.Errorf("nothing is left: %s", got)
	}
	if got := withoutSecrets([]byte("no JSON, token=s1")); got != nil {
		t.Errorf("what cannot be read is shown: %s", got)
	}
}

func TestBodies_AFormIsShownWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	b := newBodies()
	h := b.watch(graphfake.HostLogin, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.Form.Get("client_assertion") != "s1" {
			t.Errorf("the host reads %v, %v", r.Form, err)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"s2","expires_in":3599}`))
	}))
	r := httptest.NewRequest(http.MethodPost, "/oauth2/v2.0/token?code=s3&p=1", strings.NewReader("client_assertion=s1&scope=openid"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), "s2") {
		t.Error("the answer was changed on its way")
	}
	got := b.take()
	if len(got) != 1 || got[0].Status != http.StatusOK || got[0].To != nameLogin || got[0].Path != "/oauth2/v2.0/token?p=1" {
		t.Fatalf("%+v", got)
	}
	for _, raw := range []json.RawMessage{got[0].Request, got[0].Response} {
		if strings.Contains(string(raw), "s1") || strings.Contains(string(raw), "s2") || !strings.Contains(string(raw), removed) {
			t.Errorf("shown: %s", raw)
		}
	}
	if len(b.take()) != 0 {
		t.Error("it is given twice")
	}
}

func TestBodies_WhatIsTooLongIsNotShown(t *testing.T) {
	t.Parallel()
	var b bounded
	for range 3 {
		_, _ = b.Write(make([]byte, maxShownBody/2))
	}
	if got := string(shownBody("application/json", b)); !strings.Contains(got, "too long") || b.Len() > maxShownBody {
		t.Errorf("%s, %d kept", got, b.Len())
	}
}
