package slackfake

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

const section = `[{"type":"section","text":{"type":"mrkdwn","text":"hello"}}]`

func TestChat_PostByUserIDOpensTheDM(t *testing.T) {
	t.Parallel()
	s, _, c := start(t, Options{})
	channel, ts, err := c.PostMessageContext(t.Context(), Sanne, slack.MsgOptionText("hi", false),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "card", EventPayload: map[string]any{"id": "7"}}))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(channel, "D") || !tsPattern.MatchString(ts) {
		t.Errorf("channel %q, ts %q", channel, ts)
	}
	dm := s.As(Sanne).DM()
	if len(dm) != 1 || dm[0].Text != "hi" || dm[0].Channel != channel || dm[0].TS != ts {
		t.Fatalf("DM = %+v", dm)
	}
	if string(dm[0].Metadata) != `{"event_payload":{"id":"7"},"event_type":"card"}` {
		t.Errorf("metadata = %s", dm[0].Metadata)
	}
	if len(s.As(Mehmet).Messages()) != 0 {
		t.Error("another person sees the message")
	}
}

func TestChat_TimestampsAreUniqueAndIncrease(t *testing.T) {
	t.Parallel()
	s, _, c := start(t, Options{})
	last := ""
	for i := range 30 {
		_, ts, err := c.PostMessageContext(t.Context(), Sanne, slack.MsgOptionText(strconv.Itoa(i), false))
		if err != nil {
			t.Fatal(err)
		}
		if ts <= last {
			t.Fatalf("ts %s after %s", ts, last)
		}
		last = ts
	}
	if n := len(s.As(Sanne).DM()); n != 30 {
		t.Errorf("%d messages", n)
	}
}

func TestChat_Refusals(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, Options{})
	s.AddUser(User{ID: "U0BLOCK", RealName: "Blocked", CannotDM: "messages_tab_disabled"})
	s.AddUser(User{ID: "U0GONE", RealName: "Gone", Deleted: true})
	closed := s.AddChannel(Channel{Name: "closed"})
	long := strings.Repeat("x", maxUpdateText+1)
	posted := raw(t, s, "chat.postMessage", url.Values{"channel": {Sanne}, "text": {"one"}})
	dm, ts := posted["channel"].(string), posted["ts"].(string)
	said, err := s.As(Sanne).Say(t.Context(), "mine")
	if err != nil || !said.OK() {
		t.Fatal(said, err)
	}
	mine := s.As(Sanne).DM()[1].TS
	for _, c := range []struct{ name, method, form, code string }{
		{"no text", "chat.postMessage", "channel=" + Sanne, "no_text"},
		{"empty blocks", "chat.postMessage", "channel=" + Sanne + "&blocks=[]", "no_text"},
		{"no channel", "chat.postMessage", "text=x", "invalid_arguments"},
		{"unknown channel", "chat.postMessage", "channel=C9&text=x", "channel_not_found"},
		{"bot not a member", "chat.postMessage", "channel=" + closed + "&text=x", "not_in_channel"},
		{"tab disabled", "chat.postMessage", "channel=U0BLOCK&text=x", "messages_tab_disabled"},
		{"deactivated", "chat.postMessage", "channel=U0GONE&text=x", "channel_not_found"},
		{"stranger", "chat.postMessage", "channel=" + Stranger + "&text=x", "channel_not_found"},
		{"a bot", "chat.postMessage", "channel=" + s.BotUserID() + "&text=x", "cannot_dm_bot"},
		{"blocks no JSON", "chat.postMessage", "channel=" + Sanne + "&blocks={", "invalid_blocks_format"},
		{"blocks an object", "chat.postMessage", "channel=" + Sanne + "&blocks={}", "invalid_blocks_format"},
		{"bad block", "chat.postMessage", "channel=" + Sanne + `&blocks=[{"type":"nope"}]`, "invalid_blocks"},
		{"metadata shape", "chat.postMessage", "channel=" + Sanne + `&text=x&metadata={"event_type":"x"}`, "invalid_metadata_schema"},
		{"metadata text", "chat.postMessage", "channel=" + Sanne + "&text=x&metadata=x", "invalid_metadata_format"},
		{"metadata size", "chat.postMessage", "channel=" + Sanne + `&text=x&metadata={"event_type":"x","event_payload":{"a":"` + long + long + `"}}`, "metadata_too_large"},
		{"update by user id", "chat.update", "channel=" + Sanne + "&ts=" + ts + "&text=x", "channel_not_found"},
		{"update unknown", "chat.update", "channel=" + dm + "&ts=1700000000.000001&text=x", "message_not_found"},
		{"update another's", "chat.update", "channel=" + dm + "&ts=" + mine + "&text=x", "cant_update_message"},
		{"update too long", "chat.update", "channel=" + dm + "&ts=" + ts + "&text=" + long, "msg_too_long"},
		{"update to nothing", "chat.update", "channel=" + dm + "&ts=" + ts + "&blocks=[]&text=", "no_text"},
		{"delete another's", "chat.delete", "channel=" + dm + "&ts=" + mine, "cant_delete_message"},
		{"ephemeral to absent", "chat.postEphemeral", "channel=" + dm + "&user=" + Mehmet + "&text=x", "user_not_in_channel"},
		{"ephemeral by user id", "chat.postEphemeral", "channel=" + Sanne + "&user=" + Sanne + "&text=x", "channel_not_found"},
		{"permalink unknown", "chat.getPermalink", "channel=" + dm + "&message_ts=1", "message_not_found"},
		{"open without scope", "conversations.open", "users=" + Sanne, "missing_scope"},
		{"info without scope", "conversations.info", "channel=" + dm, "missing_scope"},
		{"history unknown", "conversations.history", "channel=C9", "channel_not_found"},
		{"bad cursor", "conversations.history", "channel=" + dm + "&cursor=zz", "invalid_cursor"},
		{"unknown method", "chat.shout", "channel=" + dm, "unknown_method"},
		{"unknown user", "users.info", "user=U9", "user_not_found"},
		{"unknown address", "users.lookupByEmail", "email=nobody@noordzee.nl", "users_not_found"},
		{"foreign address", "users.lookupByEmail", "email=anna@fabrikam.com", "users_not_found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			form, err := url.ParseQuery(strings.ReplaceAll(c.form, `+`, `%2B`))
			if err != nil {
				t.Fatal(err)
			}
			wantError(t, raw(t, s, c.method, form), c.code)
		})
	}
}

