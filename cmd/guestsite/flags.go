package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
)

// defaultConfigFile is read when --config is not given.
const defaultConfigFile = "guestsite.yaml"

// errNoConfig says that neither a file nor a variable configures anything. A
// subcommand may answer it with the first steps.
var errNoConfig = errors.New("no configuration: " + defaultConfigFile +
	" is not in this folder and no " + envPrefix + "… variable is set")

// newFlags returns the flag set of a subcommand. Its help goes to standard
// output, which is where a person who asks for help looks for it.
func newFlags(p program, c command) *flag.FlagSet {
	set := flag.NewFlagSet(c.name, flag.ContinueOnError)
	set.Usage = func() {
		fmt.Fprintf(p.stdout, "Usage: guestsite %s\n\n%s\n", strings.TrimSpace(c.name+" "+c.args), c.summary)
		headed := false
		set.VisitAll(func(f *flag.Flag) {
			if !headed {
				fmt.Fprint(p.stdout, "\nFlags:\n")
			}
			headed = true
			name, usage := flag.UnquoteUsage(f)
			fmt.Fprintf(p.stdout, "  %-22s %s", strings.TrimSpace("--"+f.Name+" "+name), usage)
			if f.DefValue != "" && f.DefValue != "false" {
				fmt.Fprintf(p.stdout, " (default %s)", f.DefValue)
			}
			fmt.Fprintln(p.stdout)
		})
	}
	return set
}

// parse reads args into set and returns the words that are no flags. Flags and
// words may stand in any order; after "--" all are words. The number of words
// must lie between least and most.
func parse(set *flag.FlagSet, args []string, least, most int) ([]string, error) {
	var words []string
	// The flag package would print the error and the whole help at every slip.
	help := set.Usage
	set.Usage = func() {}
	set.SetOutput(io.Discard)
	for len(args) > 0 {
		if err := set.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				help()
				return nil, err
			}
			return nil, &usageError{text: err.Error()}
		}
		rest := set.Args()
		if used := len(args) - len(rest); used > 0 && args[used-1] == "--" {
			words = append(words, rest...)
			break
		}
		if len(rest) == 0 {
			break
		}
		words, args = append(words, rest[0]), rest[1:]
	}
	if len(words) < least {
		return nil, usagef("a word is missing")
	}
	if len(words) > most {
		return nil, usagef("%q is one word too many", words[most])
	}
	return words, nil
}

// configFlag is --config, shared by every subcommand that needs a Config.
type configFlag struct{ path string }

func addConfigFlag(set *flag.FlagSet) *configFlag {
	f := &configFlag{}
	set.StringVar(&f.path, "config", "", "read the configuration from `FILE`; "+defaultConfigFile+" if this is not given")
	return f
}

// load reads and validates the configuration. Without --config a missing
// guestsite.yaml is no fault as long as variables configure something;
// errNoConfig if they do not.
func (f *configFlag) load(p program) (Config, error) { return f.read(p, false) }

// draft is load of a configuration that may still lack values and files.
func (f *configFlag) draft(p program) (Config, error) { return f.read(p, true) }

func (f *configFlag) read(p program, draft bool) (Config, error) {
	if f.path != "" {
		return loadConfig(f.path, p.env, draft)
	}
	if _, err := os.Stat(defaultConfigFile); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return loadConfig(defaultConfigFile, p.env, draft)
	}
	if !slices.ContainsFunc(envNames(), func(name string) bool { v, ok := p.env(name); return ok && v != "" }) {
		return Config{}, errNoConfig
	}
	return loadConfig("", p.env, draft)
}

// logFlags are --log-format and --log-level.
type logFlags struct {
	format string
	level  slog.Level
}

// addLogFlags adds them; level is what is logged from on when nobody says.
func addLogFlags(set *flag.FlagSet, level slog.Level) *logFlags {
	f := &logFlags{format: "text"}
	set.Func("log-format", "log lines as `FORMAT`: text or json (default text)", func(s string) error {
		if s != "text" && s != "json" {
			return errors.New("want text or json")
		}
		f.format = s
		return nil
	})
	set.TextVar(&f.level, "log-level", level, "log lines from `LEVEL` on: debug, info, warn or error")
	return f
}

// logger returns a logger on standard error. ids may be nil.
func (f *logFlags) logger(p program, ids idsFunc) *slog.Logger {
	return newLogger(p.stderr, f.format, f.level, ids)
}

// addOutputFlag is --output, shared by every subcommand that reports. The
// value is "text" or "json" after parse.
func addOutputFlag(set *flag.FlagSet) *string {
	format := "text"
	set.Func("output", "print the report as `FORMAT`: text or json (default text)", func(s string) error {
		if s != "text" && s != "json" {
			return errors.New("want text or json")
		}
		format = s
		return nil
	})
	return &format
}
