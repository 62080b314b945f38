package signin

import (
	"context"
	"errors"
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
	next, place := random(), &place{pages: p}
	defer place.leave()
	s, v, err := p.opt.Door.StartLink(r.Context(), r.PostForm.Get("t"), p.browser(r), r.PostForm.Get("proof"), next, place.ready)
	if err != nil {
		p.fault(w, r, v, err)
		return
	}
	to, err := p.issuer.authorize(r.Context(), s)
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
	q, browser, place := r.URL.Query(), p.browser(r), &place{pages: p}
	defer place.leave()
	code, ready := q.Get("code"), place.ready
	refused := code == "" || len(code) > mostValue || q.Get("error") != ""
	if refused {
		ready = func(context.Context) error { return nil } // nobody is called for it
	}
	s, v, err := p.opt.Door.ReturnLink(r.Context(), browser, q.Get("state"), ready)
	if err != nil {
		p.fault(w, r, v, err)
		return
	}
	if refused {
		p.fault(w, r, v, &bot.Error{
			Code: bot.Forbidden, Op: "signin: sign in", Reason: reasonOf(q.Get("error"), q.Get("error_description")),
			Detail: word(q.Get("error")) + " " + number(q.Get("error_description")),
		})
		return
	}
	person, err := p.issuer.redeem(r.Context(), code, s)
	if err != nil {
		p.fault(w, r, v, err)
		return
	}
	v2, err := p.opt.Door.SignedIn(r.Context(), browser, person)
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
	v, err := p.opt.Door.ConfirmLink(r.Context(), p.browser(r), r.PostForm.Get("proof"))
	if err != nil {
		p.fault(w, r, v, err)
		return
	}
	p.show(w, r, http.StatusOK, p.donePage(v))
}

// within ends what a request waits for while its answer can still be sent.
func within(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeoutCause(r.Context(), RequestTime, errTooSlow)
		defer cancel()
		h(w, r.WithContext(ctx))
	})
}

var errTooSlow = errors.New("the request took too long")

// place is a request's among those that call the login host.
type place struct {
	pages *Pages
	taken bool
}

// ready takes the place, unless all are taken, and has the sign-in's metadata read:
// while it cannot be reached, no link loses anything.
func (l *place) ready(ctx context.Context) error {
	if !l.taken {
		select {
		case l.pages.slots <- struct{}{}:
			l.taken = true
		default:
			return &bot.Error{Code: bot.Throttled, Op: "signin: call the login host", Reason: faultBusy}
		}
	}
	_, err := l.pages.issuer.discover(ctx)
	return err
}

func (l *place) leave() {
	if l.taken {
		<-l.pages.slots
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
