package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"guestsite/bot"
)

// eventCallback holds the fields of the Events API that we use. It is decoded here
// because slack-go's type lacks context_team_id and fails on events it does not
// know ("Events API").
type eventCallback struct {
	Type              string `json:"type"`
	Challenge         string `json:"challenge"`
	TeamID            string `json:"team_id"`
	ContextTeamID     string `json:"context_team_id"`
	ContextEnterprise string `json:"context_enterprise_id"`
	EventID           string `json:"event_id"`
	Event             struct {
		Type        string `json:"type"`
		Subtype     string `json:"subtype"`
		ChannelType string `json:"channel_type"`
		Channel     string `json:"channel"`
		User        string `json:"user"`
		UserTeam    string `json:"user_team"`
		Team        string `json:"team"`
		BotID       string `json:"bot_id"`
		Text        string `json:"text"`
	} `json:"event"`
}

// event takes the Events API. A message to the bot is a command without a trigger;
// its answer is a direct message. Other events are acknowledged.
func (a *Adapter) event(ctx context.Context, x exchange) {
	var ev eventCallback
	if err := json.Unmarshal(x.body, &ev); err != nil {
		a.refuseRequest(ctx, x, http.StatusBadRequest, "not an event")
		return
	}
	if ev.Type == "url_verification" {
		x.json(map[string]string{"challenge": ev.Challenge})
		return
	}
	// In a shared channel team_id can be another company's; the context is ours.
	team := ev.ContextTeamID
	if team == "" {
		team = ev.TeamID
	}
	if !a.ours(team, ev.ContextEnterprise) {
		a.refuseRequest(ctx, x, http.StatusForbidden, "another workspace")
		return
	}
	m := ev.Event
	if ev.Type != "event_callback" || m.Type != "message" || m.ChannelType != "im" {
		a.log.LogAttrs(ctx, slog.LevelDebug, "slack: an event was ignored", slog.String("type", cut(line(m.Type), 50)))
		return
	}
	if m.Subtype != "" || m.BotID != "" || !refID.MatchString(m.User) || ev.EventID == "" || len(ev.EventID) > maxID {
		return // our own messages, edits and joins
	}
	if refID.MatchString(m.Channel) {
		a.dms.Store(m.User, m.Channel)
	}
	for _, t := range []string{m.Team, m.UserTeam} {
		if t != "" {
			team = t
		}
	}
	in := bot.Inbound{
		Key:     "slack:event:" + ev.EventID,
		At:      a.now(),
		User:    bot.ChatUser{Chat: Name, Team: team, ID: m.User},
		Reply:   dmReply + m.User,
		Command: &bot.Command{Text: commandText(m.Text)},
	}
	if c := a.takeCommand(ctx, x, in); c != nil {
		a.tell(ctx, in.Reply, *c)
	}
}
