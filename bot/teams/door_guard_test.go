package teams

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"guestsite/bot/teams/teamsfake"
)

const otherTenant = "88888888-8888-4888-8888-888888888888"

var bearer = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{10,}`)

// forged sends a forgery that must be answered and gives the answer.
func (r *rig) forged(t *testing.T, f teamsfake.Forgery) teamsfake.Reply {
	t.Helper()
	got, err := r.fake.Forge(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestDoor_TakesAGenuineMessage(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	if got := r.forged(t, teamsfake.Forgery{}); got.Status != http.StatusOK && got.Status != http.StatusAccepted || len(got.Body) != 0 {
		t.Errorf("status %d %s", got.Status, got.Body)
	}
	in := d.one(t)
	if in.Command == nil || in.Command.Text != "hello" || in.User != r.user(sanne) || in.Key == "" || in.At.IsZero() {
		t.Errorf("the event is %+v", in)
	}
	for name, f := range map[string]teamsfake.Forgery{
		"audience in a list":    {Token: teamsfake.TokenSpec{Audience: []string{r.fake.AppID()}}},
		"scheme in lower case":  {Scheme: "bearer"},
		"clock four minutes on": {Token: teamsfake.TokenSpec{NotBefore: time.Now().Add(4 * time.Minute)}},
		"slash at the end":      {Token: teamsfake.TokenSpec{ServiceURL: r.fake.ServiceURL()}},
	} {
		if got := r.forged(t, f); got.Status != http.StatusOK {
			t.Errorf("%s: status %d", name, got.Status)
		}
	}
}

// TestDoor_RefusesWhatDiffersInOneProperty sends the message that is taken above,
// each time with one thing changed.
func TestDoor_RefusesWhatDiffersInOneProperty(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d, func(_ *teamsfake.Options, o *Options) { o.BodyLimit = 20_000 })
	type spec = teamsfake.TokenSpec
	type forgery = teamsfake.Forgery
	const unauthorized, forbidden, bad = http.StatusUnauthorized, http.StatusForbidden, http.StatusBadRequest
	for name, c := range map[string]struct {
		f    forgery
		want int
	}{
		"no header":             {forgery{NoHeader: true}, unauthorized},
		"garbage":               {forgery{Header: "Bearer garbage"}, unauthorized},
		"another scheme":        {forgery{Scheme: "Basic"}, unauthorized},
		"no scheme":             {forgery{Scheme: teamsfake.Absent}, unauthorized},
		"a huge token":          {forgery{Padding: 40_000}, unauthorized},
		"another issuer":        {forgery{Token: spec{Issuer: "https://sts.windows.net/" + otherTenant + "/"}}, unauthorized},
		"no issuer":             {forgery{Token: spec{Issuer: teamsfake.Absent}}, unauthorized},
		"another audience":      {forgery{Token: spec{Audience: otherTenant}}, unauthorized},
		"two audiences":         {forgery{Token: spec{Audience: []string{r.fake.AppID(), otherTenant}}}, unauthorized},
		"no audience":           {forgery{Token: spec{Audience: teamsfake.Absent}}, unauthorized},
		"no expiry":             {forgery{Token: spec{NoExpiry: true}}, unauthorized},
		"no start":              {forgery{Token: spec{NoNotBefore: true}}, unauthorized},
		"expired":               {forgery{Token: spec{Expiry: time.Now().Add(-6 * time.Minute)}}, unauthorized},
		"not yet valid":         {forgery{Token: spec{NotBefore: time.Now().Add(6 * time.Minute)}}, unauthorized},
		"an unlisted key":       {forgery{Token: spec{Key: teamsfake.KeyUnlisted}}, unauthorized},
		"another key's id":      {forgery{Token: spec{Kid: "another"}}, unauthorized},
		"no algorithm":          {forgery{Token: spec{Algorithm: "none"}}, unauthorized},
		"HS256":                 {forgery{Token: spec{Algorithm: "HS256"}}, unauthorized},
		"RS384":                 {forgery{Token: spec{Algorithm: "RS384"}}, unauthorized},
		"PS256":                 {forgery{Token: spec{Algorithm: "PS256"}}, unauthorized},
		"ES256":                 {forgery{Token: spec{Algorithm: "ES256"}}, unauthorized},
		"no service claim":      {forgery{Token: spec{ServiceURL: teamsfake.Absent}}, unauthorized},
		"key of webchat":        {forgery{Token: spec{KeyEndorsements: []string{"webchat"}}}, forbidden},
		"key of nothing":        {forgery{Token: spec{KeyEndorsements: []string{}}}, forbidden},
		"another service claim": {forgery{Token: spec{ServiceURL: "https://smba.example.net/teams/"}}, forbidden},
		"another channel":       {forgery{ChannelID: "webchat"}, forbidden},
		"no channel":            {forgery{ChannelID: teamsfake.Absent}, forbidden},
		"another service":       {forgery{ServiceURL: "https://smba.example.net/teams/"}, forbidden},
		"no service":            {forgery{ServiceURL: teamsfake.Absent}, forbidden},
		"a host not allowed": {forgery{
			ServiceURL: "https://smba.example.net/teams/", Token: spec{ServiceURL: "https://smba.example.net/teams/"},
		}, forbidden},
		"an allowed host by http": {forgery{
			ServiceURL: "http://" + r.fake.ServiceHost() + "/", Token: spec{ServiceURL: "http://" + r.fake.ServiceHost() + "/"},
		}, forbidden},
		"an allowed host as a user": {forgery{
			ServiceURL: "https://" + r.fake.ServiceHost() + "@smba.example.net/", Token: spec{ServiceURL: "https://" + r.fake.ServiceHost() + "@smba.example.net/"},
		}, forbidden},
		"tenant of the channel data":         {forgery{ChannelDataTenant: otherTenant}, forbidden},
		"tenant of the conversation":         {forgery{ConversationTenant: otherTenant}, forbidden},
		"a second tenant":                    {forgery{ChannelDataTenant: otherTenant, ConversationTenant: otherTenant}, forbidden},
		"no tenant in the channel data":      {forgery{ChannelDataTenant: teamsfake.Absent}, forbidden},
		"no tenant at all":                   {forgery{ChannelDataTenant: teamsfake.Absent, ConversationTenant: teamsfake.Absent}, forbidden},
		"not JSON":                           {forgery{Body: []byte("{")}, bad},
		"empty":                              {forgery{Body: []byte("")}, bad},
		"a list":                             {forgery{Body: []byte("[]")}, bad},
		"a number":                           {forgery{Body: []byte("7")}, bad},
		"two objects":                        {forgery{Body: []byte("{}{}")}, bad},
		"an object of nothing":               {forgery{Body: []byte("{}")}, forbidden},
		"null":                               {forgery{Body: []byte("null")}, forbidden},
		"too large":                          {forgery{Change: func(a map[string]any) { a["text"] = strings.Repeat("x", 20_001) }}, http.StatusRequestEntityTooLarge},
		"too large and not JSON":             {forgery{Body: []byte(strings.Repeat("x", 20_001))}, http.StatusRequestEntityTooLarge},
		"two tokens, the first of a forger":  {forgery{TwoTokens: true, Token: spec{Key: teamsfake.KeyUnlisted}}, unauthorized},
		"a large body without a token":       {forgery{NoHeader: true, Body: []byte(strings.Repeat("x", 100_000))}, unauthorized},
		"an activity of nobody's tenant":     {forgery{Activity: map[string]any{"type": "message", "channelId": "msteams"}}, forbidden},
		"the emulator's token":               {forgery{Token: spec{Issuer: "https://login.microsoftonline.com/" + r.fake.TenantID() + "/v2.0"}}, unauthorized},
		"the service's name in another case": {forgery{Token: spec{ServiceURLClaim: "serviceURLs"}}, unauthorized},
	} {
		lines := strings.Count(r.log.String(), "\n")
		got := r.forged(t, c.f)
		if got.Status != c.want {
			t.Errorf("%s: status %d, want %d", name, got.Status, c.want)
		}
		if told := strings.TrimSpace(string(got.Body)); told != http.StatusText(got.Status) {
			t.Errorf("%s: the answer tells %q", name, told)
		}
		if strings.Count(r.log.String(), "\n") == lines {
			t.Errorf("%s: nothing in the log", name)
		}
	}
	d.none(t, "forgeries")
	if len(d.looked())+len(d.forms()) != 0 || len(d.places) != 0 {
		t.Errorf("the door was asked: %v, places %v", d.looked(), d.places)
	}
	if n := r.fake.Count("connector"); n != 0 {
		t.Errorf("%d calls to the connector", n)
	}
	if found := bearer.FindString(r.log.String()); found != "" {
		t.Errorf("the log holds a token: %s", found)
	}
	if strings.Contains(r.log.String(), "panic") {
		t.Errorf("a panic:\n%s", r.log)
	}
}

func TestDoor_TakesPOSTOnly(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodHead} {
		req, err := http.NewRequestWithContext(t.Context(), method, r.app.URL+"/api/messages", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+r.fake.SignedToken(teamsfake.TokenSpec{}))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != http.MethodPost {
			t.Errorf("%s: status %d, Allow %q", method, res.StatusCode, res.Header.Get("Allow"))
		}
	}
	d.none(t, "other methods")
}

// Whoever has no Entra id cannot be known: an anonymous guest of a meeting.
func TestDoor_HandsOverNobodyWithoutAnEntraID(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	for _, id := range []string{teamsfake.Absent, "29:1abc", "../" + sanne, sanne + "0", " "} {
		if got := r.forged(t, teamsfake.Forgery{EntraID: id}); got.Status != http.StatusOK || len(got.Body) != 0 {
			t.Errorf("a message of %q: %d %s", id, got.Status, got.Body)
		}
		click := r.forged(t, teamsfake.Forgery{EntraID: id, Change: func(a map[string]any) {
			a["type"], a["name"] = "invoke", "adaptiveCard/action"
			a["value"] = map[string]any{"action": map[string]any{"type": "Action.Execute", "data": map[string]any{}}}
		}})
		var v struct {
			StatusCode  int
			Type, Value string
		}
		if err := json.Unmarshal(click.Body, &v); err != nil || click.Status != 200 || v.StatusCode != 200 ||
			v.Type != "application/vnd.microsoft.activity.message" || v.Value == "" {
			t.Errorf("a click of %q: %d %s", id, click.Status, click.Body)
		}
	}
	d.none(t, "nobody")
	if len(d.places) != 0 || r.fake.Count("connector") != 0 {
		t.Errorf("places %v, %d calls", d.places, r.fake.Count("connector"))
	}
}

func TestDoor_AFloodOfForgeriesCausesNoRequestsOfOurs(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	began := time.Now()
	for i := range 200 {
		f := teamsfake.Forgery{Token: teamsfake.TokenSpec{Key: teamsfake.KeyUnlisted}}
		switch i % 4 {
		case 1:
			f = teamsfake.Forgery{Token: teamsfake.TokenSpec{Kid: strings.Repeat("k", i)}}
		case 2:
			f = teamsfake.Forgery{Header: "Bearer garbage"}
		case 3:
			f = teamsfake.Forgery{Token: teamsfake.TokenSpec{Audience: otherTenant}}
		}
		if got := r.forged(t, f); got.Status != http.StatusUnauthorized {
			t.Fatalf("%d: status %d", i, got.Status)
		}
	}
	// One reading, and another for each minute that a busy machine took.
	most := 1 + int(time.Since(began)/time.Minute)
	if m, k := r.fake.MetadataFetches(), r.fake.KeyFetches(); m > most || k > most {
		t.Errorf("%d readings of the metadata and %d of the keys", m, k)
	}
	if n := r.fake.Count("connector"); n != 0 {
		t.Errorf("%d calls to the connector", n)
	}
	d.none(t, "the flood")
	if got := r.forged(t, teamsfake.Forgery{}); got.Status != http.StatusOK {
		t.Errorf("a genuine message behind the flood: %d", got.Status)
	}
}

func TestDoor_LearnsTheIssuersNewKey(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	if got := r.forged(t, teamsfake.Forgery{}); got.Status != http.StatusOK {
		t.Fatalf("status %d", got.Status)
	}
	if err := r.fake.RotateKeys(); err != nil {
		t.Fatal(err)
	}
	r.fake.DropOldKeys()
	later := time.Now().Add(2 * keysFloor) // the floor between two readings has passed
	r.chat.verifier.keys.mu.Lock()
	r.chat.verifier.keys.now = func() time.Time { return later }
	r.chat.verifier.keys.mu.Unlock()
	if got := r.forged(t, teamsfake.Forgery{}); got.Status != http.StatusOK {
		t.Errorf("the new key: %d", got.Status)
	}
	if got := r.forged(t, teamsfake.Forgery{Token: teamsfake.TokenSpec{Key: teamsfake.KeyOldest}}); got.Status != http.StatusUnauthorized {
		t.Errorf("the oldest key: %d", got.Status)
	}
	if r.fake.KeyFetches() != 2 {
		t.Errorf("%d readings", r.fake.KeyFetches())
	}
}

// What may be good is sent again: nothing is known about a token while no key is.
func TestDoor_IsUnavailableWhileTheKeysAre(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d)
	r.fake.AddFault(teamsfake.Fault{Kind: teamsfake.FaultStatus, Status: http.StatusBadGateway, Times: -1})
	if got := r.forged(t, teamsfake.Forgery{}); got.Status != http.StatusServiceUnavailable {
		t.Errorf("status %d", got.Status)
	}
	d.none(t, "without keys")
}

func TestDoor_AnswersBeforeItIsSet(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	if got := r.forged(t, teamsfake.Forgery{}); got.Status != http.StatusServiceUnavailable {
		t.Errorf("a genuine message: %d", got.Status)
	}
	if got := r.forged(t, teamsfake.Forgery{NoHeader: true}); got.Status != http.StatusUnauthorized {
		t.Errorf("a forgery: %d", got.Status)
	}
	if _, err := r.chat.Post(t.Context(), r.user(sanne), "x", ownerCard()); err == nil {
		t.Error("a card was posted without a place to read")
	}
}

func TestDoor_TakesEveryTenantThatIsConfigured(t *testing.T) {
	t.Parallel()
	d := &door{}
	r := newRig(t, d, func(_ *teamsfake.Options, o *Options) {
		o.TenantIDs = append(o.TenantIDs, strings.ToUpper(otherTenant))
	})
	if got := r.forged(t, teamsfake.Forgery{ChannelDataTenant: otherTenant, ConversationTenant: otherTenant}); got.Status != http.StatusOK {
		t.Fatalf("status %d", got.Status)
	}
	if in := d.one(t); in.User.Team != otherTenant || in.User.ID != sanne {
		t.Errorf("the event is of %v", in.User)
	}
	// Of two that are configured an activity is still of one.
	if got := r.forged(t, teamsfake.Forgery{ChannelDataTenant: otherTenant}); got.Status != http.StatusForbidden {
		t.Errorf("of both: status %d", got.Status)
	}
	d.none(t, "of both")
}
