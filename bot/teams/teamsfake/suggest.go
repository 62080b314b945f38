package teamsfake

import (
	"context"
	"slices"
	"strings"
)

const (
	invokeSearch = "application/search"
	answerSearch = "application/vnd.microsoft.search.searchResponse"
	maxResults   = 15
)

// Suggest types into a ChoiceSet that has choices.data. The people picker is
// answered by the tenant's directory, guests and strangers left out, and no
// request is sent; any other dataset asks the bot.
func (u *Actor) Suggest(ctx context.Context, ref Ref, inputID, typed string) ([]Choice, Outcome, error) {
	u.s.mu.Lock()
	f, in, err := u.inputLocked(ref, inputID)
	dataset := str(in["choices.data"], "dataset")
	if err == nil && dataset == "" {
		err = notPossible("input %q has no choices.data", inputID)
	}
	if err == nil && (dataset == datasetUsers || dataset == datasetMembers) {
		out := u.s.directoryLocked(f, dataset, typed)
		u.s.mu.Unlock()
		return out, Outcome{}, nil
	}
	if err == nil {
		err = u.s.listensLocked(f.conv)
	}
	if err != nil {
		u.s.mu.Unlock()
		return nil, Outcome{}, err
	}
	d := u.s.invokeLocked(f, invokeSearch, obj{
		"queryText": typed, "queryOptions": obj{"skip": 0, "top": maxResults}, "dataset": dataset,
	})
	u.s.mu.Unlock()
	var found []Choice
	d.once = true
	d.judge = func(r Reply, why string) (Outcome, bool) {
		var out Outcome
		found, out = readSearch(r, why)
		return out, false
	}
	out, err := u.s.send(ctx, d, u.s.opts.DialogDeadline, 0)
	if err != nil {
		return nil, out, err
	}
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	v := f.current()
	for _, c := range found {
		v.offered[inputID+"\x00"+c.Value] = true
	}
	return found, out, nil
}

// directoryLocked finds people by the beginning of a name or mail address.
func (s *Server) directoryLocked(f surface, dataset, typed string) []Choice {
	typed = strings.ToLower(strings.TrimSpace(typed))
	var out []Choice
	for _, key := range s.order {
		p := s.people[key]
		if p.UserRole != RoleUser || p.TenantID != f.p.TenantID || dataset == datasetMembers && !f.conv.has(p.ID) {
			continue
		}
		begins := slices.ContainsFunc([]string{p.Name, p.GivenName, p.Surname, p.Mail, p.UPN}, func(v string) bool {
			return v != "" && strings.HasPrefix(strings.ToLower(v), typed)
		})
		if begins && len(out) < maxResults {
			out = append(out, Choice{Title: p.Name, Value: p.ID})
		}
	}
	return out
}

// readSearch reads an answer to application/search; a client shows at most 15.
func readSearch(r Reply, why string) ([]Choice, Outcome) {
	out := Outcome{Status: r.Status, Body: string(r.Body)}
	fail := func(why string) ([]Choice, Outcome) {
		out.Code, out.Line, out.Why = CodeUnreachable, lineUnreachable, why
		return nil, out
	}
	if why == "" {
		why = unusable(r)
	}
	if why != "" {
		return fail(why)
	}
	body, err := decodeObject(r.Body)
	if err != nil {
		return fail("the body is " + err.Error())
	}
	out.Answer = str(body, "type")
	if status, has := body["statusCode"]; has && string(mustJSON(status)) != "200" || out.Answer != answerSearch {
		return fail("not a search response with status 200")
	}
	results, ok := child(body, "value")["results"].([]any)
	if !ok {
		return fail("value.results is not a list")
	}
	found := []Choice{}
	for _, v := range results {
		c := Choice{Title: str(v, "title"), Value: str(v, "value")}
		if c.Title == "" || c.Value == "" {
			return fail("a result has no title or value")
		}
		if len(found) < maxResults {
			found = append(found, c)
		}
	}
	return found, out
}
