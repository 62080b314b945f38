package teamsfake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract reads one of Microsoft's published files.
func contract(t *testing.T, elems ...string) []byte {
	t.Helper()
	dir := os.Getenv("GUESTSITE_CONTRACTS")
	if dir == "" {
		t.Skip("set GUESTSITE_CONTRACTS to the contracts folder to check the fake against Microsoft's schemas")
	}
	raw, err := os.ReadFile(filepath.Join(append([]string{dir}, elems...)...))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
}

// schema compiles a definition of a JSON Schema file; "" is its root.
func schema(t *testing.T, definition string, elems ...string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(contract(t, elems...)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("mem:///s.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("mem:///s.json" + definition)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// swagger is the connector's contract. Closed, it refuses unknown properties;
// Teams itself adds some to rosters.
func swagger(t *testing.T, closed bool) *openapi3.T {
	t.Helper()
	var old openapi2.T
	if err := json.Unmarshal(contract(t, "botframework", "ConnectorAPI.swagger2.json"), &old); err != nil {
		t.Fatal(err)
	}
	v3, err := openapi2conv.ToV3(&old)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(v3)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	no := false
	for name, ref := range doc.Components.Schemas {
		if closed && name != "Entity" && len(ref.Value.Properties) > 0 && ref.Value.AdditionalProperties.Has == nil {
			ref.Value.AdditionalProperties.Has = &no
		}
	}
	return doc
}

func plain(t *testing.T, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

// readable cuts the schema and the value off an error of kin-openapi.
func readable(err error) string {
	before, _, _ := strings.Cut(err.Error(), "Schema:")
	return strings.TrimSpace(before)
}

// asPublished levels the two points where Teams is known to differ from the
// published schema: accounts in events have no name, and the HTML copy of a
// message is a text, not an object.
func asPublished(a obj) obj {
	accounts := append(slices.Concat(list(a, "membersAdded"), list(a, "membersRemoved")), a["from"])
	for _, v := range accounts {
		if o, ok := v.(obj); ok && o["name"] == nil {
			o["name"] = ""
		}
	}
	for _, v := range list(a, "attachments") {
		if o, ok := v.(obj); ok && o["contentType"] == "text/html" {
			delete(o, "content")
		}
	}
	return a
}

// everythingSent makes the fake send each kind of activity it knows.
func everythingSent(t *testing.T) *Server {
	t.Helper()
	s, b := start(t, Options{})
	do := must[Outcome](t)
	if err := s.InstallFor(t.Context(), Priya); err != nil {
		t.Fatal(err)
	}
	channel := s.AddTeamChannel("Noordzee", "Sites", Sanne)
	if err := s.InstallIn(t.Context(), channel, Sanne); err != nil {
		t.Fatal(err)
	}
	if err := s.UninstallIn(t.Context(), channel, Sanne); err != nil {
		t.Fatal(err)
	}
	group := s.AddGroupChat("Sites", Sanne, Anon)
	u := s.As(Sanne)
	do(u.Say(t.Context(), "hi"))
	do(u.SayIn(t.Context(), group, "hi"))
	do(s.As(Anon).SayIn(t.Context(), group, "hi"))
	do(u.SendActivity(t.Context(), "", "messageReaction", map[string]any{
		"reactionsAdded": []any{map[string]any{"type": "like"}}, "replyToId": "1",
	}))
	b.does(replyJSON(answerWith(plainCard("done"))))
	_, ref := shown(t, s, askCard)
	do(u.Click(t.Context(), ref, "yes"))
	chat, ref := shown(t, s, askCard)
	do(u.Click(t.Context(), ref, "Later"))
	put(t, s, chat, ref.ID, withCard(refreshing("base", "1", nil)))
	must[[]Outcome](t)(s.Views(t.Context(), Sanne))
	_, ref = shown(t, s, formCard)
	if _, _, err := u.Suggest(t.Context(), ref, "in_site", "x"); err != nil {
		t.Fatal(err)
	}
	if err := s.UninstallFor(t.Context(), Priya); err != nil {
		t.Fatal(err)
	}
	_, ref = shown(t, s, opener)
	b.does(replyJSON(page("Reason", `{"type":"AdaptiveCard","version":"1.5","body":[],"actions":[{"type":"Action.Submit","title":"OK"}]}`)))
	do(u.Click(t.Context(), ref, "Open"))
	do(u.Click(t.Context(), Ref{Dialog: true}, "OK"))
	return s
}

func TestContract_ActivitiesToTheBot(t *testing.T) {
	t.Parallel()
	activity := schema(t, "#/definitions/Activity", "botframework", "activity.schema.json")
	kinds := schema(t, "#/definitions/ActivityTypes", "botframework", "activity.schema.json")
	strict := swagger(t, true).Components.Schemas["Activity"].Value
	sent := map[string]int{}
	for _, e := range everythingSent(t).Wire() {
		if e.Direction != ToApp {
			continue
		}
		sent[e.Kind]++
		a, err := decodeObject(e.Request)
		if err != nil {
			t.Fatal(err)
		}
		v := any(asPublished(a))
		if err := activity.Validate(v); err != nil {
			t.Errorf("%s: %v", e.Kind, err)
		}
		if err := kinds.Validate(str(v, "type")); err != nil {
			t.Errorf("%s: %v", e.Kind, err)
		}
		if err := strict.VisitJSON(plain(t, mustJSON(v)), openapi3.MultiErrors()); err != nil {
			t.Errorf("%s: %s", e.Kind, readable(err))
		}
	}
	for _, kind := range []string{
		"message", "messageReaction", "installationUpdate", "conversationUpdate", "invoke adaptiveCard/action", "invoke application/search",
		"invoke task/fetch", "invoke task/submit",
	} {
		if sent[kind] == 0 {
			t.Errorf("no %s was checked; there are %v", kind, sent)
		}
	}
	t.Logf("checked %v", sent)
}

// operation finds what the swagger says about one call in the wire log.
func operation(doc *openapi3.T, e WireEntry) (string, *openapi3.Operation) {
	path, _, _ := strings.Cut(strings.TrimPrefix(e.Path, firstPath), "?")
	for template, item := range doc.Paths.Map() {
		pattern := regexp.MustCompile(`\\\{[^/]*?\\\}`).ReplaceAllString(regexp.QuoteMeta(template), "[^/]+")
		if op := item.GetOperation(e.Method); op != nil && regexp.MustCompile("^"+pattern+"$").MatchString(path) {
			return e.Method + " " + template, op
		}
	}
	return "", nil
}

func TestContract_ConnectorCalls(t *testing.T) {
	t.Parallel()
	closed, open := swagger(t, true), swagger(t, false)
	s, _ := start(t, Options{})
	chat := openChat(t, s, Sanne)
	channel := s.AddTeamChannel("Noordzee", "Sites", Sanne)
	id := post(t, s, chat, withCard(askCard))
	put(t, s, chat, id, withCard(plainCard("edited")))
	callBot(t, s, http.MethodPost, activitiesOf(chat)+"/"+id, text("reply"))
	callBot(t, s, http.MethodDelete, activitiesOf(chat)+"/"+id, nil)
	callBot(t, s, http.MethodDelete, activitiesOf(chat)+"/"+id, nil)
	callBot(t, s, http.MethodPost, "/v3/conversations", chatWith(s, obj{"id": Priya}))
	callBot(t, s, http.MethodPost, "/v3/conversations", obj{
		"isGroup": true, "channelData": obj{"channel": obj{"id": channel}}, "activity": text("root"),
	})
	base := strings.TrimSuffix(activitiesOf(chat), "activities")
	callBot(t, s, http.MethodGet, base+"members", nil)
	callBot(t, s, http.MethodGet, base+"pagedmembers?pageSize=50", nil)

	var checked []string
	for _, e := range s.Wire("connector") {
		name, op := operation(closed, e)
		if op == nil {
			t.Errorf("%s %s is not in the swagger", e.Method, e.Path)
			continue
		}
		checked = append(checked, fmt.Sprint(name, " ", e.Status))
		if e.Request != nil {
			body := op.RequestBody.Value.Content.Get("application/json").Schema.Value
			if err := body.VisitJSON(plain(t, e.Request), openapi3.MultiErrors()); err != nil {
				t.Errorf("%s: request: %s", name, readable(err))
			}
		}
		if strings.HasSuffix(e.Path, "members") || strings.Contains(e.Path, "pagedmembers") {
			_, op = operation(open, e)
		}
		answer := op.Responses.Status(e.Status)
		if answer == nil && e.Status < 400 {
			t.Errorf("%s: status %d is not in the swagger", name, e.Status)
			continue
		}
		if answer == nil {
			answer = op.Responses.Default()
		}
		if e.Response == nil {
			if e.Method != http.MethodDelete {
				t.Errorf("%s: the answer is empty", name)
			}
			continue
		}
		media := answer.Value.Content.Get("application/json")
		if media == nil {
			t.Errorf("%s: status %d has no body in the swagger, the fake answers %s", name, e.Status, e.Response)
			continue
		}
		if err := media.Schema.Value.VisitJSON(plain(t, e.Response), openapi3.MultiErrors()); err != nil {
			t.Errorf("%s: answer: %s", name, readable(err))
		}
	}
	slices.Sort(checked)
	if got := len(slices.Compact(checked)); got < 9 {
		t.Errorf("only %d operations and statuses were checked: %v", got, checked)
	}
	t.Logf("checked %v", checked)
}

// strip takes out what Teams adds to Adaptive Cards 1.5.
func strip(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			strip(e)
		}
	case map[string]any:
		delete(v, "msteams")
		delete(v, "choices.data")
		if v["style"] == "filtered" { // in Teams and 1.6, not in the schema of 1.5
			delete(v, "style")
		}
		for _, e := range v {
			strip(e)
		}
	}
}

// TestContract_Cards holds the fake's rules against the published schemas: what
// it takes, they take too.
func TestContract_Cards(t *testing.T) {
	t.Parallel()
	teams := schema(t, "", "adaptivecards", "teams-adaptive-card.derived.schema.json")
	v15 := schema(t, "", "adaptivecards", "adaptive-card-1.5.0.schema.json")
	cards := map[string]string{
		"ask": askCard, "form": formCard, "refreshing": refreshing("x", "1", []string{"29:x"}), "plain": plainCard("x"), "opener": opener,
	}
	for name, c := range cardCases() {
		// An unknown element with a fallback is for clients of the future.
		if !strings.Contains(c.good, "Hologram") {
			cards[name] = c.good
		}
	}
	for name, card := range cards {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(card))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := teams.Validate(v); err != nil {
			t.Errorf("%s: Teams: %v", name, err)
		}
		strip(v)
		if err := v15.Validate(v); err != nil {
			t.Errorf("%s: 1.5: %v", name, err)
		}
	}
}
