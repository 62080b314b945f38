package teamsfake

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestRefuseConcurrent(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{RefuseConcurrent: true})
	chat := openChat(t, s, Sanne)
	s.AddFault(Fault{Kind: FaultHangAfter, Method: "POST"})
	ctx := deadline(t)
	hung := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.ServiceURL()+activitiesOf(chat),
			strings.NewReader(`{"type":"message","text":"hangs"}`))
		if err == nil {
			req.Header.Set("Authorization", "Bearer "+s.Token())
			req.Header.Set("Content-Type", "application/json")
			var resp *http.Response
			if resp, err = trusting(t, s).Do(req); err == nil {
				err = resp.Body.Close()
			}
		}
		hung <- err
	}()
	if _, err := s.WaitMessage(ctx, Sanne, func(m Message) bool { return m.Text == "hangs" }); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, callBot(t, s, http.MethodPost, activitiesOf(chat), text("x")), 412, "PreconditionFailed")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-hung; err == nil {
		t.Error("the hanging call got an answer")
	}
}

func TestRateLimits(t *testing.T) {
	t.Parallel()
	s, _ := start(t, Options{RateLimits: true})
	chat := openChat(t, s, Sanne)
	limited := got{}
	for i := range 70 {
		if limited = callBot(t, s, http.MethodPost, activitiesOf(chat), text(fmt.Sprint(i))); limited.status != 201 {
			break
		}
	}
	wantStatus(t, limited, 429, "Throttled")
	if limited.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}
