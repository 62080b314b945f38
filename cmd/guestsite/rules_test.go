package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v3"

	"guestsite/bot"
)

// metricLabels are the metrics of the program, with their labels.
func metricLabels(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, d := range counted() {
		out["guestsite_"+d.name] = d.labels
	}
	described := make(chan *prometheus.Desc)
	go func() {
		defer close(described)
		m := newMetrics()
		for _, c := range []prometheus.Collector{m.events, m.jobs, m.effects, m.commits, m.calls, m.throttle, m.chats} {
			c.Describe(described)
		}
	}()
	form := regexp.MustCompile(`fqName: "([a-z0-9_]+)".*variableLabels: \{([a-z_,]*)\}`)
	for d := range described {
		found := form.FindStringSubmatch(d.String())
		if found == nil {
			t.Fatalf("a metric is described as %s", d)
		}
		out[found[1]] = strings.Split(found[2], ",")
	}
	return out
}

// Every rule asks for a metric that there is, by labels that it has.
func TestRules_NameMetricsOfTheProgram(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../deploy/prometheus/guestsite.rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	known := metricLabels(t)
	rules := 0
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			rules++
			names := regexp.MustCompile(`guestsite_[a-z_]+`).FindAllString(r.Expr, -1)
			if len(names) == 0 || r.Alert == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
				t.Errorf("rule %q asks for nothing or says nothing", r.Alert)
			}
			for _, name := range names {
				labels, there := known[name]
				if !there {
					t.Errorf("rule %s asks for %s, which is no metric", r.Alert, name)
				}
				used := regexp.MustCompile(`\$labels\.([a-z_]+)`).FindAllStringSubmatch(r.Annotations["summary"]+r.Annotations["description"], -1)
				for _, label := range append(used, regexp.MustCompile(`([a-z_]+)=~?"`).FindAllStringSubmatch(r.Expr, -1)...) {
					if !slices.Contains(labels, label[1]) {
						t.Errorf("rule %s uses the label %s, and %s has %v", r.Alert, label[1], name, labels)
					}
				}
			}
			for _, outcome := range regexp.MustCompile(`outcome="([a-z_]+)"`).FindAllStringSubmatch(r.Expr, -1) {
				if outcome[1] != string(bot.OutcomeGivenUp) {
					t.Errorf("rule %s waits for the outcome %s", r.Alert, outcome[1])
				}
			}
		}
	}
	if rules == 0 {
		t.Error("no rules")
	}
}
