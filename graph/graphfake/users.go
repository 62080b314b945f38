package graphfake

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// basicUserProps are what User.ReadBasic.All shows.
func basicUserProps() []string {
	return []string{"id", "displayName", "givenName", "surname", "mail", "userPrincipalName"}
}

// userEntity is the user resource type. Properties this tenant keeps no value for are null or empty.
func (s *Server) userEntity() *entity[*User] {
	null := func(*User) any { return nil }
	none := func(*User) any { return []string{} }
	text := func(get func(*User) string) func(*User) any {
		return func(u *User) any { return orNull(get(u)) }
	}
	return &entity[*User]{
		name: "user",
		props: map[string]func(*User) any{
			"id":                              func(u *User) any { return u.ID },
			"deletedDateTime":                 func(u *User) any { return stamp(u.Deleted) },
			"displayName":                     text(func(u *User) string { return u.DisplayName }),
			"givenName":                       text(func(u *User) string { return u.GivenName }),
			"surname":                         text(func(u *User) string { return u.Surname }),
			"mail":                            text(func(u *User) string { return u.Mail }),
			"mailNickname":                    func(u *User) any { n, _, _ := strings.Cut(u.UserPrincipalName, "@"); return n },
			"userPrincipalName":               text(func(u *User) string { return u.UserPrincipalName }),
			"userType":                        text(func(u *User) string { return u.UserType }),
			"accountEnabled":                  func(u *User) any { return !u.Disabled },
			"proxyAddresses":                  func(u *User) any { return u.ProxyAddresses },
			"otherMails":                      func(u *User) any { return u.OtherMails },
			"externalUserState":               text(func(u *User) string { return u.ExternalUserState }),
			"externalUserStateChangeDateTime": func(u *User) any { return stamp(u.ExternalStateChange) },
			"creationType":                    text(func(u *User) string { return u.CreationType }),
			"createdDateTime":                 func(u *User) any { return stamp(u.Created) },
			"preferredLanguage":               text(func(u *User) string { return u.PreferredLanguage }),
			"department":                      text(func(u *User) string { return u.Department }),
			"companyName":                     text(func(u *User) string { return u.CompanyName }),
			"jobTitle":                        text(func(u *User) string { return u.JobTitle }),
			"officeLocation":                  text(func(u *User) string { return u.OfficeLocation }),
			"country":                         text(func(u *User) string { return u.Country }),
			"state":                           text(func(u *User) string { return u.State }),
			"usageLocation":                   text(func(u *User) string { return u.UsageLocation }),
			"identities":                      s.identities,
			"assignedLicenses":                none,
			"businessPhones":                  none,
			"mobilePhone":                     null,
			"city":                            null,
			"employeeId":                      null,
			"onPremisesSyncEnabled":           null,
			"signInActivity":                  null,
		},
		defaults: []string{
			"businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
			"preferredLanguage", "surname", "userPrincipalName", "id",
		},
		expand: map[string]func(*User) any{
			"manager":  func(u *User) any { return s.reference(u.ManagerID) },
			"sponsors": func(u *User) any { return s.references(u.SponsorIDs) },
		},
	}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (s *Server) identities(u *User) any {
	issuer, kind := s.opt.InitialDomain, "userPrincipalName"
	var id any = u.UserPrincipalName
	if u.UserType == Guest {
		kind, issuer, id = "federated", "ExternalAzureAD", nil
		if s.partnerOf(domainOf(u.Mail)) == nil {
			issuer = "mail"
		}
	}
	return []map[string]any{{"signInType": kind, "issuer": issuer, "issuerAssignedId": id}}
}

// reference shows a directory object with its type, or null.
func (s *Server) reference(id string) any {
	if u := s.user(id); u != nil {
		e := s.userEntity()
		m := e.show(u, view{names: e.defaults})
		m["@odata.type"] = "#microsoft.graph.user"
		return m
	}
	if g := s.group(id); g != nil {
		e := s.groupEntity()
		m := e.show(g, view{names: e.defaults})
		m["@odata.type"] = "#microsoft.graph.group"
		return m
	}
	return nil
}

func (s *Server) references(ids []string) []any {
	out := []any{}
	for _, id := range ids {
		if r := s.reference(id); r != nil {
			out = append(out, r)
		}
	}
	return out
}

// limitUsers narrows what the caller may read of users: nothing, the basic properties, or all.
func (c *call) limitUsers(e *entity[*User], w *view) {
	if c.has(readUsers()...) {
		return
	}
	allowed := []string{"id"}
	if c.has("User.ReadBasic.All") {
		allowed = basicUserProps()
	}
	w.expand = nil
	for n := range e.props {
		if !slices.Contains(allowed, n) {
			e.props[n] = func(*User) any { return nil }
		}
	}
}

func (c *call) listUsers() reply {
	if r := c.allowQuery("$filter", "$search", "$select", "$expand", "$top", "$count", "$orderby", "$skiptoken"); r != nil {
		return *r
	}
	e := c.s.userEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	if !c.has(readUsers()...) { // filtering by a property needs the right to read it
		if f, err := parseFilter(c.q.Get("$filter")); err == nil && c.q.Get("$filter") != "" {
			for _, p := range f.props {
				if !slices.Contains(basicUserProps(), p) {
					return denied()
				}
			}
		}
	}
	live := keep(c.s.users, func(u *User) bool { return u.Deleted.IsZero() })
	found, bad := match(c, e, live)
	if bad != nil {
		return *bad
	}
	if len(c.q["$filter"])+len(c.q["$search"]) > 0 {
		found = keep(found, (*User).seen)
	} else {
		found = keep(found, func(u *User) bool { return u.hidden == 0 })
	}
	if bad = order(c, e, found); bad != nil {
		return *bad
	}
	c.limitUsers(e, &w)
	return page(c, "users", found, func(u *User) any { return e.show(u, w) })
}

// order applies $orderby by one property.
func order[T any](c *call, e *entity[T], list []T) *reply {
	by := c.q.Get("$orderby")
	if by == "" {
		return nil
	}
	prop, dir, _ := strings.Cut(by, " ")
	if e.props[prop] == nil || (dir != "" && dir != "asc" && dir != "desc") {
		r := badRequest("Invalid orderby clause: " + by)
		return &r
	}
	if (c.q.Has("$filter") || c.q.Has("$search")) && !c.eventual() {
		r := unsupported("Sorting not supported for current query.")
		return &r
	}
	slices.SortStableFunc(list, func(a, b T) int {
		x, _ := e.get(a)(prop).(string)
		y, _ := e.get(b)(prop).(string)
		n := strings.Compare(strings.ToLower(x), strings.ToLower(y))
		if dir == "desc" {
			return -n
		}
		return n
	})
	return nil
}

// visibleUser finds the account a path names and counts a lookup of one that is not replicated yet.
func (c *call) visibleUser() (*User, *reply) {
	u := c.s.user(c.p["id"])
	if u == nil || !u.seen() {
		r := fail(http.StatusNotFound, codeNotFound, "Resource '"+c.p["id"]+
			"' does not exist or one of its queried reference-property objects are not present.")
		return nil, &r
	}
	return u, nil
}

func (c *call) getUser() reply {
	if r := c.allowQuery("$select", "$expand"); r != nil {
		return *r
	}
	e := c.s.userEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	u, bad := c.visibleUser()
	if bad != nil {
		return *bad
	}
	c.limitUsers(e, &w)
	return c.one(http.StatusOK, "users/$entity", e.show(u, w))
}

func (c *call) getManager() reply {
	u, bad := c.visibleUser()
	if bad != nil {
		return *bad
	}
	m := c.s.user(u.ManagerID)
	if m == nil {
		return fail(http.StatusNotFound, codeNotFound, "Resource 'manager' does not exist or one of its queried "+
			"reference-property objects are not present.")
	}
	e := c.s.userEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	body := e.show(m, w)
	body["@odata.type"] = "#microsoft.graph.user"
	return c.one(http.StatusOK, "directoryObjects/$entity", body)
}

func (c *call) listSponsors() reply {
	u, bad := c.visibleUser()
	if bad != nil {
		return *bad
	}
	return page(c, "directoryObjects", c.s.references(u.SponsorIDs), func(m any) any { return m })
}

const maxSponsors = 5

func (c *call) addSponsor() reply {
	u, bad := c.visibleUser()
	if bad != nil {
		return *bad
	}
	id, bad := c.refBody()
	if bad != nil {
		return *bad
	}
	switch {
	case c.s.reference(id) == nil:
		return notFound(id)
	case slices.Contains(u.SponsorIDs, id):
		return badRequest("One or more added object references already exist for the following modified properties: 'sponsors'.")
	case len(u.SponsorIDs) >= maxSponsors:
		return badRequest("The number of sponsors exceeds the maximum of 5.")
	}
	u.SponsorIDs = append(u.SponsorIDs, id)
	c.s.wrote("sponsor.add")
	return noContent()
}

func (c *call) removeSponsor() reply {
	u, bad := c.visibleUser()
	if bad != nil {
		return *bad
	}
	if !slices.Contains(u.SponsorIDs, c.p["ref"]) {
		return notFound(c.p["ref"])
	}
	u.SponsorIDs = without(u.SponsorIDs, c.p["ref"])
	c.s.wrote("sponsor.remove")
	return noContent()
}

// patchUser changes what the tenant lets an application change here: whether the account may sign in.
func (c *call) patchUser() reply {
	u, bad := c.visibleUser()
	if bad != nil {
		return *bad
	}
	var body map[string]any
	if err := json.Unmarshal(c.body, &body); err != nil {
		return malformed(err)
	}
	for k := range body {
		if k != "accountEnabled" {
			return badRequest("Property '" + k + "' is read-only and cannot be set.")
		}
	}
	on, isBool := body["accountEnabled"].(bool)
	if !isBool {
		return badRequest("Invalid value specified for property 'accountEnabled' of resource 'User'.")
	}
	u.Disabled = !on
	c.s.wrote("user.update")
	return noContent()
}

func malformed(err error) reply {
	return fail(http.StatusBadRequest, "BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header "+
		"is set and payload is of valid JSON format. "+err.Error())
}

const maxCheckIDs = 20

// checkMemberGroups answers which of at most 20 groups a user is in, also through other groups.
func (c *call) checkMemberGroups() reply {
	u, bad := c.visibleUser()
	if bad != nil {
		return *bad
	}
	var in struct {
		GroupIDs []string `json:"groupIds"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return malformed(err)
	}
	if len(in.GroupIDs) == 0 || len(in.GroupIDs) > maxCheckIDs {
		return badRequest("The number of group ids must be between 1 and 20.")
	}
	value := []string{}
	for _, id := range in.GroupIDs {
		if c.s.inGroup(u.ID, id) {
			value = append(value, id)
		}
	}
	return ok(map[string]any{"@odata.context": c.context("Collection(Edm.String)"), "value": value})
}

// userGroups lists the groups that fit a test, as memberOf and its siblings do.
func (c *call) userGroups(in func(*User, *Group) bool) reply {
	u, bad := c.visibleUser()
	if bad != nil {
		return *bad
	}
	e := c.s.groupEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	found := keep(c.s.groups, func(g *Group) bool { return g.Deleted.IsZero() && g.unseen == 0 && in(u, g) })
	if found, bad = match(c, e, found); bad != nil {
		return *bad
	}
	return page(c, "directoryObjects", found, func(g *Group) any {
		m := e.show(g, w)
		m["@odata.type"] = "#microsoft.graph.group"
		return m
	})
}

func (c *call) memberOf() reply {
	return c.userGroups(func(u *User, g *Group) bool { return slices.Contains(g.MemberIDs, u.ID) })
}

func (c *call) transitiveMemberOf() reply {
	return c.userGroups(func(u *User, g *Group) bool { return c.s.inGroup(u.ID, g.ID) })
}

func (c *call) ownedObjects() reply {
	return c.userGroups(func(u *User, g *Group) bool { return slices.Contains(g.OwnerIDs, u.ID) })
}
