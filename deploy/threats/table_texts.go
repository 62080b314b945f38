package main

// texts are the checks of what people write and what is shown of it.
func texts() []threat {
	return []threat{
		{"markup of Slack in what people write", "bot/slack/text.go", `"<", "&lt;", ">", "&gt;")`, `"&", "&amp;")`, "./bot/slack", "^TestRender_ForeignTextStaysText$"},
		{"a link of another scheme on a card in Slack", "bot/slack/text.go", "if err != nil || !safeURL(u) || len(s) > maxURL", "if err != nil || u == nil || len(s) > maxURL", "./bot/slack", "^TestRender_OnlyWebAddressesBecomeLinks$"},
		{"text that turns the order of reading", "bot/card/tidy.go", "unicode.IsControl(r), turns(r),", "unicode.IsControl(r),", "./bot/card", "^TestTidy_TakesAwayWhatIsNoText$"},
		{"a private line to another host than Slack's", "bot/slack/whisper.go", "!slices.Contains(a.hookHosts, u.Host)", "!slices.Contains(append(a.hookHosts, u.Host), u.Host)", "./bot/slack", "^TestWhisper_GoesOnlyToSlacksHosts$"},
	}
}
