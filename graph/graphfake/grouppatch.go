package graphfake

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// upsertGroup is PATCH /groups(uniqueName='…'): update, or create when the Prefer header says so.
func (c *call) upsertGroup() reply {
	if c.s.groupByName(c.p["uniqueName"]) != nil {
		return c.patchGroup()
	}
	if !strings.Contains(c.r.Header.Get("Prefer"), "create-if-missing") {
		return notFound(c.p["uniqueName"])
	}
	b, bad := c.readGroupBody()
	if bad != nil {
		return *bad
	}
	name := c.p["uniqueName"]
	if b.UniqueName != nil && *b.UniqueName != name {
		return invalid("uniqueName")
	}
	b.UniqueName = &name
	g, bad := c.makeGroup(b)
	if bad != nil {
		return *bad
	}
	return c.createdGroup(g)
}

// patchGroup changes properties, or adds members or owners all or nothing.
func (c *call) patchGroup() reply {
	b, bad := c.readGroupBody()
	if bad != nil {
		return *bad
	}
	g := c.s.group(c.p["id"])
	if name, byName := c.p["uniqueName"]; byName {
		g = c.s.groupByName(name) // the write path knows its own key at once
	} else if g == nil || !g.seen() {
		return notFound(c.p["id"])
	}
	onlyMembers := b.DisplayName == nil && b.Description == nil && b.Visibility == nil && b.MailNickname == nil && len(b.Owners) == 0
	if !c.has(writeGroups()...) && !(onlyMembers && len(b.Members) > 0 && c.has("GroupMember.ReadWrite.All")) {
		return denied()
	}
	if bad := c.checkPatch(b, g); bad != nil {
		return *bad
	}
	if bad := c.addAll(g, b.Owners, b.Members); bad != nil {
		return *bad
	}
	set := func(to *string, v *string) {
		if v != nil {
			*to = *v
		}
	}
	set(&g.DisplayName, b.DisplayName)
	set(&g.Description, b.Description)
	set(&g.Visibility, b.Visibility)
	set(&g.MailNickname, b.MailNickname)
	if !onlyMembers {
		c.s.wrote("group.update")
	}
	return noContent()
}

// checkPatch refuses what a change of a group may not hold.
func (c *call) checkPatch(b groupBody, g *Group) *reply {
	var r reply
	switch {
	case b.UniqueName != nil && *b.UniqueName != g.UniqueName:
		r = badRequest("Property 'uniqueName' cannot be changed once it is set.")
	case b.GroupTypes != nil && !slices.Equal(b.GroupTypes, g.GroupTypes):
		r = invalid("groupTypes")
	case b.DisplayName != nil && (*b.DisplayName == "" || utf8.RuneCountInString(*b.DisplayName) > maxDisplayName):
		r = invalid("displayName")
	case b.Visibility != nil && !slices.Contains([]string{"Private", "Public"}, *b.Visibility):
		r = invalid("visibility")
	case b.MailNickname != nil && !validNickname(*b.MailNickname):
		r = invalid("mailNickname")
	case b.MailNickname != nil && !strings.EqualFold(*b.MailNickname, g.MailNickname) && c.s.aliasTaken(*b.MailNickname) != "":
		r = conflict(c.s.aliasTaken(*b.MailNickname))
	case len(b.Owners)+len(b.Members) > maxBind:
		r = badRequest("The number of references in the request exceeds the maximum of 20.")
	default:
		return nil
	}
	return &r
}
