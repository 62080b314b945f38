package slackfake_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"guestsite/bot/slack/slackfake"
)

// A test gives the app's address to the fake, the fake's API address to the
// app, and then acts as a person.
func Example() {
	s, err := slackfake.Start(slackfake.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	s.SeedDemo()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"text":"Try */guestsite new*"}`)
	}))
	defer app.Close()
	s.SetAppURL(app.URL)

	sanne := s.As(slackfake.Sanne)
	if _, err := sanne.Command(context.Background(), "/guestsite help"); err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range sanne.DM() {
		fmt.Println(s.MessageText(m))
	}
	// Output:
	// Guest sites (only you):
	//   Try */guestsite new*
}
