package main

import (
	"context"
	"fmt"
	"strings"

	"guestsite/bot"
	"guestsite/graph"
)

// people looks for those who are named in the configuration.
func (x *examiner) people(ctx context.Context) []finding {
	var out []finding
	for _, list := range []struct {
		key     string
		entries []string
	}{{"people.admins", x.cfg.People.Admins}, {"people.approvers", x.cfg.People.Approvers}} {
		found := make([]finding, 0, len(list.entries))
		somebody := false
		for _, entry := range list.entries {
			if _, signedIn := x.roles[graph.ResourceGraph]; !signedIn {
				found = append(found, untold(list.key+" "+entry, "could not be looked for without a token", ""))
				continue
			}
			who, err := x.named(ctx, entry)
			f := judgeEntry(list.key, entry, who, err, x.cloud.CAFile)
			somebody = somebody || f.State == stateWorks
			found = append(found, f)
		}
		for _, f := range found {
			// Where another entry reaches somebody, and where approvers are concerned,
			// who are asked only if nobody else may decide, the bot serves.
			if f.State == stateMissing && (somebody || list.key == "people.approvers") {
				f.State, f.Needed = stateWarning, false
			}
			out = append(out, f)
		}
	}
	return out
}

// named reads whom an entry names, as the bot does when it has to reach them.
func (x *examiner) named(ctx context.Context, entry string) ([]bot.Person, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	kind, name, _ := strings.Cut(entry, ":")
	if kind == "user" {
		return x.tenant.ByMail(ctx, name)
	}
	const enough = 100
	return x.tenant.GroupPeople(ctx, name, enough)
}

func judgeEntry(key, entry string, who []bot.Person, err error, caFile string) finding {
	name, where := key+" "+entry, "Look at "+key+", and at it in the Entra admin center"
	switch {
	case bot.CodeOf(err) == bot.NotFound && err != nil:
		return lacking(name, "is not in the directory", where)
	case err != nil:
		return untold(name, "could not be looked for: "+said(err, caFile), "")
	case len(who) == 0 && strings.HasPrefix(entry, "group:"):
		return lacking(name, "has nobody in it", where)
	case len(who) == 0:
		return lacking(name, "is not in the directory", where)
	}
	able := 0
	for _, p := range who {
		if p.Enabled && !p.Guest {
			able++
		}
	}
	if able == 0 {
		return lacking(name, "has no account that is switched on and no guest's", where)
	}
	if strings.HasPrefix(entry, "group:") {
		return works(name, fmt.Sprintf("has people who can be asked: %d", able))
	}
	return works(name, "is in the directory, and switched on")
}
