package bot_test

import (
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

func formStories() []story {
	return []story{
		{
			name:  "a form that was closed is kept and opened again where it was",
			whole: true,
			play: func(b *bottest.Bench) {
				b.Command("sanne", "new")
				b.Submit("sanne", card.FieldName, "Soil Report", card.FieldPurpose, "Drawings", card.FieldOwner, "u-sanne")
				b.Close("sanne")
				b.Command("sanne", "new")
				people(b, "sanne", card.FieldGuests, "", card.FieldWhy, "")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if n := len(b.Requests()); n != 1 {
					t.Errorf("there are %d requests", n)
				}
			},
		},
		{
			name: "a form closed before it was filled is redrawn when it is opened again",
			play: func(b *bottest.Bench) {
				in := b.Event("sanne")
				in.Command = &bot.Command{Text: "new"}
				b.Act(in)
				b.Close("sanne")
				b.Run()
				b.Command("sanne", "mine")
				b.Press("sanne", card.ActContinue, "")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if f := b.Chat.Form("sanne"); f == nil || f.Form.Step != string(flow.StepSite) || len(f.Form.Fields) == 0 {
					t.Errorf("the form is %+v", f)
				}
			},
		},
		{
			name: "the back button shows the step before with what was typed",
			play: func(b *bottest.Bench) {
				b.Command("sanne", "new")
				b.Submit("sanne", card.FieldName, "Soil Report", card.FieldPurpose, "Drawings", card.FieldOwner, "u-sanne")
				b.Submit("sanne", card.FieldGuests, anna, card.FieldWhy, "work")
				if f := b.Chat.Form("sanne"); f.Form.Step == string(flow.StepPeople) {
					b.Submit("sanne")
				}
				b.Press("sanne", card.ActBack, "")
				b.Press("sanne", card.ActBack, "")
				b.Submit("sanne", card.FieldName, "Soil Report Two")
				b.Submit("sanne")
				if f := b.Chat.Form("sanne"); f.Form.Step == string(flow.StepPeople) {
					b.Submit("sanne")
				}
				b.Submit("sanne")
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				if b.Company.Made("Soil Report Two") == nil {
					t.Error("the site has another name")
				}
				wantGuest(t, b, "g1", flow.In)
			},
		},
		{
			name: "a look-alike is swapped, a bad address is left out, a colleague is moved",
			set: func(b *bottest.Bench) {
				for _, m := range []string{"a@fabrikam.com", "b@fabrikam.com", "c@fabrikam.com", "d@fabrikam.com", "e@fabrikam.com"} {
					b.Company.AddGuest(m, m, false)
				}
			},
			play: func(b *bottest.Bench) {
				b.Command("sanne", "new")
				b.Submit("sanne", card.FieldName, "Soil Report", card.FieldPurpose, "Drawings", card.FieldOwner, "u-sanne")
				b.Submit("sanne", card.FieldGuests, "eva@fabrikarn.com\nanna@fabrikam\ntess@noordzee.nl\nbo@fabrikam.com", card.FieldWhy, "work")
				b.PressValue("sanne", card.ActSwap, "eva@fabrikarn.com>eva@fabrikam.com")
				b.PressValue("sanne", card.ActLeave, "anna@fabrikam")
				for range 2 {
					if f := b.Chat.Form("sanne"); f != nil {
						b.Submit("sanne")
					}
				}
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Done)
				g := b.Company.Made("Soil Report")
				wantMember(t, b, g.ID, "eva@fabrikam.com", true)
				wantMember(t, b, g.ID, "bo@fabrikam.com", true)
				if r := b.Request(); len(r.Answers.Guests) != 2 || len(r.Answers.Members) != 1 || r.Answers.Members[0].ID != "u-tess" {
					t.Errorf("guests %+v, members %+v", r.Answers.Guests, r.Answers.Members)
				}
			},
		},
		{
			name: "a draft that is never sent is let go, and its form says so",
			play: func(b *bottest.Bench) {
				b.Command("sanne", "new")
				b.Advance(8 * day)
				b.Submit("sanne", card.FieldName, "Soil Report")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Expired)
				if f := b.Chat.Form("sanne"); f == nil || !contains(bottest.FormText(f.Form), "not sent in time") {
					t.Errorf("the form says %+v", f)
				}
			},
		},
		{
			name: "a draft is dropped, and its form is closed with a word",
			play: func(b *bottest.Bench) {
				b.Command("sanne", "new")
				b.Command("sanne", "cancel")
				b.Submit("sanne", card.FieldName, "Soil Report")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				wantState(t, b, flow.Withdrawn)
				if f := b.Chat.Form("sanne"); f == nil || !contains(bottest.FormText(f.Form), "Dropped") {
					t.Errorf("the form is %+v", f)
				}
			},
		},
		{
			name: "a form that was sent says so when it is sent again",
			play: func(b *bottest.Bench) {
				b.Command("sanne", "new")
				b.Submit("sanne", card.FieldName, "Soil Report", card.FieldPurpose, "Drawings", card.FieldOwner, "u-sanne")
				b.Submit("sanne")
				in := b.Filled("sanne")
				b.Act(in)
				again := in
				again.Key = "again"
				b.Chat.Forms[len(b.Chat.Forms)-1].Closed = false
				b.Act(again)
				b.Settle(awhile)
			},
			want: func(t *testing.T, b *bottest.Bench) {
				if n := len(b.Company.Effects.Groups); n != 1 {
					t.Errorf("%d groups were made", n)
				}
				if f := b.Chat.Form("sanne"); f == nil || !contains(bottest.FormText(f.Form), "sent already") {
					t.Errorf("the form is %+v", f)
				}
			},
		},
		{
			name: "what is wrong stands at its field and nothing is lost",
			set: func(b *bottest.Bench) {
				b.Company.Groups["g-taken"] = &bottest.Group{ID: "g-taken", Name: "Soil Report", Alias: "soil-report"}
				b.Company.Aliases["held"] = bot.AliasState{HeldUntil: bottest.Begin.Add(20 * day)}
				b.Company.Aliases["ceo"] = bot.AliasState{BlockedWord: "CEO"}
				b.Company.Aliases["odd"] = bot.AliasState{Refused: "No odd names."}
				b.Company.People["u-tess"].Enabled = false
			},
			play: func(b *bottest.Bench) {
				t := b.T
				field := func(id, want string, values ...string) {
					t.Helper()
					b.Submit("sanne", values...)
					f := b.Chat.Form("sanne")
					for _, x := range f.Form.Fields {
						if x.ID == id && contains(x.Error, want) {
							return
						}
					}
					t.Errorf("want %q at %s:\n%s", want, id, bottest.FormText(f.Form))
				}
				b.Command("sanne", "new")
				field(card.FieldName, "fill this in", card.FieldName, " ")
				field(card.FieldOwner, "fill this in", card.FieldName, "X", card.FieldOwner, "")
				field(card.FieldName, "taken by another site. Free: ", card.FieldName, "Soil Report", card.FieldOwner, "u-sanne", card.FieldSecond, "")
				field(card.FieldName, "until", card.FieldName, "Held")
				field(card.FieldName, "'CEO' can't", card.FieldName, "CEO")
				field(card.FieldName, "No odd names.", card.FieldName, "Odd")
				field(card.FieldName, "can't be used", card.FieldName, "!!!")
				field(card.FieldOwner, "switched off", card.FieldName, "Fine", card.FieldOwner, "u-tess")
				field(card.FieldOwner, "is a guest", card.FieldOwner, "guest-jan@fabrikam.com")
				field(card.FieldOwner, "can't find this person", card.FieldOwner, "u-nobody")
				b.Submit("sanne", card.FieldOwner, "u-sanne")
				field(card.FieldWhy, "fill this in", card.FieldGuests, anna)
				field(card.FieldDate, "not a date", card.FieldDays, "date", card.FieldDate, "soon", card.FieldWhy, "work")
				field(card.FieldDate, "has passed", card.FieldDays, "date", card.FieldDate, "2020-01-01")
				field(card.FieldDate, "too far ahead", card.FieldDays, "date", card.FieldDate, "2099-01-01")
				field(card.FieldGuests, "can't be invited", card.FieldGuests, "anna@fabrikam", card.FieldDays, "30", card.FieldDate, "")
				field(card.FieldGuests, "is the most", card.FieldGuests, hundred()+"one@more.example")
				people(b, "sanne", card.FieldGuests, anna)
			},
			want: func(t *testing.T, b *bottest.Bench) { wantState(t, b, flow.Done) },
		},
		{
			name: "a typed address picks the one member whose it is, and nobody else",
			set: func(b *bottest.Bench) {
				b.Company.People["u-tess"].Enabled = false
				b.Company.People["u-lars"].UPN = "l.berg@noordzee.nl"
				b.Company.People["u-joost"].UPN = "both@noordzee.nl"
				b.Company.People["u-priya"].Mail = "both@noordzee.nl"
			},
			play: func(b *bottest.Bench) {
				unknown := func(field, typed string, values ...string) {
					b.T.Helper()
					b.Submit("sanne", append(values, field, typed)...)
					f := b.Chat.Form("sanne")
					for _, x := range f.Form.Fields {
						if x.ID == field && contains(x.Error, "can't find this person") {
							return
						}
					}
					b.T.Errorf("%s is taken for %s:\n%s", typed, field, bottest.FormText(f.Form))
				}
				b.Command("sanne", "new")
				for _, typed := range []string{"nobody@noordzee.nl", "tess@noordzee.nl", "jan@fabrikam.com", "both@noordzee.nl", "@"} {
					unknown(card.FieldOwner, typed, card.FieldName, "Soil Report", card.FieldPurpose, "Drawings")
				}
				unknown(card.FieldSecond, "nobody@noordzee.nl", card.FieldOwner, " mehmet@noordzee.nl")
				b.Submit("sanne", card.FieldSecond, "l.berg@noordzee.nl")
				unknown(card.FieldMembers, "priya@noordzee.nl|both@noordzee.nl", card.FieldGuests, anna, card.FieldWhy, "work")
				people(b, "sanne", card.FieldMembers, "priya@noordzee.nl")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				a := b.Request().Answers
				if a.Owner.ID != "u-mehmet" || a.Second.ID != "u-lars" || len(a.Members) != 2 || a.Members[0].ID != "u-priya" {
					t.Errorf("owners %+v and %+v, members %+v", a.Owner, a.Second, a.Members)
				}
			},
		},
		{
			name: "a site to add to is picked in the form where its name fits none or several",
			set: func(b *bottest.Bench) {
				b.Company.Groups["g-two"] = &bottest.Group{
					ID: "g-two", Name: "Project Larch", Alias: "larch", Unified: true, Level: "externalUserSharingOnly",
					URL: "https://noordzee.sharepoint.com/sites/larch", Owners: []string{"u-mehmet"}, Members: []string{"u-mehmet", "u-sanne"},
				}
			},
			play: func(b *bottest.Bench) {
				t := b.T
				says := func(want string) {
					t.Helper()
					if f := b.Chat.Form("sanne"); !contains(bottest.FormText(f.Form), want) {
						t.Errorf("want %q:\n%s", want, bottest.FormText(f.Form))
					}
				}
				b.Command("sanne", "add nowhere")
				says("no site of yours called")
				b.Close("sanne")
				b.Command("sanne", "add project")
				says("More than one of your sites fits")
				b.Close("sanne")
				b.Command("sanne", "toevoegen project")
				b.Submit("sanne", card.FieldGuests, "")
				says("fill this in")
				people(b, "sanne", card.FieldSite, "g-two", card.FieldGuests, anna, card.FieldWhy, "work")
				yes(b, "mehmet", "g1")
			},
			want: func(t *testing.T, b *bottest.Bench) { wantMember(t, b, "g-two", "anna@fabrikam.com", true) },
		},
		{
			name: "a button for somebody else's draft, or for one that is gone, does nothing",
			play: func(b *bottest.Bench) {
				b.Command("sanne", "new")
				in := b.Event("tess")
				in.Press = &bot.Press{Action: card.ActContinue, Request: b.Request().ID}
				b.Act(in)
				wantTold(b.T, b, "tess", "isn't for you")
				in = b.Event("tess")
				in.Press = &bot.Press{Action: card.ActContinue, Request: "G-1"}
				b.Act(in)
				wantTold(b.T, b, "tess", "don't know that form")
				in = b.Event("sanne")
				in.Press = &bot.Press{Form: b.Chat.Form("sanne").Ref, Action: card.ActContinue, Request: b.Request().ID}
				if a := b.Act(in); a.Update == nil || a.Update.Step != string(flow.StepSite) {
					b.T.Errorf("a form that was put away comes back as %+v", a)
				}
			},
			told: true,
		},
		{
			name: "an access date of one's own is the day on which it ends",
			play: func(b *bottest.Bench) {
				add(b, "mehmet", anna, card.FieldDays, "date", card.FieldDate, "2026-12-24")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				loc, err := time.LoadLocation("Europe/Amsterdam")
				if err != nil {
					t.Fatal(err)
				}
				if got := wantGuest(t, b, "g1", flow.In).Until.In(loc).Format(time.DateOnly); got != "2026-12-24" {
					t.Errorf("until %s", got)
				}
			},
		},
	}
}
