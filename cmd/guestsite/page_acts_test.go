package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guestsite/bot/slack/slackfake"
	"guestsite/bot/teams/teamsfake"
)

// slackSide and teamsSide are what the page shows of a person's chat.
type slackSide struct {
	Messages []slackfake.Message
	Views    []slackfake.View
}

type teamsSide struct {
	Person   struct{ ID, Name, Absent string }
	Messages []teamsfake.Message
}

func (p demoPage) slack(id string) slackSide {
	p.t.Helper()
	var s slackSide
	p.section("slack:"+id, &s)
	return s
}

// teams finds somebody's Teams by his name.
func (p demoPage) teams(name string) teamsSide {
	p.t.Helper()
	_, text := get(p.t, p.URL()+"api/state")
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		p.t.Fatal(err)
	}
	for key, raw := range all {
		var s teamsSide
		if strings.HasPrefix(key, "teams:") && json.Unmarshal(raw, &s) == nil && strings.HasPrefix(s.Person.Name, name) {
			return s
		}
	}
	p.t.Fatalf("nobody is called %s in Teams", name)
	return teamsSide{}
}

// inSlack and inTeams do something and give what came of it.
func (p demoPage) inSlack(person string, what map[string]any) (int, string) {
	what["chat"], what["person"] = "slack", person
	return p.post("act", what)
}

func (p demoPage) inTeams(person string, what map[string]any) (int, string) {
	what["chat"], what["person"] = "teams", person
	return p.post("act", what)
}

// refusedWith wants what a client would not let a person do, with words of the reason.
func refusedWith(t *testing.T, status int, text string, words ...string) {
	t.Helper()
	if status != http.StatusConflict {
		t.Errorf("%d %s, want %d", status, text, http.StatusConflict)
	}
	for _, w := range append(words, `"error"`) {
		if !strings.Contains(text, w) {
			t.Errorf("%s has no %s", text, w)
		}
	}
}

func taken(t *testing.T, status int, text string) {
	t.Helper()
	if status != http.StatusOK || strings.Contains(text, `"line"`) {
		t.Errorf("%d %s", status, text)
	}
}

// slackField is an input of the open modal.
type slackField struct {
	Block   string `json:"block_id"`
	Type    string `json:"type"`
	Element struct {
		Type    string `json:"type"`
		Action  string `json:"action_id"`
		Options []struct {
			Value string `json:"value"`
		} `json:"options"`
	} `json:"element"`
}

func slackFields(t *testing.T, v slackfake.View) []slackField {
	t.Helper()
	var all []slackField
	if err := json.Unmarshal(v.Blocks, &all); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(f slackField) bool { return f.Type != "input" })
}

// Each kind of field in Slack's forms is filled in through the page, and what Slack's
// client would refuse is refused with its reason.
func TestPage_EachFieldOfSlackActsThroughTheFake(t *testing.T) {
	t.Parallel()
	p := openPage(t, "en")
	const who = slackfake.Mehmet
	status, text := p.inSlack(who, map[string]any{"do": "say", "text": "/teleport"})
	refusedWith(t, status, text, "not a valid command")
	status, text = p.inSlack(who, map[string]any{"do": "submit"})
	refusedWith(t, status, text, "no open modal")
	kinds := map[string]bool{}
	for _, words := range []string{"new", "add Project Linden"} {
		status, text = p.inSlack(who, map[string]any{"do": "say", "text": "/guestsite " + words})
		taken(t, status, text)
		eventually(t, "the form", func() bool {
			v := p.slack(who).Views
			return len(v) == 1 && len(slackFields(t, v[0])) > 0
		})
		v := p.slack(who).Views[0]
		status, text = p.inSlack(who, map[string]any{"do": "submit"})
		refusedWith(t, status, text, `"fields"`, "required field")
		if len(p.slack(who).Views[0].Errors) == 0 {
			t.Error("the form does not show what is missing")
		}
		for _, f := range slackFields(t, v) {
			kinds[f.Element.Type] = true
			fill := map[string]any{"in": "view", "msg": v.ID, "key": f.Block + "/" + f.Element.Action}
			do := func(what string, more ...string) (int, string) {
				fill["do"] = what
				if what == "suggest" {
					fill["typed"], fill["values"] = more[0], nil
				} else {
					fill["typed"], fill["values"] = "", more
				}
				return p.inSlack(who, fill)
			}
			want := ""
			switch f.Element.Type {
			case "plain_text_input":
				want = "tomasz@fabrikam.com"
			case "radio_buttons", "static_select":
				status, text = do("fill", "no such option")
				refusedWith(t, status, text, "offers no")
				want = f.Element.Options[len(f.Element.Options)-1].Value
			case "datepicker":
				status, text = do("fill", "tomorrow")
				refusedWith(t, status, text, "a date like")
				want = "2031-05-06"
			case "external_select", "multi_external_select":
				status, text = do("suggest", "daan")
				if status != http.StatusOK || !strings.Contains(text, "Daan Visser") {
					t.Errorf("looking for daan gives %d %s", status, text)
				}
				var found struct {
					Choices []struct{ Text, Value string }
				}
				if err := json.Unmarshal([]byte(text), &found); err != nil || len(found.Choices) == 0 {
					t.Fatal(text, err)
				}
				want = found.Choices[0].Value
			default:
				t.Errorf("%s has the unknown kind %s", f.Block, f.Element.Type)
				continue
			}
			status, text = do("fill", want)
			taken(t, status, text)
			if got := p.slack(who).Views[0].Values[f.Block][f.Element.Action]; !strings.Contains(string(got), want) {
				t.Errorf("%s holds %s, want %s", f.Block, got, want)
			}
		}
		status, text = p.inSlack(who, map[string]any{"do": "close"})
		taken(t, status, text)
		if n := len(p.slack(who).Views); n != 0 {
			t.Errorf("%d forms are open after it was closed", n)
		}
	}
	for _, k := range []string{"plain_text_input", "radio_buttons", "datepicker", "external_select"} {
		if !kinds[k] {
			t.Errorf("the forms have no %s, so this shows nothing about it", k)
		}
	}
}

