package slackfake

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

func wantSlackError(t *testing.T, err error, code string) {
	t.Helper()
	var e slack.SlackErrorResponse
	if !errors.As(err, &e) || e.Err != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

func goModal(title string) slack.ModalViewRequest {
	text := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", s, false, false) }
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: text(title), Submit: text("Send"), Close: text("Cancel"), PrivateMetadata: "m",
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("b", text("Name"), text("hint"), slack.NewPlainTextInputBlockElement(text("type"), "name")),
		}},
	}
}

func TestViews_SlackGoOpensUpdatesAndMeetsTheHash(t *testing.T) {
	t.Parallel()
	s, a, c := start(t, Options{})
	opened, err := c.OpenViewContext(t.Context(), triggerOf(t, s, a, Sanne), goModal("One"))
	if err != nil {
		t.Fatal(err)
	}
	updated, err := c.UpdateViewContext(t.Context(), goModal("Two"), "", opened.Hash, opened.View.ID)
	if err != nil {
		t.Fatal(err)
	}
	if updated.Hash == opened.Hash {
		t.Error("the hash did not change")
	}
	_, err = c.UpdateViewContext(t.Context(), goModal("Three"), "", opened.Hash, opened.View.ID)
	wantSlackError(t, err, "hash_conflict")
	_, err = c.UpdateViewContext(t.Context(), goModal("Three"), "", "", "V9")
	wantSlackError(t, err, "not_found")
	if v, _ := s.As(Sanne).TopView(); v.Title != "Two" || v.PrivateMetadata != "m" {
		t.Errorf("top view = %+v", v)
	}
}

func TestViews_TriggerWorksOnceAndNotLate(t *testing.T) {
	t.Parallel()
	s, a, c := start(t, Options{})
	id := triggerOf(t, s, a, Sanne)
	if _, err := c.OpenViewContext(t.Context(), id, goModal("One")); err != nil {
		t.Fatal(err)
	}
	_, err := c.OpenViewContext(t.Context(), id, goModal("One"))
	wantSlackError(t, err, "exchanged_trigger_id")
	_, err = c.OpenViewContext(t.Context(), "1.2.3", goModal("One"))
	wantSlackError(t, err, "invalid_trigger_id")

	quick, qa, qc := start(t, Options{TriggerLife: time.Nanosecond})
	_, err = qc.OpenViewContext(t.Context(), triggerOf(t, quick, qa, Sanne), goModal("One"))
	wantSlackError(t, err, "expired_trigger_id")
}

func TestViews_InvalidViewDoesNotSpendTheTrigger(t *testing.T) {
	t.Parallel()
	s, a, c := start(t, Options{})
	id := triggerOf(t, s, a, Sanne)
	_, err := c.OpenViewContext(t.Context(), id, goModal("A title of twenty-five ch"))
	wantSlackError(t, err, "invalid_arguments")
	if _, err := c.OpenViewContext(t.Context(), id, goModal("Good")); err != nil {
		t.Fatal(err)
	}
}

func TestViews_FourthViewIsRefused(t *testing.T) {
	t.Parallel()
	s, a, c := start(t, Options{})
	v := openModal(t, s, a, pushable)
	for _, title := range []string{"two", "three", "four"} {
		mustOutcome(t)(s.As(Sanne).Click(t.Context(), v.Ref(), "more"))
		_, err := c.PushViewContext(t.Context(), str(a.payload(t), "trigger_id"), goPushable(title))
		if title == "four" {
			wantSlackError(t, err, "push_limit_reached")
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		v, _ = s.As(Sanne).TopView()
	}
	open := s.As(Sanne).OpenViews()
	if len(open) != 3 || open[2].Title != "three" {
		t.Errorf("open views = %+v", open)
	}
	if _, err := c.PushViewContext(t.Context(), triggerOf(t, s, a, Sanne), goPushable("x")); err == nil {
		t.Error("a push with a command's trigger was accepted")
	}
}

// pushable is a view with a button, whose press may push another.
const pushable = `{"type":"modal","title":{"type":"plain_text","text":"one"},"blocks":[{"type":"actions","elements":[
	{"type":"button","action_id":"more","text":{"type":"plain_text","text":"More"}}]}]}`

func goPushable(title string) slack.ModalViewRequest {
	text := slack.NewTextBlockObject("plain_text", "More", false, false)
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: slack.NewTextBlockObject("plain_text", title, false, false),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewActionBlock("", slack.NewButtonBlockElement("more", "v", text))}},
	}
}

