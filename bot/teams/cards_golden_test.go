package teams

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var (
	updateCards = flag.Bool("update", false, "write the golden cards anew")
	allCards    = flag.String("cards", "", "write every card there is into this folder, to be looked at")
)

// goldenCards are one drawing of each kind: what is drawn for all others differs
// from them in words, which bot/card keeps.
func goldenCards() []string {
	return []string{
		"en-admin-one_guest", "en-admin-site_by_hand", "en-decide-batch_of_8", "en-decide-guest_awaiting_decision-owner",
		"en-decide-guest_question-owner", "en-decide-partly_done-requester", "en-decide-site_awaiting_approval-the_site",
		"en-form-decline_with_errors", "en-form-done_draft_kept", "en-form-done_sent", "en-form-loading_people",
		"en-form-people_site_to_pick", "en-form-review_new_site", "en-form-site_filled", "en-form-site_name_name_taken",
		"en-lists-handover_en", "en-lists-help", "en-lists-mine", "en-more-decide-two_of_four_answered",
		"en-status-guest_awaiting_decision-requester", "nl-form-people_new_site", "nl-more-ending-twelve_guests",
	}
}

func TestCards_Golden(t *testing.T) {
	t.Parallel()
	all := everyCard(t)
	for _, name := range goldenCards() {
		i := slices.IndexFunc(all, func(d drawn) bool { return d.name == name })
		if i < 0 {
			t.Errorf("%s is not drawn any more", name)
			continue
		}
		file := filepath.Join("testdata", "cards", name+".json")
		now := indentedCard(t, all[i])
		if *updateCards {
			writeCard(t, file, now)
		}
		was, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(was, now) {
			t.Errorf("%s differs from what is drawn now; look at the difference after go test -update", file)
		}
	}
	if *allCards == "" {
		return
	}
	for _, d := range all {
		writeCard(t, filepath.Join(*allCards, d.name+".json"), indentedCard(t, d))
	}
}

func indentedCard(t *testing.T, d drawn) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, d.card, "", "  "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}

func writeCard(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
