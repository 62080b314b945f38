package main

import (
	"context"
	"errors"
	"maps"
	"testing"

	"guestsite/bot/teams/teamsfake"
	"guestsite/cmd/guestsite/demo"
)

// Teams delivers activities more than once: one after the other, at the same time, or
// because an answer was lost. A story goes as it says all the same, and nobody has a
// message more than otherwise.
func TestStories_GoAsTheySayWhereTeamsDeliversTwice(t *testing.T) {
	t.Parallel()
	posted := map[string]map[string]int{ // by the bot in Teams, when all is done
		"teams-new-site": {"Sanne": 3, "Mehmet": 3}, // the form, the status, the text for Anna; inbox, site, guest
		"cross-chat":     {"Sanne": 3, "Mehmet": 2}, // the form, the status, the answer; inbox, guest
	}
	for _, st := range demo.Stories() {
		want, ok := posted[st.Name]
		if !ok {
			continue
		}
		for _, kind := range []string{"", teamsfake.DeliverTwice, teamsfake.DeliverAtOnce, teamsfake.DeliverLostAnswer} {
			t.Run(st.Name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				playTwice(t, st, kind, want)
			})
		}
	}
}

// playTwice plays a story with a fault in each delivery, or none, until everybody has
// as many messages as he should.
func playTwice(t *testing.T, st demo.Story, fault string, want map[string]int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), storyTime)
	defer cancel()
	var watch witness
	lab, err := demo.OpenLab(ctx, watch.starter(t), "", "en")
	if err != nil {
		t.Fatal(err)
	}
	if fault != "" {
		lab.Teams.AddDeliveryFault(teamsfake.DeliveryFault{Kind: fault, Times: -1})
	}
	count := func() map[string]int {
		n := map[string]int{}
		for name, id := range map[string]string{"Sanne": lab.People.Sanne.ID, "Mehmet": lab.People.Mehmet.ID, "Priya": lab.People.Priya.ID} {
			for _, m := range lab.Teams.As(id).DM() {
				if m.From == lab.Teams.BotID() {
					n[name]++
				}
			}
		}
		return n
	}
	var out screen
	play := st.Play
	st.Play = func(s *demo.Stage) {
		play(s)
		s.Expect("everybody has as many messages as he should", func() bool { return maps.Equal(count(), want) })
	}
	err = lab.Play(ctx, st, &out)
	had := count()
	if err = errors.Join(err, lab.Close()); err != nil {
		t.Fatalf("%v\npeople have %v messages, want %v\n%s", err, had, want, tail(out.String()))
	}
}