func TestViews_ExternalIDIsUniqueAmongOpenViews(t *testing.T) {
	t.Parallel()
	s, a, c := start(t, Options{})
	v := goModal("One")
	v.ExternalID = "ext-1"
	if _, err := c.OpenViewContext(t.Context(), triggerOf(t, s, a, Sanne), v); err != nil {
		t.Fatal(err)
	}
	_, err := c.OpenViewContext(t.Context(), triggerOf(t, s, a, Mehmet), v)
	wantSlackError(t, err, "duplicate_external_id")
	v.Title.Text = "Two"
	if _, err := c.UpdateViewContext(t.Context(), v, "ext-1", "", ""); err != nil {
		t.Fatal(err)
	}
	if top, _ := s.As(Sanne).TopView(); top.Title != "Two" {
		t.Errorf("title %q", top.Title)
	}
}

func TestViews_PublishReplacesTheHomeTab(t *testing.T) {
	t.Parallel()
	s, a, c := start(t, Options{})
	home := func(text string) slack.PublishViewContextRequest {
		return slack.PublishViewContextRequest{UserID: Sanne, View: slack.HomeTabViewRequest{
			Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{
				slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", text, false, false)),
			}},
		}}
	}
	first, err := c.PublishViewContext(t.Context(), home("one"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.PublishViewContext(t.Context(), home("two"))
	if err != nil || second.View.ID != first.View.ID {
		t.Fatalf("second = %+v, %v", second, err)
	}
	stale := home("three")
	stale.Hash = &first.Hash
	_, err = c.PublishViewContext(t.Context(), stale)
	wantSlackError(t, err, "hash_conflict")
	out := mustOutcome(t)(s.As(Sanne).OpenHome(t.Context()))
	if !out.OK() {
		t.Errorf("outcome %+v", out)
	}
	o, err := decodeObject(a.last(t).Body)
	if err != nil || str(o["event"], "type") != "app_home_opened" || str(o["event"], "tab") != "home" {
		t.Errorf("event = %s, %v", a.last(t).Body, err)
	}
	if v, ok := s.As(Sanne).Home(); !ok || s.ViewText(v) != "[home] \n  # two" {
		t.Errorf("home = %q", s.ViewText(v))
	}
}

func TestViews_TypedInputSurvivesOnlyWithTheSameIDs(t *testing.T) {
	t.Parallel()
	s, a, _ := start(t, Options{})
	u := s.As(Sanne)
	v := openModal(t, s, a, modal("One"))
	mustOutcome(t)(u.Fill(t.Context(), v.Ref(), "Name", "Linden"))
	update := func(view string) View {
		wantOK(t, raw(t, s, "views.update", url.Values{"view_id": {v.ID}, "view": {view}}))
		top, _ := u.TopView()
		return top
	}
	if got := string(update(modal("Two")).Values["b"]["name"]); got != `{"type":"plain_text_input","value":"Linden"}` {
		t.Errorf("same ids: %s", got)
	}
	renamed := `{"type":"modal","title":{"type":"plain_text","text":"Three"},"submit":{"type":"plain_text","text":"Send"},
		"blocks":[{"type":"input","block_id":"b2","label":{"type":"plain_text","text":"Name"},
		"element":{"type":"plain_text_input","action_id":"name","initial_value":"fresh"}}]}`
	if got := string(update(renamed).Values["b2"]["name"]); got != `{"type":"plain_text_input","value":"fresh"}` {
		t.Errorf("other ids: %s", got)
	}
}
