package teamsfake

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSay_ActivityLooksGenuine(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)
	s, b := start(t, Options{Now: func() time.Time { return now }})
	out := must[Outcome](t)(s.As(Sanne).Say(t.Context(), "new site"))
	if !out.OK() || out.Status != http.StatusOK {
		t.Fatalf("outcome %+v", out)
	}
	a := b.last(t)
	sanne, _ := s.User(Sanne)
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"type", a["type"], "message"},
		{"channelId", a["channelId"], "msteams"},
		{"text", a["text"], "new site"},
		{"serviceUrl", a["serviceUrl"], s.ServiceURL() + "/"},
		{"from.id", str(a["from"], "id"), sanne.MRI},
		{"from.aadObjectId", str(a["from"], "aadObjectId"), Sanne},
		{"from.name", str(a["from"], "name"), "Sanne de Vries"},
		{"recipient.id", str(a["recipient"], "id"), "28:" + s.AppID()},
		{"conversation.id", str(a["conversation"], "id"), s.PersonalChat(Sanne)},
		{"conversationType", str(a["conversation"], "conversationType"), "personal"},
		{"conversation.tenantId", str(a["conversation"], "tenantId"), s.TenantID()},
		{"channelData.tenant.id", str(child(a["channelData"], "tenant"), "id"), s.TenantID()},
		{"locale", a["locale"], "nl-NL"},
		{"country", str(list(a, "entities")[0], "country"), "NL"},
		{"timestamp", a["timestamp"], "2026-12-01T09:30:00.000Z"},
		{"localTimestamp", a["localTimestamp"], "2026-12-01T10:30:00.000+01:00"},
		{"localTimezone", a["localTimezone"], "Europe/Amsterdam"},
		{"id", a["id"], s.As(Sanne).DM()[0].ID},
	} {
		if c.got != c.want {
			t.Errorf("%s = %v, want %v", c.what, c.got, c.want)
		}
	}
	h := b.all()[0].header
	if h.Get("x-ms-conversation-id") != s.PersonalChat(Sanne) || h.Get("x-ms-tenant-id") != s.TenantID() {
		t.Errorf("headers %v", h)
	}
	if _, has := a["conversation"].(obj)["isGroup"]; has {
		t.Error("a personal chat says isGroup")
	}
	if err := s.SetLocale(Sanne, "en-GB"); err != nil {
		t.Fatal(err)
	}
	if err := s.SetTimeZone(Sanne, "Asia/Kolkata"); err != nil {
		t.Fatal(err)
	}
	must[Outcome](t)(s.As(Sanne).Say(t.Context(), "again"))
	if a = b.last(t); a["locale"] != "en-GB" || a["localTimestamp"] != "2026-12-01T15:00:00.000+05:30" {
		t.Errorf("after the move: %v %v", a["locale"], a["localTimestamp"])
	}
}

