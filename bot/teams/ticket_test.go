package teams

import (
	"errors"
	"testing"
)

func TestCovers_BindsTheTokenToTheBody(t *testing.T) {
	t.Parallel()
	const base = "https://smba.trafficmanager.net/emea"
	teams := []string{"msteams", "webchat"}
	for _, c := range []struct {
		name             string
		claimed          string
		endorsed         []string
		channel, service string
		want             error
	}{
		{"equal", base, teams, "msteams", base, nil},
		{"slash in the claim", base + "/", teams, "msteams", base, nil},
		{"slash in the activity", base, teams, "msteams", base + "/", nil},
		{"host in another case", base, teams, "msteams", "https://SMBA.trafficmanager.NET/emea", nil},
		{"scheme in another case", base, teams, "msteams", "HTTPS://smba.trafficmanager.net/emea", nil},
		{"claim in another case", "HTTPS://SMBA.trafficmanager.net/emea", teams, "msteams", base, nil},
		{"no path", "https://smba.trafficmanager.net/", teams, "msteams", "https://smba.trafficmanager.net", nil},

		{"endorsed for others only", base, []string{"webchat", "directline"}, "msteams", base, errTicketEndorsed},
		{"endorsed in another case", base, []string{"MSTeams"}, "msteams", base, errTicketEndorsed},
		{"endorsements empty", base, []string{}, "msteams", base, errTicketEndorsed},
		{"no endorsements", base, nil, "msteams", base, errTicketEndorsed},
		{"another channel, endorsed", base, teams, "webchat", base, errTicketChannel},
		{"channel in another case", base, append(teams, "MSTeams"), "MSTeams", base, errTicketChannel},
		{"channel empty", base, append(teams, ""), "", base, errTicketChannel},

		{"another host", base, teams, "msteams", "https://smba.example.net/emea", errTicketService},
		{"another region", base, teams, "msteams", "https://smba.trafficmanager.net/amer", errTicketService},
		{"path in another case", base, teams, "msteams", "https://smba.trafficmanager.net/EMEA", errTicketService},
		{"another scheme", base, teams, "msteams", "http://smba.trafficmanager.net/emea", errTicketService},
		{"another port", base, teams, "msteams", "https://smba.trafficmanager.net:8443/emea", errTicketService},
		{"longer host", base, teams, "msteams", "https://smba.trafficmanager.net.example.net/emea", errTicketService},
		{"longer path", base, teams, "msteams", base + "/x", errTicketService},
		{"two slashes", base, teams, "msteams", base + "//", errTicketService},
		{"escaped path", base, teams, "msteams", "https://smba.trafficmanager.net/%65mea", errTicketService},
		{"user in the activity", base, teams, "msteams", "https://x@smba.trafficmanager.net/emea", errTicketService},
		{"query in the activity", base, teams, "msteams", base + "?x", errTicketService},
		{"empty query", base, teams, "msteams", base + "?", errTicketService},
		{"fragment in the activity", base, teams, "msteams", base + "#x", errTicketService},
		{"empty", base, teams, "msteams", "", errTicketService},
		{"no URL", base, teams, "msteams", "://", errTicketService},
		{"no host", base, teams, "msteams", "https:///emea", errTicketService},
		{"claim empty", "", teams, "msteams", "", errTicketService},
		{"claim no URL", "x", teams, "msteams", "x", errTicketService},
		{"claim without a host", "https:///emea", teams, "msteams", "https:///emea", errTicketService},
		{"claim without a scheme", "//smba.trafficmanager.net", teams, "msteams", "//smba.trafficmanager.net", errTicketService},
		{"claim with a user", "https://x@h/", teams, "msteams", "https://x@h/", errTicketService},
		{"claim with a query", base + "?x", teams, "msteams", base + "?x", errTicketService},
		{"claim with a fragment", base + "#x", teams, "msteams", base + "#x", errTicketService},
	} {
		got := ticket{serviceURL: c.claimed, endorsements: c.endorsed}.covers(c.channel, c.service)
		if !errors.Is(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// The whole way: what the key in the metadata is endorsed for decides.
func TestCovers_AsksTheKeyThatSignedTheToken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		alter func(jwk map[string]any)
		want  error
	}{
		"endorsed":         {func(map[string]any) {}, nil},
		"for another":      {func(jwk map[string]any) { jwk["endorsements"] = []string{"webchat"} }, errTicketEndorsed},
		"for none":         {func(jwk map[string]any) { jwk["endorsements"] = []string{} }, errTicketEndorsed},
		"not said":         {func(jwk map[string]any) { delete(jwk, "endorsements") }, errTicketEndorsed},
		"said to be null":  {func(jwk map[string]any) { jwk["endorsements"] = nil }, errTicketEndorsed},
		"in another field": {func(jwk map[string]any) { delete(jwk, "endorsements"); jwk["endorsed"] = []string{"msteams"} }, errTicketEndorsed},
	} {
		r := newTokenRig(t)
		c.alter(r.issuer.keys[0])
		got, err := r.verify(t.Context(), r.good(t))
		if err != nil {
			t.Errorf("%s: verify: %v", name, err)
		}
		if err := got.covers("msteams", tokenService); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}
