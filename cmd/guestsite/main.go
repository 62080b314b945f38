// Command guestsite is a chat bot that walks people through a SharePoint team
// site for working with guests. See "guestsite help" for its subcommands.
package main

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // zone names work on a machine without a zone database
)

// oneWish is how soon after a signal another one says nothing new.
const oneWish = time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A little after the first signal the default handling is back, so that a second
	// one ends the process at once, which the store survives. Not at once, since one
	// wish to stop may come as two signals: to the process, and to its group.
	context.AfterFunc(ctx, func() { time.AfterFunc(oneWish, stop) })
	p := program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, env: os.LookupEnv}
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); value != "" { // an empty one counts as absent
			p.variables = append(p.variables, name)
		}
	}
	os.Exit(run(ctx, p, commands(), os.Args[1:]))
}