func TestSayIn_MentionsTheBot(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	group := s.AddGroupChat("Sites", Sanne, Mehmet)
	must[Outcome](t)(s.As(Sanne).SayIn(t.Context(), group, "new site & more"))
	a := b.last(t)
	mention := list(a, "entities")[0]
	if a["text"] != "<at>Guest sites</at>\u00a0new site &amp; more\n" {
		t.Errorf("text %q", a["text"])
	}
	if str(mention, "type") != "mention" || str(mention, "text") != "<at>Guest sites</at>" ||
		str(child(mention, "mentioned"), "id") != s.BotID() {
		t.Errorf("mention %v", mention)
	}
	if str(list(a, "attachments")[0], "contentType") != "text/html" {
		t.Errorf("attachments %v", a["attachments"])
	}
	conv := child(a, "conversation")
	if conv["isGroup"] != true || conv["conversationType"] != "groupChat" || conv["id"] != group {
		t.Errorf("conversation %v", conv)
	}
	channel := s.AddTeamChannel("Noordzee", "Sites", Sanne)
	must[Outcome](t)(s.As(Sanne).SayIn(t.Context(), channel, "new"))
	a = b.last(t)
	if got := str(a["conversation"], "id"); got != channel+";messageid="+a["id"].(string) {
		t.Errorf("channel conversation %q", got)
	}
	data := child(a, "channelData")
	if str(data["channel"], "id") != channel || str(data["team"], "aadGroupId") == "" || str(a["conversation"], "conversationType") != "channel" {
		t.Errorf("channelData %v", data)
	}
	for name, err := range map[string]error{
		"outsider":      second(s.As(Priya).SayIn(t.Context(), group, "x")),
		"personal":      second(s.As(Sanne).SayIn(t.Context(), openChat(t, s, Sanne), "x")),
		"no thread":     second(s.As(Sanne).SayIn(t.Context(), channel+";messageid=9", "x")),
		"not installed": second(s.As(Guest).Say(t.Context(), "x")),
		"nobody":        second(s.As("x").Say(t.Context(), "x")),
	} {
		if !errors.Is(err, ErrNotPossible) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestSendActivity(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	b.does(replyStatus(http.StatusNotImplemented))
	out := must[Outcome](t)(s.As(Sanne).SendActivity(t.Context(), "", "invoke", map[string]any{"name": "config/fetch", "locale": nil}))
	a := b.last(t)
	if out.Status != http.StatusNotImplemented || a["name"] != "config/fetch" || len(b.all()) != 1 {
		t.Errorf("outcome %+v, activity %v", out, a)
	}
	if _, has := a["locale"]; has {
		t.Error("locale was not removed")
	}
	group := s.AddGroupChat("Sites", Anon)
	b.does(nil)
	must[Outcome](t)(s.As(Anon).SendActivity(t.Context(), group, "messageReaction", map[string]any{
		"reactionsAdded": []any{map[string]any{"type": "like"}},
	}))
	from := child(b.last(t), "from")
	if _, has := from["aadObjectId"]; has || from["name"] != nil {
		t.Errorf("from of an event by an anonymous person: %v", from)
	}
}

func TestAsync_ResentWithTheSameID(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{AsyncDeadline: time.Second})
	for name, c := range map[string]struct {
		first http.HandlerFunc
		calls int
		code  string
	}{
		"fine":     {replyStatus(202), 1, ""},
		"5xx":      {replyStatus(503), 2, ""},
		"late":     {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 2, ""},
		"refused":  {replyStatus(403), 1, CodeRefused},
		"no reply": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 2, ""},
	} {
		before := len(b.all())
		b.does(inTurn(c.first, replyStatus(200)))
		out := must[Outcome](t)(s.As(Sanne).Say(t.Context(), name))
		seen := b.all()[before:]
		if len(seen) != c.calls || out.Code != c.code || out.Replays != c.calls-1 {
			t.Errorf("%s: %d calls, %+v", name, len(seen), out)
		}
		for _, r := range seen {
			if r.activity["id"] != out.ActivityID {
				t.Errorf("%s: id %v, want %s", name, r.activity["id"], out.ActivityID)
			}
		}
	}
	b.does(replyStatus(500))
	before := len(b.all())
	out := must[Outcome](t)(s.As(Sanne).Say(t.Context(), "never"))
	if n := len(b.all()) - before; n != 3 || out.Code != CodeUndelivered {
		t.Errorf("bounded: %d calls, %+v", n, out)
	}
}

func types(seen []received) string {
	var out []string
	for _, r := range seen {
		out = append(out, str(r.activity, "type"))
	}
	return strings.Join(out, " ")
}

func TestInstall(t *testing.T) {
	t.Parallel()
	for _, updateFirst := range []bool{false, true} {
		s, b := start(t, Options{UpdateFirst: updateFirst})
		if s.Installed(Priya) {
			t.Fatal("installed from the start")
		}
		if err := s.InstallFor(t.Context(), Priya); err != nil {
			t.Fatal(err)
		}
		want := []string{"installationUpdate", "conversationUpdate"}
		if updateFirst {
			slices.Reverse(want)
		}
		if got := types(b.all()); got != strings.Join(want, " ") {
			t.Errorf("events %q", got)
		}
		for _, r := range b.all() {
			added := list(r.activity, "membersAdded")
			switch r.activity["type"] {
			case "installationUpdate":
				if r.activity["action"] != "add" || str(r.activity["from"], "aadObjectId") != Priya {
					t.Errorf("installationUpdate %v", r.activity)
				}
			case "conversationUpdate":
				if len(added) != 2 || str(added[1], "id") != s.BotID() {
					t.Errorf("membersAdded %v", added)
				}
			}
		}
		if err := s.InstallFor(t.Context(), Priya); err != nil || len(b.all()) != 2 {
			t.Errorf("a second install sent %q, %v", types(b.all()), err)
		}
		chat := openChat(t, s, Priya)
		if err := s.UninstallFor(t.Context(), Priya); err != nil {
			t.Fatal(err)
		}
		if a := b.last(t); a["action"] != "remove" || s.Installed(Priya) {
			t.Errorf("uninstall sent %v", a)
		}
		wantStatus(t, callBot(t, s, http.MethodPost, activitiesOf(chat), text("x")), 403, "BotNotInConversationRoster")
		if err := s.UninstallFor(t.Context(), Priya); err == nil {
			t.Error("a second uninstall passed")
		}
		if err := s.InstallFor(t.Context(), Priya); err != nil || types(b.all()[3:]) != "installationUpdate" {
			t.Errorf("a reinstall sent %q, %v", types(b.all()[3:]), err)
		}
		if again := openChat(t, s, Priya); again != chat {
			t.Errorf("chat after the reinstall %q, before %q", again, chat)
		}
	}
}

