package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"guestsite/cmd/guestsite/demo"
	"guestsite/store/bolt"
)

// Exit statuses every subcommand shares. A subcommand that reports may add its
// own through exitError and documents it in its help.
const (
	exitOK      = 0
	exitFailed  = 1
	exitUsage   = 2   // wrong words, flags or configuration: nothing was done
	exitStopped = 130 // ended by a signal
)

// program is the outside world as a subcommand sees it; tests pass their own.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) (string, bool)
	variables      []string // the names of those that are set, where somebody asked the system
}

// command is one subcommand. run gets the arguments after the command's name
// and reports what went wrong; it prints results on p.stdout and nothing else.
type command struct {
	name    string
	args    string // what follows the name in help, such as "EMAIL [--site URL]"
	summary string // one line, lower case, no full stop
	more    string // further lines for its own help; may be empty
	run     func(ctx context.Context, p program, args []string) error
}

// commands is the table of everything this binary can do. A command that is
// not here does not exist: help does not name it and run refuses it.
func commands() []command {
	return []command{
		backupCommand(),
		checkCommand(),
		configCommand(),
		demoCommand(demo.Stories()),
		doctorCommand(),
		forgetCommand(),
		journalCommand(),
		pauseCommand(),
		restoreCommand(),
		resumeCommand(),
		retryCommand(),
		serveCommand(),
		setupCommand(),
		teamsPackageCommand(),
		versionCommand(),
		whyCommand(),
	}
}

// usage is how the command is called.
func (c command) usage() string {
	return "Usage: guestsite " + strings.TrimSpace(c.name+" "+c.args)
}

// usageError says that the command line is wrong: exit status 2.
type usageError struct {
	text  string
	shape bool // the number of words is wrong, so how to call the command is said
}

func (e *usageError) Error() string { return e.text }

// usagef returns a usageError with a formatted text.
func usagef(format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...)}
}

// exitError carries an exit status of a subcommand's own. A nil Err prints
// nothing: the report was the answer.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// run picks the subcommand that args names from table, runs it and returns
// the process's exit status. Errors are printed here and nowhere else.
func run(ctx context.Context, p program, table []command, args []string) int {
	if len(args) == 0 {
		printHelp(p.stderr, table)
		return exitUsage
	}
	word, rest := args[0], args[1:]
	switch word {
	case "help", "-h", "-help", "--help":
		return runHelp(ctx, p, table, rest)
	case "-v", "-version", "--version":
		word = "version"
	}
	if strings.HasPrefix(word, "-") {
		fmt.Fprintf(p.stderr, "guestsite: %s stands before the command: write guestsite COMMAND %s.\n\"guestsite help\" lists the commands.\n", word, word)
		return exitUsage
	}
	c, ok := find(table, word)
	if !ok {
		return unknown(p, table, word)
	}
	return report(p, c, c.run(ctx, p, rest))
}

// report prints err for the operator and chooses the exit status.
func report(p program, c command, err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if own, ok := errors.AsType[*exitError](err); ok {
		if own.err != nil {
			fmt.Fprintf(p.stderr, "guestsite %s: %v\n", c.name, hush(mask(own.err.Error())))
		}
		return own.status
	}
	if errors.Is(err, context.Canceled) {
		return exitStopped
	}
	slip, wrong := errors.AsType[*usageError](err)
	_, faulty := errors.AsType[Faults](err)
	text := err.Error()
	if !wrong && !faulty { // those quote what the operator wrote himself
		text = mask(text)
	}
	fmt.Fprintf(p.stderr, "guestsite %s: %s\n", c.name, hush(text))
	if wrong {
		if slip.shape {
			fmt.Fprintln(p.stderr, c.usage())
		}
		fmt.Fprintf(p.stderr, "Try \"guestsite help %s\".\n", c.name)
		return exitUsage
	}
	if hint := hintFor(c, err); hint != "" {
		fmt.Fprintln(p.stderr, hint)
	}
	if faulty || errors.Is(err, errNoConfig) || errors.Is(err, errReadConfig) {
		return exitUsage
	}
	return exitFailed
}

// hintFor is a second line for errors that have one way out wherever they come up.
func hintFor(c command, err error) string {
	_, damaged := errors.AsType[*bolt.CorruptError](err)
	switch {
	case errors.Is(err, errNoConfig):
		return howToConfigure
	case damaged && c.name != "restore":
		return "Put a backup in its place with \"guestsite restore\", which keeps the damaged file beside it."
	}
	return ""
}

func find(table []command, name string) (command, bool) {
	i := slices.IndexFunc(table, func(c command) bool { return c.name == name })
	if i < 0 {
		return command{}, false
	}
	return table[i], true
}

func unknown(p program, table []command, word string) int {
	fmt.Fprintf(p.stderr, "guestsite: there is no command %q.\n", word)
	names := []string{"help"}
	for _, c := range table {
		names = append(names, c.name)
	}
	if near, ok := nearest(word, names); ok {
		fmt.Fprintf(p.stderr, "Did you mean \"guestsite %s\"?\n", near)
	} else {
		fmt.Fprintln(p.stderr, "\"guestsite help\" lists what there is.")
	}
	return exitUsage
}

// runHelp answers "help" and "help COMMAND"; the latter is the command's own -h.
func runHelp(ctx context.Context, p program, table []command, args []string) int {
	if len(args) == 0 {
		printHelp(p.stdout, table)
		return exitOK
	}
	c, ok := find(table, args[0])
	if !ok {
		return unknown(p, table, args[0])
	}
	return report(p, c, c.run(ctx, p, []string{"-h"}))
}

func printHelp(w io.Writer, table []command) {
	sorted := slices.SortedFunc(slices.Values(table), func(a, b command) int {
		return cmp.Compare(a.name, b.name)
	})
	fmt.Fprint(w, "guestsite walks people through a SharePoint team site for working with guests.\n\n")
	fmt.Fprint(w, "Usage: guestsite COMMAND [flags]\n\nCommands:\n")
	for _, c := range sorted {
		fmt.Fprintf(w, "  %-13s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "  help          this list, or \"help COMMAND\" for one command\n")
	fmt.Fprint(w, "\nExit status: 0 done, 1 failed, 2 wrong usage or configuration.\n")
}
