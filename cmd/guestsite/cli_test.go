package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this very program as "guestsite", and a stand-in
// for Azure's command line as "az".
func TestMain(m *testing.M) {
	// More at once than there are processors: the stories wait far more than they
	// compute. A -parallel of the command line wins.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"guestsite": main, "az": fakeAz})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	testscript.Run(t, testscript.Params{
		Files:               scripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"status": status, "empty": empty},
	})
}

// status runs "status N PROGRAM ARGS" and wants exactly exit status N.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N program [args]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

// empty runs "empty FOLDER" and wants it to hold nothing.
func empty(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: empty folder")
	}
	found, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, f := range found {
		ts.Fatalf("%s holds %s", args[0], f.Name())
	}
}

func TestRun_ExitStatusFollowsTheError(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err    error
		status int
		says   string
	}{
		"fine":       {nil, exitOK, ""},
		"failed":     {errors.New("boom"), exitFailed, "guestsite x: boom\n"},
		"usage":      {usagef("no %s", "way"), exitUsage, "guestsite x: no way\nTry \"guestsite help x\".\n"},
		"faults":     {Faults{{Key: "k", Problem: "is bad", Fix: "Mend it"}}, exitUsage, "k: is bad. Mend it."},
		"unreadable": {fmt.Errorf("%w: %w", errReadConfig, errTooLarge), exitUsage, "larger than"},
		"no config":  {errNoConfig, exitUsage, "no configuration"},
		"stopped":    {context.Canceled, exitStopped, ""},
		"shape":      {&usageError{text: "no way", shape: true}, exitUsage, "guestsite x: no way\nUsage: guestsite x WAY\nTry \"guestsite help x\".\n"},
		"own":        {&exitError{status: 7}, 7, ""},
		"own, told":  {&exitError{status: 8, err: errors.New("why")}, 8, "guestsite x: why\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			p := program{stdout: &out, stderr: &errs, env: envOf(nil)}
			table := []command{{name: "x", args: "WAY", run: func(context.Context, program, []string) error { return test.err }}}
			if got := run(t.Context(), p, table, []string{"x"}); got != test.status {
				t.Errorf("status %d, want %d", got, test.status)
			}
			if !strings.Contains(errs.String(), test.says) || test.says == "" && errs.Len() > 0 {
				t.Errorf("stderr %q, want %q", errs.String(), test.says)
			}
		})
	}
}

func TestParse_TakesFlagsAndWordsInAnyOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args  string
		words string
		site  string
	}{
		{"ann@x.org --site s", "ann@x.org", "s"},
		{"--site s ann@x.org", "ann@x.org", "s"},
		{"--site=s -- --odd", "--odd", "s"},
		{"a --site s b", "a b", "s"},
	}
	for _, test := range tests {
		set := newFlags(program{}, command{name: "x"})
		site := set.String("site", "", "")
		words, err := parse(set, strings.Fields(test.args), 0, 2)
		if err != nil || strings.Join(words, " ") != test.words || *site != test.site {
			t.Errorf("%q: words %q, site %q, error %v", test.args, words, *site, err)
		}
	}
	for args, want := range map[string]string{
		"":                  "a word is missing",
		"a b c":             `"c" is one word too many`,
		"a --nope":          "there is no flag --nope",
		"a --sitr s":        "there is no flag --sitr; did you mean --site?",
		"a --site":          "--site is not followed by its PLACE",
		"a --site --force":  "--site is not followed by its PLACE",
		"a --force=perhaps": "--force=perhaps: say --force alone, or --force=false",
		"a --output xml":    "--output xml: say text or json",
		"a --output=":       `--output "": say text or json`,
		"a --log-level 11":  "--log-level 11: say debug, info, warn or error",
		"a --config=":       `--config "": name a file`,
	} {
		set := newFlags(program{}, command{name: "x"})
		set.String("site", "", "a `PLACE`")
		set.Bool("force", false, "")
		addOutputFlag(set)
		addLogFlags(set, slog.LevelInfo)
		addConfigFlag(set)
		_, err := parse(set, strings.Fields(args), 1, 2)
		if slip, ok := errors.AsType[*usageError](err); !ok || slip.text != want {
			t.Errorf("%q: %v, want %q", args, err, want)
		}
	}
}

// What a flag takes may look like a flag where it is joined to it.
func TestParse_TakesAValueThatLooksLikeAFlag(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{"--site=--force": "--force", "--site -1": "-1", "-site x": "x", "--site a=b": "a=b"} {
		set := newFlags(program{}, command{name: "x"})
		site := set.String("site", "", "")
		force := set.Bool("force", false, "")
		if words, err := parse(set, strings.Fields(args), 0, 0); err != nil || *site != want || *force || len(words) > 0 {
			t.Errorf("%q: site %q, force %t, error %v", args, *site, *force, err)
		}
	}
}

// Help lists the commands that are registered, sorted, and no other.
func TestHelp_ListsExactlyTheCommands(t *testing.T) {
	t.Parallel()
	status, out, _ := guestsite(t, nil, "help")
	if status != exitOK {
		t.Errorf("exit status %d", status)
	}
	_, list, _ := strings.Cut(out, "\nCommands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	var listed []string
	for line := range strings.Lines(list) {
		name, summary, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.TrimSpace(summary) == "" {
			t.Errorf("%s is not explained", name)
		}
		listed = append(listed, name)
	}
	want := []string{"help"}
	for _, c := range commands() {
		want = append(want, c.name)
		if status, out, stderr := guestsite(t, nil, "help", c.name); status != exitOK || !strings.HasPrefix(out, "Usage: guestsite "+c.name) || stderr != "" {
			t.Errorf("help %s: exit status %d, %q, %q", c.name, status, out, stderr)
		}
	}
	slices.Sort(want)
	slices.Sort(listed)
	if !slices.Equal(listed, want) {
		t.Errorf("help lists %v, there are %v", listed, want)
	}
}
