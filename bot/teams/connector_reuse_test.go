package teams

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestConnector_UsesAConnectionAgain(t *testing.T) {
	t.Parallel()
	// net/http drops a connection whose writer is 50 ms behind, as on a busy machine.
	const spare = 3
	s, c := startConn(t, nil)
	for range 20 {
		for kind, err := range allCalls(t, s, c) {
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
		}
	}
	if n := s.conns.Load(); n > 1+spare {
		t.Errorf("%d connections", n)
	}
	s, c = startConn(t, connStatus(404, connError("ConversationNotFound")+strings.Repeat(" ", 2*maxReply)))
	for range 5 {
		allCalls(t, s, c)
	}
	if n := s.conns.Load(); n > 1+spare {
		t.Errorf("%d connections for refusals", n)
	}
}

func TestConnector_FiftyAtOnce(t *testing.T) {
	t.Parallel()
	k := &connTokens{}
	s, c := startConn(t, takesToken("secret-b"), k.use)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if id, err := c.post(t.Context(), place{s.URL, fmt.Sprintf("a:%d", i%20)}, outbound{Text: "x"}); err != nil || id == "" {
				t.Errorf("%q, %v", id, err)
			}
		})
	}
	wg.Wait()
	if k.renewed != 1 {
		t.Errorf("%d renewals", k.renewed)
	}
}
