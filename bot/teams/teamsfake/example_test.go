package teamsfake_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"guestsite/bot/teams/teamsfake"
)

// A person says something and the bot, here one that only listens, is called.
func Example() {
	bot := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer bot.Close()
	s, err := teamsfake.Start(teamsfake.Options{BotURL: bot.URL})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = s.Close() }()

	const sanne = "5a11e000-0000-4000-8000-000000000001"
	s.AddUser(teamsfake.User{ID: sanne, Name: "Sanne de Vries", Installed: true})
	out, err := s.As(sanne).Say(context.Background(), "new site")
	fmt.Println(out.OK(), err)
	fmt.Print(s.Transcript(sanne))
	// Output:
	// true <nil>
	// Sanne de Vries:
	//   new site
}
