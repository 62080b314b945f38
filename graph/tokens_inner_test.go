package graph

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"guestsite/bot"
)

// credential is the vendor's, as far as Tokens needs it.
type credential func(context.Context) (azcore.AccessToken, error)

func (c credential) GetToken(ctx context.Context, _ policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return c(ctx)
}

func tokensOf(c credential) *Tokens {
	return &Tokens{opt: TokenOptions{HTTP: &http.Client{}}, cred: c}
}

// Many messages that wait for one token do not each try a login that refuses.
func TestTokens_WhoWaitsSharesTheFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked, answer := 0, make(chan struct{})
		tokens := tokensOf(func(context.Context) (azcore.AccessToken, error) {
			asked++
			<-answer
			return azcore.AccessToken{}, &azidentity.AuthenticationFailedError{RawResponse: &http.Response{StatusCode: http.StatusUnauthorized}}
		})
		got := make(chan error, 20)
		for range cap(got) {
			go func() {
				_, err := tokens.Token(t.Context())
				got <- err
			}()
		}
		synctest.Wait()
		close(answer)
		for range cap(got) {
			if err := <-got; bot.ReasonOf(err) != bot.ReasonCredentials {
				t.Errorf("got %v", err)
			}
		}
		if asked != 1 {
			t.Errorf("asked %d times", asked)
		}
	})
}

// A token that was on its way before Forget is not given to who asks after it.
func TestTokens_ForgetLeavesTheQuestionUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan string)
		old := tokensOf(func(context.Context) (azcore.AccessToken, error) { return azcore.AccessToken{Token: <-answer}, nil })
		old.spent = true // it gave a token, which is refused now
		waited := make(chan string, 1)
		go func() {
			raw, err := old.Token(t.Context())
			if err != nil {
				t.Error(err)
			}
			waited <- raw
		}()
		synctest.Wait()
		old.Forget()
		old.cred = credential(func(context.Context) (azcore.AccessToken, error) { return azcore.AccessToken{Token: "new"}, nil })
		if raw, err := old.Token(t.Context()); err != nil || raw != "new" {
			t.Errorf("got %q, %v", raw, err)
		}
		answer <- "old"
		if raw := <-waited; raw != "old" {
			t.Errorf("who asked before got %q", raw)
		}
		if raw, err := old.Token(t.Context()); err != nil || raw != "new" {
			t.Errorf("later: got %q, %v", raw, err)
		}
	})
}

func TestTokens_StrangeAnswersOfTheCredential(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		code bot.Code
	}{
		"no token":    {nil, bot.Unavailable},
		"no response": {&azidentity.AuthenticationFailedError{}, bot.Unavailable},
		"no body":     {&azidentity.AuthenticationFailedError{RawResponse: &http.Response{StatusCode: http.StatusBadRequest}}, bot.Forbidden},
		"other error": {errors.New("no identity here"), bot.Unavailable},
	} {
		tokens := tokensOf(func(context.Context) (azcore.AccessToken, error) { return azcore.AccessToken{}, c.err })
		if raw, err := tokens.Token(t.Context()); raw != "" || bot.CodeOf(err) != c.code {
			t.Errorf("%s: got %q, %v", name, raw, err)
		}
	}
}

func TestTokens_CredentialThatCannotBeMadeAnew(t *testing.T) {
	t.Parallel()
	tokens := tokensOf(func(context.Context) (azcore.AccessToken, error) { return azcore.AccessToken{Token: "x"}, nil })
	if raw, err := tokens.Token(t.Context()); err != nil || raw != "x" {
		t.Fatal(raw, err)
	}
	tokens.Forget()
	for range 2 {
		if _, err := tokens.Token(t.Context()); bot.CodeOf(err) != bot.Internal || !errors.Is(err, errOneAuth) {
			t.Errorf("got %v", err)
		}
	}
}