// teamsField is an input of a card.
type teamsField struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Choices []struct {
		Value string `json:"value"`
	} `json:"choices"`
	Data *struct{} `json:"choices.data"`
}

func teamsFields(m teamsfake.Message) []teamsField {
	var c struct {
		Body []teamsField `json:"body"`
	}
	_ = json.Unmarshal(m.Card, &c) // a message without a card has no fields
	return slices.DeleteFunc(c.Body, func(f teamsField) bool { return !strings.HasPrefix(f.Type, "Input.") })
}

// The same in Teams, whose forms are cards.
func TestPage_EachFieldOfTeamsActsThroughTheFake(t *testing.T) {
	t.Parallel()
	p := openPage(t, "en")
	joost := p.teams("Joost").Person
	if joost.Absent != "no-app" {
		t.Errorf("Joost has the app: %+v", joost)
	}
	status, text := p.inTeams(joost.ID, map[string]any{"do": "say", "text": "new"})
	refusedWith(t, status, text, "not installed")
	status, text = p.inTeams(joost.ID, map[string]any{"do": "install"})
	taken(t, status, text)
	if p.teams("Joost").Person.Absent != "" {
		t.Error("Joost has no app after it was added")
	}
	who := p.teams("Mehmet").Person.ID
	form := func() (m teamsfake.Message) {
		for _, m = range slices.Backward(p.teams("Mehmet").Messages) {
			if len(teamsFields(m)) > 0 {
				return m
			}
		}
		return teamsfake.Message{}
	}
	kinds, last := map[string]bool{}, ""
	for _, words := range []string{"new", "add Project Linden"} {
		status, text = p.inTeams(who, map[string]any{"do": "say", "text": words})
		taken(t, status, text)
		eventually(t, "the form", func() bool { return form().ID != last })
		m := form()
		last = m.ID
		at := func(what map[string]any) map[string]any {
			what["msg"], what["in"] = m.ID, m.ConversationID
			return what
		}
		i := slices.IndexFunc(teamsfake.Buttons(m), func(b teamsfake.Button) bool { return b.Verb == "submit" })
		status, text = p.inTeams(who, at(map[string]any{"do": "click", "key": teamsfake.Buttons(m)[i].Key}))
		refusedWith(t, status, text, `"fields"`)
		for _, f := range teamsFields(m) {
			kind, want := f.Type, ""
			switch {
			case f.Data != nil:
				kind = "list"
				status, text = p.inTeams(who, at(map[string]any{"do": "suggest", "key": f.ID, "typed": "daan"}))
				var found struct {
					Choices []struct{ Text, Value string }
				}
				if err := json.Unmarshal([]byte(text), &found); err != nil || status != http.StatusOK || len(found.Choices) == 0 {
					t.Fatal(status, text, err)
				}
				want = found.Choices[0].Value
			case f.Type == "Input.ChoiceSet":
				status, text = p.inTeams(who, at(map[string]any{"do": "fill", "key": f.ID, "values": []string{"no such choice"}}))
				refusedWith(t, status, text, "not among the choices")
				want = f.Choices[len(f.Choices)-1].Value
			case f.Type == "Input.Date":
				status, text = p.inTeams(who, at(map[string]any{"do": "fill", "key": f.ID, "values": []string{"tomorrow"}}))
				refusedWith(t, status, text, "not a date")
				want = "2031-05-06"
			case f.Type == "Input.Text":
				want = "tomasz@fabrikam.com"
			default:
				t.Errorf("%s has the unknown kind %s", f.ID, f.Type)
				continue
			}
			kinds[kind] = true
			status, text = p.inTeams(who, at(map[string]any{"do": "fill", "key": f.ID, "values": []string{want}}))
			taken(t, status, text)
			if got := form().Values[f.ID]; got != want {
				t.Errorf("%s holds %q, want %q", f.ID, got, want)
			}
		}
	}
	for _, k := range []string{"Input.Text", "Input.ChoiceSet", "Input.Date", "list"} {
		if !kinds[k] {
			t.Errorf("the forms have no %s, so this shows nothing about it", k)
		}
	}
}

