package store_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/flow"
	"guestsite/store"
)

var update = flag.Bool("update", false, "write the records of a version that was not released yet")

// written is one record of each kind with every part that is kept on disk.
func written() map[bot.Kind]any {
	at := time.Date(2031, 3, 4, 9, 0, 0, 0, time.UTC)
	sanne := flow.Who{ID: "u-1", Name: "Sanne", Mail: "sanne@noordzee.nl", Lang: "nl-NL", Zone: "Europe/Amsterdam"}
	mehmet := flow.Who{ID: "u-2", Name: "Mehmet"}
	user := bot.ChatUser{Chat: "slack", Team: "T1", ID: "U1"}
	check := &flow.Check{
		At: at, Outcome: "cannot", Code: "domain_not_allowed", Layer: 2, Setting: "entra.domains", Wanted: "fabrikam.com",
		Args: map[string]string{"domain": "fabrikam.com"}, HandCheck: true, Flags: []flow.Flag{{Code: "many_guests", All: true}},
		NewAccount: true, Deciders: []flow.Who{mehmet}, Deadline: at, NextLook: at, Evidence: json.RawMessage(`{"x":1}`),
	}
	decision := &flow.Decision{By: mehmet, At: at, Action: flow.Approve, Note: "fine", Version: 1, Shown: "digest"}
	return map[bot.Kind]any{
		bot.KindRequest: &flow.Request{
			ID: "G-1001", State: flow.Open, CreatedAt: at, ChangedAt: at, Requester: sanne,
			Origin:  flow.Origin{Chat: "slack", Team: "T1", User: "U1", Add: true, Typed: "Linden"},
			Policy:  flow.Policy{OwnerAddsDirectly: flow.OnlyFlagged, MaxGuests: 100, DefaultDays: 90, MaxDays: 365},
			Answers: flow.Answers{Step: flow.StepReview, Rev: 3, Name: "Linden", Owner: sanne, Second: mehmet, Level: "externalUserSharingOnly", Pasted: "a@b.example", Guests: []flow.GuestEntry{{Mail: "a@b.example", Mark: flow.MarkOK, Code: "can"}}, Days: 90, Why: "drawings"},
			Form:    &flow.FormRef{Chat: "slack", Ref: "1:v:V1"},
			Looked:  &flow.DraftResult{Rev: 3, Alias: "linden", Display: "Linden", Problems: []flow.Problem{{Field: "name", Code: "needed"}}},
			Site:    &flow.Site{State: flow.Parked, UniqueName: "guestsite-G-1001-ab", CreateAs: "u-1", Rule: "site_asked", Clicks: []flow.Click{{Chat: "slack", Team: "T1", User: "U1", Message: "m", Verb: flow.Approve, Version: 1, At: at}}, Decision: decision, Check: check, Resume: flow.Sharing, ByHand: map[string]flow.ByHand{"spo.site": {By: mehmet, At: at, Value: "externalUserSharingOnly"}}},
			Target:  flow.Target{GroupID: "g", Name: "Linden", URL: "https://noordzee.sharepoint.com/sites/linden"},
			Guests:  1, Version: 1, Seq: 7, Salt: "salt", Head: flow.Head{Seq: 7, Digest: "d"}, EndsAt: at,
			Tally: flow.Tally{Total: 1, By: map[flow.State]int{flow.In: 1}, First: map[flow.State]string{flow.In: "Anna"}},
		},
		bot.KindGuest: &flow.Guest{
			ID: "g1", Request: "G-1001", State: flow.In, Mail: "a@b.example", Name: "Anna", Until: at, Seq: 9, Check: check,
			Rule: flow.NotOwner, Stage: flow.ByApprovers, Deciders: []flow.Who{mehmet}, Deadline: at, Decision: decision, Second: decision,
			Asked: []flow.Exchange{{By: mehmet, At: at, Text: "Why?", Answer: "Drawings."}}, InviteAs: "u-2", AddAs: "u-2",
			Account: &flow.Account{UserID: "u-9", Created: true, Pending: true}, Absent: true, Outside: true, InSince: at,
			Head: flow.Head{Seq: 9, Digest: "d"},
		},
		bot.KindMessage: &bot.Message{
			ID: "G-1001/decide/u-2", Request: "G-1001", Kind: bot.DecideCard, Part: "g1", To: mehmet, User: user, Ref: "1:m:D1:1.2",
			Hash: "h", Shown: json.RawMessage(`{"guests":1}`), ShownDigest: "sd", Version: 1, All: true, Waits: true, PostedAt: at,
		},
		bot.KindPerson:  &bot.PersonRecord{ID: "u-1", Lang: "nl", Zone: "Europe/Amsterdam", Users: []bot.LastSeen{{User: user, At: at}}},
		bot.KindLink:    &bot.Link{User: user, Who: sanne, By: "email", At: at},
		bot.KindPlace:   &bot.Place{User: user, Handle: "a:1", Locale: "nl-NL", Zone: "Europe/Amsterdam", At: at},
		bot.KindCounter: &bot.Counter{Next: 1065},
		bot.KindCleared: &bot.Cleared{Request: "G-1001", Salt: "ab12", Head: flow.Head{Seq: 9, Digest: "d"}, Heads: "h", EndedAt: at},
		bot.KindCut:     &bot.Cut{Requests: 2, Entries: 40, Until: at},
		bot.KindErasure: &bot.Erasure{ID: "e1", By: "root", At: at, Done: at, Requests: 1, Guests: 1, Entries: 9, Cards: 2, CardsLeft: 1, Left: []string{"G-1002"}},
		bot.KindPause:   &bot.Pause{On: true, By: "root", At: at, Reason: "migration", N: 3},
		bot.KindHeld:    &bot.Held{ID: "G-1001/g1/4/0", Kind: "invite", Payload: []byte(`{"request":"G-1001"}`), Attempt: 2, At: at},

		bot.KindLinkToken: &bot.LinkToken{
			User: user, Name: "Sanne", Workspace: "Noordzee", Lang: "nl-NL", Secret: "digest", Until: at, Wanted: "new",
			Step: bot.LinkSignedIn, Browser: "digest", Back: at, Starts: 1, Person: sanne,
		},
		bot.KindLinkOf:     &bot.LinkOf{User: user},
		bot.KindSigningKey: &bot.SigningKey{Key: []byte{1, 2, 3}, At: at},
	}
}

// The files of a version are what is on the disks of those who run it: once
// released they are read for ever, and never edited.
func TestDefault_ReadsEveryKindOfEveryVersion(t *testing.T) {
	t.Parallel()
	codec, err := store.Default()
	if err != nil {
		t.Fatal(err)
	}
	want := written()
	for _, kind := range codec.Kinds() {
		if want[kind] == nil {
			t.Errorf("there is no record of kind %s here", kind)
		}
	}
	for kind, value := range want {
		path := filepath.Join("testdata", "v1", string(kind)+".json")
		b, err := codec.Encode(kind, value)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(path, append(b, '\n'), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		onDisk, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := codec.Decode(kind, bytes.TrimSpace(onDisk))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if !reflect.DeepEqual(got, value) {
			t.Errorf("%s reads as\n%+v\nwant\n%+v", path, got, value)
		}
	}
}
