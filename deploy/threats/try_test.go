package main

import (
	"errors"
	"testing"
)

// The checks must stand where the table says: a table that has aged is told of at
// once, and not only where the checks are taken away.
func TestThreats_StandWhereTheTableSays(t *testing.T) {
	t.Chdir("../..")
	names := map[string]bool{}
	for _, threat := range threats() {
		if _, err := threat.patched(); err != nil {
			t.Errorf("%s: %v", threat.name, err)
		}
		if names[threat.name] || threat.check == threat.without || threat.run == "" || threat.pkg == "" {
			t.Errorf("%s: named twice, or without what it takes", threat.name)
		}
		names[threat.name] = true
	}
}

func TestThreats_OneThatIsNotThereIsNotRun(t *testing.T) {
	t.Chdir("../..")
	_, err := threat{file: "go.mod", check: "no such check"}.patched()
	if !errors.Is(err, errNotRun) {
		t.Errorf("got %v", err)
	}
}
