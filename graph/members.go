package graph

import (
	"context"
	"errors"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"guestsite/bot"
)

// maxOwners is how many owners a group may have (Microsoft Entra: Service limits).
const maxOwners = "100"

// Owners lists the group's owners; service principals are left out.
func (c *Client) Owners(ctx context.Context, groupID string) ([]bot.Person, error) {
	r := request{op: opOwners, path: []string{groupID}, query: map[string]string{"$select": personProps, "$top": maxOwners}}
	return c.people(ctx, "list owners", r, 100)
}

// IsMember says whether the user is a member. It is read by id, not from the
// index that lags behind.
func (c *Client) IsMember(ctx context.Context, groupID, userID string) (bool, error) {
	in, err := c.memberGroups(ctx, "check a membership", userID, []string{groupID})
	return in[groupID], err
}

// AddOwners adds owners, and makes them members too: an owner who is none has no
// way into some of the group's services.
func (c *Client) AddOwners(ctx context.Context, groupID string, userIDs []string) error {
	const doing = "add owners"
	if err := c.given(Full, doing); err != nil {
		return err
	}
	if err := c.addEach(ctx, doing, opAddOwner, groupID, userIDs); err != nil {
		return err
	}
	return c.AddMembers(ctx, groupID, userIDs)
}

// AddMembers adds members, 20 in a call. Such a call adds all or none, so one
// that is refused is followed by one call for each: who can be added is, and the
// error tells of the others. Who is a member already counts as added.
func (c *Client) AddMembers(ctx context.Context, groupID string, userIDs []string) error {
	const doing = "add members"
	if err := c.given(Standard, doing); err != nil {
		return err
	}
	var errs []error
	for from := 0; from < len(userIDs); from += maxBind {
		err := c.addSome(ctx, doing, groupID, userIDs[from:min(from+maxBind, len(userIDs))])
		errs = append(errs, err)
		if bot.Retryable(err) {
			break
		}
	}
	return joined(errs)
}

// joined gives a single error as it is.
func joined(errs []error) error {
	var some []error
	for _, err := range errs {
		if err != nil {
			some = append(some, err)
		}
	}
	if len(some) == 1 {
		return some[0]
	}
	return errors.Join(some...)
}

func (c *Client) addSome(ctx context.Context, doing, groupID string, userIDs []string) error {
	if len(userIDs) > 1 {
		g := models.NewGroup()
		g.SetAdditionalData(map[string]any{"members@odata.bind": c.links("directoryObjects", userIDs)})
		_, err := c.send(ctx, doing, request{op: opPatchGroup, path: []string{groupID}, body: g}, nil)
		if err == nil || bot.Retryable(err) {
			return err
		}
	}
	return c.addEach(ctx, doing, opAddMember, groupID, userIDs)
}

// addEach adds one reference a call and goes on after one that is refused; a
// service that is out of order ends it.
func (c *Client) addEach(ctx context.Context, doing string, o op, groupID string, userIDs []string) error {
	var errs []error
	for _, id := range userIDs {
		ref := models.NewReferenceCreate()
		ref.SetOdataId(new(c.links("directoryObjects", []string{id})[0]))
		_, err := c.send(ctx, doing, request{op: o, path: []string{groupID}, body: ref}, nil)
		if isThere(err) {
			continue
		}
		errs = append(errs, err)
		if bot.Retryable(err) {
			break
		}
	}
	return joined(errs)
}

// isThere says that the reference was in the list already: of these calls only
// that maps to Conflict without a reason.
func isThere(err error) bool {
	return bot.CodeOf(err) == bot.Conflict && bot.ReasonOf(err) == ""
}

// RemoveMember removes a membership, never the account; absent is success.
//
// The path ends in /$ref. Without it the same call deletes the user from the
// directory (Microsoft Graph: Remove member).
func (c *Client) RemoveMember(ctx context.Context, groupID, userID string) error {
	const doing = "remove a member"
	if err := c.given(Standard, doing); err != nil {
		return err
	}
	if groupID == "" || userID == "" {
		return &bot.Error{Code: bot.Invalid, Op: "graph: " + doing, Detail: "group and user are needed"}
	}
	_, err := c.send(ctx, doing, request{op: opRemoveMember, path: []string{groupID, userID}}, nil)
	if bot.CodeOf(err) == bot.NotFound {
		return nil
	}
	return err
}
