package teams

import (
	"context"
	"encoding/json"
	"errors"

	"guestsite/bot/card"
)

// What a list is searched in: the directory, which Teams asks by itself, and the
// person's sites, which it asks us for ("Typeahead search in Adaptive Cards").
const (
	datasetUsers = "graph.microsoft.com/users"
	datasetSites = "guestsite/sites"
)

const (
	maxFound  = 15 // Teams shows no more
	maxSearch = 200
)

type searched struct {
	QueryText string `json:"queryText"`
	Dataset   string `json:"dataset"`
}

type found struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// search answers with the sites whose name holds what was typed, and with none when
// the search fails or takes more than 2 s: the person sees an empty list and can
// type on.
func (a *Adapter) search(ctx context.Context, x exchange) {
	out := []found{}
	var q searched
	raw, err := unquoted(x.Value)
	if err == nil {
		err = json.Unmarshal(raw, &q)
	}
	if err == nil && q.Dataset == datasetSites {
		ctx, cancel := context.WithTimeoutCause(ctx, handleTime, errors.New("the search took too long"))
		defer cancel()
		options, err := x.door.Suggest(ctx, x.user, card.OneSite, card.Cut(card.TidyLine(q.QueryText), maxSearch, nil))
		if err != nil {
			a.log.WarnContext(ctx, "teams: nothing could be searched", "error", err.Error())
		}
		for _, o := range options {
			if len(out) < maxFound {
				out = append(out, found{Title: choiceTitle(o), Value: o.Value})
			}
		}
	} else {
		a.log.WarnContext(ctx, "teams: a search in an unknown set")
	}
	writeJSON(x.w, invokeAnswer{200, "application/vnd.microsoft.search.searchResponse", map[string]any{"results": out}})
}
