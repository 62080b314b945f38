package main

import (
	"os"
	"regexp"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Every rule asks for a metric that there is.
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
	known := map[string]bool{"guestsite_job_runs_total": true, "guestsite_throttled_total": true}
	for _, d := range counted() {
		known["guestsite_"+d.name] = true
	}
	rules := 0
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			rules++
			names := regexp.MustCompile(`guestsite_[a-z_]+`).FindAllString(r.Expr, -1)
			if len(names) == 0 || r.Alert == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
				t.Errorf("rule %q asks for nothing or says nothing", r.Alert)
			}
			for _, name := range names {
				if !known[name] {
					t.Errorf("rule %s asks for %s, which is no metric", r.Alert, name)
				}
			}
		}
	}
	if rules == 0 {
		t.Error("no rules")
	}
}
