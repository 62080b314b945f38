package graphfake

import (
	"net/http"
	"strconv"
	"strings"
)

// groupEntity is the group resource type.
func (s *Server) groupEntity() *entity[*Group] {
	null := func(*Group) any { return nil }
	none := func(*Group) any { return []string{} }
	text := func(get func(*Group) string) func(*Group) any {
		return func(g *Group) any { return orNull(get(g)) }
	}
	flag := func(get func(*Group) bool) func(*Group) any {
		return func(g *Group) any {
			if get(g) {
				return true
			}
			return nil
		}
	}
	return &entity[*Group]{
		name: "group",
		props: map[string]func(*Group) any{
			"id":                          func(g *Group) any { return g.ID },
			"deletedDateTime":             func(g *Group) any { return stamp(g.Deleted) },
			"classification":              null,
			"createdDateTime":             func(g *Group) any { return stamp(g.Created) },
			"description":                 text(func(g *Group) string { return g.Description }),
			"displayName":                 text(func(g *Group) string { return g.DisplayName }),
			"expirationDateTime":          null,
			"groupTypes":                  func(g *Group) any { return g.GroupTypes },
			"isAssignableToRole":          flag(func(g *Group) bool { return g.AssignableToRole }),
			"mail":                        text(func(g *Group) string { return g.Mail }),
			"mailEnabled":                 func(g *Group) any { return g.MailEnabled },
			"mailNickname":                text(func(g *Group) string { return g.MailNickname }),
			"membershipRule":              text(func(g *Group) string { return g.MembershipRule }),
			"onPremisesSyncEnabled":       flag(func(g *Group) bool { return g.OnPremisesSync }),
			"preferredDataLocation":       null,
			"preferredLanguage":           text(func(g *Group) string { return g.PreferredLanguage }),
			"proxyAddresses":              func(g *Group) any { return g.ProxyAddresses },
			"renewedDateTime":             func(g *Group) any { return stamp(g.Created) },
			"resourceBehaviorOptions":     func(g *Group) any { return g.ResourceBehaviorOptions },
			"resourceProvisioningOptions": none,
			"securityEnabled":             func(g *Group) any { return g.SecurityEnabled },
			"securityIdentifier":          func(g *Group) any { return "S-1-12-1-" + strings.ReplaceAll(g.ID, "-", "") },
			"theme":                       null,
			"uniqueName":                  text(func(g *Group) string { return g.UniqueName }),
			"visibility":                  text(func(g *Group) string { return g.Visibility }),
			"assignedLabels":              labels,
			"membershipRuleProcessingState": func(g *Group) any {
				if g.MembershipRule != "" {
					return "On"
				}
				return nil
			},
		},
		defaults: []string{
			"id", "deletedDateTime", "classification", "createdDateTime", "description", "displayName", "expirationDateTime",
			"groupTypes", "isAssignableToRole", "mail", "mailEnabled", "mailNickname", "membershipRule",
			"membershipRuleProcessingState", "onPremisesSyncEnabled", "preferredDataLocation", "preferredLanguage",
			"proxyAddresses", "renewedDateTime", "resourceBehaviorOptions", "resourceProvisioningOptions", "securityEnabled",
			"securityIdentifier", "theme", "uniqueName", "visibility",
		},
		expand: map[string]func(*Group) any{
			"owners":  func(g *Group) any { return s.references(g.OwnerIDs) },
			"members": func(g *Group) any { return s.references(g.MemberIDs) },
		},
	}
}

func labels(g *Group) any {
	if g.LabelID == "" {
		return []string{}
	}
	return []map[string]any{{"labelId": g.LabelID, "displayName": g.LabelName}}
}

