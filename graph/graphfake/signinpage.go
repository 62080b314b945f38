package graphfake

import (
	"crypto/rand"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

//go:embed pages/*.html
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// choice is a person on the sign-in page.
type choice struct {
	ID, Name, Login, Note string
	Hinted                bool
}

// choosePage shows the people of the tenant, the hinted one first; a domain hint leaves those of that domain.
func (c *call) choosePage(a *authorization) reply {
	var people []choice
	for _, u := range keep(c.s.users, func(u *User) bool { return u.Deleted.IsZero() }) {
		p := choice{ID: u.ID, Name: u.DisplayName, Login: u.UserPrincipalName, Hinted: a.loginHint != "" && u.answersTo(a.loginHint)}
		if u.UserType == Guest {
			p.Login, p.Note = u.Mail, "guest"
		}
		if u.Disabled {
			p.Note = strings.TrimPrefix(p.Note+", switched off", ", ")
		}
		people = append(people, p)
	}
	if local := keep(people, func(p choice) bool { return strings.EqualFold(domainOf(p.Login), a.domainHint) }); len(local) > 0 {
		people = local
	}
	slices.SortStableFunc(people, func(x, y choice) int {
		switch {
		case x.Hinted == y.Hinted:
			return 0
		case x.Hinted:
			return -1
		}
		return 1
	})
	return c.page(http.StatusOK, "choose", map[string]any{
		"Tenant": c.s.opt.Name, "App": a.app.Name, "People": people, "Params": a.params, "Hint": a.loginHint,
		"Consent": a.prompt == "consent", "Scopes": a.scopes,
	})
}

// errorPage tells the person what is wrong. With a request he can go back and be somebody else, or give up.
func (c *call) errorPage(a *authorization, e *refusal) reply {
	text, _, _ := c.describe(e)
	data := map[string]any{"Tenant": c.s.opt.Name, "Number": e.name(), "Text": text, "Params": url.Values(nil)}
	if a != nil {
		data["Params"], data["Back"] = a.params, true
	}
	rep := c.page(http.StatusBadRequest, "error", data)
	rep.told = e.name()
	return rep
}

// page draws one of the pages. None runs a script but the one that carries a form to the client, none can be framed.
func (c *call) page(status int, name string, data map[string]any) reply {
	var text strings.Builder
	nonce := rand.Text()
	data["ScriptNonce"] = nonce
	if err := pages.ExecuteTemplate(&text, name, data); err != nil {
		return c.refuse(transient())
	}
	return reply{
		status: status, body: []byte(text.String()), ctype: "text/html; charset=utf-8", told: "page", header: http.Header{
			"Content-Security-Policy": {"default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-" + nonce + "'; base-uri 'none'; frame-ancestors 'none'"},
			"X-Frame-Options":         {"DENY"},
			"X-Content-Type-Options":  {"nosniff"},
			"Referrer-Policy":         {"strict-origin-when-cross-origin"},
		},
	}
}
