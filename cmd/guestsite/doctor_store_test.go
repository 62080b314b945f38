package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guestsite/store/bolt"
)

// A file that is read and not written serves nobody, and a folder that the bot makes
// by itself is not missing.
func TestDoctor_TriesWhatTheBotWillDoToItsDatabase(t *testing.T) {
	t.Parallel()
	look := func(path string) map[string]finding {
		x := &examiner{cfg: Config{Store: Store{Path: path}}}
		out := map[string]finding{}
		for _, f := range x.database(t.Context()) {
			out[f.Name] = f
		}
		return out
	}
	dir := t.TempDir()
	there := filepath.Join(dir, "guestsite.db")
	if err := onFile(Config{Store: Store{Path: there}}, func(*bolt.DB) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]findingState{"store.path": stateWorks, "control socket": stateWorks} {
		if f := look(there)[name]; f.State != want {
			t.Errorf("a good one: %+v", f)
		}
	}
	for _, missing := range []string{"other.db", "db/guestsite.db"} {
		got := look(filepath.Join(dir, missing))
		if f := got["store.path"]; f.State != stateWorks || !strings.Contains(f.What, "can be made") {
			t.Errorf("%s: %+v", missing, f)
		}
		if f := got["free space"]; f.State == stateUnknown {
			t.Errorf("%s: %+v", missing, f)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) != 1 {
		t.Errorf("it left %v, %v", left, err)
	}
	if f := look(filepath.Join(dir, "not", "there", "x.db"))["store.path"]; f.State != stateMissing {
		t.Errorf("two folders short: %+v", f)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if f := look(there)["control socket"]; f.State != stateWarning || f.Needed {
		t.Errorf("in a folder that others may write in: %+v", f)
	}
	if err := writable(dir); err == nil {
		t.Error("what cannot be written is writable")
	}
	if err := os.Chmod(there, 0o400); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		return // root may write it all the same
	}
	if f := look(there)["store.path"]; f.State != stateMissing {
		t.Errorf("one that cannot be written: %+v", f)
	}
}