func TestChat_TokenDecides(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, Options{Scopes: []string{"users:read"}})
	wantError(t, raw(t, s, "auth.test", url.Values{"token": {""}}), "not_authed")
	wantError(t, raw(t, s, "auth.test", url.Values{"token": {"xoxb-wrong"}}), "invalid_auth")
	a := raw(t, s, "chat.postMessage", url.Values{"channel": {Sanne}, "text": {"x"}})
	wantError(t, a, "missing_scope")
	if a["needed"] != "chat:write" || a["provided"] != "users:read" {
		t.Errorf("needed %v, provided %v", a["needed"], a["provided"])
	}
	u := raw(t, s, "users.info", url.Values{"user": {Sanne}})["user"].(obj)
	if _, has := u["profile"].(obj)["email"]; has {
		t.Error("the address is shown without users:read.email")
	}
	s.BreakToken("token_revoked")
	wantError(t, raw(t, s, "auth.test", url.Values{}), "token_revoked")
}

func TestChat_LongTextIsCut(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, Options{})
	wantOK(t, raw(t, s, "chat.postMessage", url.Values{"channel": {Sanne}, "text": {strings.Repeat("é", maxPostText+5)}}))
	if n := len([]rune(s.As(Sanne).DM()[0].Text)); n != maxPostText {
		t.Errorf("%d characters stored, want %d", n, maxPostText)
	}
}

func TestUpdate_TextAloneRemovesBlocks(t *testing.T) {
	t.Parallel()
	s, _, c := start(t, Options{})
	ch, ts, err := c.PostMessageContext(t.Context(), Sanne, slack.MsgOptionText("a", false),
		slack.MsgOptionBlocks(slack.NewDividerBlock()))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := c.UpdateMessageContext(t.Context(), ch, ts, slack.MsgOptionText("b", false)); err != nil {
		t.Fatal(err)
	}
	m := s.As(Sanne).DM()[0]
	if m.Text != "b" || m.Blocks != nil || m.Edits != 1 {
		t.Errorf("message = %+v", m)
	}
	if len(m.Earlier) != 1 || m.Earlier[0].Text != "a" || m.Earlier[0].Blocks == nil {
		t.Errorf("earlier = %+v", m.Earlier)
	}
}

func TestUpdate_MetadataStaysUnlessSent(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, Options{})
	a := raw(t, s, "chat.postMessage", url.Values{
		"channel": {Sanne}, "text": {"x"}, "metadata": {`{"event_type":"card","event_payload":{}}`},
	})
	where := func(more url.Values) url.Values {
		more.Set("channel", a["channel"].(string))
		more.Set("ts", a["ts"].(string))
		return more
	}
	wantOK(t, raw(t, s, "chat.update", where(url.Values{"text": {"y"}})))
	if m := s.As(Sanne).DM()[0]; m.Metadata == nil {
		t.Error("metadata was lost")
	}
	wantOK(t, raw(t, s, "chat.update", where(url.Values{"text": {"z"}, "metadata": {"{}"}})))
	if m := s.As(Sanne).DM()[0]; m.Metadata != nil {
		t.Errorf("metadata = %s after it was removed", m.Metadata)
	}
}

