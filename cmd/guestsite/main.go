// Command guestsite is a chat bot that walks people through a SharePoint team
// site for working with guests. See "guestsite help" for its subcommands.
package main

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // zone names work on a machine without a zone database
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the default handling is back, so a second one
	// ends the process at once. The store survives that.
	context.AfterFunc(ctx, stop)
	p := program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, env: os.LookupEnv}
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); value != "" { // an empty one counts as absent
			p.variables = append(p.variables, name)
		}
	}
	os.Exit(run(ctx, p, commands(), os.Args[1:]))
}