// What one does to the company shows in the state: settings, clock, bot, language.
func TestPage_TheCompanyFollows(t *testing.T) {
	t.Parallel()
	p := openPage(t, "en")
	type lab struct {
		Number  int
		Lang    string
		Running bool
		Ahead   float64
	}
	now := func() (l lab) { p.section("lab", &l); return l }
	p.must("tenant", map[string]any{"switch": "entra-invites-off", "on": true})
	var tenant struct {
		Switches []struct {
			Name string
			On   bool
		}
	}
	p.section("tenant", &tenant)
	if tenant.Switches[0].Name != "entra-invites-off" || !tenant.Switches[0].On {
		t.Errorf("the setting was not changed: %+v", tenant.Switches[0])
	}
	p.must("lab", map[string]any{"do": "clock", "seconds": 86400})
	if got := now().Ahead; got < 86400 {
		t.Errorf("the clock is %v s ahead", got)
	}
	for _, s := range []float64{0, -1, 1e12} {
		if status, text := p.post("lab", map[string]any{"do": "clock", "seconds": s}); status != http.StatusBadRequest {
			t.Errorf("the clock moved by %v: %d %s", s, status, text)
		}
	}
	p.must("lab", map[string]any{"do": "kill"})
	if now().Running {
		t.Error("the bot runs after it was killed")
	}
	status, text := p.inSlack(slackfake.Sanne, map[string]any{"do": "say", "text": "/guestsite new"})
	if status != http.StatusOK || !strings.Contains(text, "failed with the error") {
		t.Errorf("a command to a bot that is down: %d %s", status, text)
	}
	p.must("lab", map[string]any{"do": "start"})
	if !now().Running {
		t.Error("the bot does not run after it was started")
	}
	status, text = p.post("tenant", map[string]any{"accept": "nobody@fabrikam.com"})
	refusedWith(t, status, text, "no invitation")
	p.must("lab", map[string]any{"do": "fresh", "lang": "nl"})
	if l := now(); l.Number != 2 || l.Lang != "nl" || l.Ahead != 0 {
		t.Errorf("the new company: %+v", l)
	}
	if status, text := p.post("lab", map[string]any{"do": "fresh", "lang": "fr"}); status != http.StatusBadRequest {
		t.Errorf("a language that there is not: %d %s", status, text)
	}
	status, text = p.inSlack(slackfake.Sanne, map[string]any{"do": "say", "text": "/guestsite help"})
	taken(t, status, text)
	eventually(t, "the people read Dutch", func() bool {
		m := p.slack(slackfake.Sanne).Messages
		return len(m) > 0 && strings.Contains(string(m[len(m)-1].Blocks)+m[len(m)-1].Text, "gast")
	})
}

// A reader who takes a step himself is seen to have taken it, and one who goes ahead of
// the story is followed.
func TestPage_TheTourNoticesWhatTheReaderDoes(t *testing.T) {
	t.Parallel()
	p := openPage(t, "en")
	byHand := 0
	end := p.walk("blocked-domain", func(now tourState) bool {
		to := *now.Target
		switch now.Step.Kind {
		case "on", "off":
			p.must("tenant", map[string]any{"switch": to.Key, "on": now.Step.Kind == "on"})
		case "types":
			status, text := p.inSlack(to.Person, map[string]any{"do": "say", "text": strings.ToUpper(now.Step.Text[:1]) + now.Step.Text[1:]})
			taken(t, status, text)
		case "fills":
			v := p.slack(to.Person).Views[0]
			status, text := p.inSlack(to.Person, map[string]any{"do": "fill", "in": "view", "msg": v.ID, "key": to.Key, "values": []string{now.Step.Text}})
			taken(t, status, text)
		case "sends":
			status, text := p.inSlack(to.Person, map[string]any{"do": "submit"})
			taken(t, status, text)
		default:
			return false
		}
		byHand++
		return true
	})
	if byHand < 8 || end.State != "done" {
		t.Errorf("%d steps by hand, %s", byHand, end.State)
	}
}

// Nothing that opens anything is on the wire that the page shows.
func TestPage_TheWireHoldsNoSecret(t *testing.T) {
	t.Parallel()
	p := openPage(t, "en")
	p.walk("new-site", func(tourState) bool { return false })
	var entries []struct {
		ID             int
		From, To, Path string
	}
	p.section("wire", &entries)
	parties := map[string]bool{}
	for _, e := range entries {
		parties[e.From], parties[e.To] = true, true
		_, text := get(t, p.URL()+"api/wire/"+strconv.Itoa(e.ID))
		for _, secret := range []string{"eyJ", "xoxb-", "redeem?rd=", "client_assertion\":\"ey", "trigger_id\":\"1"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s → %s %s shows %s: %.300s", e.From, e.To, e.Path, secret, text)
			}
		}
	}
	for _, who := range []string{"bot", "Slack", "Graph", "SharePoint"} {
		if !parties[who] {
			t.Errorf("%s is not on the wire", who)
		}
	}
}
