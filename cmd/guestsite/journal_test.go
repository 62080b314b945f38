package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"guestsite/bot"
)

func TestJournal_IsVerifiedAndExportedWithAndWithoutAServer(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	begin(t, b)
	look := func() {
		t.Helper()
		status, out, errs := guestsite(t, nil, "journal", "verify", "--config", b.config, "--output", "json")
		var v bot.Verified
		if err := json.Unmarshal([]byte(out), &v); err != nil || status != exitOK || v.Requests != 1 || v.Entries == 0 || len(v.Damaged) > 0 {
			t.Fatalf("verify: exit status %d, %q %q", status, out, errs)
		}
		if _, out, _ := guestsite(t, nil, "journal", "verify", "--config", b.config); !strings.HasPrefix(out, "The journal is whole: 1 requests") {
			t.Errorf("verify says %q", out)
		}
		status, out, errs = guestsite(t, nil, "journal", "export", "--config", b.config)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		last := len(lines) - 1 // a bot that runs may have written more since
		if status != exitOK || last < v.Entries || !strings.Contains(lines[last], `"sha256"`) || !strings.Contains(lines[last], fmt.Sprintf(`"entries":%d,`, last)) {
			t.Errorf("export: exit status %d, %q %q", status, out, errs)
		}
		if status, _, errs := guestsite(t, nil, "journal", "verify", "9", "--config", b.config); status != exitUsage || !strings.Contains(errs, "no request G-9") {
			t.Errorf("of no request: exit status %d, %q", status, errs)
		}
	}
	look()
	if err := b.app.Stop(); err != nil {
		t.Fatal(err)
	}
	look()
	if status, _, errs := guestsite(t, nil, "journal", "burn", "--config", b.config); status != exitUsage || !strings.Contains(errs, "verify or export") {
		t.Errorf("exit status %d, %q", status, errs)
	}
}

func TestTellVerified_NamesRequestAndEntry(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	v := bot.Verified{Requests: 2, Entries: 9, Erased: 1, Cut: bot.Cut{Requests: 3, Entries: 30}, Damaged: []bot.Damage{
		{Request: "G-1042", Part: "G-1042/g1", Entry: 7, What: "its text is not the one that was written"},
		{Request: "G-1043", Part: "G-1043", What: "the journal of this request is gone"},
	}}
	if err := tellVerified(&out, v); err != nil {
		t.Fatal(err)
	}
	want := `DAMAGED G-1042/g1, entry 7: its text is not the one that was written
DAMAGED G-1043: the journal of this request is gone
The journal is damaged: 2 requests, 9 entries, 1 of them with an erased payload.
3 older requests with 30 entries are gone: their time was over.
`
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

func TestRetryAndForget_SayWhatTheyDid(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	begin(t, b)
	run := func(want int, part string, args ...string) string {
		t.Helper()
		status, out, errs := guestsite(t, nil, append(args, "--config", b.config)...)
		if status != want || !strings.Contains(out+errs, part) {
			t.Errorf("%v: exit status %d, %q %q, want %d and %q", args, status, out, errs, want, part)
		}
		return out
	}
	v, err := bot.VerifyJournal(t.Context(), b.app.db, "")
	if err != nil || v.Requests != 1 {
		t.Fatal(err)
	}
	run(exitOK, "0 tried again", "retry", "g-1001")
	run(exitUsage, "no request G-9", "retry", "9")
	run(exitUsage, "a word is missing", "retry")
	run(exitUsage, "--status", "forget")
	run(exitUsage, "\"nobody\" is no e-mail address", "forget", "nobody")
	run(exitUsage, "no erasure x", "forget", "--status", "x")
	out := run(exitOK, "", "forget", "guest@fabrikam.com", "--output", "json")
	var x bot.Erasure
	if err := json.Unmarshal([]byte(out), &x); err != nil || x.ID == "" {
		t.Fatalf("%q: %v", out, err)
	}
	run(exitOK, "", "forget", "--status", x.ID)
	if strings.Contains(out, "guest@fabrikam.com") {
		t.Error("the answer names the guest")
	}
}

func TestErasureLine_SaysWhatStandsInTheWay(t *testing.T) {
	t.Parallel()
	if line := erasureLine(bot.Erasure{Left: []string{"G-1", "G-2"}}); !strings.Contains(line, "Nothing was erased") || !strings.Contains(line, "G-1, G-2") {
		t.Errorf("%q", line)
	}
}
