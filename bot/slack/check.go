package slack

import (
	"context"

	"guestsite/bot"
)

// Check asks Slack whether the bot's token is good (auth.test) and of a configured
// workspace or organization, and whether sockets are open; Forbidden
// (ReasonCredentials) where a token is refused.
func (a *Adapter) Check(ctx context.Context) error {
	const op = "check the token"
	ctx, cancel := within(ctx)
	defer cancel()
	who, err := a.api().AuthTestContext(ctx)
	if err != nil {
		return failed(op, err)
	}
	if who == nil || who.UserID == "" {
		return lost(op)
	}
	if !a.ours(who.TeamID, who.EnterpriseID) {
		return &bot.Error{
			Code: bot.Forbidden, Reason: bot.ReasonCredentials, Op: "slack: " + op,
			Detail: "the token is of another workspace, " + who.TeamID,
		}
	}
	if a.sockets != nil {
		return a.sockets.check()
	}
	return nil
}
