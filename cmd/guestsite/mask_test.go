package main

import (
	"strings"
	"testing"
)

func TestMask_TakesOutWhatIsSecret(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"invite ann@example.org refused":                                 "invite <address> refused",
		"ann_x.org#EXT#@contoso.onmicrosoft.com":                         "<address>",
		"to <ann@example.org>, <bo@example.org>":                         "to <<address>>, <<address>>",
		"GET /users?$filter=mail eq 'a@b.nl'":                            "GET /users?$filter=mail eq '<address>'",
		"/users/ann%40example.org/memberOf":                              "/users/<address>/memberOf",
		"redirect=%2Fann%2540example.org":                                "redirect=<address>",
		"token xoxb-12-34-abc.def failed":                                "token <secret> failed",
		"xoxe.xoxb-1-abc":                                                "<secret>",
		"(xapp-1-A0-99-ff)":                                              "(<secret>)",
		"authorization: Bearer abc.def-_~+/=":                            "authorization: Bearer <secret>",
		"bearer  ABCDE":                                                  "bearer  <secret>",
		"Basic dXNlcjpwYXNzd29yZA==":                                     "Basic <secret>",
		"got eyJhbGciOiJSUzI1NiJ9.eyJzdWIi.c2ln!":                        "got <secret>!",
		"v0=a2114d57b48eac39b9ad189dd8316235":                            "v0=<secret>",
		"post https://hooks.slack.com/commands/T1/2/3: 404":              "post <link> 404",
		`post "http://127.0.0.1:9447/actions/T024/1/xyz": refused`:       `post "<link>": refused`,
		"https://login.microsoftonline.com/redeem?rd=https%3a%2f%2finvi": "<link>",
		"https://invitations.microsoft.com/redeem/?tenant=1&user=2&t=3":  "<link>",
		"see https://bot.example.org/link?t=AbC123_-x&u=1":               "see https://bot.example.org/link?t=<secret>&u=1",
		"GET /link/callback?code=0.AXo&state=zz":                         "GET /link/callback?code=<secret>&state=<secret>",
		"wss://wss-primary.slack.com/link/?ticket=1-2-3&app_id=A1":       "wss://wss-primary.slack.com/link/?ticket=<secret>&app_id=A1",
		"client_id=1&client_assertion=abc&grant_type=client_credentials": "client_id=1&client_assertion=<secret>&grant_type=client_credentials",
		`{"access_token":"abc","expires_in":1}`:                          `{"access_token":"<secret>","expires_in":1}`,
		`{\"access_token\": \"abc\"}`:                                    `{\"access_token\": \"<secret>\"}`,
		`"inviteRedeemUrl": "https://x/y"`:                               `"inviteRedeemUrl": "<secret>"`,
	}
	for text, want := range tests {
		if got := mask(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
		if again := mask(mask(text)); again != mask(text) {
			t.Errorf("%s: masked twice it is %s", text, again)
		}
	}
}

func TestMask_LeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "job put back", "GET https://graph.microsoft.com/v1.0/groups: 403", "level=INFO code=404 state=open t=3",
		"G-1042 waits for Entra: who may invite", "a bearer of news", "basic rules apply", "50% of 100%", "a @ b", "x@", "@guestsite new",
		"graph: get an access token: log in: forbidden (credentials): 401 invalid_client AADSTS700027 (trace d156b375-cfa4-486f-98eb-5bf07c777686)",
		"POST v1.0 /invitations", "https://contoso.sharepoint.com/sites/linden", "sha256 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
		"https://bot.example.org/slack/commands", "eyJ", "the xoxo of it", "it begins with xapp-: make one", "it starts with xoxb-.",
	} {
		if got := mask(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// plants are secrets of every kind, with a middle that the fuzzer chooses.
func plants(middle string) []string {
	return []string{
		"ann" + middle + "@example.org", "xoxb-1" + middle, "xapp-1-" + middle, "eyJhbGciOiJSUzI1NiJ9." + middle + ".sig",
		"https://hooks.slack.com/commands/T1/" + middle, "https://login.microsoftonline.com/redeem?rd=" + middle,
		"https://bot.example.org/link?t=" + middle, "Bearer " + middle, "client_assertion=" + middle, `"access_token":"` + middle + `"`,
	}
}

// Whatever stands around it, what is planted does not survive; text with nothing in it
// stays as it is.
func FuzzMask(f *testing.F) {
	f.Add("post ", "s3cr3tValueOne", ": 404")
	f.Add("a@b.c ", "s3cr3tValueTwo", "@x")
	f.Add("\"\\ ?t=", "s3cr3tValue3", "=&\n")
	f.Fuzz(func(t *testing.T, before, middle, after string) {
		clean := strings.Map(func(r rune) rune {
			if r < 128 && wordByte(byte(r)) && r != '_' {
				return r
			}
			return -1
		}, middle)
		if len(clean) < 12 {
			return
		}
		// What touches the secret would be part of another word.
		for _, secret := range plants(clean) {
			if got := mask(before + " " + secret + " " + after); strings.Contains(got, clean) && !strings.Contains(before+after, clean) {
				t.Errorf("%q survives in %q", secret, got)
			}
		}
		plain := strings.Map(func(r rune) rune {
			if strings.ContainsRune(`@%="/\xXbBe`, r) {
				return -1
			}
			return r
		}, before+after)
		if got := mask(plain); got != plain {
			t.Errorf("%q became %q", plain, got)
		}
	})
}

func BenchmarkMask(b *testing.B) {
	long := strings.Repeat("GET https://graph.microsoft.com/v1.0/groups/1234: 403 Authorization_RequestDenied ", 20)
	for name, text := range map[string]string{
		"plain": "job put back", "long": long, "address": "graph: invite ann@example.org: forbidden (domain)",
		"ats": strings.Repeat("@", 10_000), "half": strings.Repeat("a", 10_000) + "@", "names": strings.Repeat("eyJ.", 5_000),
		"links": strings.Repeat("https://", 2_000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				mask(text)
			}
		})
	}
}
