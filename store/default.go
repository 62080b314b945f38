package store

import (
	"guestsite/bot"
	"guestsite/bot/flow"
)

// Default is the codec of the product's records.
func Default() (*Codec, error) {
	return NewCodec(Types{
		bot.KindRequest: {Version: 1, New: func() any { return new(flow.Request) }},
		bot.KindGuest:   {Version: 1, New: func() any { return new(flow.Guest) }},
		bot.KindMessage: {Version: 1, New: func() any { return new(bot.Message) }},
		bot.KindPerson:  {Version: 1, New: func() any { return new(bot.PersonRecord) }},
		bot.KindLink:    {Version: 1, New: func() any { return new(bot.Link) }},
		bot.KindPlace:   {Version: 1, New: func() any { return new(bot.Place) }},
		bot.KindCounter: {Version: 1, New: func() any { return new(bot.Counter) }},
		bot.KindPause:   {Version: 1, New: func() any { return new(bot.Pause) }},
		bot.KindCleared: {Version: 1, New: func() any { return new(bot.Cleared) }},
		bot.KindCut:     {Version: 1, New: func() any { return new(bot.Cut) }},
		bot.KindErasure: {Version: 1, New: func() any { return new(bot.Erasure) }},
		bot.KindHeld:    {Version: 1, New: func() any { return new(bot.Held) }},

		bot.KindLinkToken:  {Version: 1, New: func() any { return new(bot.LinkToken) }},
		bot.KindLinkOf:     {Version: 1, New: func() any { return new(bot.LinkOf) }},
		bot.KindSigningKey: {Version: 1, New: func() any { return new(bot.SigningKey) }},
	})
}
