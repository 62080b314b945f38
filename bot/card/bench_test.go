package card_test

import (
	"testing"

	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
	"guestsite/bot/flow"
)

func BenchmarkStatus(b *testing.B) {
	texts := cardtest.Load(b)
	gs := cardtest.Crowd(15)
	v := cardtest.Seen(texts, card.AsRequester, "nl", cardtest.Request(flow.Open, gs...), gs...)
	b.ReportAllocs()
	for b.Loop() {
		card.Status(v)
	}
}

func BenchmarkDecide(b *testing.B) {
	texts := cardtest.Load(b)
	g := cardtest.Guest(flow.AwaitingDecision)
	v := cardtest.Seen(texts, card.AsOwner, "nl", cardtest.Request(flow.Open, g), g)
	b.ReportAllocs()
	for b.Loop() {
		card.Decide(v)
	}
}
