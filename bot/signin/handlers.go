package signin

import (
	"context"
	"net/http"
	"time"

	"guestsite/bot"
)

const (
	// browserLife is how long a browser keeps its cookie; the link is checked by
	// itself.
	browserLife = 20 * time.Minute
	mostForm    = 4 << 10
	mostValue   = 4 << 10
)

// open shows who in the chat asks. It consumes nothing, so that whatever looks at
// a link before its person does no harm.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) {
	token, browser := r.URL.Query().Get("t"), random()
	v, err := p.opt.Door.OpenLink(r.Context(), token, browser)
	if err != nil {
		p.fault(w, r, v, err)
		return
	}
	p.setCookie(w, browser)
	p.show(w, r, http.StatusOK, p.openPage(v, token))
}

// start sends the browser to sign in, with a new cookie that everything else of
// the sign-in is bound to.
func (p *Pages) start(w http.ResponseWriter, r *http.Request) {
	if !readForm(w, r) {
		p.fault(w, r, bot.LinkView{}, &bot.Error{Code: bot.Invalid, Op: "signin: read a form", Reason: bot.LinkUnknown})
		return
	}
	next := random()
	s, v, err := p.opt.Door.StartLink(r.Context(), r.PostForm.Get("t"), p.browser(r), r.PostForm.Get("proof"), next)
	if err != nil {
		p.fault(w, r, v, err)
		return
	}
	to, err := p.calling(r.Context(), func(ctx context.Context) (string, error) { return p.issuer.authorize(ctx, s) })
	if err != nil {
		p.fault(w, r, v, err)
		return
	}
	p.setCookie(w, next)
	// Not a redirect: browsers hold a form's whole way, through whatever the login
	// host leads to, against form-action.
	w.Header().Set("Refresh", "0; url="+to)
	p.show(w, r, http.StatusOK, p.goingPage(v, to))
}

// callback takes the browser back, and asks whether to bind.
func (p *Pages) callback(w http.ResponseWriter, r *http.Request) {
	q, browser := r.URL.Query(), p.browser(r)
	s, v, err := p.opt.Door.ReturnLink(r.Context(), browser, q.Get("state"))
	if err != nil {
		p.fault(w, r, v, err)
		return
	}
	code := q.Get("code")
	if code == "" || len(code) > mostValue || q.Get("error") != "" {
		p.fault(w, r, v, &bot.Error{
			Code: bot.Forbidden, Op: "signin: sign in", Reason: reasonOf(q.Get("error"), q.Get("error_description")),
			Detail: word(q.Get("error")) + " " + number(q.Get("error_description")),
		})
		return
	}
	person, err := p.calling(r.Context(), func(ctx context.Context) (string, error) { return p.issuer.redeem(ctx, code, s) })
	if err != nil {
		p.fault(w, r, v, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), callTime)
	defer cancel()
	v2, err := p.opt.Door.SignedIn(ctx, browser, person)
	if err != nil {
		v2.Lang = or(v2.Lang, v.Lang)
		p.fault(w, r, v2, err)
		return
	}
	p.show(w, r, http.StatusOK, p.confirmPage(v2))
}

// confirm binds.
func (p *Pages) confirm(w http.ResponseWriter, r *http.Request) {
	if !readForm(w, r) {
		p.fault(w, r, bot.LinkView{}, &bot.Error{Code: bot.Invalid, Op: "signin: read a form", Reason: bot.LinkUnknown})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), callTime)
	defer cancel()
	v, err := p.opt.Door.ConfirmLink(ctx, p.browser(r), r.PostForm.Get("proof"))
	if err != nil {
		p.fault(w, r, v, err)
		return
	}
	p.show(w, r, http.StatusOK, p.donePage(v))
}

// calling runs what calls the login host, unless too much does already.
func (p *Pages) calling(ctx context.Context, f func(context.Context) (string, error)) (string, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
		return f(ctx)
	default:
		return "", &bot.Error{Code: bot.Throttled, Op: "signin: call the login host", Reason: faultBusy}
	}
}

func readForm(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	return r.ParseForm() == nil
}

func (p *Pages) browser(r *http.Request) string {
	c, err := r.Cookie(p.cookie)
	if err != nil || len(c.Value) > mostValue {
		return ""
	}
	return c.Value
}

func (p *Pages) setCookie(w http.ResponseWriter, value string) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure wherever the public address is https; plain http is for loopback alone
		Name: p.cookie, Value: value, Path: p.base + PagePath, MaxAge: int(browserLife.Seconds()),
		Secure: p.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
