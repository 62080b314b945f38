package readiness

// Where the checks find their settings.

func atCompany(q *Question) *Setting[Company]             { return &q.Snapshot.Company }
func atEntra(q *Question) *Setting[AuthorizationPolicy]   { return &q.Snapshot.Authorization }
func atInviteDomains(q *Question) *Setting[DomainRule]    { return &q.Snapshot.InviteDomains }
func atCrossTenant(q *Question) *Setting[CrossTenant]     { return &q.Snapshot.CrossTenant }
func atClouds(q *Question) *Setting[[]string]             { return &q.Snapshot.Clouds }
func atGroups(q *Question) *Setting[GroupsPolicy]         { return &q.Snapshot.Groups }
func atSharePoint(q *Question) *Setting[SharePointPolicy] { return &q.Snapshot.SharePoint }
func atPasscode(q *Question) *Setting[bool]               { return &q.Snapshot.OneTimePasscode }
func atMatches(q *Question) *Setting[[]User]              { return &q.Subject.Matches }
func atContact(q *Question) *Setting[bool]                { return &q.Subject.Contact }
func atGroupMail(q *Question) *Setting[bool]              { return &q.Subject.Group }
func atDeleted(q *Question) *Setting[*User]               { return &q.Subject.Deleted }
func atInviter(q *Question) *Setting[bool]                { return &q.Actor.Inviter }
func atCreator(q *Question) *Setting[bool]                { return &q.Actor.Creator }
func atGroup(q *Question) *Setting[Group]                 { return &q.Site.Group }
func atOwners(q *Question) *Setting[[]User]               { return &q.Site.Owners }
func atSiteSharing(q *Question) *Setting[SiteSharing]     { return &q.Site.Sharing }
func atPolicies(q *Question) *Setting[[]ConditionalAccessPolicy] {
	return &q.Snapshot.ConditionalAccess
}

// existing says that the site is there already.
func existing(c *call) bool { return !c.q.Site.Planned }

// joining says that the guest still has to be added to a group that is there.
func joining(c *call) bool { return !c.joined && !c.q.Site.Planned }

// notIn says that the guest still has to be added.
func notIn(c *call) bool { return !c.joined }
