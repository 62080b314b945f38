package graph_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"guestsite/bot"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

// serviceAccount is the token that Kubernetes puts into a file; edit may spoil it.
func serviceAccount(t *testing.T, edit func(jwt.MapClaims)) string {
	t.Helper()
	claims := jwt.MapClaims{
		"iss": "https://cluster.example/", "sub": "system:serviceaccount:guestsite:guestsite", "aud": []string{graphfake.ExchangeAudience},
		"exp": time.Now().Add(time.Hour).Unix(),
	}
	edit(claims)
	raw, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(newPair().key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A registration without any secret proves itself by the token of its service account,
// which is exchanged at the login host. Not parallel: the file is named by a variable.
func TestTokens_WorkloadIdentityProvesItselfByTheServiceAccount(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", file)
	for name, c := range map[string]struct {
		edit func(jwt.MapClaims)
		want string // of the refusal; empty where it is taken
	}{
		"as it is":              {func(jwt.MapClaims) {}, ""},
		"of another account":    {func(m jwt.MapClaims) { m["sub"] = "system:serviceaccount:guestsite:default" }, "AADSTS700213"},
		"of another cluster":    {func(m jwt.MapClaims) { m["iss"] = "https://other.example/" }, "AADSTS700027"},
		"for another audience":  {func(m jwt.MapClaims) { m["aud"] = "https://kubernetes.default.svc" }, "AADSTS700212"},
		"that is a day too old": {func(m jwt.MapClaims) { m["exp"] = time.Now().Add(-24 * time.Hour).Unix() }, "AADSTS700024"},
	} {
		t.Run(name, func(t *testing.T) {
			raw := serviceAccount(t, c.edit)
			if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
				t.Fatal(err)
			}
			federated := func(o *graphfake.Options) {
				o.Apps[0].Secret, o.Apps[0].Certificates = "", nil
				o.Apps[0].Federated = []graphfake.Federation{{
					Issuer: "https://cluster.example/", Subject: "system:serviceaccount:guestsite:guestsite", Key: &newPair().key.PublicKey,
				}}
			}
			tn, tokens := startTokens(t, setup{fake: federated}, func(o *graph.TokenOptions) { o.Auth = graph.Auth{WorkloadIdentity: true} })
			got, err := tokens.Token(t.Context())
			if c.want == "" {
				if err != nil || tn.CheckBotToken(got) != nil {
					t.Errorf("got %v, %v", err, tn.CheckBotToken(got))
				}
				return
			}
			wantError(t, err, bot.Forbidden, bot.ReasonCredentials)
			if e := new(bot.Error); !asError(err, &e) || !strings.Contains(e.Detail, c.want) || strings.Contains(err.Error(), raw) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// resource is the endpoint at which an Azure resource gives the tokens of its identities
// ("How to use managed identities for App Service"). It takes them from the tenant.
type resource struct {
	*httptest.Server

	mu    sync.Mutex
	asked []url.Values // guarded by mu
	fails int          // guarded by mu: the status that is answered, 0 for a token
}

func newResource(t *testing.T, identity string, token func() string) *resource {
	t.Helper()
	r := &resource{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked = append(r.asked, maps.Clone(q.URL.Query()))
		w.Header().Set("Content-Type", "application/json")
		switch id := q.URL.Query().Get("client_id"); {
		case q.Header.Get("X-Identity-Header") != "resource-secret":
			w.WriteHeader(http.StatusUnauthorized)
		case r.fails != 0:
			w.WriteHeader(r.fails)
		case id != "" && id != identity:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"statusCode":400,"message":"No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."}`))
		default:
			_ = json.NewEncoder(w).Encode(map[string]any{
				"access_token": token(), "token_type": "Bearer", "resource": q.URL.Query().Get("resource"), "client_id": identity,
				"expires_on": time.Now().Add(time.Hour).Unix(),
			})
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *resource) answers(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fails = status
}

func (r *resource) questions() []url.Values {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// A bot with a managed identity asks the resource that it runs on, for the connector
// and by the id of its own identity, and the login host for nothing. Not parallel: the
// endpoint is named by variables.
func TestTokens_ManagedIdentityAsksTheResourceItRunsOn(t *testing.T) {
	login, secret := startTokens(t, setup{}, func(o *graph.TokenOptions) { o.Auth = graph.Auth{ClientSecret: "not-so-secret"} })
	own := uuid() // what the vendor's library keeps, it keeps for the whole process
	r := newResource(t, own, func() string {
		secret.Forget()
		return must[string](t)(secret.Token(t.Context()))
	})
	t.Setenv("IDENTITY_ENDPOINT", r.URL+"/msi/token")
	t.Setenv("IDENTITY_HEADER", "resource-secret")
	identity := func(id string) *graph.Tokens {
		t.Helper()
		tokens, err := graph.NewTokens(graph.TokenOptions{
			TenantID: login.TenantID(), ClientID: id, Auth: graph.Auth{ManagedIdentity: true}, Login: "https://nobody.invalid",
			HTTP: &http.Client{Timeout: 20 * time.Second}, Scope: graphfake.BotScope,
		})
		if err != nil {
			t.Fatal(err)
		}
		return tokens
	}

	tokens := identity(own)
	for range 2 {
		if err := login.CheckBotToken(must[string](t)(tokens.Token(t.Context()))); err != nil {
			t.Error(err)
		}
	}
	asked := r.questions()
	if len(asked) != 1 || asked[0].Get("client_id") != own || asked[0].Get("resource")+"/.default" != graphfake.BotScope {
		t.Errorf("the resource was asked %v", asked)
	}
	_, err := identity(uuid()).Token(t.Context())
	wantError(t, err, bot.Forbidden, bot.ReasonCredentials)
	r.answers(http.StatusServiceUnavailable)
	_, err = identity("").Token(t.Context())
	wantError(t, err, bot.Unavailable, "")
}

func uuid() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
