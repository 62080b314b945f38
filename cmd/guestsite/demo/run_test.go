package demo

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guestsite/bot"
)

// idle is a program that does nothing.
type idle struct{ stopped chan struct{} }

func (idle) Addr() string { return "127.0.0.1:1" }
func (p idle) Stop() error {
	close(p.stopped)
	return nil
}
func (idle) Kill() {}

// starts gives a Starter of idle programs that notes their configurations.
func starts(configs *[]string) Starter {
	return func(_ context.Context, config string, _ bot.Clock) (Program, error) {
		*configs = append(*configs, config)
		return idle{make(chan struct{})}, nil
	}
}

func quiet(name string) Story { return Story{Name: name, Title: name, Play: func(*Stage) {}} }

func TestRun_UnknownStoryStartsNothing(t *testing.T) {
	t.Parallel()
	var configs []string
	o := Options{Stories: []Story{quiet("one"), quiet("two")}, Story: "three", Start: starts(&configs), Out: io.Discard}
	err := Run(t.Context(), o)
	if !errors.Is(err, ErrNoStory) || !strings.Contains(err.Error(), "one, two, all") || len(configs) != 0 {
		t.Errorf("error %v after %d starts", err, len(configs))
	}
}

func TestRun_AllPlaysEachInAFolderOfItsOwn(t *testing.T) {
	t.Parallel()
	var configs []string
	var out strings.Builder
	dir := t.TempDir()
	o := Options{Stories: []Story{quiet("one"), quiet("two")}, Story: all, Dir: dir, Start: starts(&configs), Out: &out}
	if err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Join(dir, "one", "guestsite.yaml"), filepath.Join(dir, "two", "guestsite.yaml")}
	if !slices.Equal(configs, want) {
		t.Errorf("started with %v, want %v", configs, want)
	}
	for _, line := range []string{"═══ one: as told.", "═══ two: as told."} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("lacks %q:\n%s", line, out.String())
		}
	}
}

func TestRun_FailureEndsItAndTakesAllDown(t *testing.T) {
	t.Parallel()
	var configs []string
	broken := quiet("broken")
	broken.Play = func(s *Stage) {
		s.Patience = time.Millisecond
		s.Expect("pigs fly", func() bool { return false })
		s.Note("not said any more")
	}
	var prog idle
	start := func(ctx context.Context, config string, clock bot.Clock) (Program, error) {
		p, err := starts(&configs)(ctx, config, clock)
		prog, _ = p.(idle)
		return p, err
	}
	var out strings.Builder
	err := Run(t.Context(), Options{Stories: []Story{broken, quiet("two")}, Story: all, Start: start, Out: &out})
	if !errors.Is(err, ErrStory) || !strings.Contains(err.Error(), "pigs fly") || len(configs) != 1 {
		t.Fatalf("error %v after %d starts", err, len(configs))
	}
	if strings.Contains(out.String(), "not said any more") || strings.Contains(out.String(), "as told") {
		t.Errorf("it went on:\n%s", out.String())
	}
	select {
	case <-prog.stopped:
	default:
		t.Error("the program was not stopped")
	}
	if _, err := os.Stat(filepath.Dir(configs[0])); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left behind: %v", filepath.Dir(configs[0]), err)
	}
}

func TestRun_ProgramThatDoesNotStartLeavesNothing(t *testing.T) {
	t.Parallel()
	boom, dir := errors.New("boom"), ""
	start := func(_ context.Context, config string, _ bot.Clock) (Program, error) {
		dir = filepath.Dir(config)
		return nil, boom
	}
	err := Run(t.Context(), Options{Stories: []Story{quiet("one")}, Story: "one", Start: start, Out: io.Discard})
	if !errors.Is(err, boom) || errors.Is(err, ErrStory) {
		t.Errorf("error %v, want boom", err)
	}
	if _, err := os.Stat(dir); dir == "" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%q is left behind: %v", dir, err)
	}
}

func TestOpenLab_RefusesTheFolderOfAnEarlierDemo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	kept := filepath.Join(dir, database)
	if err := os.WriteFile(kept, []byte("records"), 0o600); err != nil {
		t.Fatal(err)
	}
	var configs []string
	_, err := OpenLab(t.Context(), starts(&configs), dir, "en")
	if !errors.Is(err, ErrUsedFolder) || len(configs) != 0 {
		t.Errorf("error %v after %d starts", err, len(configs))
	}
	if text, err := os.ReadFile(kept); err != nil || string(text) != "records" {
		t.Errorf("the records are %q, %v", text, err)
	}
}

func TestStories_AreNamedAndTold(t *testing.T) {
	t.Parallel()
	names := Options{Stories: Stories()}.Names()
	if len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
		t.Errorf("a name stands twice in %v", names)
	}
	for _, st := range Stories() {
		if st.Name == "" || st.Title == "" || st.Play == nil {
			t.Errorf("%+v is not complete", st)
		}
	}
}
