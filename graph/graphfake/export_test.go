package graphfake

import "strings"

// Operations lists what Graph answers here, as "METHOD version/path" with empty braces for parameters.
func Operations() []string {
	var out []string
	for _, rt := range routes() {
		var segs []string
		for _, s := range rt.segs {
			switch {
			case strings.HasPrefix(s, "{") && len(segs) > 0 && strings.HasSuffix(segs[len(segs)-1], ")"):
				fn := segs[len(segs)-1]
				segs[len(segs)-1] = strings.TrimSuffix(fn, ")") + "='{}')"
			case strings.HasPrefix(s, "{"):
				segs = append(segs, "{}"+strings.TrimLeft(s[strings.IndexByte(s, '}')+1:], " "))
			default:
				segs = append(segs, s)
			}
		}
		version := "v1.0/"
		if rt.beta {
			version = "beta/"
		}
		out = append(out, rt.method+" "+version+strings.Join(segs, "/"))
	}
	return out
}

// RolesOf gives the application roles of every operation that has any.
func RolesOf() (with map[string][]string, without []string, unused []string) {
	with = map[string][]string{}
	needs := permissions()
	seen := map[string]bool{}
	for _, rt := range routes() {
		path := "/" + strings.Join(rt.segs, "/")
		if rt.beta {
			path = "/beta" + path
		}
		key := rt.method + " " + path
		seen[key] = true
		if len(rt.roles) == 0 {
			without = append(without, key)
		}
		with[key] = rt.roles
	}
	for key := range needs {
		if !seen[key] {
			unused = append(unused, key)
		}
	}
	return with, without, unused
}

// RedirectFits and CodeLife are checked on their own.
var RedirectFits = redirectFits

const CodeLife = codeLife
