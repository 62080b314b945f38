package teams

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/card/cardtest"
	"guestsite/bot/flow"
)

// These are the parts of a click on an owner's card that are this package's own: the
// token is checked, what was sent is read, and the card is drawn and written. The
// whole of it, with the store, is BenchmarkTeamsExecute in cmd/guestsite.

// BenchmarkVerify checks a good token, the keys being held.
func BenchmarkVerify(b *testing.B) {
	rig := newTokenRig(b)
	rig.wantGood(b)
	header := rig.good(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rig.verify(b.Context(), header); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRefuse takes a token that a stranger signed.
func BenchmarkRefuse(b *testing.B) {
	rig := newTokenRig(b)
	rig.wantGood(b)
	header := signedBy(b, rig.clock.Now(), tokenKID, strangerKey())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rig.verify(b.Context(), header); err == nil {
			b.Fatal("taken")
		}
	}
}

// BenchmarkReadClick reads an activity down to the button that was pressed.
func BenchmarkReadClick(b *testing.B) {
	a, to := benchAdapter(b)
	ours, err := json.Marshal(payload{
		Mark: payloadMark, Do: doPress, Drawn: "drawing", Action: string(card.ActApprove), Request: "G-1042", Part: "g1", Version: 1,
	})
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(`{"type":"invoke","id":"f:1","name":"adaptiveCard/action","channelId":"msteams","serviceUrl":"` + tokenService + `",` +
		`"from":{"id":"29:1","name":"Mehmet","aadObjectId":"` + to.ID + `"},"recipient":{"id":"28:1","name":"Guest sites"},` +
		`"conversation":{"id":"a:1","conversationType":"personal","tenantId":"` + to.Team + `"},"channelData":{"tenant":{"id":"` + to.Team + `"}},` +
		`"entities":[{"type":"clientInfo","locale":"en-GB","country":"GB","platform":"Windows","timezone":"Europe/Amsterdam"}],` +
		`"replyToId":"1795769048513","value":{"action":{"type":"Action.Execute","title":"Add","verb":"press",` +
		`"data":{"guestsite":` + string(ours) + `}},"trigger":"manual"}}`)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var x exchange
		var v executed
		if err := json.Unmarshal(body, &x.inbound); err != nil {
			b.Fatal(err)
		}
		x.user, _ = x.inbound.user()
		if err := json.Unmarshal(x.Value, &v); err != nil {
			b.Fatal(err)
		}
		if in, _, _, err := a.acted(x, v.Action.Data); err != nil || in.Press == nil {
			b.Fatal(in, err)
		}
	}
}

// BenchmarkDraw draws an owner's card with one guest, and the status card of 15.
func BenchmarkDraw(b *testing.B) {
	a, to := benchAdapter(b)
	for name, c := range benchCards(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := a.draw(b.Context(), "test", to, c, true); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAnswer writes a card that was drawn as the answer to a click.
func BenchmarkAnswer(b *testing.B) {
	a, to := benchAdapter(b)
	for name, c := range benchCards(b) {
		drawn, err := a.draw(b.Context(), "test", to, c, true)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			x := exchange{w: unread{http.Header{}}}
			b.SetBytes(int64(len(drawn.Card)))
			b.ReportAllocs()
			for b.Loop() {
				a.answer(x, cardAnswer(drawn.Card))
			}
		})
	}
}

// unread takes an answer that nobody reads.
type unread struct{ header http.Header }

func (u unread) Header() http.Header         { return u.header }
func (u unread) Write(p []byte) (int, error) { return len(p), nil }
func (u unread) WriteHeader(int)             {}

func benchAdapter(b *testing.B) (*Adapter, bot.ChatUser) {
	b.Helper()
	to := bot.ChatUser{Chat: Name, Team: "0d9c4a6e-5b17-4f2a-8e63-71c2b85d4f90", ID: "22222222-2222-4222-8222-222222222222"}
	a, err := New(Options{
		AppID: tokenAppID, TenantIDs: []string{to.Team}, Issuer: tokenIssuer, OpenIDMetadata: tokenHost + metadataPath,
		ServiceHosts: []string{".trafficmanager.net"}, Token: func(context.Context) (string, error) { return "", nil },
		HTTP: http.DefaultClient, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	return a, to
}

func benchCards(b *testing.B) map[string]card.Card {
	b.Helper()
	texts := cardtest.Load(b)
	one, many := cardtest.Guest(flow.AwaitingDecision), cardtest.Crowd(15)
	return map[string]card.Card{
		"decide":    card.Decide(cardtest.Seen(texts, card.AsOwner, "en", cardtest.Request(flow.Open, one), one)),
		"status-15": card.Status(cardtest.Seen(texts, card.AsRequester, "en", cardtest.Request(flow.Open, many...), many...)),
	}
}
