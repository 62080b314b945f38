package main

import (
	"flag"
	"fmt"
	"strings"
)

// parse reads args into set and returns the words that are no flags. Flags and
// words may stand in any order; after "--" all are words. The number of words
// must lie between least and most.
//
// The flag package would do it, but for its errors, which have no types and words
// of its own.
func parse(set *flag.FlagSet, args []string, least, most int) ([]string, error) {
	var words []string
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			words = append(words, args...)
			break
		}
		if len(arg) < 2 || arg[0] != '-' { // "-" is standard output
			words = append(words, arg)
			continue
		}
		took, err := parseFlag(set, arg, args)
		if err != nil {
			return nil, err
		}
		args = args[took:]
	}
	if len(words) < least {
		return nil, &usageError{text: "a word is missing", shape: true}
	}
	if len(words) > most {
		return nil, &usageError{text: fmt.Sprintf("%q is one word too many", words[most]), shape: true}
	}
	return words, nil
}

// parseFlag sets the flag that arg names. It says how many of the arguments after it
// were its value: none or one.
func parseFlag(set *flag.FlagSet, arg string, after []string) (took int, err error) {
	name, value, given := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
	f := set.Lookup(name)
	if f == nil {
		if name == "h" || name == "help" {
			set.Usage()
			return 0, flag.ErrHelp
		}
		return 0, noFlag(set, name)
	}
	if alone, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && alone.IsBoolFlag() {
		if !given {
			value = "true"
		}
		if set.Set(name, value) != nil {
			return 0, usagef("--%s=%s: say --%s alone, or --%s=false", name, value, name, name)
		}
		return 0, nil
	}
	if !given {
		if len(after) == 0 || isFlag(set, after[0]) {
			what, _ := flag.UnquoteUsage(f)
			return 0, usagef("--%s is not followed by its %s", name, what)
		}
		value, took = after[0], 1
	}
	if err := set.Set(name, value); err != nil {
		return 0, usagef("--%s %s: %v", name, visible(value), err)
	}
	return took, nil
}

// isFlag says whether arg is a flag of the set, which is then no value: whoever means
// that writes --flag=value.
func isFlag(set *flag.FlagSet, arg string) bool {
	name, long := strings.CutPrefix(arg, "--")
	name, _, _ = strings.Cut(name, "=")
	return long && set.Lookup(name) != nil
}

func noFlag(set *flag.FlagSet, name string) error {
	var names []string
	set.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if near, ok := nearest(name, names); ok {
		return usagef("there is no flag --%s; did you mean --%s?", name, near)
	}
	return usagef("there is no flag --%s", name)
}

// visible is a value as it was typed, or what makes an empty one visible.
func visible(value string) string {
	if strings.TrimSpace(value) == "" {
		return fmt.Sprintf("%q", value)
	}
	return value
}
