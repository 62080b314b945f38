package main

// requests are the checks of what comes in from a chat.
func requests() []threat {
	const verify, jwt, ticket = "bot/slack/verify.go", "bot/teams/token.go", "bot/teams/ticket.go"
	const slack, teams = "./bot/slack", "./bot/teams"
	const signed = "^TestGuard_TakesOnlyWhatSlackSignedJustNow$"
	const forged = "^TestVerify_RefusesATokenWithOnePropertyWrong$"
	const covers = "^TestCovers_BindsTheTokenToTheBody$"
	const door = "^TestDoor_RefusesWhatDiffersInOneProperty$"
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
		{"a Teams token of another issuer", jwt, "jwt.WithIssuer(o.Issuer),", "", teams, forged},
		{"a Teams token for another audience", jwt, "jwt.WithAudience(o.AppID),", "", teams, forged},
		{"a Teams token for several audiences", jwt, "if len(c.Audience) != 1 {", "if len(c.Audience) == 0 {", teams, forged},
		{"a Teams token without an end", jwt, "jwt.WithExpirationRequired(),", "", teams, forged},
		{"a Teams token with an extension that must be understood", jwt, `if _, ok := t.Header["crit"]; ok {`, `if _, ok := t.Header["critical"]; ok {`, teams, forged},
		{"a Teams token without a service URL", jwt, `if c.ServiceURL == "" {`, `if c.ID == "none" {`, teams, forged},
		{"a Teams key without an endorsement", ticket, "if !slices.Contains(t.endorsements, channel) {", "if !slices.Contains(append(t.endorsements, channel), channel) {", teams, covers},
		{"a Teams activity of another service", ticket, `named == "" || named != plainServiceURL(t.serviceURL)`, `named == ""`, teams, door},
		{"a Teams activity of another channel", ticket, "if channel != channelID {", `if channel == "" {`, teams, covers},
		{"keys read without end for forgeries", "bot/teams/keys.go", "if !s.busy && (s.ended == nil || now.Sub(s.tried) >= keysFloor) {", "if !s.busy {", teams, "^TestKeys_AFloodOfUnknownIDsAsksOnceAMinute$"},
	}
}
