package graphfake

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxBind        = 20
	maxDisplayName = 256
	maxNickname    = 64
	maxOwners      = 100
)

// groupBody is the body of POST /groups and of the upsert. Unknown properties are refused.
type groupBody struct {
	DisplayName             *string  `json:"displayName"`
	Description             *string  `json:"description"`
	GroupTypes              []string `json:"groupTypes"`
	MailEnabled             *bool    `json:"mailEnabled"`
	MailNickname            *string  `json:"mailNickname"`
	SecurityEnabled         *bool    `json:"securityEnabled"`
	Visibility              *string  `json:"visibility"`
	UniqueName              *string  `json:"uniqueName"`
	Owners                  []string `json:"owners@odata.bind"`
	Members                 []string `json:"members@odata.bind"`
	ResourceBehaviorOptions []string `json:"resourceBehaviorOptions"`
	PreferredLanguage       *string  `json:"preferredLanguage"`
	IsAssignableToRole      *bool    `json:"isAssignableToRole"`
	ODataType               string   `json:"@odata.type"`
}

// readGroupBody decodes a body and refuses what an application cannot set.
func (c *call) readGroupBody() (groupBody, *reply) {
	var b groupBody
	refuse := func(r reply) (groupBody, *reply) { return b, &r }
	var names map[string]json.RawMessage
	if err := json.Unmarshal(c.body, &names); err != nil {
		return refuse(malformed(err))
	}
	for n := range names {
		switch n {
		case "displayName", "description", "groupTypes", "mailEnabled", "mailNickname", "securityEnabled", "visibility",
			"uniqueName", "owners@odata.bind", "members@odata.bind", "resourceBehaviorOptions", "preferredLanguage",
			"isAssignableToRole", "@odata.type":
		case "assignedLabels":
			return refuse(fail(http.StatusForbidden, codeDenied, "App-only token is not supported."))
		case "allowExternalSenders", "autoSubscribeNewMembers", "hideFromAddressLists", "hideFromOutlookClients",
			"isSubscribedByMail", "unseenCount":
			return refuse(fail(http.StatusForbidden, "ErrorAccessDenied", "Access is denied. Check credentials and try again."))
		case "id", "mail", "proxyAddresses", "createdDateTime", "renewedDateTime", "securityIdentifier", "onPremisesSyncEnabled":
			return refuse(badRequest("Property '" + n + "' is read-only and cannot be set."))
		default:
			return refuse(badRequest("Invalid property '" + n + "'."))
		}
	}
	if err := json.Unmarshal(c.body, &b); err != nil {
		return refuse(malformed(err))
	}
	return b, nil
}

func invalid(property string) reply {
	return badRequest("Invalid value specified for property '" + property + "' of resource 'Group'.")
}

func missing(property string) reply {
	return badRequest("A value is required for property '" + property + "' of resource 'Group'.")
}

// checkNew holds the rules of "Create group".
func (b *groupBody) checkNew() *reply {
	var r reply
	switch {
	case b.DisplayName == nil || *b.DisplayName == "":
		r = missing("displayName")
	case utf8.RuneCountInString(*b.DisplayName) > maxDisplayName:
		r = invalid("displayName")
	case b.MailEnabled == nil:
		r = missing("mailEnabled")
	case b.MailNickname == nil || *b.MailNickname == "":
		r = missing("mailNickname")
	case b.SecurityEnabled == nil:
		r = missing("securityEnabled")
	case !validNickname(*b.MailNickname):
		r = invalid("mailNickname")
	case len(b.GroupTypes) > 0 && !slices.Equal(b.GroupTypes, []string{"Unified"}):
		r = invalid("groupTypes")
	case len(b.GroupTypes) > 0 && !*b.MailEnabled:
		r = invalid("mailEnabled")
	case len(b.GroupTypes) == 0 && (*b.MailEnabled || !*b.SecurityEnabled):
		r = badRequest("The service does not currently support writes of mail-enabled groups. Please ensure that the " +
			"mail-enablement property is unset and the security-enablement property is set.")
	case b.Visibility != nil && !slices.Contains([]string{"Private", "Public", "HiddenMembership"}, *b.Visibility):
		r = invalid("visibility")
	case b.UniqueName != nil && *b.UniqueName == "":
		r = invalid("uniqueName")
	case len(b.Owners)+len(b.Members) > maxBind:
		r = badRequest("The number of references in the request exceeds the maximum of 20.")
	case b.IsAssignableToRole != nil && *b.IsAssignableToRole:
		r = denied()
	default:
		return nil
	}
	return &r
}

// validNickname is the vendor's rule: ASCII without @()\[]";:<>, and space, at most 64. The older documentation also
// forbids the dot; the stricter reading is taken.
func validNickname(s string) bool {
	if len(s) > maxNickname {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || strings.IndexByte(`@()\[]";:<>,.`, s[i]) >= 0 {
			return false
		}
	}
	return true
}

// bound reads a reference "{graph}/v1.0/users/{id}" or ".../directoryObjects/{id}". The host must be this Graph.
func (c *call) bound(ref string) (string, *reply) {
	u, err := url.Parse(ref)
	if err != nil || sameHost(u.Scheme+"://"+u.Host) != sameHost(c.s.urls[HostGraph]) {
		r := badRequest("Invalid reference '" + ref + "': the host is not this service.")
		return "", &r
	}
	seg := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(seg) != 3 || (seg[0] != "v1.0" && seg[0] != "beta") ||
		!slices.Contains([]string{"users", "directoryObjects", "groups"}, seg[1]) {
		r := badRequest("Invalid URI in the reference '" + ref + "'.")
		return "", &r
	}
	if u := c.s.user(seg[2]); u != nil && seg[1] != "groups" {
		return u.ID, nil // a user may be named by user principal name
	}
	return seg[2], nil
}

