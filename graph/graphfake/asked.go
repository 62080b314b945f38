package graphfake

import (
	"maps"
	"net/url"
	"slices"
	"time"
)

// Asked is one request to the authorization or the token endpoint, as far as its form was readable.
type Asked struct {
	At       time.Time `json:"at"`
	Endpoint string    `json:"endpoint"` // "authorize" or "token"
	Method   string    `json:"method"`
	// Params are what the client sent. Codes, verifiers, secrets and assertions are only said to be there.
	Params map[string]string `json:"params"`
	// Answer is "page", "code", "tokens" or the error's number as in "AADSTS50011", wherever that was told.
	Answer string `json:"answer"`
}

// remember notes a request with its answer.
func (c *call) remember(endpoint string, v url.Values, rep reply) {
	params := map[string]string{}
	for name, values := range v {
		params[name] = values[0]
		if slices.Contains([]string{"code", "code_verifier", "client_secret", "client_assertion", "refresh_token", "password"}, name) {
			params[name] = "(given)"
		}
	}
	c.s.login.asked = append(c.s.login.asked, Asked{c.s.opt.Now(), endpoint, c.r.Method, params, rep.told})
}

// Asked lists the requests to the authorization and the token endpoint, oldest first.
func (s *Server) Asked() []Asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.login.asked)
	for i := range out {
		out[i].Params = maps.Clone(out[i].Params)
	}
	return out
}
