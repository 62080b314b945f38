package main

// requests are the checks of what comes in from Slack.
func requests() []threat {
	const verify, slack = "bot/slack/verify.go", "./bot/slack"
	const signed = "^TestGuard_TakesOnlyWhatSlackSignedJustNow$"
	return []threat{
		{
			"a forged or stale Slack request", verify,
			"if err := verifyOne(h, body, secret); err != nil {", "if err := verifyOne(h, body, secret); err != nil && len(body) == 0 {", slack, signed,
		},
		{
			"a request of another Slack workspace", "bot/slack/adapter.go",
			`return team != "" && slices.Contains(a.teams, team) ||`, `return team != "" || slices.Contains(a.teams, team) ||`, slack, "^TestGuard_MalformedAndForeignNeverReachTheDoor$",
		},
		{
			"a socket that leads away from Slack", "bot/slack/socket_open.go",
			"if !s.mayLead(u) {", `if !s.mayLead(u) && u.Host == "" {`, slack, "^TestSocket_IsNotOpenedElsewhere$",
		},
		{
			"more deliveries than there is room for", "bot/slack/socket_lanes.go",
			"if l.inHand >= l.most || len(q) >= l.ofOne {", "if l.inHand >= 1000*l.most {", slack, "^TestSocket_WhenFullItAnswersPingsAndLeavesTheRestToSlack$",
		},
	}
}
