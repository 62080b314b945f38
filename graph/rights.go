package graph

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

// inviterRoles are the built-in roles that may invite while members may not
// (Microsoft Graph: Create invitation): Guest Inviter, User Administrator,
// Directory Writers, Global Administrator.
func inviterRoles() []string {
	return []string{
		"95e79109-95c0-4d8e-aee3-d01accf2d47b", "fe930be7-5e62-47db-91af-98c3a49a38b1",
		"9360feb5-f418-4baa-8175-e2a00bac4301", "62e90394-69f5-4237-9190-012177145e10",
	}
}

// creatorRoles are the built-in roles that may create groups although members
// may not (Microsoft 365: Manage who can create groups): Global Administrator,
// User, Exchange, SharePoint and Teams Administrator, Directory Writers, Partner
// Tier1 and Tier2 Support, Groups Administrator.
func creatorRoles() []string {
	return []string{
		"62e90394-69f5-4237-9190-012177145e10", "fe930be7-5e62-47db-91af-98c3a49a38b1",
		"29232cdf-9323-42fd-ade2-1d097af3e4de", "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
		"69091246-20e8-4a56-aa4d-066075b2a7a8", "9360feb5-f418-4baa-8175-e2a00bac4301",
		"4ba39ca4-527c-499a-b93d-d9b492c50246", "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8",
		"fdd7a751-b60b-444a-984c-02652fe8fa1c",
	}
}

// sharePointRoles are the built-in roles that may change the sharing level of a
// site (SharePoint: Change the sharing settings for a site): SharePoint
// Administrator, Global Administrator.
func sharePointRoles() []string {
	return []string{"f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "62e90394-69f5-4237-9190-012177145e10"}
}

// assignment gives a role to a group. Roles that people hold themselves are read
// per person.
type assignment struct{ role, group string }

// wireAssignment is one entry of roleAssignments.
type wireAssignment struct {
	PrincipalID string `json:"principalId"`
	Role        string `json:"roleDefinitionId"`
	Scope       string `json:"directoryScopeId"`
}

// tenantWide says that the role is held for the whole tenant; for inviting and
// for creating groups no narrower scope counts.
func (w wireAssignment) tenantWide() bool { return w.Scope == "/" }

const sourceRoles = "Microsoft Graph: roleAssignments"

// groupRoles lists which groups hold the roles that matter: of the principals
// those that are role-assignable groups, which are the only groups that can hold
// a role (Microsoft Entra: Use groups to manage role assignments). It is kept as
// long as a snapshot; who is in those groups is read each time.
func (c *Client) groupRoles(ctx context.Context) ([]assignment, error) {
	return c.cache.roles.get(ctx, c.now, snapshotLife, func(ctx context.Context) ([]assignment, bool, error) {
		const doing = "read role assignments"
		roles := slices.Compact(slices.Sorted(slices.Values(slices.Concat(inviterRoles(), creatorRoles(), sharePointRoles()))))
		rs := []request{{op: opGroups, query: map[string]string{
			"$filter": "isAssignableToRole eq true", "$select": "id", "$top": strconv.Itoa(maxTop), // the vendor allows 500
		}}}
		for _, role := range roles {
			rs = append(rs, request{op: opAssignments, query: map[string]string{"$filter": "roleDefinitionId eq " + literal(role)}})
		}
		answers, err := c.batch(ctx, doing, rs...)
		if err != nil {
			return nil, false, err
		}
		var groups list[struct {
			ID string `json:"id"`
		}]
		if err := answers[0].into(doing, &groups); err != nil {
			return nil, false, &unreadError{opGroups, err}
		}
		isGroup := map[string]bool{}
		for _, g := range groups.Value {
			isGroup[g.ID] = true
		}
		var out []assignment
		for _, a := range answers[1:] {
			var l list[wireAssignment]
			if err := a.into(doing, &l); err != nil {
				return nil, false, err
			}
			for _, w := range l.Value {
				if isGroup[w.PrincipalID] && w.tenantWide() {
					out = append(out, assignment{w.Role, w.PrincipalID})
				}
			}
		}
		return out, true, nil
	})
}

// unreadError says which operation failed where the caller asked for several.
type unreadError struct {
	op  op
	err error
}

func (e *unreadError) Error() string { return e.err.Error() }
func (e *unreadError) Unwrap() error { return e.err }

// Actor reads who he is and what he may do now.
func (c *Client) Actor(ctx context.Context, id, groupID string) (readiness.Actor, error) {
	const doing = "read a person's rights"
	at := c.now()
	groups, groupsErr := c.groupRoles(ctx)

	rs := []request{
		{op: opUser, path: []string{id}, query: map[string]string{"$select": "id,displayName,userType,accountEnabled"}},
		{op: opAssignments, query: map[string]string{"$filter": "principalId eq " + literal(id)}},
		{op: opUnified},
	}
	if groupID != "" {
		rs = append(rs, request{op: opOwners, path: []string{groupID}, query: map[string]string{"$select": "id", "$top": "100"}})
	}
	answers, err := c.batch(ctx, doing, rs...)
	if err != nil {
		return readiness.Actor{}, err
	}
	u, err := as[models.Userable](answers[0], doing, models.CreateUserFromDiscriminatorValue)
	if err != nil {
		return readiness.Actor{}, err
	}
	a := readiness.Actor{
		ID: val(u.GetId()), DisplayName: val(u.GetDisplayName()), Guest: guest(u), Enabled: val(u.GetAccountEnabled()),
	}
	if groupID != "" {
		owners, err := as[models.UserCollectionResponseable](answers[3], doing, models.CreateUserCollectionResponseFromDiscriminatorValue)
		if err != nil {
			return readiness.Actor{}, err
		}
		a.Owner = slices.ContainsFunc(owners.GetValue(), func(o models.Userable) bool { return val(o.GetId()) == a.ID })
	}
	policy := groupsPolicyOf(answers[2], at)
	in, inErr := c.groupsThatMatter(ctx, doing, a.ID, groupID, policy.Value.CreatorsGroupID, groups)
	if groupID != "" {
		if inErr != nil {
			return readiness.Actor{}, inErr
		}
		a.Member = in[groupID]
	}
	roles := rolesOf(answers[1], groups, in, groupsErr, inErr, at)
	a.Inviter = holdsAny(roles, inviterRoles(), at)
	a.SharePointAdmin = holdsAny(roles, sharePointRoles(), at)
	a.Creator = creator(policy, roles, in, inErr, at)
	return a, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// groupsThatMatter asks at once for the site's group, the creators' group and the
// groups that hold roles.
func (c *Client) groupsThatMatter(ctx context.Context, doing, userID, groupID, creators string, roles []assignment) (map[string]bool, error) {
	var ids []string
	for _, id := range append([]string{groupID, creators}, groupsIn(roles)...) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return map[string]bool{}, nil
	}
	return c.memberGroups(ctx, doing, userID, ids)
}

func groupsIn(list []assignment) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.group)
	}
	return out
}

