package main

// decisions are the checks of who decides what on which card.
func decisions() []threat {
	const guest, bot, stories = "bot/flow/guest_decide.go", "./bot", "^TestStories$"
	return []threat{
		{"a decision of who does not own the site", guest, "case g.Stage == ByOwners && !f.Owner:", "case g.Stage == ByOwners && !f.Owner && f.Approver:", bot, stories},
		{"a decision of who is no approver", guest, "case g.Stage == ByApprovers && !f.Approver:", "case g.Stage == ByApprovers && !f.Approver && f.Owner:", bot, stories},
		{"a click on an old card", "bot/flow/table_site.go", "case c.Version != r.Version:", "case c.Version > r.Version:", bot, stories},
		{"a requester who decides for himself", "bot/flow/table_site.go", "case f.Who.ID == r.Requester.ID && c.Verb != Extend:", "case f.Who.ID == r.Requester.ID && c.Verb == Extend:", bot, stories},
		{"a right that could not be read", "bot/flow/table_site.go", `case f.Unknown != "":`, `case f.Unknown == "x":`, bot, stories},
		{"an account that may not act", "bot/flow/table_site.go", `case f.Refusal != "":`, `case f.Refusal == "x":`, bot, stories},
		{"an approver who may not invite", guest, "case g.Stage == ByApprovers && c.Verb == Approve && !f.MayInvite:", "case g.Stage == ByApprovers && c.Verb == Approve && !f.MayInvite && !f.Approver:", bot, stories},
	}
}