func TestUpdate_RichTextStaysRichText(t *testing.T) {
	t.Parallel()
	s, _, _ := start(t, Options{})
	rich := `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"hi"}]}]}]`
	a := raw(t, s, "chat.postMessage", url.Values{"channel": {Sanne}, "blocks": {rich}})
	form := url.Values{"channel": {a["channel"].(string)}, "ts": {a["ts"].(string)}, "blocks": {section}}
	wantError(t, raw(t, s, "chat.update", form), "block_mismatch")
	form.Set("blocks", rich)
	wantOK(t, raw(t, s, "chat.update", form))
}

func TestHistory_IsNewestFirstAndCutsMetadata(t *testing.T) {
	t.Parallel()
	s, _, c := start(t, Options{})
	var ch string
	for _, text := range []string{"one", "two", "three"} {
		var err error
		if ch, _, err = c.PostMessageContext(t.Context(), Sanne, slack.MsgOptionText(text, false),
			slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "card", EventPayload: map[string]any{"n": text}})); err != nil {
			t.Fatal(err)
		}
	}
	wantOK(t, raw(t, s, "chat.postEphemeral", url.Values{"channel": {ch}, "user": {Sanne}, "text": {"shh"}}))
	h, err := c.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{
		ChannelID: ch, IncludeAllMetadata: true, Limit: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Messages) != 2 || h.Messages[0].Text != "three" || !h.HasMore {
		t.Fatalf("history = %+v", h)
	}
	if h.Messages[0].Metadata.EventPayload["n"] != "three" {
		t.Errorf("metadata = %+v", h.Messages[0].Metadata)
	}
	cut := raw(t, s, "conversations.history", url.Values{"channel": {ch}, "limit": {"1"}})
	md := cut["messages"].([]any)[0].(obj)["metadata"].(obj)
	if md["event_type"] != "card" || md["event_payload"] != nil {
		t.Errorf("metadata without include_all_metadata = %v", md)
	}
	next := cut["response_metadata"].(obj)["next_cursor"].(string)
	rest := raw(t, s, "conversations.history", url.Values{"channel": {ch}, "cursor": {next}})
	if n := len(rest["messages"].([]any)); n != 2 {
		t.Errorf("second page has %d messages, want 2", n)
	}
}

func TestUsers_SlackGoReadsTheFlags(t *testing.T) {
	t.Parallel()
	s, _, c := start(t, Options{})
	s.AddUser(User{ID: "U0NEW", RealName: "New", Email: "new@noordzee.nl", EmailUnconfirmed: true, IsInvitedUser: true})
	sanne, err := c.GetUserInfoContext(t.Context(), Sanne)
	if err != nil {
		t.Fatal(err)
	}
	if sanne.Profile.Email != "sanne@noordzee.nl" || sanne.Locale != "en-US" || sanne.TZ != "Europe/Amsterdam" ||
		!sanne.IsEmailConfirmed || sanne.TeamID != s.TeamID() {
		t.Errorf("Sanne = %+v", sanne)
	}
	guest, err := c.GetUserInfoContext(t.Context(), Guest)
	if err != nil || !guest.IsRestricted || guest.IsUltraRestricted {
		t.Errorf("guest = %+v, %v", guest, err)
	}
	stranger, err := c.GetUserInfoContext(t.Context(), Stranger)
	if err != nil || !stranger.IsStranger || stranger.Profile.Email != "" || stranger.Locale != "" || stranger.TeamID == s.TeamID() {
		t.Errorf("stranger = %+v, %v", stranger, err)
	}
	fresh, err := c.GetUserInfoContext(t.Context(), "U0NEW")
	if err != nil || fresh.IsEmailConfirmed || !fresh.IsInvitedUser {
		t.Errorf("invited = %+v, %v", fresh, err)
	}
	found, err := c.GetUserByEmailContext(t.Context(), "MEHMET@noordzee.nl")
	if err != nil || found.ID != Mehmet {
		t.Errorf("by address = %+v, %v", found, err)
	}
	all, err := c.GetUsersContext(t.Context(), slack.GetUsersOptionLimit(3))
	if err != nil || len(all) != 9 {
		t.Errorf("%d users, %v", len(all), err)
	}
	if err := s.UpdateUser(Sanne, func(u *User) { u.Deleted = true }); err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetUserByEmailContext(t.Context(), "sanne@noordzee.nl"); err == nil {
		t.Error("a deactivated person was found by address")
	}
	if _, err := s.As(Sanne).Command(t.Context(), "/guestsite"); !errors.Is(err, ErrNotPossible) {
		t.Errorf("a deactivated person typed: %v", err)
	}
}
