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
	a.workspace.Store(&workspace{who.TeamID, line(who.Team)})
	return nil
}

// workspace is a team with the name that Slack gave it last.
type workspace struct{ id, name string }

// workspaceName is the name of a team, which a check of the token tells; a process
// asks until it knows. Empty when it is not known now: a page then shows the id.
func (a *Adapter) workspaceName(ctx context.Context, team string) string {
	if a.workspace.Load() == nil {
		if err := a.Check(ctx); err != nil {
			a.log.DebugContext(ctx, "workspace's name not read", "error", err)
		}
	}
	if w := a.workspace.Load(); w != nil && w.id == team {
		return w.name
	}
	return ""
}
