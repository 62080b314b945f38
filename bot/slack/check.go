package slack

import (
	"context"
	"strings"

	"guestsite/bot"
)

// Check asks Slack whether the bot's token is good (auth.test) and of a configured
// workspace or organization, and whether a socket is up (ErrNoSocket); Forbidden
// (ReasonCredentials) where a token is refused, with a *RefusedError where it is the
// app-level token.
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

// Inspection is what Slack says of the bot's token (auth.test).
type Inspection struct {
	TeamID, EnterpriseID string
	// Ours says that the workspace, or its organization, is one that is configured.
	Ours bool
	// Scopes are the token's own; nil where Slack did not say.
	Scopes []string
}

// Inspect asks Slack whose the bot's token is and what it may do. Errors as of Check.
func (a *Adapter) Inspect(ctx context.Context) (Inspection, error) {
	const op = "inspect the token"
	ctx, cancel := within(ctx)
	defer cancel()
	who, err := a.api().AuthTestContext(ctx)
	if err != nil {
		return Inspection{}, failed(op, err)
	}
	if who == nil || who.UserID == "" {
		return Inspection{}, lost(op)
	}
	out := Inspection{TeamID: who.TeamID, EnterpriseID: who.EnterpriseID, Ours: a.ours(who.TeamID, who.EnterpriseID)}
	if said := who.Header.Get("X-OAuth-Scopes"); said != "" {
		for name := range strings.SplitSeq(said, ",") {
			out.Scopes = append(out.Scopes, strings.TrimSpace(name))
		}
	}
	return out, nil
}

// InspectSocket asks Slack for the address of a socket, which it never opens; a
// *RefusedError where the app-level token does not do. Over HTTP it asks nothing.
func (a *Adapter) InspectSocket(ctx context.Context) error {
	if a.sockets == nil {
		return nil
	}
	_, err := a.sockets.address(ctx)
	return err
}
