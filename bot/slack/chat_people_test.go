package slack

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/slack/slackfake"
)

func TestProfile_TellsWhoMayNotAct(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	change := func(id string, f func(*slackfake.User)) {
		if err := r.fake.UpdateUser(id, f); err != nil {
			t.Fatal(err)
		}
	}
	change(slackfake.Mehmet, func(u *slackfake.User) { u.Deleted = true })
	change(slackfake.Priya, func(u *slackfake.User) { u.EmailUnconfirmed = true })
	change(slackfake.Joost, func(u *slackfake.User) { u.IsInvitedUser = true })
	change(slackfake.Lars, func(u *slackfake.User) { u.Email = "" })
	r.fake.AddUser(slackfake.User{ID: "U0ROBOT", IsBot: true, RealName: "Robot", Email: "robot@noordzee.nl"})
	r.fake.AddUser(slackfake.User{ID: "USLACKBOT", RealName: "Slackbot", Email: "slackbot@noordzee.nl"})
	r.fake.AddUser(slackfake.User{ID: "U0ELSE", TeamID: "T0FABRIKAM", RealName: "Else", Email: "else@noordzee.nl"})
	r.fake.AddUser(slackfake.User{ID: "U0ULTRA", IsUltraRestricted: true, RealName: "U", Email: "u@noordzee.nl"})

	for id, want := range map[string]bot.Refusal{
		slackfake.Sanne: "", slackfake.Mehmet: bot.RefusedDeactivated, slackfake.Priya: bot.RefusedUnconfirmed,
		slackfake.Joost: bot.RefusedInvited, slackfake.Lars: bot.RefusedNoMail, slackfake.Guest: bot.RefusedGuest,
		slackfake.Stranger: bot.RefusedStranger, "U0ROBOT": bot.RefusedBot, "USLACKBOT": bot.RefusedBot,
		"U0ELSE": bot.RefusedStranger, "U0ULTRA": bot.RefusedGuest,
	} {
		p, err := r.chat.Profile(t.Context(), user(r, id))
		if err != nil || p.Refusal != want || (p.Mail != "") != (want == "") {
			t.Errorf("%s: %+v, %v, want %q", id, p, err, want)
		}
	}
	p, err := r.chat.Profile(t.Context(), user(r, slackfake.Sanne))
	if err != nil || p.Name != "Sanne de Vries" || p.Mail != "sanne@noordzee.nl" || p.Locale != "en-US" || p.Zone != "Europe/Amsterdam" {
		t.Errorf("the profile is %+v, %v", p, err)
	}
	if _, err := r.chat.Profile(t.Context(), user(r, "U0NOBODY")); bot.CodeOf(err) != bot.NotFound {
		t.Errorf("nobody: %v", err)
	}
	if _, err := r.chat.Profile(t.Context(), bot.ChatUser{Chat: "teams", ID: "U0SANNE"}); bot.CodeOf(err) != bot.Invalid {
		t.Errorf("of another chat: %v", err)
	}
	r.fake.AddFault(slackfake.Fault{Method: "users.info", Kind: slackfake.FaultEmptyError})
	if p, err := r.chat.Profile(t.Context(), user(r, slackfake.Sanne)); bot.CodeOf(err) != bot.Unavailable || p.Mail != "" {
		t.Errorf("an answer without a user: %+v %v", p, err)
	}
	r.fake.SetScopes("users:read")
	if p, err := r.chat.Profile(t.Context(), user(r, slackfake.Sanne)); err != nil || p.Refusal != bot.RefusedNoMail {
		t.Errorf("without the mail scope: %+v %v", p, err)
	}
}

func TestByMail_FindsOnlyFullMembers(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	u, err := r.chat.Locate(t.Context(), flow.Who{Mail: "Mehmet@Noordzee.nl"})
	if err != nil || u != user(r, slackfake.Mehmet) {
		t.Errorf("got %+v, %v", u, err)
	}
	if err := r.fake.UpdateUser(slackfake.Priya, func(u *slackfake.User) { u.EmailUnconfirmed = true }); err != nil {
		t.Fatal(err)
	}
	for _, mail := range []string{"gerda@bureau.example", "priya@noordzee.nl", "nobody@noordzee.nl", ""} {
		if u, err := r.chat.Locate(t.Context(), flow.Who{Mail: mail}); bot.CodeOf(err) != bot.Forbidden || bot.ReasonOf(err) != bot.ReasonUndeliverable || u.ID != "" {
			t.Errorf("%q: %+v, %v", mail, u, err)
		}
	}
}