func TestInstall_FromTheStartAndByHook(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	if !s.Installed(Sanne) || len(b.all()) != 0 {
		t.Fatal("not installed from the start, or announced")
	}
	s.Install(Sanne)
	s.Install(Priya)
	s.Install("nobody")
	if !s.Installed(Priya) {
		t.Error("the hook installs only later")
	}
	if err := s.Wait(deadline(t), func() bool { return s.Count("conversationUpdate") == 2 }); err != nil {
		t.Fatal(err)
	}
	if n := s.Count("installationUpdate"); n != 2 {
		t.Errorf("%d installation updates, want 2", n)
	}
	b.does(replyStatus(400))
	if err := s.InstallFor(t.Context(), Guest); err == nil {
		t.Error("a refused event is no error")
	}
	if err := s.Block(Sanne, true); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, callBot(t, s, http.MethodPost, activitiesOf(s.PersonalChat(Sanne)), text("x")), 403, "ConversationBlockedByUser")
}

func TestInstallIn(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	channel := s.AddTeamChannel("Noordzee", "Sites", Sanne)
	if err := s.UninstallIn(t.Context(), channel, Sanne); err != nil {
		t.Fatal(err)
	}
	if a := b.last(t); str(list(a, "membersRemoved")[0], "id") != s.BotID() {
		t.Errorf("last event %v", a)
	}
	wantStatus(t, callBot(t, s, http.MethodPost, activitiesOf(channel), text("x")), 403, "BotNotInConversationRoster")
	if err := second(s.As(Sanne).SayIn(t.Context(), channel, "x")); !errors.Is(err, ErrNotPossible) {
		t.Errorf("a mention of an app that is gone: %v", err)
	}
	if err := s.InstallIn(t.Context(), channel, Sanne); err != nil {
		t.Fatal(err)
	}
	install := b.all()[2].activity
	if got := str(child(child(install, "channelData"), "settings")["selectedChannel"], "id"); got != channel {
		t.Errorf("selected channel %q", got)
	}
	if err := s.InstallIn(t.Context(), channel, Priya); err == nil {
		t.Error("an outsider installed the app")
	}
	post(t, s, channel, text("back"))
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	s, b := start(t, Options{})
	s.DeliverTwice(1)
	out := must[Outcome](t)(s.As(Sanne).Say(t.Context(), "twice"))
	if seen := b.all(); len(seen) != 2 || seen[0].activity["id"] != seen[1].activity["id"] || len(out.Again) != 1 {
		t.Errorf("twice: %d calls, %+v", len(seen), out)
	}
	s.AddDeliveryFault(DeliveryFault{Kind: DeliverAtOnce, Match: "^message$"})
	if out = must[Outcome](t)(s.As(Sanne).Say(t.Context(), "at once")); len(out.Again) != 1 || len(b.all()) != 4 {
		t.Errorf("at once: %d calls, %+v", len(b.all()), out)
	}
	s.AddDeliveryFault(DeliveryFault{Kind: DeliverLater})
	out = must[Outcome](t)(s.As(Sanne).Say(t.Context(), "later"))
	outs := must[[]Outcome](t)(s.Redeliver(t.Context()))
	if len(outs) != 1 || outs[0].ActivityID == out.ActivityID || b.last(t)["text"] != "later" || b.last(t)["id"] != outs[0].ActivityID {
		t.Errorf("later: %+v", outs)
	}
	if outs = must[[]Outcome](t)(s.Redeliver(t.Context())); len(outs) != 0 {
		t.Errorf("redelivered twice: %+v", outs)
	}
	s.AddDeliveryFault(DeliveryFault{Kind: DeliverLostAnswer})
	if out = must[Outcome](t)(s.As(Sanne).Say(t.Context(), "lost")); !out.OK() || out.Replays != 1 {
		t.Errorf("lost answer: %+v", out)
	}
	before := b.last(t)["id"]
	if _, err := s.As(Sanne).Replay(t.Context(), false); err != nil || b.last(t)["id"] != before {
		t.Errorf("replay: %v, id %v", err, b.last(t)["id"])
	}
	if _, err := s.As(Sanne).Replay(t.Context(), true); err != nil || b.last(t)["id"] == before {
		t.Errorf("replay with a new id: %v, id %v", err, b.last(t)["id"])
	}
	if _, err := s.As(Mehmet).Replay(t.Context(), true); err == nil {
		t.Error("a person who said nothing replayed something")
	}
}

func TestStart_RefusesNonsense(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"app id": {AppID: "x"}, "tenant": {TenantID: "x"}, "deadline": {Deadline: -1},
	} {
		if s, err := Start(o); err == nil {
			t.Errorf("%s: started", name)
			_ = s.Close()
		}
	}
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.SeedPeople(people())
	if err := second(s.As(Sanne).Say(t.Context(), "x")); !errors.Is(err, errNoApp) {
		t.Errorf("without a bot: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Wait(ctx, func() bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("wait: %v", err)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Errorf("close: %v", err)
	}
}
