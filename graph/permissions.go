package graph

import "slices"

// Permission is an application permission that a registration is given.
type Permission struct {
	// Resource is the API it belongs to, by the name that Entra shows.
	Resource string
	// Name is the permission, e.g. "User.Read.All".
	Name string
	// Use is what it is needed for, in one line.
	Use string
}

// The resources, as Entra names them.
const (
	ResourceGraph      = "Microsoft Graph"
	ResourceSharePoint = "SharePoint"
)

// Permissions lists what a registration needs for an access, and nothing more,
// the permissions of the access before it first. An unknown access has none.
// (Microsoft Graph permissions reference; each call's least privileged one, but
// for those that a wider one in the list includes.)
func Permissions(a Access) []Permission {
	diagnose := []Permission{
		{ResourceGraph, "User.Read.All", "people and guests: address, account switched on, invitation accepted; a person's manager"},
		{ResourceGraph, "Group.Read.All", "groups, owners, members and their settings; deleted groups; whether a name is free"},
		{ResourceGraph, "Policy.Read.All", "who may invite, cross-tenant access, conditional access, one-time passcodes"},
		{ResourceGraph, "Policy.Read.B2BManagementPolicy", "the list of allowed or blocked domains"},
		{ResourceGraph, "SharePointTenantSettings.Read.All", "the company's sharing settings in SharePoint"},
		{ResourceGraph, "RoleManagement.Read.Directory", "roles, such as Guest Inviter, that a person holds"},
		{ResourceGraph, "CrossTenantInformation.ReadBasic.All", "which organization a guest's domain belongs to"},
		{ResourceGraph, "Domain.Read.All", "the company's own domains"},
		{ResourceGraph, "OrgContact.Read.All", "whether a mail contact holds an address already"},
		{ResourceGraph, "Sites.Read.All", "the address of a group's site"},
	}
	standard := slices.Concat(diagnose, []Permission{
		{ResourceGraph, "Group.Create", "make the group of a site"},
		{ResourceGraph, "GroupMember.ReadWrite.All", "add members and guests, end a guest's membership"},
		{ResourceGraph, "User.Invite.All", "invite a guest, make a fresh link"},
		{ResourceGraph, "TeamsAppInstallation.ReadWriteSelfForUser.All", "Teams only: put the bot's app into a person's chat, so that a card can reach him"},
		{ResourceGraph, "AppCatalog.Read.All", "Teams only: find the bot's app in the company's catalog, to put it there"},
	})
	switch a {
	case Diagnose:
		return diagnose
	case Standard:
		return standard
	case Full:
		return slices.Concat(standard, []Permission{
			{ResourceGraph, "Group.ReadWrite.All", "add an owner, or set a group private or public, where it was not made as asked"},
			{ResourceSharePoint, permissionSites, "read and set the sharing level of a site; it opens every file too"},
		})
	}
	return nil
}
