package bot_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guestsite/bot/bottest"
	"guestsite/bot/flow"
)

// crashEvery leaves no call out, which takes minutes.
var crashEvery = flag.Bool("crash.every", false, "let every story die at every call")

// TestCrash_EveryStoryEndsTheSame tells every story again and again, and lets the
// process die once in each telling: at the n-th call that leaves it, to the store
// or to a port, for every n; once before the call does anything, once after it
// did its work and only the answer is lost. The process is started again on the
// same store, the event that got no answer is delivered again, and the story
// goes on. It must end as it does undisturbed, with nothing made twice and the
// journal whole.
//
// The stories marked whole die at every call. Of the others that would take
// minutes, so each dies at up to ten, spread evenly; -crash.every has every story
// die at every call, -short at three.
func TestCrash_EveryStoryEndsTheSame(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		if s.told {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			calm := s.begin(t, disk(t))
			calm.Fuse.Plan(0, false)
			s.play(calm)
			want, calls := world(calm), calm.Fuse.Calls()
			points := max(3, min(10, 4000/len(calls)))
			switch {
			case *crashEvery, s.whole && !testing.Short():
				points = len(calls)
			case testing.Short():
				points = 3
			}
			step := max(1, len(calls)/points)
			for n := 1; n <= len(calls); n += step {
				for _, late := range []bool{false, true} {
					if !crash(t, s, n, late, calls[n-1], want) {
						return // one telling is enough to read
					}
				}
			}
		})
	}
}

// crash tells a story in which the process dies at its n-th call.
func crash(t *testing.T, s story, n int, late bool, call, want string) bool {
	t.Helper()
	when := "before"
	if late {
		when = "after"
	}
	ok := true
	t.Run(fmt.Sprintf("%d %s %s", n, when, call), func(t *testing.T) {
		b := s.begin(t, disk(t))
		b.Fuse.Plan(n, late)
		s.play(b)
		b.Settle(awhile)
		if b.Crashes == 0 {
			t.Error("the process did not die")
		}
		if got := world(b); got != want {
			t.Errorf("it ended otherwise:\n%s", difference(want, got))
		}
		if err := sound(b); err != nil {
			t.Error(err)
		}
		ok = !t.Failed()
	})
	return ok
}

// world is all that a story left behind, without what may differ: numbers given
// anew, moments within the day, revisions.
func world(b *bottest.Bench) string {
	out := map[string]any{"company": companyOf(b), "requests": requestsOf(b), "cards": cardsOf(b), "links": b.Linked()}
	raw, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		b.T.Fatal(err)
	}
	return string(raw)
}

func companyOf(b *bottest.Bench) any {
	type group struct {
		Name, Alias, Level, URL string
		Public                  bool
		Owners, Members         []string
	}
	type user struct {
		Mail             string
		Guest, Pending   bool
		Enabled, Visible bool
	}
	groups := map[string]group{}
	for _, g := range b.Company.Groups {
		groups[g.Name] = group{g.Name, g.Alias, string(g.Level), g.URL, g.Public, slices.Sorted(slices.Values(g.Owners)), b.Company.Members(g.ID)}
	}
	users := map[string]user{}
	for id, u := range b.Company.People {
		users[id] = user{Mail: u.Mail, Guest: u.Guest, Pending: u.Pending, Enabled: u.Enabled}
	}
	ef := b.Company.Effects
	return map[string]any{
		"groups": groups, "users": users, "made": len(ef.Groups), "invited": ef.Invited, "added": ef.Added, "removed": ef.Removed,
	}
}

func requestsOf(b *bottest.Bench) any {
	type part struct {
		State, Code, Rule, As, Level string
		Deciders                     []string
		By                           []string
		Hand                         []string
	}
	by := func(ds ...*flow.Decision) []string {
		var out []string
		for _, d := range ds {
			if d != nil {
				out = append(out, d.By.ID+" "+string(d.Action)+" "+d.Note)
			}
		}
		return out
	}
	type guest struct {
		part
		Mail, Name, Until, Stage string
		Asked                    []string
		Account                  *flow.Account
		Outside, Ending, Absent  bool
	}
	type request struct {
		State, Code, Requester, Target string
		Answers                        flow.Answers
		Site                           *part
		Guests                         []guest
		By                             map[flow.State]int
	}
	rs := b.Requests()
	slices.SortFunc(rs, func(x, y *flow.Request) int { return x.CreatedAt.Compare(y.CreatedAt) })
	var out []request
	for _, r := range rs {
		q := request{State: string(r.State), Code: r.Code, Requester: r.Requester.ID, Target: r.Target.Name, Answers: r.Answers, By: r.Tally.By}
		q.Answers.Rev = 0
		if s := r.Site; s != nil {
			q.Site = &part{string(s.State), s.Code, s.Rule, s.CreateAs, s.Level, ids(s.Deciders), by(s.Decision), slices.Sorted(maps.Keys(s.ByHand))}
		}
		for _, g := range b.Guests(r.ID) {
			x := guest{
				part: part{string(g.State), g.Code, g.Rule, g.AddAs + " " + g.InviteAs, "", ids(g.Deciders), by(g.Decision, g.Second), slices.Sorted(maps.Keys(g.ByHand))},
				Mail: g.Mail, Name: g.Name, Until: g.Until.Format("2006-01-02"), Stage: string(g.Stage), Account: g.Account,
				Outside: g.Outside, Ending: g.Ending, Absent: g.Absent,
			}
			for _, a := range g.Asked {
				x.Asked = append(x.Asked, a.By.ID+": "+a.Text+" "+a.Answer)
			}
			q.Guests = append(q.Guests, x)
		}
		out = append(out, q)
	}
	return out
}

func ids(ws []flow.Who) []string {
	var out []string
	for _, w := range ws {
		out = append(out, w.ID)
	}
	return out
}

// The parts of a text that may differ.
var (
	aNumber = regexp.MustCompile(`G-\d+`)
	aStamp  = regexp.MustCompile(`\d{8}T\d{6}\.\d{9}`)
	aTime   = regexp.MustCompile(`\d\d:\d\d`)
)

// cardsOf is what everybody has on the screen in the end: the newest of each card.
func cardsOf(b *bottest.Bench) any {
	numbers := map[string]string{}
	rs := b.Requests()
	slices.SortFunc(rs, func(x, y *flow.Request) int { return x.CreatedAt.Compare(y.CreatedAt) })
	for i, r := range rs {
		numbers[r.ID] = fmt.Sprintf("G<%d>", i)
	}
	same := func(s string) string {
		s = aNumber.ReplaceAllStringFunc(s, func(id string) string { return numbers[id] })
		s = aStamp.ReplaceAllString(s, "<moment>")
		return aTime.ReplaceAllString(s, "hh:mm")
	}
	out := map[string]string{}
	posts := b.Chat.Posts
	if b.Teams != nil {
		posts = slices.Concat(posts, b.Teams.Posts)
	}
	for _, p := range posts {
		if !p.Gone {
			out[p.To.Chat+" "+p.To.ID+" "+same(p.ID)] = same(p.Card.Text)
		}
	}
	return out
}

// difference shows the lines that only one of two texts has.
func difference(want, got string) string {
	var out strings.Builder
	ws, gs := strings.Split(want, "\n"), strings.Split(got, "\n")
	for _, l := range ws {
		if !slices.Contains(gs, l) {
			out.WriteString("- " + l + "\n")
		}
	}
	for _, l := range gs {
		if !slices.Contains(ws, l) {
			out.WriteString("+ " + l + "\n")
		}
	}
	if out.Len() == 0 {
		return "the same lines in another order or number"
	}
	return out.String()
}