// sameHost makes localhost and 127.0.0.1 equal.
func sameHost(base string) string {
	return strings.Replace(strings.TrimSuffix(base, "/"), "//localhost:", "//127.0.0.1:", 1)
}

func (c *call) createGroup() reply {
	b, bad := c.readGroupBody()
	if bad != nil {
		return *bad
	}
	g, bad := c.makeGroup(b)
	if bad != nil {
		return *bad
	}
	rep := c.createdGroup(g)
	rep.header = http.Header{"Location": {c.s.urls[HostGraph] + "/v1.0/groups/" + g.ID}}
	return rep
}

func (c *call) createdGroup(g *Group) reply {
	e := c.s.groupEntity()
	return c.one(http.StatusCreated, "groups/$entity", e.show(g, view{names: e.defaults}))
}

// makeGroup creates a group or says why not.
func (c *call) makeGroup(b groupBody) (*Group, *reply) {
	refuse := func(r reply) (*Group, *reply) { return nil, &r }
	if bad := b.checkNew(); bad != nil {
		return nil, bad
	}
	// Group.Create alone does not show the people that are bound.
	if len(b.Owners)+len(b.Members) > 0 && !c.has(writeGroups()...) && !c.has(readUsers()...) {
		return refuse(denied())
	}
	if prop := c.s.aliasTaken(*b.MailNickname); prop != "" {
		return refuse(conflict(prop))
	}
	if b.UniqueName != nil && c.s.groupByName(*b.UniqueName) != nil {
		return refuse(conflict("uniqueName"))
	}
	if c.s.enforceNaming {
		if p := c.s.namingProblem(*b.DisplayName, *b.MailNickname, nil); p != nil {
			return refuse(badRequest(p.message))
		}
	}
	g := &Group{
		DisplayName: *b.DisplayName, MailNickname: *b.MailNickname, GroupTypes: b.GroupTypes, MailEnabled: *b.MailEnabled,
		SecurityEnabled: *b.SecurityEnabled, ResourceBehaviorOptions: b.ResourceBehaviorOptions,
		Description: deref(b.Description), Visibility: deref(b.Visibility), UniqueName: deref(b.UniqueName),
		PreferredLanguage: deref(b.PreferredLanguage),
	}
	if g.Visibility == "" && g.Unified() {
		g.Visibility = "Public"
	}
	var bad *reply
	if g.OwnerIDs, bad = c.bindAll(b.Owners, c.s.unifiedFlag("AllowGuestsToBeGroupOwner"), guestOwnerForbidden()); bad != nil {
		return nil, bad
	}
	if g.MemberIDs, bad = c.bindAll(b.Members, c.s.guestsAllowed(g), guestForbidden()); bad != nil {
		return nil, bad
	}
	c.s.putGroup(g)
	d := c.s.opt.Delays
	g.unseen, g.unready = d.Group, d.Members
	if g.Unified() {
		x := c.s.putSite(g)
		x.unready = d.Site
		if len(g.OwnerIDs) == 0 {
			x.unready = -1 // an anonymous group: nobody's site is provisioned
		}
	}
	c.s.wrote("group.create")
	return g, nil
}

// bindAll finds the users that a create call names, each once; forbidden is the answer to a guest where none may be.
func (c *call) bindAll(refs []string, guests bool, forbidden reply) ([]string, *reply) {
	var ids []string
	for _, ref := range refs {
		u, bad := c.bindable(ref)
		if bad != nil {
			return nil, bad
		}
		if u.UserType == Guest && !guests {
			return nil, &forbidden
		}
		if !slices.Contains(ids, u.ID) {
			ids = append(ids, u.ID)
		}
	}
	return ids, nil
}

func guestOwnerForbidden() reply {
	return fail(http.StatusForbidden, codeDenied, "Guests users are not allowed to be owners of this Unified Group due to policy setting.")
}

// bindable finds the user a reference in a create call names.
func (c *call) bindable(ref string) (*User, *reply) {
	id, bad := c.bound(ref)
	if bad != nil {
		return nil, bad
	}
	u := c.s.user(id)
	if u == nil || !u.seen() {
		r := notFound(id)
		r.status = http.StatusBadRequest
		return nil, &r
	}
	return u, nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// aliasTaken names the property that an alias collides in, or is empty. Deleted Microsoft 365 groups keep theirs.
func (s *Server) aliasTaken(alias string) string {
	address := alias + "@" + s.opt.Domain
	for _, g := range s.groups {
		if (g.Deleted.IsZero() || g.Unified()) && strings.EqualFold(g.MailNickname, alias) {
			return "mailNickname"
		}
	}
	for _, u := range s.users {
		if nick, _, _ := strings.Cut(u.UserPrincipalName, "@"); u.Deleted.IsZero() && strings.EqualFold(nick, alias) {
			return "mailNickname"
		}
	}
	if s.proxyHolder(address, nil) != "" {
		return "proxyAddresses"
	}
	return ""
}

// proxyHolder names the object, other than one, that has the address among its proxy addresses. Deleted accounts keep
// theirs unless they are guests.
func (t *tenant) proxyHolder(address string, except *User) string {
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(p string) bool {
			_, a, found := strings.Cut(p, ":")
			return found && strings.EqualFold(a, address)
		})
	}
	for _, u := range t.users {
		if u != except && (u.Deleted.IsZero() || u.UserType != Guest) && has(u.ProxyAddresses) {
			return u.ID
		}
	}
	for _, g := range t.groups {
		if has(g.ProxyAddresses) {
			return g.ID
		}
	}
	for _, x := range t.contacts {
		if has(x.ProxyAddresses) {
			return x.ID
		}
	}
	return ""
}
