package main

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with the configuration.
type Fault struct {
	Key     string `json:"key"`             // path such as slack.team_ids[0]; empty for the file as a whole
	Where   string `json:"where,omitempty"` // file:line or the variable's name, if known
	Problem string `json:"problem"`         // what is wrong
	Fix     string `json:"fix"`             // what to do
}

// String is the fault in one line.
func (f Fault) String() string {
	var b strings.Builder
	if f.Key != "" {
		b.WriteString(f.Key + ": ")
	}
	b.WriteString(f.Problem + ". " + f.Fix + ".")
	if f.Where != "" {
		b.WriteString(" (" + f.Where + ")")
	}
	return b.String()
}

// Faults is everything that is wrong with the configuration, as one error.
type Faults []Fault

// Error lists the faults, a line each.
func (f Faults) Error() string {
	var b strings.Builder
	switch len(f) {
	case 1:
		b.WriteString("the configuration has a fault:")
	default:
		fmt.Fprintf(&b, "the configuration has %d faults:", len(f))
	}
	for _, one := range f {
		b.WriteString("\n  " + one.String())
	}
	return b.String()
}

// err returns nil for no faults, so that no typed nil leaves as an error. What looks
// like a secret is taken out.
func (f Faults) err() error {
	if len(f) == 0 {
		return nil
	}
	out := slices.Clone(f)
	for i := range out {
		out[i].Key, out[i].Problem = hush(out[i].Key), hush(out[i].Problem)
	}
	return out
}

func (f *Faults) add(key, problem, fix string) {
	*f = append(*f, Fault{Key: key, Problem: problem, Fix: fix})
}

// concerns reports whether a fault of f already is about key, an entry of
// that list or the block around it.
func (f Faults) concerns(key string) bool {
	for _, one := range f {
		block := one.Key != "" && strings.HasPrefix(key, one.Key+".")
		if one.Key == key || block || strings.HasPrefix(one.Key, key+"[") {
			return true
		}
	}
	return false
}
