package graphfake

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// redirectFits says whether a redirect URI is one that is registered: the same, letter by letter. As "Redirect URI
// (reply URL) restrictions and limitations" has it, plain http is for loopback only and never for [::1], and the port is
// ignored for localhost. That it is ignored for 127.0.0.1 too follows RFC 8252 §7.3 and could not be verified.
func redirectFits(registered, asked string) bool {
	a, err := url.Parse(asked)
	if err != nil || a.Host == "" || a.Fragment != "" || strings.Contains(asked, "*") {
		return false
	}
	local := slices.Contains([]string{"localhost", "127.0.0.1"}, a.Hostname())
	switch {
	case a.Scheme != "https" && (a.Scheme != "http" || !local):
		return false
	case registered == asked:
		return true
	case !local:
		return false
	}
	r, err := url.Parse(registered)
	if err != nil || r.Hostname() != a.Hostname() {
		return false
	}
	r.Host, a.Host = r.Hostname(), a.Hostname()
	return r.String() == a.String()
}

// redirectURI checks the one that was asked for. Who asks for none gets the only one there is.
func (app *App) redirectURI(asked string) (string, *refusal) {
	if asked == "" && len(app.RedirectURIs) == 1 {
		asked = app.RedirectURIs[0]
	}
	if slices.ContainsFunc(app.RedirectURIs, func(r string) bool { return redirectFits(r, asked) }) {
		return asked, nil
	}
	return "", &refusal{
		code: "invalid_request", number: 50011, text: "The redirect URI '" + asked + "' specified in the request does not match the " +
			"redirect URIs configured for the application '" + app.ClientID + "'. Make sure the redirect URI sent in the request " +
			"matches one added to your application.",
	}
}

// sendBack brings parameters to the client in the way it asked for; told is what Asked says of it.
func (c *call) sendBack(a *authorization, params url.Values, told string) reply {
	to, err := url.Parse(a.redirect)
	if err != nil { // redirectFits parsed it
		return c.errorPage(nil, transient())
	}
	params.Set("state", a.state)
	if a.state == "" {
		params.Del("state")
	}
	switch a.mode {
	case "form_post":
		rep := c.page(http.StatusOK, "formpost", map[string]any{"To": a.redirect, "Params": params})
		rep.told = told
		return rep
	case "fragment":
		// A Location's fragment is what a browser keeps to itself: it is not sent to the client's server.
		return reply{status: http.StatusFound, header: http.Header{"Location": {a.redirect + "#" + params.Encode()}}, told: told}
	}
	q := to.Query()
	maps.Copy(q, params)
	to.RawQuery = q.Encode()
	return reply{status: http.StatusFound, header: http.Header{"Location": {to.String()}}, told: told}
}
