package bot

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// Every kind that the worker can run is named, so that an alarm can wait for it.
func TestJobKinds_AreThoseOfTheWorker(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("worker.go")
	if err != nil {
		t.Fatal(err)
	}
	runs := regexp.MustCompile(`(?m)^\tcase (flow\.|job)\w+:\n\t\treturn e\.`).FindAll(text, -1)
	kinds := JobKinds()
	if len(kinds) != len(runs) || len(kinds) < 30 {
		t.Errorf("%d kinds are named, and the worker runs %d", len(kinds), len(runs))
	}
	slices.Sort(kinds)
	if twice := slices.Compact(slices.Clone(kinds)); len(twice) != len(kinds) {
		t.Errorf("a kind is named twice: %v", kinds)
	}
	if slices.Contains(kinds, "") {
		t.Error("a kind has no name")
	}
}
