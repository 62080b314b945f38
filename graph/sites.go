package graph

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"guestsite/bot"
)

// groupProps is what is read of a group to tell its state.
const groupProps = "id,displayName,mailNickname,mail,visibility,createdDateTime,uniqueName"

// maxBind is how many relationships a request may hold (Microsoft Graph: Create group).
const maxBind = 20

// FindGroup finds a group that we made, by its unique name.
func (c *Client) FindGroup(ctx context.Context, uniqueName string) (bot.GroupState, error) {
	return c.readGroup(ctx, "find a group", request{op: opGroupByName, path: []string{uniqueName}})
}

// Group reads a group back.
func (c *Client) Group(ctx context.Context, groupID string) (bot.GroupState, error) {
	return c.readGroup(ctx, "read a group", request{op: opGroup, path: []string{groupID}})
}

func (c *Client) readGroup(ctx context.Context, doing string, r request) (bot.GroupState, error) {
	r.query = map[string]string{"$select": groupProps}
	g, err := get[models.Groupable](ctx, c, doing, r, models.CreateGroupFromDiscriminatorValue)
	if err != nil {
		return bot.GroupState{}, err
	}
	return groupState(g), nil
}

func groupState(g models.Groupable) bot.GroupState {
	return bot.GroupState{
		GroupID: val(g.GetId()), Name: val(g.GetDisplayName()), Alias: val(g.GetMailNickname()), Mail: val(g.GetMail()),
		Public: strings.EqualFold(val(g.GetVisibility()), "Public"), CreatedAt: val(g.GetCreatedDateTime()),
	}
}

// CreateGroup makes a Microsoft 365 group, or gives the one that has the unique
// name already. Owners become members; of owners and members together the first
// 20 relationships go into the call, the rest is for AddOwners and AddMembers.
// A group that lacks our unique name is never taken for ours.
func (c *Client) CreateGroup(ctx context.Context, s bot.NewSite) (bot.GroupState, error) {
	const doing = "create a group"
	if err := c.given(Standard, doing); err != nil {
		return bot.GroupState{}, err
	}
	if s.UniqueName == "" || len(s.OwnerIDs) == 0 {
		return bot.GroupState{}, &bot.Error{Code: bot.Invalid, Op: "graph: " + doing, Detail: "a unique name and an owner are needed"}
	}
	g, err := c.FindGroup(ctx, s.UniqueName)
	if err == nil || bot.CodeOf(err) != bot.NotFound {
		return g, err
	}
	p, err := c.send(ctx, doing, request{op: opCreateGroup, body: c.newGroup(s)}, models.CreateGroupFromDiscriminatorValue)
	if err == nil {
		made, ok := p.(models.Groupable)
		if !ok || val(made.GetId()) == "" {
			return bot.GroupState{}, unreadable(doing, opCreateGroup)
		}
		return groupState(made), nil
	}
	e, ok := errorOf(err)
	if !ok || (e.Code != bot.Conflict && !e.Unclear) {
		return bot.GroupState{}, err
	}
	if g, again := c.FindGroup(ctx, s.UniqueName); again == nil {
		return g, nil
	}
	return c.conflict(ctx, doing, s, e)
}

// newGroup is the body of the call. Visibility is always sent: Microsoft Graph
// makes public groups when it is missing.
func (c *Client) newGroup(s bot.NewSite) models.Groupable {
	g := models.NewGroup()
	g.SetDisplayName(&s.Name)
	g.SetMailNickname(&s.Alias)
	g.SetUniqueName(&s.UniqueName)
	if s.Description != "" {
		g.SetDescription(&s.Description)
	}
	g.SetGroupTypes([]string{"Unified"})
	g.SetMailEnabled(new(true))
	g.SetSecurityEnabled(new(false))
	g.SetVisibility(new(visibility(s.Public)))
	owners, members := bound(s.OwnerIDs, s.MemberIDs)
	bind := map[string]any{"owners@odata.bind": c.links("users", owners), "resourceBehaviorOptions": []string{"WelcomeEmailDisabled"}}
	if len(members) > 0 {
		bind["members@odata.bind"] = c.links("users", members)
	}
	g.SetAdditionalData(bind)
	return g
}

// bound chooses whom to bind at once: all owners first, then owners as members,
// then members, 20 in all.
func bound(owners, members []string) (o, m []string) {
	for _, id := range owners {
		if len(o) < maxBind && !slices.Contains(o, id) {
			o = append(o, id)
		}
	}
	for _, id := range slices.Concat(o, members) {
		if len(o)+len(m) < maxBind && !slices.Contains(m, id) {
			m = append(m, id)
		}
	}
	return o, m
}

// links are the URLs that stand for objects in a body, at the cloud's own host.
func (c *Client) links(kind string, ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = c.base + "/v1.0/" + kind + "/" + id
	}
	return out
}

func visibility(public bool) string {
	if public {
		return "Public"
	}
	return "Private"
}

