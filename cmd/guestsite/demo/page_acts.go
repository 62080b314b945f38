package demo

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"guestsite/bot/card"
	"guestsite/bot/slack/slackfake"
	"guestsite/bot/teams/teamsfake"
	"guestsite/graph/graphfake"
)

// errNot is what cannot be done now.
var errNot = errors.New("not possible now")

func notNow(format string, a ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errNot}, a...)...)
}

// plainly is an error without the name of the fake that gave it.
func plainly(err error) string {
	s := err.Error()
	for _, p := range []string{"slackfake: ", "teamsfake: ", slackfake.ErrNotPossible.Error() + ": ", teamsfake.ErrNotPossible.Error() + ": ", errNot.Error() + ": "} {
		s = strings.TrimPrefix(s, p)
	}
	return s
}

// act is what somebody does in a chat.
type act struct {
	Chat   string   `json:"chat"` // slack or teams
	Person string   `json:"person"`
	Do     string   `json:"do"`
	Text   string   `json:"text"`
	Msg    string   `json:"msg"` // the message, in the conversation In, or the view
	In     string   `json:"in"`  // "view" for a modal or the home tab, "dialog" for a dialog
	Key    string   `json:"key"` // the element
	Values []string `json:"values"`
	Typed  string   `json:"typed"`
}

// cameOf is what came of it for the person.
type cameOf struct {
	// Line is the error, or the short text, that the client shows.
	Line string `json:"line,omitempty"`
	URL  string `json:"url,omitempty"`
	// Choices are what a list offers.
	Choices []choice `json:"choices,omitempty"`
}

type choice struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}

func (p *Page) act(r *http.Request, co *company, a act) (any, error) {
	if co == nil {
		return nil, errNoCompany
	}
	if a.Do != "fill" && a.Do != "suggest" { // these are no more than typing
		co.acts.add()
	}
	switch a.Chat {
	case paneSlack:
		return actInSlack(r.Context(), co.lab.Slack.As(a.Person), a)
	case paneTeams:
		return actInTeams(r.Context(), co.lab.Teams, a)
	}
	return nil, &badRequest{fmt.Errorf("no chat %q", a.Chat)}
}

func actInSlack(ctx context.Context, u *slackfake.Actor, a act) (any, error) {
	ref := slackfake.Ref{Channel: a.In, TS: a.Msg}
	if a.In == "view" {
		ref = slackfake.Ref{View: a.Msg}
	}
	var out slackfake.Outcome
	var err error
	switch a.Do {
	case "say":
		if strings.HasPrefix(strings.TrimSpace(a.Text), "/") {
			out, err = u.Command(ctx, a.Text)
		} else {
			out, err = u.Say(ctx, a.Text)
		}
	case "click":
		out, err = u.Click(ctx, ref, a.Key)
	case "enter":
		out, err = u.PressEnter(ctx, ref, a.Key)
	case "fill":
		out, err = u.Fill(ctx, ref, a.Key, a.Values...)
	case "suggest":
		var options []slackfake.Option
		options, out, err = u.Suggest(ctx, ref, a.Key, a.Typed)
		came := cameOf{Line: out.Line}
		for _, o := range options {
			came.Choices = append(came.Choices, choice{o.Text, o.Value})
		}
		return came, err
	case "submit":
		out, err = u.Submit(ctx)
	case "close":
		out, err = u.CloseView(ctx)
	case "home":
		out, err = u.OpenHome(ctx)
	default:
		return nil, &badRequest{fmt.Errorf("no act %q", a.Do)}
	}
	return cameOf{Line: out.Line}, err
}

