package slack

import (
	"testing"
	"time"

	"github.com/slack-go/slack"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/chattest"
	"guestsite/bot/flow"
	"guestsite/bot/slack/slackfake"
)

func TestChat(t *testing.T) {
	t.Parallel()
	for name, through := range bothDoors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chattest.Run(t, func(t *testing.T, d bot.Door) chattest.Subject {
				t.Helper()
				r := newRig(t, &door{}, through, func(_ *slackfake.Options, o *Options) { o.Door = d })
				return chattest.Subject{
					Chat: r.chat, Person: user(r, slackfake.Mehmet), Who: flow.Who{ID: "mehmet", Mail: "mehmet@noordzee.nl"},
					Unknown:  flow.Who{ID: "nobody", Mail: "nobody@noordzee.nl"},
					Stranger: bot.ChatUser{Chat: Name, Team: r.fake.TeamID(), ID: slackfake.Stranger},
					Colleagues: []card.Option{
						{Value: "11111111-1111-1111-1111-111111111111", Label: "Sanne de Vries"},
						{Value: "22222222-2222-2222-2222-222222222222", Label: "Priya Raman"},
					},
					TextLimit: maxMessageText, Searches: true,
					Client: client{r, r.fake.As(slackfake.Mehmet)}, Faults: faults{r},
				}
			})
		})
	}
}

// faults breaks the fake for the suite.
type faults struct{ r *rig }

func (f faults) Throttle(_ testing.TB, after time.Duration) {
	f.r.fake.AddFault(slackfake.Fault{Kind: slackfake.FaultRateLimited, RetryAfter: int(after.Seconds())})
}

func (f faults) LoseAnswer(testing.TB) {
	f.r.fake.AddFault(slackfake.Fault{Method: "chat.postMessage", Kind: slackfake.FaultResetAfter})
}

func (f faults) Delete(tb testing.TB, ref bot.Ref) {
	tb.Helper()
	channel, ts, err := parseMessageRef(ref)
	if err != nil {
		tb.Fatal(err)
	}
	api := slack.New(f.r.fake.BotToken(), slack.OptionAPIURL(f.r.fake.APIURL()))
	if _, _, err := api.DeleteMessageContext(tb.Context(), channel, ts); err != nil {
		tb.Fatal(err)
	}
}

func (f faults) ShutOut(tb testing.TB) {
	tb.Helper()
	err := f.r.fake.UpdateUser(slackfake.Mehmet, func(u *slackfake.User) { u.CannotDM = "messages_tab_disabled" })
	if err != nil {
		tb.Fatal(err)
	}
}
