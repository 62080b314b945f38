package slack

import (
	"context"
	"net/http"

	"guestsite/bot"
	"guestsite/bot/card"
)

// command takes a slash command. The answer is an empty 200, or a private message.
func (a *Adapter) command(ctx context.Context, x exchange) {
	cmd, err := readCommand(x.Request, x.body)
	if err != nil {
		a.refuseRequest(ctx, x, http.StatusBadRequest, err.Error())
		return
	}
	if !a.ours(cmd.TeamID, cmd.EnterpriseID) {
		a.refuseRequest(ctx, x, http.StatusForbidden, "another workspace")
		return
	}
	in := bot.Inbound{
		// There is no id of a delivery; a trigger is made for each command.
		Key:     "slack:command:" + cmd.TeamID + ":" + cmd.TriggerID,
		At:      a.now(),
		User:    bot.ChatUser{Chat: Name, Team: cmd.TeamID, ID: cmd.UserID},
		Trigger: cmd.TriggerID,
		Reply:   cmd.ResponseURL,
		Command: &bot.Command{Text: commandText(cmd.Text)},
	}
	if c := a.takeCommand(ctx, x, in); c != nil {
		a.answerPrivately(ctx, x, *c)
	}
}

// takeCommand commits a command and opens its form. What it returns is for the
// person alone; nil is nothing.
func (a *Adapter) takeCommand(ctx context.Context, x exchange, in bot.Inbound) *card.Card {
	ans, err := x.handle(ctx, in)
	switch {
	case err != nil:
	case ans.Open != nil:
		err = a.openFor(ctx, x, in.Trigger, *ans.Open)
	case ans.Whisper != nil:
		return ans.Whisper
	case ans.Update != nil, ans.Again != nil, ans.Close != nil:
		a.unused(ctx, x, "a form for a command")
	}
	if err != nil {
		c := a.sorry(ctx, x, in.User, err)
		return &c
	}
	return nil
}

// answerPrivately writes a card as the direct answer to a command, which uses up no
// post of the response URL.
func (a *Adapter) answerPrivately(ctx context.Context, x exchange, c card.Card) {
	m, err := a.draw(ctx, "answer a command", c)
	if err != nil {
		a.log.ErrorContext(ctx, "slack: an answer cannot be drawn", "error", err.Error())
		return
	}
	x.json(private(m))
}
