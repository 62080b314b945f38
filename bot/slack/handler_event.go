package slack

import (
	"cmp"
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

// decodeEvent decodes the body of an event.
func decodeEvent(body []byte) (delivery, error) {
	var ev eventCallback
	if err := json.Unmarshal(body, &ev); err != nil {
		return delivery{}, &bot.Error{Code: bot.Invalid, Op: "slack: read event", Err: err}
	}
	return delivery{event: &ev}, nil
}

// team is the workspace that the event came to us through. In a shared channel
// team_id can be another company's; the context is ours.
func (ev eventCallback) team() string {
	return cmp.Or(ev.ContextTeamID, ev.TeamID)
}

// user is who wrote; his own workspace, where it differs, is another company's.
func (ev eventCallback) user() bot.ChatUser {
	return bot.ChatUser{Chat: Name, Team: cmp.Or(ev.Event.UserTeam, ev.Event.Team, ev.team()), ID: ev.Event.User}
}

func (ev eventCallback) reply() string { return dmReply + ev.Event.User }

// event takes the Events API. A message to the bot is a command without a trigger;
// its answer is a direct message. Other events are acknowledged.
func (a *Adapter) event(ctx context.Context, x exchange, ev eventCallback) answer {
	if ev.Type == "url_verification" {
		return answer{body: map[string]string{"challenge": ev.Challenge}}
	}
	if !a.ours(ev.team(), ev.ContextEnterprise) {
		return refuse(http.StatusForbidden, "another workspace")
	}
	m := ev.Event
	if ev.Type != "event_callback" || m.Type != "message" || m.ChannelType != "im" {
		a.log.LogAttrs(ctx, slog.LevelDebug, "slack: an event was ignored", slog.String("type", cut(line(m.Type), 50)))
		return answer{}
	}
	if m.Subtype != "" || m.BotID != "" || !refID.MatchString(m.User) || ev.EventID == "" || len(ev.EventID) > maxID {
		return answer{} // our own messages, edits and joins
	}
	if refID.MatchString(m.Channel) {
		a.dms.Store(m.User, m.Channel)
	}
	in := bot.Inbound{
		Key:     "slack:event:" + ev.EventID,
		At:      a.now(),
		User:    ev.user(),
		Reply:   ev.reply(),
		Command: &bot.Command{Text: commandText(m.Text)},
	}
	if c := a.takeCommand(ctx, x, in); c != nil {
		a.tell(ctx, in.Reply, *c)
	}
	return answer{}
}
