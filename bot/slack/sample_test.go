package slack

import (
	"strings"

	"guestsite/bot/card"
)

func run(s string) []card.Run { return []card.Run{{Text: s}} }

// ownerCard is an owner's approval card with every kind of block.
func ownerCard() card.Card {
	b := func(label string, a card.Action, style card.Style) card.Button {
		return card.Button{
			Label: label, Spoken: label + " to Project Linden", Style: style, Action: a,
			Request: "G-1042", Part: "guest-1", Version: 3,
		}
	}
	decline := b("Decline", card.ActDecline, card.Danger)
	decline.Confirm = &card.Confirm{Title: "Decline Anna?", Text: "Sanne will read why.", Yes: "Decline", No: "Back"}
	return card.Card{
		Text: "Sanne wants to add Anna Kowalski (anna@fabrikam.com) to Project Linden until Fri 19 Feb 2027. " +
			"Choose Add Anna, Decline or Ask Sanne. No answer = nothing changes.",
		Title: "Sanne wants to add 1 guest to Project Linden",
		Blocks: []card.Block{
			card.Text{Runs: []card.Run{
				{Text: "Anna Kowalski", Bold: true},
				{Text: " · anna@fabrikam.com · Fabrikam (new here)"},
			}},
			card.Quote{Runs: run("Anna delivers the soil report & needs to upload <drawings>.")},
			card.List{Items: [][]card.Run{
				run("✓ rules checked 09:41"),
				{{Text: "● owner: "}, {Text: "Mehmet", Italic: true}},
				{{Text: "site: "}, {Text: "Project Linden", Link: "https://noordzee.sharepoint.com/sites/linden"}},
			}},
			card.Divider{},
			card.Actions{Buttons: []card.Button{
				b("Add Anna", card.ActApprove, card.Primary), decline, b("Ask Sanne", card.ActAsk, card.Plain),
				{Label: "Open site", URL: "https://noordzee.sharepoint.com/sites/linden"},
			}},
			card.Note{Runs: run("Please decide before Thu 26 Nov 17:00. You got this because you own the site.")},
		},
	}
}

// outcomeCard is what every copy becomes after the decision.
func outcomeCard() card.Card {
	return card.Card{
		Text:  "Anna Kowalski was added to Project Linden by Mehmet on 22 Nov 10:12.",
		Title: "Added by Mehmet",
	}
}

// noteCard has nothing but small print, once with and once without a link.
func noteCard() card.Card {
	return card.Card{
		Text: "The rules were checked. Read more at https://learn.microsoft.com.",
		Blocks: []card.Block{
			card.Note{Runs: run("Checked 09:41.")},
			card.Note{Runs: []card.Run{{Text: "Read more", Link: "https://learn.microsoft.com/sharepoint"}}},
		},
	}
}

// siteForm is the first step, with text, lines, a choice and a person.
func siteForm() card.Form {
	return card.Form{
		Request: "G-1042", Step: "site", Title: "New guest site", Submit: "Next", Close: "Cancel",
		Blocks: []card.Block{card.Text{Runs: []card.Run{{Text: "Step 1 of 3", Bold: true}}}},
		Fields: []card.Field{
			{ID: card.FieldName, Kind: card.Line, Label: "Name", Hint: "People will see: PRJ …", Placeholder: "Project Linden", MaxLength: 60},
			{ID: card.FieldPurpose, Kind: card.Lines, Label: "Purpose", Optional: true, MaxLength: 500},
			{
				ID: card.FieldOwner, Kind: card.OnePerson, Label: "Owner", Placeholder: "Type two letters",
				Value: []card.Option{{Value: "11111111-1111-1111-1111-111111111111", Label: "Sanne de Vries"}},
			},
			{
				ID: card.FieldAccess, Kind: card.Choice, Label: "Who inside can find it",
				Options: []card.Option{
					{Value: "private", Label: "Private", Hint: "only people you add"},
					{Value: "public", Label: "Public", Hint: "everyone in the company can read it"},
				},
				Value: []card.Option{{Value: "private"}},
			},
		},
		Tail: []card.Block{card.Note{Runs: run("I save every step.")}},
	}
}

// peopleForm is the second step as it comes back after Next, with errors and
// buttons, many choices, people, a date and a site.
func peopleForm() card.Form {
	days := []card.Option{}
	for _, d := range []string{"7", "14", "30", "60", "90", "180", "365"} {
		days = append(days, card.Option{Value: d, Label: d + " days"})
	}
	return card.Form{
		Request: "G-1042", Step: "people", Title: "People", Submit: "Next", Close: "Cancel",
		Blocks: []card.Block{
			card.List{Items: [][]card.Run{
				run("✓ anna@fabrikam.com – can be invited"),
				run("! eva@fabrikarn.com – looks like fabrikam.com"),
			}},
			card.Actions{Buttons: []card.Button{
				{Label: "Yes, change", Action: card.ActSwap, Request: "G-1042", Version: 4, Value: "eva@fabrikarn.com>eva@fabrikam.com"},
				{Label: "Leave out", Action: card.ActLeave, Request: "G-1042", Version: 4, Value: "eva@fabrikarn.com"},
			}},
		},
		Fields: []card.Field{
			{
				ID: card.FieldGuests, Kind: card.Lines, Label: "Guests", Error: "Look at eva@fabrikarn.com.",
				Value: []card.Option{{Value: "anna@fabrikam.com\neva@fabrikarn.com"}},
			},
			{
				ID: card.FieldMembers, Kind: card.People, Label: "Colleagues", Optional: true,
				Value: []card.Option{{Value: "22222222-2222-2222-2222-222222222222", Label: "Lars de Wit", Hint: "lars@noordzee.nl"}},
			},
			{ID: card.FieldDays, Kind: card.Choice, Label: "Until when", Options: days, Value: []card.Option{{Value: "90"}}},
			{ID: card.FieldDate, Kind: card.Date, Label: "Date", Optional: true, Value: []card.Option{{Value: "2027-02-19"}}},
			{ID: "site", Kind: card.OneSite, Label: "Site", Optional: true},
		},
		Buttons: []card.Button{{Label: "Back", Action: card.ActBack, Request: "G-1042", Version: 4}},
	}
}

// loading has nothing to send.
func loading() card.Form {
	return card.Form{
		Request: "G-1042", Step: "loading", Title: "New guest site", Close: "Close",
		Blocks: []card.Block{card.Text{Runs: run("One moment…")}},
	}
}

// nasty are strings that people type or paste.
func nasty() map[string]string {
	return map[string]string{
		"mention":      "<!channel> <!here> <@U0MEHMET> @channel",
		"link":         "<https://evil.example|Approve here> https://evil.example",
		"date":         "<!date^1790000000^{date}|x>",
		"markup":       "*bold* _it_ ~s~ `c` ```pre``` > quote :smile:",
		"entities":     "&lt;!channel&gt; &amp;amp; & < >",
		"rtl":          "abc \u202Emoc.live\u202C \u200Fשלום\u2066x\u2069",
		"combining":    "Z" + strings.Repeat("\u0351\u0327", 500) + "algo",
		"family":       strings.Repeat("👨‍👩‍👧‍👦👍🏽🇳🇱", 400),
		"long":         strings.Repeat("x", 10_000),
		"ampersands":   strings.Repeat("&", 10_000),
		"lines":        strings.Repeat("a\nb\r\n\u2028c\x00\x07", 300),
		"not utf-8":    "caf\xe9 \xff\xfe ok",
		"json":         `"}],"type":"actions","elements":[{"`,
		"only control": "\x00\x01\u202E",
	}
}
