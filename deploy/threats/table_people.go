package main

// people are the checks of who somebody is.
func people() []threat {
	const file, slack = "bot/slack/people.go", "./bot/slack"
	const acts = "^TestProfile_TellsWhoMayNotAct$"
	return []threat{
		{"a deactivated account of Slack", file, "case u.Deleted:", "case u.Deleted && u.IsBot:", slack, acts},
		{"a guest of Slack", file, "case u.IsRestricted, u.IsUltraRestricted:", "case u.IsRestricted && u.IsBot:", slack, acts},
		{"somebody of another company by Slack Connect", file, "case u.IsStranger, !a.member(u):", "case u.IsStranger && u.IsBot:", slack, acts},
		{"an address of Slack that is not confirmed", file, "case !u.IsEmailConfirmed:", "case !u.IsEmailConfirmed && u.IsBot:", slack, acts},
		{"an address that two people of the directory have", "bot/identity.go", "case len(people) > 1:", "case len(people) > 2:", "./bot", "^TestStories$"},
		{"a look-alike address of another alphabet", "bot/identity.go", "lowerASCII(a) == lowerASCII(b)", "len([]rune(a)) == len([]rune(b))", "./bot", "^TestSameMail_TakesNoLookAlikeForTheSame$"},
		{"an address that somebody has beside his own", "bot/identity.go", "func(d Person) bool { return !d.has(p.Mail) }", "func(d Person) bool { return false }", "./bot", "^TestIdentify_AnotherAddressIsNobody$"},
		{"an admin by an address beside his own", "bot/identity.go", "func(p Person) bool { return !p.has(name) }", "func(p Person) bool { return false }", "./bot", "^TestListed_AnotherAddressMakesNobodyAnAdmin$"},
		{"a disabled account of the directory", "bot/identity.go", "case !d.Enabled:", "case !d.Enabled && d.Guest:", "./bot", "^TestStories$"},
		{"a guest of the company who acts", "bot/identity.go", "case d.Guest:", "case d.Guest && !d.Enabled:", "./bot", "^TestStories$"},
	}
}
