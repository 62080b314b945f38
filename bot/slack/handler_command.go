package slack

import (
	"context"
	"net/http"

	"guestsite/bot"
	"guestsite/bot/card"
)

// command takes a slash command. The answer is empty, or a private message.
func (a *Adapter) command(ctx context.Context, x exchange, cmd command) answer {
	if !a.ours(cmd.TeamID, cmd.EnterpriseID) {
		return refuse(http.StatusForbidden, "another workspace")
	}
	in := bot.Inbound{
		// There is no id of a delivery; a trigger is made for each command.
		Key:     "slack:command:" + cmd.TeamID + ":" + cmd.TriggerID,
		At:      a.now(),
		User:    cmd.user(),
		Trigger: cmd.TriggerID,
		Reply:   cmd.ResponseURL,
		Command: &bot.Command{Text: commandText(cmd.Text)},
	}
	if c := a.takeCommand(ctx, x, in); c != nil {
		return a.privately(ctx, cmd, *c)
	}
	return answer{}
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

// privately makes a card the direct answer to a command, which uses up no post of
// the response URL.
func (a *Adapter) privately(ctx context.Context, cmd command, c card.Card) answer {
	m, err := a.draw(ctx, "answer a command", c)
	if err != nil {
		a.log.ErrorContext(ctx, "slack: an answer cannot be drawn", "error", err.Error())
		return answer{}
	}
	return answer{body: private(m), less: func() answer {
		return answer{then: func(ctx context.Context) { a.told(ctx, cmd.ResponseURL, c) }}
	}}
}
