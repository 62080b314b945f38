package card

import (
	"testing"

	"guestsite/bot/flow"
)

func BenchmarkStatus(b *testing.B) {
	texts := load(b)
	gs := crowd(15)
	v := seenBy(texts, AsRequester, "nl", request(flow.Open, gs...), gs...)
	b.ReportAllocs()
	for b.Loop() {
		Status(v)
	}
}

func BenchmarkDecide(b *testing.B) {
	texts := load(b)
	g := guestIn(flow.AwaitingDecision)
	v := seenBy(texts, AsOwner, "nl", request(flow.Open, g), g)
	b.ReportAllocs()
	for b.Loop() {
		Decide(v)
	}
}