func actInTeams(ctx context.Context, s *teamsfake.Server, a act) (any, error) {
	u, ref := s.As(a.Person), teamsfake.Ref{ConversationID: a.In, ID: a.Msg}
	if a.In == "dialog" {
		ref = teamsfake.Ref{Dialog: true}
	}
	var out teamsfake.Outcome
	var err error
	switch a.Do {
	case "say":
		out, err = u.Say(ctx, a.Text)
	case "click":
		out, err = u.Click(ctx, ref, a.Key)
	case "fill":
		err = u.Fill(ctx, ref, a.Key, a.Values...)
	case "suggest":
		var choices []teamsfake.Choice
		choices, out, err = u.Suggest(ctx, ref, a.Key, a.Typed)
		came := cameOf{Line: out.Line}
		for _, c := range choices {
			came.Choices = append(came.Choices, choice{c.Title, c.Value})
		}
		return came, err
	case "refresh":
		out, err = u.Refresh(ctx, ref)
	case "close":
		u.CloseDialog()
	case "install":
		err = s.InstallFor(ctx, u.ID())
	default:
		return nil, &badRequest{fmt.Errorf("no act %q", a.Do)}
	}
	return cameOf{Line: out.Line, URL: out.URL}, err
}

// tenantAct is what an admin does to the settings, or a guest with his mail.
type tenantAct struct {
	Switch string `json:"switch"`
	On     bool   `json:"on"`
	Accept string `json:"accept"` // a guest's address
}

func (p *Page) tenantAct(r *http.Request, co *company, a tenantAct) (any, error) {
	if co == nil {
		return nil, errNoCompany
	}
	co.acts.add()
	if a.Accept != "" {
		return accept(r.Context(), co.lab.Tenant, a.Accept)
	}
	if err := co.lab.Tenant.Set(a.Switch, a.On); err != nil {
		return nil, &badRequest{err}
	}
	return struct{}{}, nil
}

// accept follows the link of the newest invitation in a browser, so that whatever
// stops a guest at sign-in stops him here.
func accept(ctx context.Context, t *graphfake.Server, address string) (any, error) {
	u, ok := t.User(address)
	link := ""
	for _, i := range t.State().Invitations {
		if ok && i.UserID == u.ID {
			link = i.RedeemURL
		}
	}
	if link == "" {
		return nil, notNow("there is no invitation for %s any more", address)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, fmt.Errorf("follow the link: %w", err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: t.Pool(), MinVersion: tls.VersionTLS12}, DisableKeepAlives: true}
	resp, err := transport.RoundTrip(req) // which follows no redirect: the site is on the page
	if err != nil {
		return nil, fmt.Errorf("follow the link: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusFound {
		why, _ := io.ReadAll(io.LimitReader(resp.Body, pageBody)) // empty says as much
		return nil, notNow("%s", why)
	}
	return struct{}{}, nil
}

// labAct is what is done to the company as a whole.
type labAct struct {
	Do      string  `json:"do"`      // clock, due, kill, start, fresh
	Seconds float64 `json:"seconds"` // of clock
	Lang    string  `json:"lang"`    // of fresh
}

// farthest is how far the clock can be moved at once.
const farthest = 10 * 366 * 24 * time.Hour

func (p *Page) labAct(r *http.Request, co *company, a labAct) (any, error) {
	if co != nil {
		co.acts.add()
	}
	switch {
	case a.Do == "fresh":
		return p.startAfresh(a.Lang)
	case co == nil:
		return nil, errNoCompany
	case a.Do == "clock":
		d := time.Duration(a.Seconds * float64(time.Second))
		if a.Seconds <= 0 || a.Seconds > farthest.Seconds() {
			return nil, &badRequest{errors.New("the clock goes ahead, and not by more than ten years")}
		}
		co.lab.Clock.Advance(d)
	case a.Do == "due":
		due := co.lab.Due(r.Context())
		if due.IsZero() {
			return nil, notNow("nothing is put off")
		}
		if d := due.Sub(co.lab.Clock.Now()); d > 0 {
			co.lab.Clock.Advance(d)
		}
	case a.Do == "kill":
		co.lab.Kill()
	case a.Do == "start":
		if err := co.lab.Restart(p.ctx); err != nil {
			return nil, err
		}
	default:
		return nil, &badRequest{fmt.Errorf("no act %q", a.Do)}
	}
	return struct{}{}, nil
}

// startAfresh makes another company, in a language.
func (p *Page) startAfresh(lang string) (any, error) {
	ok := false
	for _, l := range card.Languages() {
		ok = ok || l == lang
	}
	if !ok {
		return nil, &badRequest{fmt.Errorf("no language %q", lang)}
	}
	return struct{}{}, p.fresh(lang)
}
