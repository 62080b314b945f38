package teams

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"
)

func TestContract_CallsToTheConnectorAreTheVendors(t *testing.T) {
	t.Parallel()
	k := loadConnContract(t)
	s, c := startConn(t, k.wrap(asReference))
	at := place{s.URL, connChat} // the contract's paths begin at the root
	ctx := t.Context()
	for _, m := range []outbound{
		{Text: "one", Format: "plain"},
		{Text: "two <3", Alert: true},
		{Card: json.RawMessage(`{"type":"AdaptiveCard","version":"1.5","body":[]}`), Summary: "Sanne asks", Alert: true},
	} {
		id, err := c.post(ctx, at, m)
		connMust(t, err)
		connMust(t, c.put(ctx, at, id, m))
	}
	_, err := c.open1to1(ctx, s.URL, connTenant, connPerson)
	connMust(t, err)

	k.mu.Lock()
	defer k.mu.Unlock()
	for _, o := range []string{
		"POST /v3/conversations", "POST /v3/conversations/{conversationId}/activities",
		"PUT /v3/conversations/{conversationId}/activities/{activityId}",
	} {
		if k.seen[o] == 0 {
			t.Errorf("%s was not validated", o)
		}
	}
	for _, o := range slices.Sorted(maps.Keys(k.seen)) {
		t.Logf("%-75s %d", o, k.seen[o])
	}
}

// TestContract_TheConnectorsFindsWhatIsWrong shows that the validator would tell.
func TestContract_TheConnectorsFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	k := loadConnContract(t)
	const activities = "/v3/conversations/a%3A1/activities"
	js := http.Header{"Content-Type": {"application/json"}}
	for name, tc := range map[string]struct {
		method, path, body string
		status             int
		answer             string
	}{
		"misspelt property":     {"POST", activities, `{"type":"message","channelId":"msteams","conversation":{"id":"a:1"},"tekst":"x"}`, 201, `{"id":"1"}`},
		"unknown type":          {"POST", activities, `{"type":"massage","channelId":"msteams","conversation":{"id":"a:1"}}`, 201, `{"id":"1"}`},
		"no conversation":       {"POST", activities, `{"type":"message","channelId":"msteams"}`, 201, `{"id":"1"}`},
		"a card without type":   {"POST", activities, `{"type":"message","channelId":"msteams","conversation":{"id":"a:1"},"attachments":[{"content":{}}]}`, 201, `{"id":"1"}`},
		"members of a string":   {"POST", "/v3/conversations", `{"members":["x"]}`, 201, `{"id":"1"}`},
		"unknown path":          {"PUT", activities, `{"type":"message"}`, 200, `{"id":"1"}`},
		"id is no string":       {"POST", activities, `{"type":"message","channelId":"msteams","conversation":{"id":"a:1"}}`, 201, `{"id":1}`},
		"wrong status":          {"DELETE", activities + "/1", ``, 201, ``},
		"an id of two segments": {"DELETE", activities + "/1/2", ``, 200, ``},
	} {
		failed := false
		d := &connContract{
			fail: func(string, ...any) { failed = true }, doc: k.doc, activity: k.activity, types: k.types, seen: map[string]int{},
		}
		d.check(t.Context(), tc.method, tc.path, js, []byte(tc.body), tc.status, js, []byte(tc.answer))
		if !failed {
			t.Errorf("%s passes", name)
		}
	}
}