// rolesOf joins the roles that he holds himself with those of his groups. What
// was read counts also where the rest could not be.
func rolesOf(own answer, groups []assignment, in map[string]bool, groupsErr, inErr error, at time.Time) readiness.Setting[[]string] {
	var held []string
	for _, a := range groups {
		if in[a.group] {
			held = append(held, a.role)
		}
	}
	var l list[wireAssignment]
	err := own.into("read role assignments", &l)
	for _, w := range l.Value {
		if w.tenantWide() {
			held = append(held, w.Role)
		}
	}
	if inErr != nil && len(groups) > 0 {
		inErr = &unreadError{opCheckMember, inErr}
	} else {
		inErr = nil // no group holds a role
	}
	if err = firstError(err, groupsErr, inErr); err != nil {
		s := readiness.Unread[[]string](why(opAssignments, err), sourceRoles, at)
		s.Value = held
		return s
	}
	return readiness.Read(held, sourceRoles, at)
}

// holdsAny is true as soon as one role was seen, also where others could not be read.
func holdsAny(roles readiness.Setting[[]string], wanted []string, at time.Time) readiness.Setting[bool] {
	if slices.ContainsFunc(roles.Value, func(r string) bool { return slices.Contains(wanted, r) }) {
		return readiness.Read(true, sourceRoles, at)
	}
	if roles.Missing != nil {
		return readiness.Unread[bool](*roles.Missing, sourceRoles, at)
	}
	return readiness.Read(false, sourceRoles, at)
}

// creator says whether he may create groups although members may not.
func creator(policy readiness.Setting[readiness.GroupsPolicy], roles readiness.Setting[[]string], in map[string]bool, inErr error, at time.Time) readiness.Setting[bool] {
	byRole := holdsAny(roles, creatorRoles(), at)
	switch {
	case byRole.OK() && byRole.Value:
		return byRole
	case !policy.OK():
		return readiness.Unread[bool](*policy.Missing, policy.Source, at)
	case policy.Value.CreatorsGroupID == "":
		return byRole
	case inErr != nil:
		return readiness.Unread[bool](why(opCheckMember, inErr), sourceCreators, at)
	case in[policy.Value.CreatorsGroupID]:
		return readiness.Read(true, sourceCreators, at)
	}
	return byRole
}

const sourceCreators = "Microsoft Graph: checkMemberGroups"

// why says as readiness does why a reading failed.
func why(o op, err error) readiness.Missing {
	if u, ok := errors.AsType[*unreadError](err); ok {
		o = u.op
	}
	e, ok := errorOf(err)
	switch {
	case !ok:
		return readiness.Missing{Reason: readiness.Unavailable}
	case e.Code == bot.Forbidden:
		return readiness.Missing{Permission: o.permission(), Reason: readiness.NoPermission}
	}
	return readiness.Missing{Reason: readiness.Unavailable}
}
