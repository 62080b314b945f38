package graphfake

import (
	"encoding/json"
	"net/http"
	"slices"
)

// refBody reads {"@odata.id": "…"} and answers the id in it.
func (c *call) refBody() (string, *reply) {
	var in map[string]any
	if err := json.Unmarshal(c.body, &in); err != nil {
		r := malformed(err)
		return "", &r
	}
	ref, isText := in["@odata.id"].(string)
	if !isText || len(in) != 1 {
		r := badRequest("Expected property '@odata.id' in the reference.")
		return "", &r
	}
	return c.bound(ref)
}

// guestForbidden is what an application gets where guests may not join.
func guestForbidden() reply {
	return fail(http.StatusForbidden, codeDenied, "Guests users are not allowed to join this Unified Group due to policy setting.")
}

// guestsAllowed evaluates label, tenant and group, in that order.
func (s *Server) guestsAllowed(g *Group) bool {
	return !g.LabelForbidsGuests && s.unifiedFlag("AllowToAddGuests") && g.AllowToAddGuests != "false"
}

// settled refuses member changes of groups that cannot take them, or not yet.
func (c *call) settled(g *Group) *reply {
	var r reply
	switch {
	case g.unready > 0:
		g.unready--
		r = badRequest("The source resource object or one of the objects being referenced do not exist.")
	case g.MembershipRule != "":
		r = badRequest("Cannot update members of a group that has a dynamic membership rule.")
	case g.OnPremisesSync:
		r = badRequest("Unable to update the specified properties for on-premises mastered Directory Sync objects or " +
			"objects currently undergoing migration.")
	case g.AssignableToRole:
		r = denied()
	default:
		return nil
	}
	return &r
}

// candidate finds the account to add and evaluates the guest rule.
func (c *call) candidate(g *Group, id string) (*User, *reply) {
	u := c.s.user(id)
	if u == nil || !u.seen() {
		if c.s.group(id) != nil && g.Unified() {
			r := badRequest("Invalid object identifier '" + id + "': a Unified Group cannot have groups as members.")
			return nil, &r
		}
		r := notFound(id)
		return nil, &r
	}
	if !c.has(readUsers()...) && !c.has("User.ReadBasic.All") {
		r := denied() // referencing a user needs the right to read it
		return nil, &r
	}
	if u.UserType == Guest && g.Unified() && !c.s.guestsAllowed(g) {
		r := guestForbidden()
		return nil, &r
	}
	return u, nil
}

func exists(property string) reply {
	return badRequest("One or more added object references already exist for the following modified properties: '" + property + "'.")
}

// addAll adds owners and members, all or nothing.
func (c *call) addAll(g *Group, ownerRefs, memberRefs []string) *reply {
	if len(ownerRefs)+len(memberRefs) == 0 {
		return nil
	}
	if bad := c.settled(g); bad != nil {
		return bad
	}
	pick := func(refs, have []string, property string) ([]string, *reply) {
		var ids []string
		for _, ref := range refs {
			id, bad := c.bound(ref)
			if bad != nil {
				return nil, bad
			}
			u, bad := c.candidate(g, id)
			if bad != nil {
				return nil, bad
			}
			if slices.Contains(have, u.ID) || slices.Contains(ids, u.ID) {
				r := exists(property)
				return nil, &r
			}
			ids = append(ids, u.ID)
		}
		return ids, nil
	}
	newOwners, bad := pick(ownerRefs, g.OwnerIDs, "owners")
	if bad != nil {
		return bad
	}
	newMembers, bad := pick(memberRefs, g.MemberIDs, "members")
	if bad != nil {
		return bad
	}
	g.OwnerIDs, g.MemberIDs = append(g.OwnerIDs, newOwners...), append(g.MemberIDs, newMembers...)
	c.s.writes["owner.add"] += len(newOwners)
	c.s.writes["member.add"] += len(newMembers)
	return nil
}

func (c *call) addMember() reply {
	g := c.s.group(c.p["id"])
	if g == nil {
		return notFound(c.p["id"])
	}
	id, bad := c.refBody()
	if bad != nil {
		return *bad
	}
	if bad = c.settled(g); bad != nil {
		return *bad
	}
	u, bad := c.candidate(g, id)
	if bad != nil {
		return *bad
	}
	if slices.Contains(g.MemberIDs, u.ID) {
		return exists("members")
	}
	g.MemberIDs = append(g.MemberIDs, u.ID)
	c.s.wrote("member.add")
	return noContent()
}

// addMembers is POST /groups/{id}/members with members@odata.bind, the newer form.
func (c *call) addMembers() reply {
	g := c.s.group(c.p["id"])
	if g == nil {
		return notFound(c.p["id"])
	}
	var in struct {
		Members []string `json:"members@odata.bind"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return malformed(err)
	}
	if len(in.Members) == 0 || len(in.Members) > maxBind {
		return badRequest("The number of references in the request must be between 1 and 20.")
	}
	if bad := c.addAll(g, nil, in.Members); bad != nil {
		return *bad
	}
	return noContent()
}

func (c *call) removeMember() reply {
	g := c.s.group(c.p["id"])
	if g == nil || !slices.Contains(g.MemberIDs, c.p["ref"]) {
		return notFound(c.p["ref"])
	}
	if bad := c.settled(g); bad != nil {
		return *bad
	}
	g.MemberIDs = without(g.MemberIDs, c.p["ref"])
	c.s.wrote("member.remove")
	return noContent()
}

func (c *call) addOwner() reply {
	g := c.s.group(c.p["id"])
	if g == nil {
		return notFound(c.p["id"])
	}
	id, bad := c.refBody()
	if bad != nil {
		return *bad
	}
	if g.OnPremisesSync || g.unready > 0 {
		return *c.settled(g)
	}
	u := c.s.user(id)
	switch {
	case u == nil || !u.seen():
		return notFound(id)
	case slices.Contains(g.OwnerIDs, u.ID):
		return exists("owners")
	case len(g.OwnerIDs) >= maxOwners:
		return badRequest("The number of owners exceeds the maximum of 100.")
	case u.UserType == Guest && !c.s.unifiedFlag("AllowGuestsToBeGroupOwner"):
		return fail(http.StatusForbidden, codeDenied, "Guests users are not allowed to be owners of this Unified Group due to policy setting.")
	}
	g.OwnerIDs = append(g.OwnerIDs, u.ID)
	c.s.wrote("owner.add")
	return noContent()
}

func (c *call) removeOwner() reply {
	g := c.s.group(c.p["id"])
	if g == nil || !slices.Contains(g.OwnerIDs, c.p["ref"]) {
		return notFound(c.p["ref"])
	}
	if len(g.OwnerIDs) == 1 {
		return badRequest("The group must have at least one owner, hence this owner cannot be removed.")
	}
	g.OwnerIDs = without(g.OwnerIDs, c.p["ref"])
	c.s.wrote("owner.remove")
	return noContent()
}
