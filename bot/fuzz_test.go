package bot_test

import (
	"slices"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/bottest"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// dice reads choices from fuzzed bytes; when they are used up it gives zeros.
type dice struct{ data []byte }

func (d *dice) left() bool { return len(d.data) > 0 }

func (d *dice) roll(n int) int {
	if len(d.data) == 0 || n == 0 {
		return 0
	}
	x := int(d.data[0])
	d.data = d.data[1:]
	return x % n
}

func pick[T any](d *dice, list ...T) T {
	if len(list) == 0 {
		var none T
		return none
	}
	return list[d.roll(len(list))]
}

// FuzzHandle has people do anything in any order in a small world, with settings
// that change, services that fail and a process that dies: nothing panics, and
// after each step every record is sound.
func FuzzHandle(f *testing.F) {
	f.Add([]byte{0})
	f.Add([]byte("sanne asks, mehmet says yes, and anna is in"))
	settle, fill, yes := []byte{0, 8, 0}, []byte{0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}, []byte{1, 3, 1, 0, 0}
	f.Add(slices.Concat([]byte{0, 0, 0}, settle, fill, settle, fill, settle, fill, []byte{0, 8, 2}, []byte{0, 8, 5}))
	f.Add(slices.Concat([]byte{0, 0, 1}, settle, fill, settle, fill, settle, fill, settle, yes, settle, yes, []byte{0, 8, 5}))
	f.Add(slices.Concat([]byte{0, 9, 40, 1, 0, 0, 1}, settle, fill, settle, []byte{0, 9, 20, 0}, fill, settle, fill, settle, []byte{0, 6, 0, 0}, yes, []byte{0, 8, 2}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 400 {
			return
		}
		b := bench(t)
		d := &dice{data}
		for d.left() {
			act(b, d)
			if err := records(b); err != nil {
				t.Fatal(err)
			}
		}
		b.Settle(day)
		if err := records(b); err != nil {
			t.Fatal(err)
		}
		if err := b.CheckJournal(); err != nil && len(b.Requests()) > 0 {
			t.Fatal(err)
		}
		for name, n := range b.Company.Effects.Groups {
			if n > 1 {
				t.Fatalf("group %s was made %d times", name, n)
			}
		}
	})
}

// records says which record is not sound.
func records(b *bottest.Bench) error {
	for _, r := range b.Requests() {
		if err := r.Check(); err != nil {
			return err
		}
		for _, g := range b.Guests(r.ID) {
			if err := g.CheckWith(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// act does one thing.
func act(b *bottest.Bench, d *dice) {
	b.T.Helper()
	user := pick(d, "sanne", "mehmet", "priya", "joost", "lars", "tess", "stranger")
	in := b.Event(user)
	switch d.roll(10) {
	case 0:
		in.Command = &bot.Command{Text: pick(d, "new", "add linden", "add", "mine", "inbox", "cancel", "extend", "check", "why anna@fabrikam.com", "language nl", "\x00<@U1>")}
		b.Act(in)
	case 1, 2:
		if b.Chat.Form(user) != nil {
			b.Act(b.Filled(user, values(d)...))
		}
	case 3, 4:
		if p := button(b, d, user); p != nil {
			in.Press = p
			b.Act(in)
		}
	case 5:
		in.Press = &bot.Press{
			Card: bot.Ref(pick(d, "", "ref-1", "ref-2", "ref-9")), Action: pick(d, card.ActApprove, card.ActDecline, card.ActExtend, card.ActWithdraw, card.ActConfirm, card.ActShow, card.ActHandover, card.Action("?")),
			Request: pick(d, "", "G-1001", "G-1002", "G-9"), Part: pick(d, "", "g1", "g2", flow.SitePart, "g999", "x"), Version: d.roll(3), Value: pick(d, "", "30", "-1", "9999999999999", "nl"),
		}
		b.Act(in)
	case 6:
		setting(b, d)
	case 7:
		call := pick(d, "Snapshot", "Subject", "Owners", "Actor", "Invite", "AddMembers", "CreateGroup", "Person", "FindGuest", "Sharing")
		b.Company.Fail(call, pick(d, bottest.Unclear(), bottest.Unavailable(), bottest.Throttled(time.Minute), bottest.Refused(bot.Forbidden, bot.ReasonPermission), bottest.Refused(bot.Invalid, "")))
	case 8:
		b.Settle(pick(d, time.Second, time.Minute, hour, day, 5*day, 100*day))
	case 9:
		b.Fuse.Plan(1+d.roll(60), d.roll(2) == 1)
	}
	if b.Fuse.Dead() {
		b.Restart()
	}
}

func values(d *dice) []string {
	return []string{
		card.FieldName, pick(d, "Soil", "Soil Report", "", "\x00", "CEO <b>*x*"),
		card.FieldOwner, pick(d, "u-sanne", "u-mehmet", "u-tess", "guest-jan@fabrikam.com", "nobody", ""),
		card.FieldSecond, pick(d, "", "u-priya", "u-mehmet"),
		card.FieldGuests, pick(d, "anna@fabrikam.com", "anna@fabrikam.com, piet@gmail.com", "jan@fabrikam.com", "tess@noordzee.nl", "x", "", "a@b.example;2026-12-01"),
		card.FieldSite, pick(d, "g-linden", "", "g-none"),
		card.FieldDays, pick(d, "30", "90", "date", "x"), card.FieldDate, pick(d, "", "2026-12-24", "soon"),
		card.FieldWhy, pick(d, "work", ""), card.FieldText, pick(d, "why?", ""), card.FieldReason, pick(d, "later", "other", ""),
	}
}

// button is one that is on some card, pressed by whoever; most often on his own.
func button(b *bottest.Bench, d *dice, user string) *bot.Press {
	posts := b.Chat.Cards(user)
	if d.roll(4) == 0 {
		posts = b.Chat.Posts
	}
	if len(posts) == 0 {
		return nil
	}
	p := posts[d.roll(len(posts))]
	bs := bottest.Buttons(p.Card.Blocks)
	if len(bs) == 0 {
		return nil
	}
	x := bs[d.roll(len(bs))]
	return &bot.Press{Card: p.Ref, Action: x.Action, Request: x.Request, Part: x.Part, Version: x.Version, Value: x.Value}
}

// setting changes something in the company.
func setting(b *bottest.Bench, d *dice) {
	s := &b.Company.Settings
	linden := b.Company.Groups["g-linden"]
	switch d.roll(8) {
	case 0:
		denied(b, pick(d, "fabrikam.com", "nobody.example"))
	case 1:
		s.Authorization.Value.AllowInvitesFrom = pick(d, "none", "adminsAndGuestInviters", "everyone")
	case 2:
		s.SharePoint.Value.Sharing = pick(d, readiness.SharingOff, readiness.SharingExisting, readiness.SharingGuests)
	case 3:
		linden.Owners = pick(d, []string{"u-mehmet"}, []string{"u-priya", "u-sanne"}, nil)
	case 4:
		b.Company.People["u-mehmet"].Enabled = d.roll(2) == 0
	case 5:
		b.Company.SharingUnread = d.roll(2) == 0
	case 6:
		creators(b, pick(d, "u-sanne", "u-mehmet", "u-lars"))
	case 7:
		b.Chat.Undeliverable[pick(d, "mehmet", "priya", "sanne", "joost")] = d.roll(2) == 0
	}
}
