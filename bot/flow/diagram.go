package flow

import (
	"fmt"
	"strings"
)

// Diagram draws the three tables in Mermaid's state diagram notation.
func Diagram() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, m := range []Machine{OfRequest, OfSite, OfGuest} {
		fmt.Fprintf(&b, "  state %s {\n", m)
		t := tables[m]
		name := func(s State) string {
			if s == None {
				return "[*]"
			}
			return string(m) + "_" + string(s)
		}
		for _, s := range States(m) {
			if s != None {
				fmt.Fprintf(&b, "    %s: %s\n", name(s), strings.ReplaceAll(string(s), "_", " "))
			}
		}
		if m != OfRequest {
			fmt.Fprintf(&b, "    [*] --> %s\n", name(Checking))
		}
		for _, s := range States(m) {
			for _, k := range Kinds(m) {
				for _, to := range t.rules[s][k].to {
					if to != s {
						fmt.Fprintf(&b, "    %s --> %s: %s\n", name(s), name(to), strings.ReplaceAll(string(k), "_", " "))
					}
				}
			}
		}
		b.WriteString("  }\n")
	}
	return b.String()
}