func TestWhisper_GoesOnlyToSlacksHosts(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(evil.Close)
	status, header, body := http.StatusOK, http.Header{}, ""
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), header)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(hook.Close)
	host := strings.TrimPrefix(hook.URL, "http://")
	r := newRig(t, &door{}, func(_ *slackfake.Options, o *Options) { o.HooksHosts = []string{host, "hooks.example"} })
	c := card.Card{Text: "hello"}

	for _, u := range []string{
		evil.URL + "/x", "http://hooks.example/x", "https://user@hooks.example/x", "https://hooks.example.evil/x",
		"https://hooks.example:444/x", "ftp://hooks.example/", "//" + host, ":", "https://",
	} {
		if err := r.chat.Whisper(t.Context(), u, c); bot.CodeOf(err) != bot.Forbidden || strings.Contains(err.Error(), "/x") {
			t.Errorf("%s: %v", u, err)
		}
	}
	if err := r.chat.Whisper(t.Context(), dmReply+slackfake.Sanne, c); err != nil || len(r.fake.As(slackfake.Sanne).DM()) != 1 {
		t.Errorf("by direct message: %v", err)
	}
	if err := r.chat.Whisper(t.Context(), dmReply+"../x", c); bot.CodeOf(err) != bot.Invalid {
		t.Errorf("to nobody: %v", err)
	}
	if err := r.chat.Whisper(t.Context(), "", c); bot.CodeOf(err) != bot.NotFound {
		t.Errorf("no URL: %v", err)
	}
	for _, a := range []struct {
		status int
		body   string
		header http.Header
		want   bot.Code
	}{
		{200, "", nil, ""},
		{204, "", nil, ""},
		{404, "expired_url", nil, bot.Expired},
		{404, "", nil, bot.Expired},
		{400, `{"error":"used_url"}`, nil, bot.Expired},
		{429, "", http.Header{"Retry-After": {"3"}}, bot.Throttled},
		{500, "", nil, bot.Unavailable},
		{302, "", http.Header{"Location": {evil.URL}}, bot.Internal},
		{307, "", http.Header{"Location": {evil.URL}}, bot.Internal},
	} {
		status, body, header = a.status, a.body, a.header
		err := r.chat.Whisper(t.Context(), hook.URL+"/actions/secret", c)
		if a.want == "" && err != nil || a.want != "" && bot.CodeOf(err) != a.want {
			t.Errorf("%d %s: %v, want %q", a.status, a.body, err, a.want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error holds the URL: %v", err)
		}
	}
	if hits.Load() != 0 {
		t.Errorf("%d requests reached a host that is not Slack's", hits.Load())
	}
}

func TestAPI_FollowsNoRedirect(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(evil.Close)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, evil.URL, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(api.Close)
	a, err := New(Options{
		APIURL: api.URL, BotToken: fixed("xoxb-x"), SigningSecrets: secrets("s"), TeamIDs: []string{"T1"},
		HTTP: &http.Client{Timeout: time.Second}, Log: newRig(t, &door{}).chat.log,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Post(t.Context(), bot.ChatUser{Chat: "slack", ID: "U1"}, "x", outcomeCard()); err == nil || hits.Load() != 0 {
		t.Errorf("%v, %d requests with the token went elsewhere", err, hits.Load())
	}
}

func TestCheck_KnowsAGoodToken(t *testing.T) {
	t.Parallel()
	r := newRig(t, &door{})
	if err := r.chat.Check(t.Context()); err != nil {
		t.Error(err)
	}
	r.fake.AddFault(slackfake.Fault{Method: "auth.test", Kind: slackfake.FaultEmptyError})
	if err := r.chat.Check(t.Context()); bot.CodeOf(err) != bot.Unavailable {
		t.Errorf("no result: %v", err)
	}
	r.fake.BreakToken("token_revoked")
	if err := r.chat.Check(t.Context()); bot.ReasonOf(err) != bot.ReasonCredentials {
		t.Errorf("revoked: %v", err)
	}
	other := newRig(t, &door{}, func(_ *slackfake.Options, o *Options) { o.TeamIDs = []string{"T0OTHER"} })
	if err := other.chat.Check(t.Context()); bot.ReasonOf(err) != bot.ReasonCredentials {
		t.Errorf("another workspace: %v", err)
	}
}

func TestNew_RefusesUnsafeOptions(t *testing.T) {
	t.Parallel()
	good := func() Options {
		return Options{
			BotToken: fixed("xoxb-x"), SigningSecrets: secrets("s"), TeamIDs: []string{"T1"}, HTTP: &http.Client{},
			Log: newRig(t, &door{}).chat.log,
		}
	}
	if _, err := New(good()); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Options){
		"no token": func(o *Options) { o.BotToken = nil }, "empty token": func(o *Options) { o.BotToken = fixed("") },
		"empty app token": func(o *Options) { o.AppToken = fixed("") }, "no secret": func(o *Options) { o.SigningSecrets = nil },
		"empty secret": func(o *Options) { o.SigningSecrets = secrets("s", "") }, "no team": func(o *Options) { o.TeamIDs = nil },
		"empty team": func(o *Options) { o.TeamIDs = []string{""} }, "no client": func(o *Options) { o.HTTP = nil },
		"no log": func(o *Options) { o.Log = nil }, "plain http": func(o *Options) { o.APIURL = "http://slack.example/api/" },
		"negative limit": func(o *Options) { o.BodyLimit = -1 },
	} {
		o := good()
		change(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
