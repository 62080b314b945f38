package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// findingState is what became of a probe.
type findingState string

const (
	stateWorks   findingState = "works"   // it was tried
	stateMissing findingState = "missing" // it was tried, and does not work
	stateWarning findingState = "warning" // it works for now, or there is another way
	stateUnknown findingState = "unknown" // it could not be tried; never counted as working
)

// finding is what one probe found.
type finding struct {
	Group string       `json:"group"`
	Name  string       `json:"name"`
	State findingState `json:"state"`
	What  string       `json:"what"`
	Where string       `json:"where,omitempty"` // to mend it
	// Needed says that nothing is served without it.
	Needed bool `json:"needed"`
}

func works(name, what string) finding {
	return finding{Name: name, State: stateWorks, What: what, Needed: true}
}

// lacking is something that serving needs.
func lacking(name, what, where string) finding {
	return finding{Name: name, State: stateMissing, What: what, Where: where, Needed: true}
}

func warning(name, what, where string) finding {
	return finding{Name: name, State: stateWarning, What: what, Where: where}
}

// untold is something that serving needs, and that could not be tried.
func untold(name, what, where string) finding {
	return finding{Name: name, State: stateUnknown, What: what, Where: where, Needed: true}
}

// byHand is something that only a person can look at.
func byHand(name, what, where string) finding {
	return finding{Name: name, State: stateUnknown, What: what, Where: where}
}

// diagnosis is everything that was found, in order.
type diagnosis []finding

// serves says whether all that serving needs was seen to work.
func (d diagnosis) serves() bool {
	for _, f := range d {
		if f.Needed && f.State != stateWorks {
			return false
		}
	}
	return true
}

func (d diagnosis) count(state findingState) int {
	n := 0
	for _, f := range d {
		if f.State == state {
			n++
		}
	}
	return n
}

// sum is the last line. short says why serve would refuse a configuration that is
// enough to ask the tenant; else it is empty.
func (d diagnosis) sum(short string) string {
	says := "All that serving needs works"
	switch {
	case !d.serves():
		says = "Serving would not work"
	case short != "":
		says = "All that check and why need works, but serve needs more (" + short + ")"
	}
	var rest []string
	for _, one := range []struct {
		state findingState
		word  string
	}{{stateMissing, "missing"}, {stateWarning, "to look at"}, {stateUnknown, "not known"}} {
		if n := d.count(one.state); n > 0 {
			rest = append(rest, fmt.Sprintf("%d %s", n, one.word))
		}
	}
	if len(rest) > 0 {
		says += ": " + strings.Join(rest, ", ")
	}
	return says + "."
}

// folded puts findings that follow one another, and have the same cause, into one that
// names them: a person looks for the cause, and a program reads them all.
func (d diagnosis) folded() diagnosis {
	const fewest, named = 3, 6 // to fold, and to name
	var out diagnosis
	for len(d) > 0 {
		n := slices.IndexFunc(d, func(f finding) bool { return !f.sameBut(d[0]) })
		if n < 0 {
			n = len(d)
		}
		one, names := d[0], make([]string, n)
		for i := range n {
			names[i] = d[i].Name
		}
		switch {
		case n < fewest || one.State == stateWorks:
			out = append(out, d[:n]...)
		case n <= named:
			one.Name = strings.Join(names, ", ")
			out = append(out, one)
		default:
			one.Name = fmt.Sprintf("%s and %d more", names[0], n-1)
			out = append(out, one)
		}
		d = d[n:]
	}
	return out
}

// sameBut says that two findings differ in their names alone.
func (f finding) sameBut(other finding) bool {
	f.Name = other.Name
	return f == other
}

func (d diagnosis) print(w io.Writer, short string) error {
	var b strings.Builder
	group := ""
	for _, f := range d.folded() {
		if f.Group != group {
			group = f.Group
			b.WriteString(group + "\n")
		}
		fmt.Fprintf(&b, "  %-8s %s: %s.", f.State, f.Name, f.What)
		if f.Where != "" {
			b.WriteString(" " + f.Where + ".")
		}
		b.WriteByte('\n')
	}
	b.WriteString("\n" + d.sum(short) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}
