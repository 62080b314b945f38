package bot_test

import (
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// refusals are the accounts that may not act, each by what makes it so.
func refusals() map[bot.Refusal]func(*bottest.Bench) {
	profile := func(b *bottest.Bench) *bot.Profile { return b.Chat.Profiles["tess"] }
	said := func(r bot.Refusal) func(*bottest.Bench) {
		return func(b *bottest.Bench) { profile(b).Refusal = r }
	}
	return map[bot.Refusal]func(*bottest.Bench){
		bot.RefusedDeactivated: said(bot.RefusedDeactivated),
		bot.RefusedBot:         said(bot.RefusedBot),
		bot.RefusedGuest:       said(bot.RefusedGuest),
		bot.RefusedInvited:     said(bot.RefusedInvited),
		bot.RefusedUnconfirmed: said(bot.RefusedUnconfirmed),
		bot.RefusedStranger:    func(b *bottest.Bench) { delete(b.Chat.Profiles, "tess") },
		bot.RefusedNoMail:      func(b *bottest.Bench) { profile(b).Mail = "" },
		bot.RefusedNoMatch:     func(b *bottest.Bench) { profile(b).Mail = "tess@elsewhere.example" },
		bot.RefusedAmbiguous: func(b *bottest.Bench) {
			u := *b.Company.People["u-tess"]
			u.ID = "u-tess-2"
			b.Company.People[u.ID] = &u
		},
		bot.RefusedDisabled: func(b *bottest.Bench) { b.Company.People["u-tess"].Enabled = false },
		bot.RefusedDirGuest: func(b *bottest.Bench) { b.Company.People["u-tess"].Guest = true },
	}
}

func strangerStories() []story {
	var out []story
	for why, set := range refusals() {
		out = append(out, story{
			name: "an account that is refused as " + string(why) + " begins nothing, asks nothing and decides nothing",
			play: func(b *bottest.Bench) {
				b.Company.Groups["g-linden"].Owners = []string{"u-tess", "u-mehmet"}
				add(b, "sanne", anna)
				press := b.Pressed("tess", card.ActApprove, "g1")
				set(b)
				b.Act(press)
				b.Settle(awhile)
				if g := b.Guest("g1"); g.State != flow.AwaitingDecision {
					b.T.Errorf("the guest is %q", g.State)
				}
				b.Command("tess", "new")
				b.Settle(awhile)
				b.Command("tess", "mine")
			},
			want: func(t *testing.T, b *bottest.Bench) {
				said := b.Whispers("tess")
				if len(said) != 2 || said[0].Text != said[1].Text {
					t.Errorf("was told %v", said)
				}
				if f := b.Chat.Form("tess"); f == nil || len(f.Form.Fields) > 0 || f.Form.Submit != "" || !contains(bottest.FormText(f.Form), said[0].Text) {
					t.Errorf("the form is %+v, not %q", f, said)
				}
				for _, r := range b.Requests() {
					if r.Requester.ID != "u-sanne" && r.State != flow.Withdrawn {
						t.Errorf("%s is %q", r.ID, r.State)
					}
				}
			},
			told: true,
		})
	}
	return out
}
