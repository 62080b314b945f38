package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"testing"
	"time"

	"guestsite/cmd/guestsite/demo"
)

// demoPage is a page with the real program under it, driven over HTTP as a browser
// does.
type demoPage struct {
	t *testing.T
	*demo.Page
}

func openPage(t *testing.T, lang string) demoPage {
	t.Helper()
	p, err := demo.OpenPage(t.Context(), demo.Options{
		Stories: demo.Stories(), Lang: lang, Start: starter(slog.New(slog.DiscardHandler)), Out: io.Discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return demoPage{t, p}
}

func (p demoPage) post(path string, body any) (int, string) {
	p.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.URL()+"api/"+path, bytes.NewReader(raw))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// must posts what has to be taken.
func (p demoPage) must(path string, body any) {
	p.t.Helper()
	if status, text := p.post(path, body); status != http.StatusOK {
		p.t.Fatalf("%s %v: %d %s", path, body, status, text)
	}
}

// section reads a section of the page's state.
func (p demoPage) section(name string, into any) {
	p.t.Helper()
	status, text := get(p.t, p.URL()+"api/state")
	var all map[string]json.RawMessage
	if status != http.StatusOK || json.Unmarshal([]byte(text), &all) != nil || json.Unmarshal(all[name], into) != nil {
		p.t.Fatalf("no section %s in %d %s", name, status, text)
	}
}

// tourState is what the page shows of a tour.
type tourState struct {
	Story, State, Failed, Waiting string
	Number                        int
	Step                          *demo.Step
	Target                        *demo.Target
	Told                          []struct {
		Kind, Text string
		Step       *demo.Step
	}
}

// walk plays a tour to its end: take is asked for each step, and says whether it took
// it by itself.
func (p demoPage) walk(story string, take func(tourState) bool) tourState {
	p.t.Helper()
	p.must("tour", map[string]any{"do": "begin", "story": story})
	ctx, cancel := context.WithTimeout(p.t.Context(), storyTime)
	defer cancel()
	done := 0
	for {
		var now tourState
		p.section("tour", &now)
		switch {
		case now.State == "failed":
			p.t.Fatalf("%s: %s", story, now.Failed)
		case now.State == "done":
			return now
		case now.Step != nil && now.Number != done:
			done = now.Number
			if !take(now) {
				p.must("tour", map[string]any{"do": "do", "step": now.Number})
			}
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			p.t.Fatalf("%s: stuck at %+v, waiting for %s", story, now.Step, now.Waiting)
		}
	}
}

// Every story is a tour, whose steps each have a place on the page, a sentence in both
// languages, and an end as the story's own.
func TestPage_EveryStoryIsATour(t *testing.T) {
	t.Parallel()
	own := pageWords(t, "stories.nl")
	for _, st := range demo.Stories() {
		t.Run(st.Name, func(t *testing.T) {
			t.Parallel()
			p := openPage(t, "en")
			steps := 0
			end := p.walk(st.Name, func(now tourState) bool {
				steps++
				if now.Target == nil || now.Target.Pane == "" {
					t.Errorf("step %+v is taken nowhere", now.Step)
				} else if to := *now.Target; to.Key == "" && to.Msg == "" {
					t.Errorf("step %+v points at %+v, which is no element", now.Step, to)
				}
				return false
			})
			if steps < 5 {
				t.Errorf("%d steps, which is no tour", steps)
			}
			sentences := []string{st.Title}
			for _, l := range end.Told {
				if l.Text != "" {
					sentences = append(sentences, l.Text)
				}
			}
			for _, s := range sentences {
				if own[s] == "" {
					t.Errorf("page/words/stories.nl.json has no %q", s)
				}
			}
		})
	}
}

// pageWords reads a catalogue of the page's own words.
func pageWords(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("demo/page/words/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]string
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	return words
}
