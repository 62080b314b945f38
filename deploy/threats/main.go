// Threats takes the product's checks away, one at a time, and sees whether a test
// notices: a test for a threat that passes without the check proves nothing.
//
//	go run ./deploy/threats            every check
//	go run ./deploy/threats linking    those whose name holds this word
//
// Nothing in the tree is changed: the go command is given the patched copy of one
// file as an overlay. The exit status is 1 when a check can go without a test
// failing, 2 when that could not be found out, as when a check is not where the
// table says.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
)

// threat is a check of the product and the test that must miss it.
type threat struct {
	name string
	// file holds check, exactly once; without is what takes its place.
	file, check, without string
	// pkg and run are the test: a package, and a pattern as of go test -run.
	pkg, run string
}

var (
	errUnnoticed = errors.New("some checks can go without a test failing")
	errNotRun    = errors.New("some checks could not be taken away")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:])
	switch {
	case err == nil:
	case errors.Is(err, errUnnoticed) && !errors.Is(err, errNotRun):
		fmt.Fprintln(os.Stderr, "threats:", err)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "threats:", err)
		os.Exit(2)
	}
}

// atOnce is how many are tried at the same time.
const atOnce = 2

func run(ctx context.Context, words []string) error {
	chosen := choose(words)
	if len(chosen) == 0 {
		return fmt.Errorf("%w: none has such a name", errNotRun)
	}
	errs := make([]error, len(chosen))
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	var printing sync.Mutex
	for i, t := range chosen {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			errs[i] = t.try(ctx)
			printing.Lock()
			defer printing.Unlock()
			if errs[i] != nil {
				fmt.Printf("✕ %s: %v\n", t.name, errs[i])
				return
			}
			fmt.Printf("✓ %s: %s misses it\n", t.name, t.run)
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	fmt.Printf("%d checks taken away\n", len(chosen))
	return join(errs)
}

// join says what kinds of errors there were; each is printed already.
func join(errs []error) error {
	var out []error
	for _, kind := range []error{errUnnoticed, errNotRun} {
		for _, err := range errs {
			if errors.Is(err, kind) {
				out = append(out, kind)
				break
			}
		}
	}
	return errors.Join(out...)
}

func choose(words []string) []threat {
	var out []threat
	for _, t := range threats() {
		named := len(words) == 0
		for _, w := range words {
			named = named || strings.Contains(t.name, w)
		}
		if named {
			out = append(out, t)
		}
	}
	return out
}
