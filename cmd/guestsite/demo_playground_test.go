package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guestsite/bot/card"
	"guestsite/cmd/guestsite/demo"
)

// playground is a running "demo --playground".
type playground struct {
	door, bot, dir, printed string
}

func startPlayground(t *testing.T) playground {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), storyTime)
	var out, errs screen
	done := make(chan int, 1)
	go func() {
		p := program{stdout: &out, stderr: &errs, env: envOf(nil)}
		done <- run(ctx, p, []command{demoCommand(demo.Stories())}, []string{"demo", "--playground", "localhost:0"})
	}()
	t.Cleanup(func() {
		cancel()
		if got := <-done; got != exitOK {
			t.Errorf("exit status %d, want %d\n%s", got, exitOK, errs.String())
		}
	})
	eventually(t, "the demo says how to join", func() bool { return strings.Contains(out.String(), "every interface") || errs.String() != "" })
	d := playground{printed: out.String()}
	for into, pattern := range map[*string]string{
		&d.door: ` -e (http://127\.0\.0\.1:\d+/api/messages) -c msteams `, &d.bot: `The bot +(\S+)`, &d.dir: `Files +(\S+)`,
	} {
		m := regexp.MustCompile(pattern).FindStringSubmatch(d.printed)
		if m == nil {
			t.Fatalf("no %s in\n%s%s", pattern, d.printed, errs.String())
		}
		*into = m[1]
	}
	return d
}

// as opens a Playground with the file that is printed for a person.
func (d playground) as(t *testing.T, name string) *standIn {
	t.Helper()
	m := regexp.MustCompile(`M365_AGENTS_PLAYGROUND_CONFIG_PATH=(\S+` + name + `\.yml) `).FindStringSubmatch(d.printed)
	if m == nil {
		t.Fatalf("nobody can be %s:\n%s", name, d.printed)
	}
	return newStandIn(t, d.door, m[1])
}

// A site is asked for in one window and decided in another, by way of everything
// that the Playground sends: it signs nothing and has no https.
func TestDemo_PlaygroundSpeaksWithTheRealProgram(t *testing.T) {
	t.Parallel()
	d := startPlayground(t)
	if strings.Contains(d.printed, "═══") {
		t.Error("a story was played that nobody asked for")
	}
	sanne, mehmet := d.as(t, "sanne"), d.as(t, "mehmet")
	for _, p := range []*standIn{sanne, mehmet} {
		p.opens()
		p.sees(p.company.PersonalChat.ID, "I help you work with guests")
	}
	chat := sanne.company.PersonalChat.ID

	sanne.types(sanne.company.GroupChat.ID, "new")
	sanne.sees(sanne.company.GroupChat.ID, "our own chat")
	form := sanne.sees(chat, "in_line_name")
	site := map[string]string{
		"in_line_name": "Soil Report", "in_lines_purpose": "Drawings", "in_person_owner": "nobody@noordzee.nl", "in_choice_access": "private",
	}
	if answer := sanne.clicks(form, "submit", "", site); !strings.Contains(answer, `"application/vnd.microsoft.card.adaptive"`) {
		t.Errorf("a form that was sent is answered %s", answer)
	}
	form = sanne.sees(chat, "in_line_name", "I can't find this person")
	site["in_person_owner"] = "mehmet@noordzee.nl"
	sanne.clicks(form, "submit", "", site)
	form = sanne.sees(chat, "in_lines_guests")
	if form.edits < 2 {
		t.Errorf("the form was edited %d times", form.edits)
	}
	sanne.submits(form, "submit", map[string]string{
		"in_lines_guests": "Anna Kowalski <anna@fabrikam.com>", "in_lines_why": "She delivers the report", "in_choice_days": "90",
	})
	form = sanne.sees(chat, "Step 3 of 3", "Mehmet Yildiz")
	sanne.clicks(form, "submit", "", nil)

	asked := mehmet.sees(mehmet.company.PersonalChat.ID, "Sanne asks for a new site", "Make the site")
	answer := mehmet.clicks(asked, "press", string(card.ActApprove), nil)
	if !strings.Contains(answer, `"statusCode":200`) || !strings.Contains(answer, "Soil Report") {
		t.Errorf("a decision is answered %s", answer)
	}
	mehmet.sees(mehmet.company.PersonalChat.ID, "agreed by Mehmet")
	sanne.sees(chat, "Agreement to the site", "Open site")
}

// Without the door the program is the one that serves: it takes what is signed.
func TestDemo_PlaygroundOpensNoOtherDoor(t *testing.T) {
	t.Parallel()
	d := startPlayground(t)
	joost := d.as(t, "joost")
	chat := joost.company.PersonalChat.ID
	hello := map[string]any{"text": "new", "id": "1"}
	if status, _ := joost.sends(d.bot+"/api/messages", "message", chat, hello); status != http.StatusUnauthorized {
		t.Errorf("unsigned, past the door: %d", status)
	}
	hello["serviceUrl"] = "https://smba.trafficmanager.net/teams"
	if status, _ := joost.sends(d.door, "message", chat, hello); status != http.StatusForbidden {
		t.Errorf("of a service elsewhere: %d", status)
	}
	delete(hello, "serviceUrl")
	hello["channelData"] = map[string]any{"tenant": map[string]any{"id": someGUID}}
	if status, _ := joost.sends(d.door, "message", chat, hello); status != http.StatusForbidden {
		t.Errorf("of another tenant: %d", status)
	}
	text, err := os.ReadFile(filepath.Join(d.dir, "guestsite.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ToLower(string(text)), "playground") || strings.Contains(string(text), "slack:\n") {
		t.Errorf("the program is told of the Playground, or has Slack:\n%s", text)
	}
}
