package bottest

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Team is the one workspace of the chat.
const Team = "T1"

// Chat is a chat platform in memory.
type Chat struct {
	mu   sync.Mutex
	name string
	fuse *Fuse

	// Profiles are the accounts by id.
	Profiles map[string]*bot.Profile
	// Undeliverable are accounts, by id, that cannot be messaged.
	Undeliverable map[string]bool
	Posts         []*Post
	Forms         []*Open
	Whispers      []Whisper
	// Shown is called with every card and form that anybody gets to see; nil for none.
	Shown func(c *card.Card, f *card.Form)

	Faults script
	serial int
}

// Post is a posted card as it stands.
type Post struct {
	Ref   bot.Ref
	ID    string // as the engine named it
	To    bot.ChatUser
	Card  card.Card
	Edits int
	Gone  bool
}

// Open is a form on somebody's screen.
type Open struct {
	Ref    bot.Ref
	User   bot.ChatUser
	Form   card.Form
	Edits  int
	Closed bool
}

// Whisper is a private line.
type Whisper struct {
	Reply string
	Card  card.Card
}

var _ bot.Chat = (*Chat)(nil)

// NewChat makes a chat with an account for each person of the company; the
// account's id is the given name in lower case.
func NewChat(name string, c *Company) *Chat {
	ch := &Chat{name: name, fuse: c.fuse, Profiles: map[string]*bot.Profile{}, Undeliverable: map[string]bool{}, Faults: script{}}
	for _, p := range c.People {
		if !p.Guest {
			id := strings.TrimPrefix(p.ID, "u-")
			ch.Profiles[id] = &bot.Profile{User: ch.User(id), Name: p.Name, Mail: p.Mail, Locale: "en-US", Zone: "Europe/Amsterdam"}
		}
	}
	return ch
}

// User is an account of this chat.
func (ch *Chat) User(id string) bot.ChatUser { return bot.ChatUser{Chat: ch.name, Team: Team, ID: id} }

// Fail lets the next calls of that name fail, one after the other.
func (ch *Chat) Fail(call string, faults ...Fault) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.Faults[call] = append(ch.Faults[call], faults...)
}

// Cards are the cards that a person has, oldest first.
func (ch *Chat) Cards(id string) []*Post {
	var out []*Post
	for _, p := range ch.Posts {
		if p.To.ID == id && !p.Gone {
			out = append(out, p)
		}
	}
	return out
}

// Form is the form that a person has open, the newest; nil when none.
func (ch *Chat) Form(id string) *Open {
	for _, f := range slices.Backward(ch.Forms) {
		if f.User.ID == id && !f.Closed {
			return f
		}
	}
	return nil
}

func (ch *Chat) call(name string, f func() error) error {
	return ch.fuse.run(ch.name+"."+name, func() error {
		ch.mu.Lock()
		defer ch.mu.Unlock()
		return ch.Faults.faulted(name, f)
	})
}

func (ch *Chat) show(c *card.Card, f *card.Form) {
	if ch.Shown != nil {
		ch.Shown(c, f)
	}
}

func (ch *Chat) fresh() bot.Ref { ch.serial++; return bot.Ref("ref-" + strconv.Itoa(ch.serial)) }

// Name is the platform's.
func (ch *Chat) Name() string { return ch.name }

// Profile reads an account.
func (ch *Chat) Profile(_ context.Context, u bot.ChatUser) (p bot.Profile, err error) {
	err = ch.call("Profile", func() error {
		have := ch.Profiles[u.ID]
		if have == nil || u.Team != Team {
			p = bot.Profile{User: u, Refusal: bot.RefusedStranger}
			return nil
		}
		p = *have
		return nil
	})
	return p, err
}

// Locate finds the account to deliver to.
func (ch *Chat) Locate(_ context.Context, who flow.Who) (u bot.ChatUser, err error) {
	err = ch.call("Locate", func() error {
		for _, p := range ch.Profiles {
			if p.Refusal != "" {
				continue
			}
			if p.PersonID != "" && p.PersonID == who.ID || p.PersonID == "" && p.Mail != "" && strings.EqualFold(p.Mail, who.Mail) {
				u = p.User
				return nil
			}
		}
		return Refused(bot.Forbidden, bot.ReasonUndeliverable).Err
	})
	return u, err
}

// Post sends a card.
func (ch *Chat) Post(_ context.Context, to bot.ChatUser, id string, c card.Card) (ref bot.Ref, err error) {
	err = ch.call("Post", func() error {
		if ch.Undeliverable[to.ID] {
			return Refused(bot.Forbidden, bot.ReasonUndeliverable).Err
		}
		ref = ch.fresh()
		ch.Posts = append(ch.Posts, &Post{Ref: ref, ID: id, To: to, Card: c})
		ch.show(&c, nil)
		return nil
	})
	return ref, err
}

// FindPost looks for a card that was posted.
func (ch *Chat) FindPost(_ context.Context, to bot.ChatUser, id string) (ref bot.Ref, err error) {
	err = ch.call("FindPost", func() error {
		for _, p := range ch.Posts {
			if p.To == to && p.ID == id && !p.Gone {
				ref = p.Ref
				return nil
			}
		}
		return notFound("post")
	})
	return ref, err
}

// Update redraws a posted card.
func (ch *Chat) Update(_ context.Context, ref bot.Ref, c card.Card) error {
	return ch.call("Update", func() error {
		for _, p := range ch.Posts {
			if p.Ref == ref && !p.Gone {
				p.Card = c
				p.Edits++
				ch.show(&c, nil)
				return nil
			}
		}
		return Refused(bot.NotFound, bot.ReasonGone).Err
	})
}

// OpenForm opens a form with a trigger, which names the user.
func (ch *Chat) OpenForm(_ context.Context, trigger string, f card.Form) (ref bot.Ref, err error) {
	err = ch.call("OpenForm", func() error {
		ref = ch.open(trigger, f)
		return nil
	})
	return ref, err
}

func (ch *Chat) open(user string, f card.Form) bot.Ref {
	o := &Open{Ref: ch.fresh(), User: ch.User(user), Form: f}
	ch.Forms = append(ch.Forms, o)
	ch.show(nil, &f)
	return o.Ref
}

// UpdateForm redraws an open form.
func (ch *Chat) UpdateForm(_ context.Context, ref bot.Ref, f card.Form) error {
	return ch.call("UpdateForm", func() error {
		for _, o := range ch.Forms {
			if o.Ref == ref && !o.Closed {
				o.Form = f
				o.Edits++
				ch.show(nil, &f)
				return nil
			}
		}
		return Refused(bot.NotFound, bot.ReasonGone).Err
	})
}

// Whisper shows a private line by a reply handle. An empty handle has run out.
func (ch *Chat) Whisper(_ context.Context, reply string, c card.Card) error {
	return ch.call("Whisper", func() error {
		if reply == "" {
			return Refused(bot.Expired, "").Err
		}
		ch.Whispers = append(ch.Whispers, Whisper{reply, c})
		ch.show(&c, nil)
		return nil
	})
}
