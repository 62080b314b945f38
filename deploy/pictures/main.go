// Pictures draws Adaptive Cards as Teams would, in a headless Chromium, and
// checks what is drawn: nothing cut, nothing over something else, no button
// without a word, no field without a label.
//
//	go run ./deploy/pictures -cards bot/teams/testdata/cards -out DIR
//	go run ./deploy/pictures -selftest -out DIR
//
// Each card is drawn in every state that its own buttons can bring about. The
// exit status is 1 when a card has a problem, 2 when nothing could be drawn.
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

// errProblems says that cards were drawn and are not in order.
var errProblems = errors.New("some cards are not in order")

type options struct {
	cards, out string
	widths     []int
	themes     []string
	selftest   bool
	within     time.Duration
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
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(2)
	}
}

func parse(args []string) (options, error) {
	var o options
	var widths, themes string
	f := flag.NewFlagSet("pictures", flag.ContinueOnError)
	f.StringVar(&o.cards, "cards", "", "folder of *.json, one Adaptive Card each; the file's name is the picture's")
	f.StringVar(&o.out, "out", "", "folder for the pictures, index.html and results.json")
	f.StringVar(&widths, "widths", "360,700", "widths of the card in CSS pixels")
	f.StringVar(&themes, "theme", "light,dark", "themes of Teams: light, dark")
	f.BoolVar(&o.selftest, "selftest", false, "draw the cards that come with the program and check that each fault is found")
	f.DurationVar(&o.within, "within", 5*time.Minute, "give up after this time")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	for w := range strings.SplitSeq(widths, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(w))
		if err != nil || n < 100 || n > 4000 {
			return o, fmt.Errorf("-widths %s: want numbers from 100 to 4000", widths)
		}
		o.widths = append(o.widths, n)
	}
	for t := range strings.SplitSeq(themes, ",") {
		t = strings.TrimSpace(t)
		if t != "light" && t != "dark" {
			return o, fmt.Errorf("-theme %s: want light, dark or both", themes)
		}
		o.themes = append(o.themes, t)
	}
	if o.out == "" || (o.cards == "") == !o.selftest {
		return o, errors.New("want -out and either -cards or -selftest")
	}
	return o, nil
}

func run(ctx context.Context, o options) error {
	ctx, cancel := context.WithTimeoutCause(ctx, o.within, fmt.Errorf("not done within %s", o.within))
	defer cancel()
	if o.selftest {
		return selftest(ctx, o)
	}
	cards, err := readCards(os.DirFS(o.cards), ".")
	if err != nil {
		return fmt.Errorf("%s: %w", o.cards, err)
	}
	results, err := draw(ctx, o, cards)
	if err != nil {
		return err
	}
	if err := report(os.Stdout, o.out, results); err != nil {
		return err
	}
	for _, r := range results {
		if len(r.Problems) > 0 {
			return errProblems
		}
	}
	return nil
}
