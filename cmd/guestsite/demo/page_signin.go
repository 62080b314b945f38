package demo

import (
	"net/http"
)

// signInPath is where the tenant's sign-in page is, below the key.
const signInPath = "sign-in"

// signInURL is what the tenant's metadata name as the authorization endpoint: a browser
// that comes from the bot reaches it, though the tenant's own hosts have a certificate
// that it does not trust.
func (p *Page) signInURL() string { return p.URL() + signInPath }

// signIn serves the tenant's sign-in page. A browser is led there from the bot, which
// is another page, so only what is sent from the form has to come from here.
func (p *Page) signIn(w http.ResponseWriter, r *http.Request) {
	co := p.company()
	if co == nil {
		http.Error(w, errNoCompany.Error(), http.StatusServiceUnavailable)
		return
	}
	switch r.Method {
	case http.MethodGet:
	case http.MethodPost:
		from, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
		// With no referrer a browser may call the origin null; it still says the site.
		if from != "http://"+r.Host && (from != "null" || site != "same-origin") {
			http.Error(w, "not from another page", http.StatusForbidden)
			return
		}
		co.acts.add()
	default:
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, pageBody)
	co.lab.Tenant.SignInPage().ServeHTTP(w, r)
	p.hub.poke()
}
