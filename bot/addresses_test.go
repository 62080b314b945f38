package bot_test

import (
	"testing"

	"guestsite/bot"
	"guestsite/bot/bottest"
)

// A name of the configuration is somebody's own address: an address that he has
// beside it makes nobody an admin, and knows nobody.
func TestListed_AnotherAddressMakesNobodyAnAdmin(t *testing.T) {
	t.Parallel()
	b := bottest.New(t, disk(t), func(s *bot.Settings) { s.Admins = []string{"user:it@noordzee.nl", "user:Joost@noordzee.nl"} })
	b.Company.People["u-tess"].Others = []string{"it@noordzee.nl"}
	denied(b, "fabrikam.com")
	add(b, "mehmet", anna)
	wantCard(t, b, "joost", bot.AdminCard, "fabrikam")
	if p := b.Posted("tess", bot.AdminCard); p != nil {
		t.Errorf("Tess has the card of an admin:\n%s", p.Card.Text)
	}
	says(b, "joost", "why zoe@contoso.example", "zoe@contoso.example")
	says(b, "tess", "why zoe@contoso.example", "I only answer that about guests in your own requests")
}

func TestIdentify_AnotherAddressIsNobody(t *testing.T) {
	t.Parallel()
	b := bench(t)
	b.Company.People["u-tess"].Others = []string{"office@noordzee.nl"}
	b.Chat.Profiles["office"] = &bot.Profile{User: b.Chat.User("office"), Name: "Office", Mail: "office@noordzee.nl"}
	says(b, "office", "mine", "nobody in the company")
	says(b, "tess", "mine", "No requests yet")
}

// A guest whose address a colleague has beside his own is forgotten all the same.
func TestForget_AnotherAddressOfAColleagueStandsInNobodysWay(t *testing.T) {
	t.Parallel()
	b := bench(t)
	ended(b)
	b.Company.People["u-tess"].Others = []string{"anna@fabrikam.com"}
	if x := forget(b, "anna@fabrikam.com"); x.Done.IsZero() || x.Guests != 1 {
		t.Errorf("found %+v", x)
	}
}