func (c *call) listGroups() reply {
	if r := c.allowQuery("$filter", "$search", "$select", "$expand", "$top", "$count", "$orderby", "$skiptoken"); r != nil {
		return *r
	}
	e := c.s.groupEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	found, bad := match(c, e, keep(c.s.groups, func(g *Group) bool { return g.Deleted.IsZero() }))
	if bad != nil {
		return *bad
	}
	if len(c.q["$filter"])+len(c.q["$search"]) > 0 {
		found = keep(found, (*Group).seen)
	} else {
		found = keep(found, func(g *Group) bool { return g.unseen == 0 })
	}
	if bad = order(c, e, found); bad != nil {
		return *bad
	}
	return page(c, "groups", found, func(g *Group) any { return e.show(g, w) })
}

// visibleGroup finds the group a path names by id or uniqueName, and counts a read of one that is not replicated yet.
func (c *call) visibleGroup() (*Group, *reply) {
	g, key := c.s.group(c.p["id"]), c.p["id"]
	if name, byName := c.p["uniqueName"]; byName {
		g, key = c.s.groupByName(name), name
	}
	if g == nil || !g.seen() {
		r := notFound(key)
		return nil, &r
	}
	return g, nil
}

func (t *tenant) groupByName(name string) *Group {
	for _, g := range t.groups {
		if g.Deleted.IsZero() && name != "" && g.UniqueName == name {
			return g
		}
	}
	return nil
}

func (c *call) getGroup() reply {
	if r := c.allowQuery("$select", "$expand"); r != nil {
		return *r
	}
	e := c.s.groupEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	g, bad := c.visibleGroup()
	if bad != nil {
		return *bad
	}
	return c.one(http.StatusOK, "groups/$entity", e.show(g, w))
}

func (c *call) deleteGroup() reply {
	g, bad := c.visibleGroup()
	if bad != nil {
		return *bad
	}
	g.Deleted = c.s.opt.Now()
	c.s.wrote("group.delete")
	return noContent()
}

// listPeople shows owners or members; cast says whether only users are wanted.
func (c *call) listPeople(ids func(*Group) []string, cast bool) reply {
	if r := c.allowQuery("$filter", "$search", "$select", "$top", "$count", "$orderby", "$skiptoken"); r != nil {
		return *r
	}
	users := c.s.userEntity()
	g, bad := c.visibleGroup()
	if bad != nil {
		return *bad
	}
	w, bad := users.view(c)
	if bad != nil {
		return *bad
	}
	var people []*User
	var nested []*Group
	for _, id := range ids(g) {
		if u := c.s.user(id); u != nil {
			people = append(people, u)
		} else if n := c.s.group(id); n != nil {
			nested = append(nested, n)
		}
	}
	if c.q.Has("$filter") && !c.eventual() {
		return unsupported("Unsupported Query.")
	}
	if people, bad = match(c, users, people); bad != nil {
		return *bad
	}
	c.limitUsers(users, &w)
	var all []any
	for _, u := range people {
		m := users.show(u, w)
		if !cast {
			m["@odata.type"] = "#microsoft.graph.user"
		}
		all = append(all, m)
	}
	if !cast {
		for _, n := range nested {
			all = append(all, c.s.reference(n.ID))
		}
	}
	context := "directoryObjects"
	if cast {
		context = "users"
	}
	return page(c, context, all, func(m any) any { return m })
}

func owners(g *Group) []string  { return g.OwnerIDs }
func members(g *Group) []string { return g.MemberIDs }

func (c *call) listTransitiveMembers(cast bool) reply {
	return c.listPeople(func(g *Group) []string { return c.s.memberClosure(g.ID) }, cast)
}

// count answers the bare number of owners or members; an advanced query without $count=true.
func (c *call) count(ids func(*Group) []string) reply {
	g, bad := c.visibleGroup()
	if bad != nil {
		return *bad
	}
	if !strings.EqualFold(c.r.Header.Get("ConsistencyLevel"), "eventual") {
		return unsupported("$count is not currently supported.")
	}
	live := keep(ids(g), func(id string) bool { return c.s.user(id) != nil || c.s.group(id) != nil })
	return reply{status: http.StatusOK, body: []byte(strconv.Itoa(len(live))), ctype: "text/plain"}
}
