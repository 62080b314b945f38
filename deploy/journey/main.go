// Journey clicks through the page of the demo as a reader would, in a headless
// Chromium: each story by its guided tour, every step taken with the mouse and the
// keys at the place that the tour points at, in each language. After every step
// it takes a picture at each width, and checks what is on the screen: nothing cut,
// nothing over something else, nothing outside, enough contrast, no button without
// a word, no field without a label.
//
//	go build -o guestsite ./cmd/guestsite
//	go run ./deploy/journey -selftest -out DIR
//	go run ./deploy/journey -guestsite ./guestsite -out DIR
//	go run ./deploy/journey -guestsite ./guestsite -out DIR -keys -stories new-site
//
// The exit status is 1 when a story does not end well or a check finds something, 2
// when nothing could be tried.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"
)

// errProblems says that the journey was made, and not all was in order.
var errProblems = errors.New("not all is in order")

type options struct {
	guestsite, out string
	languages      []string
	stories        []string // empty: all
	widths         []int    // the first is the one that is worked at
	keys           bool     // no mouse
	selftest       bool
	within         time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o, err := parse(os.Args[1:])
	if err == nil {
		err = run(ctx, o)
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errProblems):
		fmt.Fprintln(os.Stderr, "journey:", err)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "journey:", err)
		os.Exit(2)
	}
}

func parse(args []string) (options, error) {
	var o options
	var languages, stories, widths string
	f := flag.NewFlagSet("journey", flag.ContinueOnError)
	f.StringVar(&o.guestsite, "guestsite", "", "the built program")
	f.StringVar(&o.out, "out", "", "folder for the pictures and index.html")
	f.StringVar(&languages, "languages", "en,nl", "languages of the people and the page")
	f.StringVar(&stories, "stories", "", "names of stories; all of them when empty")
	f.StringVar(&widths, "widths", "1280,360", "widths of the window in CSS pixels; the first is worked at")
	f.BoolVar(&o.keys, "keys", false, "take every step with the keys alone")
	f.BoolVar(&o.selftest, "selftest", false, "check the pages that come with the program: each fault must be found")
	f.DurationVar(&o.within, "within", 15*time.Minute, "give up after this time")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.languages, o.stories = list(languages), list(stories)
	for _, w := range list(widths) {
		n, err := strconv.Atoi(w)
		if err != nil || n < 200 || n > 4000 {
			return o, fmt.Errorf("-widths %s: want numbers from 200 to 4000", widths)
		}
		o.widths = append(o.widths, n)
	}
	if (o.guestsite == "") == !o.selftest || o.out == "" || len(o.widths) == 0 || len(o.languages) == 0 {
		return o, errors.New("want -guestsite or -selftest, -out, and a width and a language at least")
	}
	return o, os.MkdirAll(o.out, 0o750)
}

func list(s string) []string {
	var out []string
	for w := range strings.SplitSeq(s, ",") {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// run makes the journey in each language, at the same time.
func run(ctx context.Context, o options) error {
	ctx, cancel := context.WithTimeoutCause(ctx, o.within, fmt.Errorf("not done within %s", o.within))
	defer cancel()
	if o.selftest {
		return selftest(ctx)
	}
	type done struct {
		shots []shot
		err   error
	}
	all := make(chan done)
	for _, lang := range o.languages {
		go func() {
			shots, err := travel(ctx, o, lang)
			all <- done{shots, err}
		}()
	}
	var shots []shot
	var errs []error
	for range o.languages {
		d := <-all
		shots, errs = append(shots, d.shots...), append(errs, d.err)
	}
	if err := report(o.out, shots); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, s := range shots {
		if len(s.Problems) > 0 {
			return errProblems
		}
	}
	return nil
}
