package teams

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/teams/teamsfake"
)

// FuzzMessages sends bodies behind a genuine token: none ends in a panic, each gets one
// of the statuses that the protocol knows, and an invoke that is answered 200 gets an
// answer that Teams can use.
func FuzzMessages(f *testing.F) {
	var line cutLine
	r := newRig(f, &door{}, func(_ *teamsfake.Options, o *Options) {
		if o.HTTP != nil {
			line.RoundTripper, o.HTTP = o.HTTP.Transport, &http.Client{Transport: &line}
		}
		o.Log = slog.New(slog.DiscardHandler)
	})
	for _, seed := range r.seeds(f) {
		f.Add(seed)
	}
	r.chat.SetDoor(nowhere{r.door})
	line.cut.Store(true)
	for _, seed := range []string{
		"", "{", "null", "[]", `"x"`, "7", "{}", `{"type":"invoke"}`, `{"type":"message","value":"{"}`,
		`{"type":"invoke","name":"adaptiveCard/action","value":null}`, `{"channelData":null,"from":null,"conversation":null,"entities":[null]}`,
		`{"membersAdded":[null,{}],"recipient":{}}`, `{"text":"\ud800","locale":"\u0000"}`, strings.Repeat("[", 5000), strings.Repeat(`{"value":`, 5000),
	} {
		f.Add([]byte(seed))
	}
	bearer := "Bearer " + r.fake.SignedToken(teamsfake.TokenSpec{})
	handler := r.chat.Handlers()["/api/messages"]
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, b := range [][]byte{body, r.dressed(body)} {
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/messages", bytes.NewReader(b))
			req.Header.Set("Authorization", bearer)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, req)
			known := []int{200, 400, 403, 413, 501}
			if !slices.Contains(known, w.Code) {
				t.Fatalf("status %d for %q", w.Code, b)
			}
			if text := w.Body.String(); w.Code == http.StatusOK && text != "" {
				var v struct {
					StatusCode int             `json:"statusCode"`
					Type       string          `json:"type"`
					Value      json.RawMessage `json:"value"`
				}
				if err := json.Unmarshal([]byte(text), &v); err != nil || v.StatusCode != 200 || v.Type == "" || len(v.Value) < 2 || string(v.Value) == `""` {
					t.Fatalf("answered %s for %q", text, b)
				}
			}
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), answerTime)
		defer cancel()
		if err := r.chat.Close(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

// dressed puts on what a body needs to be let in, so that what is behind is reached.
func (r *rig) dressed(body []byte) []byte {
	var a map[string]any
	if json.Unmarshal(body, &a) != nil || a == nil {
		return body
	}
	a["channelId"], a["serviceUrl"] = "msteams", r.fake.ServiceURL()
	a["channelData"] = map[string]any{"tenant": map[string]any{"id": r.fake.TenantID()}}
	if c, ok := a["conversation"].(map[string]any); ok {
		delete(c, "tenantId")
	}
	if from, ok := a["from"].(map[string]any); ok {
		from["aadObjectId"] = sanne
	}
	out, err := json.Marshal(a)
	if err != nil {
		return body
	}
	return out
}

// cutLine is a network that is gone once it is cut.
type cutLine struct {
	http.RoundTripper
	cut atomic.Bool
}

func (c *cutLine) RoundTrip(req *http.Request) (*http.Response, error) {
	if c.cut.Load() {
		return nil, io.ErrUnexpectedEOF
	}
	return c.RoundTripper.RoundTrip(req)
}

// nowhere is a door that answers by what came and keeps nothing.
type nowhere struct{ *door }

func (nowhere) Handle(_ context.Context, in bot.Inbound) (bot.Answer, error) {
	form, line := noteForm("site"), said("Noted.")
	switch {
	case in.Submit != nil:
		return bot.Answer{Update: &form}, nil
	case in.Command != nil:
		return bot.Answer{Whisper: &line}, nil
	}
	return bot.Answer{}, nil
}

func (nowhere) Look(context.Context, bot.ChatUser, bot.Ref, string) (bot.Screen, error) {
	c := outcomeCard()
	return bot.Screen{Card: &c}, nil
}

func (nowhere) Place(context.Context, bot.ChatUser) (bot.Place, error) { return bot.Place{}, nil }
func (nowhere) KeepPlace(context.Context, bot.Place) error             { return nil }
func (nowhere) Opened(context.Context, string, string, bot.Ref) error  { return nil }
func (nowhere) Line(context.Context, bot.ChatUser, bot.Line) card.Card { return said("A line.") }

func (nowhere) Sorry(context.Context, bot.ChatUser, error, string) card.Card { return said("Sorry.") }

// seeds are activities as the fake sends them.
func (r *rig) seeds(f *testing.F) [][]byte {
	f.Helper()
	ctx := f.Context()
	fine := func(_ teamsfake.Outcome, err error) {
		f.Helper()
		if err != nil {
			f.Fatal(err)
		}
	}
	me := r.fake.As(sanne)
	group := r.fake.AddGroupChat("Linden", sanne, mehmet)
	if err := r.fake.InstallFor(ctx, lars); err != nil {
		f.Fatal(err)
	}
	if err := r.fake.UninstallFor(ctx, lars); err != nil {
		f.Fatal(err)
	}
	fine(me.Say(ctx, "new Linden"))
	fine(me.SayIn(ctx, group, "why anna@fabrikam.com"))
	_, msg := r.post(f, sanne, ownerCard())
	fine(me.Click(ctx, msg, "Add Anna"))
	fine(me.ClickOld(ctx, msg, "Add Anna"))
	fine(me.Refresh(ctx, msg))
	_, form := r.open(f, sanne, noteForm("site"))
	if err := me.Fill(ctx, form, inputID(noteForm("").Fields[0]), "because"); err != nil {
		f.Fatal(err)
	}
	fine(me.Click(ctx, form, "Swap"))
	fine(me.Click(ctx, form, "Send it"))
	_, site := r.open(f, sanne, siteField())
	if _, _, err := me.Suggest(ctx, site, inputID(siteField().Fields[0]), "li"); err != nil {
		f.Fatal(err)
	}
	fine(me.SendActivity(ctx, "", "messageReaction", map[string]any{"reactionsAdded": []any{map[string]any{"type": "like"}}}))
	r.settle(f)
	var out [][]byte
	for _, e := range r.fake.Wire() {
		if e.Direction == teamsfake.ToApp {
			out = append(out, e.Request)
		}
	}
	if len(out) < 12 {
		f.Fatalf("%d activities", len(out))
	}
	return out
}
