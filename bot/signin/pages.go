package signin

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// The faults that this package tells besides the reasons of [bot.LinkDoor].
const (
	faultDenied      = "denied"
	faultConsent     = "consent"
	faultInteraction = "interaction"
	faultRefused     = "refused"
	faultNotProved   = "not_proved"
	faultUnavailable = "unavailable"
	faultBusy        = "busy"
)

//go:embed page.html
var pageSource string

//go:embed page.css
var style string

// page is what page.html draws, from top to bottom.
type page struct {
	Lang    string
	Title   string
	Style   template.CSS
	Sides   []side
	Text    [][]card.Run
	Warning []card.Run
	Form    *form
	Link    *link
	After   [][]card.Run
}

// side is one of the two identities.
type side struct {
	Label string
	Lines []string
}

type form struct {
	Action, Token, Proof, Button string
}

type link struct{ URL, Label string }

// view is how a person looks at a page.
func (p *Pages) view(v bot.LinkView) card.View {
	return card.View{Texts: p.opt.Texts, Viewer: flow.Who{Lang: v.Lang}, Admins: v.Admins}
}

// teller says texts of the pages in a person's language.
type teller struct {
	v    card.View
	args map[string]string
}

func (p *Pages) teller(v bot.LinkView) teller {
	t := teller{v: p.view(v), args: map[string]string{
		"account": v.Account, "workspace": v.Workspace, "person": v.Person, "mail": v.Mail, "chat": v.Chat,
	}}
	if v.Chat != "" && card.HasLinkText(p.opt.Texts, "chat_"+v.Chat) {
		t.args["chat"] = t.say("chat_" + v.Chat)
	}
	return t
}

func (t teller) runs(name string) []card.Run { return card.LinkText(t.v, name, t.args) }

func (t teller) say(name string) string {
	var b strings.Builder
	for _, r := range t.runs(name) {
		b.WriteString(r.Text)
	}
	return b.String()
}

func (t teller) page(title string, texts ...string) page {
	out := page{Lang: t.v.Texts.For(t.v.Viewer.Lang).Tag(), Title: t.say(title), Style: template.CSS(style)} //nolint:gosec // our own file
	for _, name := range texts {
		out.Text = append(out.Text, t.runs(name))
	}
	return out
}

func (p *Pages) openPage(v bot.LinkView, token string) page {
	t := p.teller(v)
	out := t.page("open_title", "open_who", "open_yours")
	out.Warning = t.runs("open_not_yours")
	out.Form = &form{Action: p.base + StartPath, Token: token, Proof: v.Proof, Button: t.say("open_button")}
	return out
}

func (p *Pages) goingPage(v bot.LinkView, to string) page {
	t := p.teller(v)
	out := t.page("going_title", "going_text")
	out.Link = &link{URL: to, Label: t.say("going_button")}
	return out
}

func (p *Pages) confirmPage(v bot.LinkView) page {
	t := p.teller(v)
	out := t.page("confirm_title", "confirm_what")
	out.Sides = []side{
		{Label: t.say("confirm_account"), Lines: []string{v.Account, v.Workspace}},
		{Label: t.say("confirm_person"), Lines: []string{v.Person, v.Mail}},
	}
	if v.Unmatched {
		out.Warning = t.runs("confirm_unmatched")
	}
	out.Form = &form{Action: p.base + ConfirmPath, Proof: v.Proof, Button: t.say("confirm_button")}
	out.After = [][]card.Run{t.runs("confirm_no")}
	return out
}

func (p *Pages) donePage(v bot.LinkView) page {
	t := p.teller(v)
	texts := []string{"done"}
	if v.Wanted {
		texts = append(texts, "done_wanted")
	}
	return t.page("done_title", texts...)
}

// fault shows why nothing was linked: what happened, what to do now, who helps and
// a reference, under which the log says more.
func (p *Pages) fault(w http.ResponseWriter, r *http.Request, v bot.LinkView, err error) {
	name, ref := bot.ReasonOf(err), reference()
	if name == "" || !card.HasLinkText(p.opt.Texts, "fault_"+name) {
		name = faultUnavailable
	}
	if v.Lang == "" {
		v.Lang, _, _ = strings.Cut(r.Header.Get("Accept-Language"), ",")
	}
	p.opt.Log.InfoContext(r.Context(), "account not linked", "reason", name, "reference", ref, "error", err)
	t := p.teller(v)
	t.args["ref"] = ref
	out := t.page("fault_title", "fault_"+name)
	out.After = [][]card.Run{t.runs("fault_ref")}
	p.show(w, r, statusOf(err), out)
}

func statusOf(err error) int {
	switch bot.CodeOf(err) {
	case bot.Throttled:
		return http.StatusTooManyRequests
	case bot.Unavailable, bot.Internal:
		return http.StatusServiceUnavailable
	case bot.Invalid:
		return http.StatusBadRequest
	default:
		return http.StatusForbidden
	}
}

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// policy lets a page have its one style and post to us, and nothing else.
func policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// show sends a page that no other page can frame, no cache keeps, and that tells
// its address to nobody.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, content page) {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, content); err != nil {
		p.opt.Log.ErrorContext(r.Context(), "page not drawn", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy())
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser may be gone
}