// conflict decides what a creation that clashed means while our unique name is
// not seen by its key. An alias that somebody visible holds is taken, unless it
// is the group with our unique name. What holds it unseen may be that group of
// an earlier attempt, not replicated yet: then another alias would make a second
// one, so it is for the caller to look again.
func (c *Client) conflict(ctx context.Context, doing string, s bot.NewSite, e *bot.Error) (bot.GroupState, error) {
	if e.Reason != bot.ReasonAliasTaken {
		if e.Code == bot.Conflict {
			e.Code, e.Unclear = bot.Unavailable, true
		}
		return bot.GroupState{}, e
	}
	holds := func(o op, props string) request {
		return request{op: o, query: map[string]string{"$filter": "mailNickname eq " + literal(s.Alias), "$select": props}}
	}
	answers, err := c.batch(ctx, doing,
		holds(opGroups, groupProps), holds(opUsers, "id"), holds(opContacts, "id"), holds(opDeletedGroups, "id"))
	if err != nil {
		return bot.GroupState{}, e
	}
	groups, err := as[models.GroupCollectionResponseable](answers[0], doing, models.CreateGroupCollectionResponseFromDiscriminatorValue)
	if err == nil {
		for _, g := range groups.GetValue() {
			if val(g.GetUniqueName()) == s.UniqueName {
				return groupState(g), nil
			}
		}
	}
	for _, a := range answers {
		if held := anyOf(a, sourceGroups, c.now()); held.OK() && held.Value {
			return bot.GroupState{}, e
		}
	}
	e.Code, e.Reason, e.Unclear = bot.Unavailable, "", true
	return bot.GroupState{}, e
}

// SiteURL gives the address of the group's site. It is never computed: a taken
// path gets a number.
func (c *Client) SiteURL(ctx context.Context, groupID string) (string, error) {
	s, err := c.groupSite(ctx, "read a site", groupID)
	return s.url, err
}

// siteID is a site's address and the GUID of its collection.
type siteID struct{ url, collection string }

func (c *Client) groupSite(ctx context.Context, doing, groupID string) (siteID, error) {
	s, err := get[models.Siteable](ctx, c, doing,
		request{op: opGroupSite, path: []string{groupID}, query: map[string]string{"$select": "id,webUrl"}},
		models.CreateSiteFromDiscriminatorValue)
	if err != nil {
		return siteID{}, err
	}
	return siteOf(s), nil
}

// siteOf reads an id that is host, collection and web, joined by commas.
func siteOf(s models.Siteable) siteID {
	x := siteID{url: val(s.GetWebUrl())}
	if parts := strings.Split(val(s.GetId()), ","); len(parts) == 3 {
		x.collection = parts[1]
	}
	return x
}

// SetVisibility makes the group private or public.
func (c *Client) SetVisibility(ctx context.Context, groupID string, public bool) error {
	const doing = "set a group's visibility"
	if err := c.given(Full, doing); err != nil {
		return err
	}
	g := models.NewGroup()
	g.SetVisibility(new(visibility(public)))
	_, err := c.send(ctx, doing, request{op: opPatchGroup, path: []string{groupID}, body: g}, nil)
	return err
}

// AliasFree says whether a new group may have this alias and name for this person.
func (c *Client) AliasFree(ctx context.Context, alias, name, personID string) (bot.AliasState, error) {
	const doing = "check an alias"
	filter := "mailNickname eq " + literal(alias)
	body := jsonBody{"entityType": "Group", "mailNickname": alias}
	if name != "" {
		body["displayName"] = name
	}
	if personID != "" {
		body["onBehalfOfUserId"] = personID
	}
	answers, err := c.batch(ctx, doing,
		request{op: opGroups, query: map[string]string{"$filter": filter, "$select": "id", "$top": "1"}},
		request{op: opDeletedGroups, query: map[string]string{"$filter": filter, "$select": "id,displayName,deletedDateTime"}},
		request{op: opValidate, body: body})
	if err != nil {
		return bot.AliasState{}, err
	}
	held, err := as[models.GroupCollectionResponseable](answers[0], doing, models.CreateGroupCollectionResponseFromDiscriminatorValue)
	if err != nil {
		return bot.AliasState{}, err
	}
	deleted, err := as[models.GroupCollectionResponseable](answers[1], doing, models.CreateGroupCollectionResponseFromDiscriminatorValue)
	if err != nil {
		return bot.AliasState{}, err
	}
	s := bot.AliasState{Free: len(held.GetValue()) == 0}
	for _, g := range deleted.GetValue() {
		s.Free = false
		if until := val(g.GetDeletedDateTime()).Add(deletedLife); until.After(s.HeldUntil) {
			s.HeldUntil = until
		}
	}
	return s, validated(&s, doing, answers[2])
}

// deletedLife is how long a deleted group holds its alias (Microsoft Graph:
// directory deletedItems).
const deletedLife = 30 * 24 * time.Hour

// validated adds what the naming policy says (Microsoft Graph: directoryObject:
// validateProperties). An alias that it finds taken is held by something that is
// no group.
func validated(s *bot.AliasState, doing string, a answer) error {
	switch f := a.fault; {
	case a.lost != nil:
		return a.lost
	case f == nil:
		return nil
	case f.status != 422:
		return f.err(doing, a.op)
	case f.aliasTaken():
		s.Free = false
	default:
		s.Free, s.Refused = false, f.message
		for _, d := range f.details {
			if d.word != "" {
				s.BlockedWord = d.word
			}
			if d.message != "" {
				s.Refused = d.message
			}
		}
	}
	return nil
}
