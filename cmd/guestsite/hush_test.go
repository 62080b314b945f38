package main

import (
	"strings"
	"testing"
)

func TestHush_TakesOutWhatLooksLikeASecret(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"open /etc/xoxb-12-34-abcd: no such file":                          "open /etc/<secret>: no such file",
		"open abc8Q~aB.Secret-Of_Entra0123456789: no":                      "open <secret>: no",
		`"xapp-1-A0-99-ff" names nobody`:                                   `"<secret>" names nobody`,
		"open 8f742231b10e8888abcd99eeefff85a5: no such":                   "open <secret>: no such",
		"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----: no": "<secret>: no",
		`"-----BEGIN PRIVATE KEY-----\nMIIE`:                               `"<secret>`,
		"eyJhbGciOi.eyJzdWIi.c2ln is no client id":                         "<secret> is no client id",
	} {
		if got := hush(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if strings.Contains(hush(strings.Repeat("aB3", 30)), "aB3") {
		t.Error("a long word without form is shown")
	}
}

func TestHush_LeavesTheRestAlone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", `"user:ann@example.org" names nobody`, "open /run/secrets/slack-bot.token: no such file or directory", "open /tmp/TestConfig_Faults12345/001/bot: no",
		"open SharePointAdmin2026.pem: no such file", `"11111111-2222-3333-4444-555555555555" is no tenant id`, "GUESTSITE_SLACK_BOT_TOKEN",
		"https://guestsite.example.org/slack/commands", "is no length of time such as 12h, 7d or 7y", "Write https://app.slack.com/client/T…",
		"403 Authorization_RequestDenied (request-id 5e30a26c-2eca-4ef9-b863-67584d7979ec)", "AADSTS7000215",
	} {
		if got := hush(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
