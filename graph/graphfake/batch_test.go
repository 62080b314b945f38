package graphfake_test

import (
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"guestsite/graph/graphfake"
)

func (l *lab) batch(items ...map[string]any) answer {
	l.t.Helper()
	return l.graph(http.MethodPost, "/$batch", map[string]any{"requests": items})
}

func item(id, method, url string) map[string]any {
	return map[string]any{"id": id, "method": method, "url": url}
}

// items indexes the answers of a batch by id.
func (a answer) items() map[string]map[string]any {
	a.t.Helper()
	out := map[string]map[string]any{}
	list, _ := a.body["responses"].([]any)
	for _, x := range list {
		m := x.(map[string]any)
		out[m["id"].(string)] = m
	}
	return out
}

func TestBatch_ItemsAreAnsweredOneByOne(t *testing.T) {
	t.Parallel()
	l := newLab(t, roles("User.Read.All"))
	a := l.batch(item("a", "GET", "/users/"+l.demo.Sanne.ID+"?$select=mail"), item("b", "GET", "/domains"), item("c", "GET", "users/none")).want(200)
	got := a.items()
	for id, want := range map[string]float64{"a": 200, "b": 403, "c": 404} {
		if got[id]["status"] != want {
			t.Errorf("%s: %v", id, got[id])
		}
	}
	if body := got["a"]["body"].(map[string]any); body["mail"] != l.demo.Sanne.Mail {
		t.Errorf("body %v", body)
	}
	if first := a.body["responses"].([]any)[0].(map[string]any)["id"]; first == "a" {
		t.Error("answers come in the order of the requests; a client could rely on it")
	}
	if n := l.Count("GET", regexp.MustCompile("^/v1.0/domains$")); n != 1 {
		t.Errorf("the wire log has %d of the item", n)
	}
}

func TestBatch_EnvelopeIsChecked(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	var many []map[string]any
	for i := range 21 {
		many = append(many, item(fmt.Sprint(i), "GET", "/domains"))
	}
	withBody := item("1", "PATCH", "/groups/"+l.demo.Linden.ID)
	withBody["body"] = map[string]any{"description": "x"}
	later := item("1", "GET", "/domains")
	later["dependsOn"] = []string{"2"}
	for name, items := range map[string][]map[string]any{
		"21 items": many, "none": {}, "same id": {item("1", "GET", "/domains"), item("1", "GET", "/users")},
		"absolute url": {item("1", "GET", l.GraphURL()+"/v1.0/domains")}, "body without type": {withBody},
		"no method": {item("1", "", "/domains")}, "depends on a later one": {later, item("2", "GET", "/domains")},
		"nested": {item("1", "POST", "/$batch")},
	} {
		t.Run(name, func(t *testing.T) { l.batch(items...).want(400, "BadRequest") })
	}
	l.batch(many[:20]...).want(200)
}

func TestBatch_DependentsOfAFailureAreSkipped(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	second, third := item("2", "GET", "/domains"), item("3", "GET", "/domains")
	second["dependsOn"], third["dependsOn"] = []string{"1"}, []string{"2"}
	got := l.batch(item("1", "GET", "/users/none"), second, third).want(200).items()
	if got["1"]["status"] != 404.0 || got["2"]["status"] != 424.0 || got["3"]["status"] != 424.0 {
		t.Errorf("statuses %v %v %v", got["1"]["status"], got["2"]["status"], got["3"]["status"])
	}
}

func TestBatch_WritesTakeEffectAndItemsAreThrottledAlone(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	seven := 7
	if err := l.Inject(graphfake.Fault{Method: "GET", Path: "/domains$", Status: 429, RetryAfter: &seven}); err != nil {
		t.Fatal(err)
	}
	write := item("w", "POST", "/groups/"+l.demo.Linden.ID+"/members/$ref")
	write["headers"], write["body"] = map[string]string{"content-type": "application/json"}, l.objectRef(l.demo.Joost.ID)
	got := l.batch(item("d", "GET", "/domains"), write).want(200).items()
	if got["d"]["status"] != 429.0 || got["d"]["headers"].(map[string]any)["Retry-After"] != "7" {
		t.Errorf("throttled item %v", got["d"])
	}
	if got["w"]["status"] != 204.0 || l.Writes()["member.add"] != 1 {
		t.Errorf("write %v, effects %v", got["w"], l.Writes())
	}
}
