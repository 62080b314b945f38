package main

import (
	"context"

	"guestsite/bot"
	"guestsite/bot/readiness"
	"guestsite/graph"
)

// probed is what a harmless call said of a permission.
type probed struct {
	made bool // there is such a call
	err  error
}

// permissions looks at each permission of the access by itself: whether the token
// holds it and, where something can be read with it alone, whether the service
// agrees. Nothing is written.
func (x *examiner) permissions(ctx context.Context) []finding {
	var out []finding
	for _, p := range x.cfg.permissions() {
		of := x.cfg.registrations()[0]
		if p.Resource == graph.ResourceSharePoint {
			of = x.cfg.forSharePoint()
			if of.auth == AuthClientSecret {
				continue // said with the token
			}
		}
		name := p.Name
		if p.Resource != graph.ResourceGraph {
			name += " of " + p.Resource
		}
		roles, given := x.roles[p.Resource]
		if !given {
			out = append(out, untold(name, "could not be looked at without a token", ""))
			continue
		}
		within, cancel := context.WithTimeout(ctx, probeTime)
		made, err := x.tenant.Probe(within, p)
		cancel()
		f := judgePermission(p, roles, probed{made, err}, x.toGive(of))
		f.Name = name
		out = append(out, f)
	}
	return out
}

// toGive is where a permission is given to a registration.
func (x *examiner) toGive(r registration) string {
	if r.auth == AuthManagedIdentity {
		return "Give this application role to the identity's service principal"
	}
	where := "Entra admin center, App registrations, " + r.clientID + ", API permissions: add it as an application permission, and grant admin consent"
	if link := readiness.PermissionsLink(x.cfg.Cloud, r.clientID); link != "" {
		where += ": " + link
	}
	return where
}

func judgePermission(p graph.Permission, roles []string, seen probed, where string) finding {
	own, wider := p.Given(roles)
	passed := seen.made && seen.err == nil
	switch {
	case own && passed:
		return works(p.Name, "is given, and the service lets it pass")
	case own && !seen.made:
		return works(p.Name, "is given, says the token; it opens changes, so it was not tried")
	case own && bot.ReasonOf(seen.err) == bot.ReasonPermission:
		return absent(p, "is in the token, and the service refuses it all the same; a consent takes some minutes to work", where)
	case own:
		f := untold(p.Name, "is in the token, but could not be tried: "+said(seen.err, ""), "")
		f.Needed = !p.Optional
		return f
	case wider != "":
		return warning(p.Name, "is not given; "+wider+" opens it, too", where)
	case passed:
		return warning(p.Name, "is not given by this name; something wider lets it pass", where)
	}
	return absent(p, "is not given; it is needed for: "+p.Use, where)
}

func absent(p graph.Permission, what, where string) finding {
	if p.Optional {
		return warning(p.Name, what, where)
	}
	return lacking(p.Name, what, where)
}
