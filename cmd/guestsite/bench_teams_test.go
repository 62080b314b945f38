package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/teams/teamsfake"
	"guestsite/cmd/guestsite/demo"
)

// BenchmarkTeamsExecute sends clicks on owners' cards over kept connections: each
// the first one of its owner on a card and a request of his own, with an activity id
// and a drawing of its own, signed with RS256. The program checks the token, commits
// and answers with the card as it stands then. In bbolt with fsync there are, for
// each click, the guest's record with the decision, the journal's entry, the job that
// judges it, the event with its answer, and what the new card shows. Those jobs are
// not run: they are for the tenant, and the peer has none.
//
// With GUESTSITE_BENCH_PEER the same bytes go to a bot that stores nothing, turn by
// turn in one run; see deploy/bench/README.md. It names the bot's address, or the
// folder of its sources, from which two are started: one that looks at no token, and
// one that checks them with the keys that the program uses. Latencies are from the
// first byte sent to the last one read. A ratio is of requests per second, ours to the
// peer's. The processor's time is what hardly changes on a machine that others use too:
// ours is of the program with the generator, the peer's without; what the generator
// takes is told beside it.
func BenchmarkTeamsExecute(b *testing.B) {
	const rounds = 40 // clicks on each connection in a turn
	crowd := newCrowd(b)
	crowd.checksTokens(b, crowd.app.http.Addr())
	peers := crowd.peers(b)
	for _, conns := range []int{16, 64} {
		b.Run(fmt.Sprintf("conns=%d", conns), func(b *testing.B) {
			turn := rounds * conns
			ours := &load{addr: crowd.app.http.Addr(), conns: conns, pid: os.Getpid()}
			others := make([]*load, len(peers))
			warm := crowd.clicks(b, turn)
			ours.warm(b, warm)
			for i, p := range peers {
				others[i] = &load{addr: p.addr, conns: conns, pid: p.pid}
				for range 3 { // until its code is compiled
					others[i].warm(b, warm)
				}
			}
			var all []click
			for b.Loop() {
				clicks := crowd.clicks(b, turn)
				ours.run(b, clicks)
				for _, o := range others {
					o.run(b, clicks)
				}
				all = append(all, clicks...)
			}
			if got := crowd.taken(b, all); got != len(all) {
				b.Errorf("%d of %d clicks were committed", got, len(all))
			}
			ours.report(b, "")
			for i, o := range others {
				o.report(b, peers[i].name+"-")
				b.ReportMetric(micros(o.own, o), "generator-cpu-µs")
				b.ReportMetric(ours.perSecond()/o.perSecond(), peers[i].name+"-ratio")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// What the benchmark counts is so: each click is one commit of the decision, and the
// same click again none.
func TestTeamsExecute_EachClickIsCommittedOnce(t *testing.T) {
	t.Parallel()
	const n, conns = 96, 16
	crowd := newCrowd(t)
	clicks := crowd.clicks(t, n)
	if got := crowd.taken(t, clicks); got != 0 {
		t.Fatalf("%d decisions before the first click", got)
	}
	for _, attempt := range []string{"first", "second"} {
		l := &load{addr: crowd.app.http.Addr(), conns: conns}
		l.run(t, clicks)
		if got := crowd.taken(t, clicks); got != n {
			t.Errorf("the %s time: %d of %d clicks are in the store", attempt, got, n)
		}
	}
}

// crowd is the program with a company in which one owner was asked about one guest.
// From his records and his click those of any number of owners are made.
type crowd struct {
	*demo.Lab

	app     *app
	records []bot.Record
	journal []bot.Entry
	head    int64 // of the guest's part of the journal
	// request, owner and so on are his, as they stand in records and body.
	request, message, owner, chat, channel string

	body   string // of his click
	card   []byte // that answered it
	tokens []string
	made   int

	log screen
}

// The parts of a body of which each click has its own.
var (
	activityID = regexp.MustCompile(`"id":"f:[^"]+"`)
	drawingID  = regexp.MustCompile(`"drawn":"[^"]+"`)
)

// newCrowd plays the way to the owner's click, and starts the program without the
// worker for the clicks of all others.
func newCrowd(tb testing.TB) *crowd {
	tb.Helper()
	c := &crowd{}
	log := newLogger(&c.log, "text", slog.LevelInfo, nil) // as serve does
	var cfg Config
	var err error
	c.Lab, err = demo.OpenLab(tb.Context(), func(ctx context.Context, config string, clock bot.Clock) (demo.Program, error) {
		var err error
		if cfg, err = Load(config, envOf(nil)); err != nil {
			return nil, err
		}
		if c.app, err = newApp(cfg, log, clock); err != nil {
			return nil, err
		}
		return demoProgram{c.app, &atomic.Bool{}}, c.app.Start(ctx)
	}, tb.TempDir(), "en")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := c.Close(); err != nil {
			tb.Error(err)
		}
		if tb.Failed() {
			tb.Logf("log:\n%s", tail(c.log.String()))
		}
	})
	var out screen
	if err := c.Play(tb.Context(), demo.Story{Name: "asked", Play: c.ask}, &out); err != nil {
		tb.Fatalf("%v\n%s", err, tail(out.String()))
	}
	c.learn(tb)
	if err := c.app.Stop(); err != nil {
		tb.Fatal(err)
	}
	if c.app, err = newApp(cfg, log, c.Clock); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := c.app.Stop(); err != nil {
			tb.Error(err)
		}
	})
	if err := c.app.http.Start(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	c.app.life.add("http", c.app.http.Stop)
	for i := range 64 { // more than one, as of several hosts of the connector
		c.tokens = append(c.tokens, c.Teams.SignedToken(teamsfake.TokenSpec{Claims: map[string]any{"jti": strconv.Itoa(i)}}))
	}
	return c
}

// ask has Sanne ask in Teams for a guest to a site of Mehmet's, who is there too.
func (c *crowd) ask(s *demo.Stage) {
	sanne, mehmet := s.InTeams("Sanne", s.People.Sanne.ID), s.InTeams("Mehmet", s.People.Mehmet.ID)
	mehmet.Types("/guestsite inbox")
	mehmet.Reads("waits")
	sanne.Types("/guestsite add Project Linden")
	sanne.Form(card.FieldGuests)
	sanne.Fills(card.FieldGuests, "Anna Kowalski <anna@fabrikam.com>")
	sanne.Fills(card.FieldWhy, "She reviews the drawings of phase two.")
	sanne.Sends()
	sanne.Reviews("Project Linden")
	sanne.Sends()
	s.Expect("Mehmet has his card, and its place is kept", func() bool {
		c.owner = c.People.Mehmet.ID
		return mehmet.Has(string(card.ActApprove), "g1") && c.posted() != nil
	})
}

// posted is the record of the owner's card once all of it is kept; nil before.
func (c *crowd) posted() *bot.Message {
	recs, _, err := c.app.db.Find(context.Background(), bot.Query{Kind: bot.KindMessage, Index: bot.ByWaits, Value: c.owner})
	if err != nil || len(recs) != 1 {
		return nil
	}
	m, ok := recs[0].Value.(*bot.Message)
	if !ok || m.Ref == "" || m.Hash == "" {
		return nil
	}
	return m
}

// learn keeps the owner's records as they stood before his click, and the click.
func (c *crowd) learn(tb testing.TB) {
	tb.Helper()
	ctx, db, m := tb.Context(), c.app.db, c.posted()
	c.request, c.message, c.chat = m.Request, m.ID, c.Teams.PersonalChat(c.owner)
	user, _ := c.Teams.User(c.owner)
	c.channel = user.MRI
	account := m.User.String()
	var err error
	c.records, err = db.Get(ctx, bot.Key{Kind: bot.KindRequest, ID: c.request}, bot.Key{Kind: bot.KindPerson, ID: c.owner},
		bot.Key{Kind: bot.KindLink, ID: account}, bot.Key{Kind: bot.KindPlace, ID: account})
	if err != nil {
		tb.Fatal(err)
	}
	for _, kind := range []bot.Kind{bot.KindGuest, bot.KindMessage} {
		recs, _, err := db.Find(ctx, bot.Query{Kind: kind, Index: bot.ByRequest, Value: c.request})
		if err != nil {
			tb.Fatal(err)
		}
		c.records = append(c.records, recs...)
	}
	for _, part := range []string{c.request, c.request + "/g1"} {
		for e, err := range db.Journal(ctx, bot.Position{Part: part, Seq: 1}) {
			if err != nil {
				tb.Fatal(err)
			}
			if e.Part != part {
				break
			}
			c.journal, c.head = append(c.journal, e), e.Seq
		}
	}
	c.press(tb)
}

// press clicks the owner's button in Teams, and keeps what crossed the wire.
func (c *crowd) press(tb testing.TB) {
	tb.Helper()
	mehmet := c.Teams.As(c.owner)
	for _, message := range mehmet.DM() {
		for _, button := range teamsfake.Buttons(message) {
			if !strings.Contains(string(button.Data), `"action":"approve"`) {
				continue
			}
			if out, err := mehmet.Click(tb.Context(), message.Ref(), button.Key); err != nil || !out.OK() {
				tb.Fatalf("%+v %v", out, err)
			}
		}
	}
	for _, w := range c.Teams.Wire("invoke adaptiveCard/action") {
		var answer struct {
			Value json.RawMessage `json:"value"`
		}
		if !strings.Contains(string(w.Request), `"action":"approve"`) {
			continue
		}
		if err := json.Unmarshal(w.Response, &answer); err != nil {
			tb.Fatal(err)
		}
		c.body, c.card = string(w.Request), answer.Value
	}
	if c.card == nil || !activityID.MatchString(c.body) || !drawingID.MatchString(c.body) {
		tb.Fatalf("the click is not as it was: %s", c.body)
	}
}

// click is a request to the bot as it goes over the wire, and what it is about.
type click struct {
	guest, message bot.Key
	wire           []byte
}

// clicks makes owners with their records in the store, and a click for each.
func (c *crowd) clicks(tb testing.TB, n int) []click {
	tb.Helper()
	out := make([]click, n)
	from := c.made
	c.made += n
	const atOnce, inChange = 32, 4
	errs := make([]error, (n+inChange-1)/inChange)
	inParallel(atOnce, len(errs), func(i int) {
		var ch bot.Change
		for j := i * inChange; j < min(n, (i+1)*inChange) && errs[i] == nil; j++ {
			errs[i] = c.add(&ch, &out[j], from+j)
		}
		if errs[i] == nil {
			errs[i] = c.app.db.Commit(tb.Context(), ch)
		}
	})
	if err := errors.Join(errs...); err != nil {
		tb.Fatal(err)
	}
	return out
}

// add makes the records and the click of one owner.
func (c *crowd) add(ch *bot.Change, out *click, i int) error {
	request, chat := fmt.Sprintf("G-%d", 1_000_000+i), fmt.Sprintf("%s-%07d", c.chat, i)
	renamed := strings.NewReplacer(
		c.request, request, c.owner, fmt.Sprintf("%08x-0000-4000-8000-000000000000", i), c.channel, fmt.Sprintf("29:%032d", i),
		c.chat, chat, url.QueryEscape(c.chat), url.QueryEscape(chat),
	)
	heads := map[string]flow.Head{}
	for _, e := range c.journal {
		e.Part, e.Request = renamed.Replace(e.Part), request
		e.Actor, e.Prev = renamed.Replace(e.Actor), heads[e.Part].Digest
		e.Digest = e.Sum()
		heads[e.Part] = flow.Head{Seq: e.Seq, Digest: e.Digest}
		ch.Journal = append(ch.Journal, e)
	}
	for _, rec := range c.records {
		raw, err := json.Marshal(rec.Value)
		if err != nil {
			return err
		}
		put := bot.Put{Key: bot.Key{Kind: rec.Kind, ID: renamed.Replace(rec.ID)}}
		put.Value = reflect.New(reflect.TypeOf(rec.Value).Elem()).Interface()
		if err := json.Unmarshal([]byte(renamed.Replace(string(raw))), put.Value); err != nil {
			return err
		}
		switch v := put.Value.(type) {
		case *flow.Request:
			v.Head = heads[request]
			put.Index = map[string]string{bot.ByState: string(v.State), bot.ByRequester: v.Requester.ID}
			put.Order = fmt.Sprintf("%020d", v.CreatedAt.UnixNano())
		case *flow.Guest:
			v.Head = heads[request+"/g1"]
			put.Index, put.Order = map[string]string{bot.ByRequest: request, bot.ByMailOf: v.Mail}, "00000001"
			out.guest = put.Key
		case *bot.Message:
			put.Index = map[string]string{bot.ByRequest: request}
			if v.Ref != "" {
				put.Index[bot.ByRef] = v.User.Chat + ":" + string(v.Ref)
			}
			if v.Waits {
				put.Index[bot.ByWaits] = v.To.ID
			}
			put.Order = fmt.Sprintf("%020d", v.PostedAt.UnixNano())
			if rec.ID == c.message {
				out.message = put.Key
			}
		}
		ch.Puts = append(ch.Puts, put)
	}
	body := activityID.ReplaceAllLiteralString(renamed.Replace(c.body), fmt.Sprintf(`"id":"f:%08x-0000-4000-9000-000000000000"`, i))
	body = drawingID.ReplaceAllLiteralString(body, fmt.Sprintf(`"drawn":"%08d"`, i))
	out.wire = wire(c.tokens[i%len(c.tokens)], body)
	return nil
}

// taken counts the clicks of which all is in the store: the guest's record holds the
// decision and has come one entry of the journal further, and the record of the card
// says what the clicker was shown since.
func (c *crowd) taken(tb testing.TB, clicks []click) int {
	tb.Helper()
	n := 0
	for _, k := range clicks {
		recs, err := c.app.db.Get(tb.Context(), k.guest, k.message)
		if err != nil {
			tb.Fatal(err)
		}
		g, known := recs[0].Value.(*flow.Guest)
		m, posted := recs[1].Value.(*bot.Message)
		if !known || !posted || len(g.Clicks) > 1 {
			tb.Fatalf("%s: %d decisions wait", k.guest.ID, len(g.Clicks))
		}
		if len(g.Clicks) == 1 && g.Clicks[0].Verb == flow.Approve && g.Head.Seq == c.head+1 && m.Peek != "" {
			n++
		}
	}
	return n
}
