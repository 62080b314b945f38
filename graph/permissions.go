package graph

import "slices"

// Permission is an application permission that a registration is given.
type Permission struct {
	// Resource is the API it belongs to, by the name that Entra shows.
	Resource string
	// ID is the GUID of the application role, by which a manifest names it.
	ID string
	// Name is the permission, e.g. "User.Read.All".
	Name string
	// Use is what it is needed for, in one line.
	Use string
	// Teams says that it serves the bot of Teams alone.
	Teams bool
	// Optional says that without it the program goes another way, so that requests
	// are served all the same.
	Optional bool
}

// The resources, as Entra names them.
const (
	ResourceGraph      = "Microsoft Graph"
	ResourceSharePoint = "SharePoint"
)

// ResourceAppID is the GUID of a resource, which is the same in every tenant;
// empty for one that is not known.
func ResourceAppID(resource string) string {
	switch resource {
	case ResourceGraph:
		return "00000003-0000-0000-c000-000000000000"
	case ResourceSharePoint:
		return "00000003-0000-0ff1-ce00-000000000000"
	}
	return ""
}

// Permissions lists what a registration needs for an access, and nothing more,
// the permissions of the access before it first. An unknown access has none.
// (Microsoft Graph permissions reference; each call's least privileged one, but
// for those that a wider one in the list includes. The GUIDs are those that the
// vendor gave the application roles of the two resources.)
func Permissions(a Access) []Permission {
	role := func(id, name, use string) Permission {
		return Permission{Resource: ResourceGraph, ID: id, Name: name, Use: use}
	}
	teams := func(id, name, use string) Permission {
		p := role(id, name, use)
		p.Teams, p.Optional = true, true
		return p
	}
	optional := func(p Permission) Permission {
		p.Optional = true
		return p
	}
	diagnose := []Permission{
		role("df021288-bdef-4463-88db-98f22de89214", "User.Read.All", "people and guests: address, account switched on, invitation accepted; a person's manager"),
		role("5b567255-7703-4780-807c-7be8301ae99b", "Group.Read.All", "groups, owners, members and their settings; deleted groups; whether a name is free"),
		role("246dd0d5-5bd0-4def-940b-0421030a5b68", "Policy.Read.All", "who may invite, cross-tenant access, conditional access, one-time passcodes"),
		optional(role("227900ff-df89-40f8-90e2-8157cf6995d5", "Policy.Read.B2BManagementPolicy", "the list of allowed or blocked domains")),
		role("83d4163d-a2d8-4d3b-9695-4ae3ca98f888", "SharePointTenantSettings.Read.All", "the company's sharing settings in SharePoint"),
		role("483bed4a-2ad3-4361-a73b-c83ccdbdc53c", "RoleManagement.Read.Directory", "roles, such as Guest Inviter, that a person holds"),
		optional(role("cac88765-0581-4025-9725-5ebc13f729ee", "CrossTenantInformation.ReadBasic.All", "which organization a guest's domain belongs to")),
		optional(role("dbb9058a-0e50-45d7-ae91-66909b5d4664", "Domain.Read.All", "the company's own domains")),
		role("e1a88a34-94c4-4418-be12-c87b00e26bea", "OrgContact.Read.All", "whether a mail contact holds an address already"),
		role("332a536c-c7ef-4017-ab91-336970924f0d", "Sites.Read.All", "the address of a group's site"),
	}
	standard := slices.Concat(diagnose, []Permission{
		role("bf7b1a76-6e77-406b-b258-bf5c7720e98f", "Group.Create", "make the group of a site"),
		role("dbaae8cf-10b5-4b86-a4a1-f871c94c6695", "GroupMember.ReadWrite.All", "add members and guests, end a guest's membership"),
		role("09850681-111b-4a89-9bed-3f2cae46d706", "User.Invite.All", "invite a guest, make a fresh link"),
		teams("908de74d-f8b2-4d6b-a9ed-2a17b3b78179", "TeamsAppInstallation.ReadWriteSelfForUser.All", "Teams only: put the bot's app into a person's chat, so that a card can reach him"),
		teams("e12dae10-5a57-4817-b79d-dfbec5348930", "AppCatalog.Read.All", "Teams only: find the bot's app in the company's catalog, to put it there"),
	})
	switch a {
	case Diagnose:
		return diagnose
	case Standard:
		return standard
	case Full:
		return slices.Concat(standard, []Permission{
			role("62a82d76-70ea-41e2-9197-370581804d09", "Group.ReadWrite.All", "add an owner, or set a group private or public, where it was not made as asked"),
			{
				Resource: ResourceSharePoint, ID: "678536fe-1083-478a-9c59-b99265e6b0d3", Name: permissionSites,
				Use: "read and set the sharing level of a site; it opens every file too",
			},
		})
	}
	return nil
}
