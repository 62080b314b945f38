package main

import (
	"errors"
	"flag"
	"fmt"
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

// howToConfigure follows errNoConfig.
const howToConfigure = "Where it lies elsewhere, say --config FILE, such as " + defaultSetupDir + "/" + defaultConfigFile +
	". \"guestsite setup\" begins one."

// newFlags returns the flag set of a subcommand. Its help goes to standard
// output, which is where a person who asks for help looks for it.
func newFlags(p program, c command) *flag.FlagSet {
	set := flag.NewFlagSet(c.name, flag.ContinueOnError)
	set.Usage = func() {
		fmt.Fprintf(p.stdout, "%s\n\n%s\n", c.usage(), c.summary)
		if c.more != "" {
			fmt.Fprintf(p.stdout, "\n%s\n", c.more)
		}
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

// configFlag is --config, shared by every subcommand that needs a Config.
type configFlag struct{ path string }

func addConfigFlag(set *flag.FlagSet) *configFlag {
	f := &configFlag{}
	set.Func("config", "read the configuration from `FILE`; "+defaultConfigFile+" if this is not given", func(s string) error {
		if s == "" { // of a variable that is not set, say; another file than the one that was meant would be read
			return errors.New("name a file")
		}
		f.path = s
		return nil
	})
	return f
}

// load reads and validates the configuration. Without --config a missing
// guestsite.yaml is no fault as long as variables configure something;
// errNoConfig if they do not.
func (f *configFlag) load(p program) (Config, error) { return f.read(p, false) }

// serving is load of a configuration with which the bot can serve.
func (f *configFlag) serving(p program) (Config, error) {
	c, err := f.load(p)
	if err != nil {
		return c, err
	}
	return c, c.ValidateServe()
}

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
	f := &logFlags{format: "text", level: level}
	set.Func("log-format", "log lines as `FORMAT`: text or json (default text)", func(s string) error {
		if s != "text" && s != "json" {
			return errors.New("say text or json")
		}
		f.format = s
		return nil
	})
	usage := "log lines from `LEVEL` on: debug, info, warn or error (default " + strings.ToLower(level.String()) + ")"
	set.Func("log-level", usage, func(s string) error {
		if f.level.UnmarshalText([]byte(s)) != nil {
			return errors.New("say debug, info, warn or error")
		}
		return nil
	})
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
			return errors.New("say text or json")
		}
		format = s
		return nil
	})
	return &format
}
