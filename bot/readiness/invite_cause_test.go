package readiness

import "testing"

// TestInvite_EachCauseIsNamed has a case for each documented cause of a failed or
// useless invitation.
func TestInvite_EachCauseIsNamed(t *testing.T) {
	t.Parallel()
	off := false
	cases := []struct {
		name    string
		change  func(*Question)
		outcome Outcome
		code    Code
		layer   Layer
		stops   Stops
	}{
		{"malformed address", func(q *Question) { q.Subject.Address = Address{Mail: "anna+x@fabrikam.com"} }, Cannot, CodeAddressInvalid, LayerAddress, Fails},
		{"own domain", func(q *Question) { q.Subject.Address = address(t, "sanne@noordzee.nl") }, Cannot, CodeOwnDomain, LayerAddress, Fails},
		{"own tenant by another domain", func(q *Question) { q.Subject.Home = read(HomeTenant{TenantID: "T-OURS"}) }, Cannot, CodeOwnDomain, LayerAddress, Fails},
		{"colleague", func(q *Question) {
			q.Subject.Matches = read([]User{{ID: "u1", DisplayName: "Sanne", Enabled: true}})
		}, Cannot, CodeColleague, LayerAddress, Fails},
		{"two active accounts", func(q *Question) {
			q.Subject.Matches = read([]User{{ID: "u1", Enabled: true, Guest: true}, {ID: "u2", Enabled: true, Guest: true}})
		}, Unknown, CodePersonAmbiguous, LayerAddress, Fails},
		{"group address", func(q *Question) { q.Subject.Group = read(true) }, Cannot, CodeGroupAddress, LayerAddress, Fails},
		{"mail contact", func(q *Question) { q.Subject.Contact = read(true) }, Cannot, CodeContact, LayerAddress, Fails},
		{"deleted guest", func(q *Question) { q.Subject.Deleted = read(&User{ID: "u9"}) }, Can, CodeGuestDeleted, LayerAccount, Warning},
		{"disabled guest", func(q *Question) { q.Subject.Matches = read([]User{guestUser(false, false)}) }, Cannot, CodeGuestDisabled, LayerAccount, Useless},
		{"pending guest", asPending, Can, CodeGuestPending, LayerAccount, Warning},
		{"invitations off", func(q *Question) { q.Snapshot.Authorization.Value.AllowInvitesFrom = invitesNone }, Cannot, CodeInvitesOff, LayerInvite, Fails},
		{"person may not invite", func(q *Question) { q.Snapshot.Authorization.Value.AllowInvitesFrom = invitesInviters }, Cannot, CodeActorNotInviter, LayerInvite, HumanRule},
		{"guest as actor under members", func(q *Question) {
			q.Snapshot.Authorization.Value.AllowInvitesFrom = invitesMembers
			q.Snapshot.Groups.Value.AllowGuestsToBeOwners = true
			q.Actor.Guest = true
		}, Cannot, CodeActorNotInviter, LayerInvite, HumanRule},
		{"actor switched off", func(q *Question) { q.Actor.Enabled = false }, Cannot, CodeActorDisabled, LayerInvite, HumanRule},
		{"no actor at all", func(q *Question) { q.Actor = Actor{} }, Cannot, CodeActorDisabled, LayerInvite, HumanRule},
		{"domain denied", func(q *Question) {
			q.Snapshot.InviteDomains = read(DomainRule{Mode: DenyList, Domains: []string{"fabrikam.com"}})
		}, Cannot, CodeDomainDenied, LayerDomains, Fails},
		{"domain not allowed", func(q *Question) {
			q.Snapshot.InviteDomains = read(DomainRule{Mode: AllowList, Domains: []string{"contoso.nl"}})
		}, Cannot, CodeDomainNotAllowed, LayerDomains, Fails},
		{"domain not allowed, pending", func(q *Question) {
			asPending(q)
			q.Snapshot.InviteDomains = read(DomainRule{Mode: AllowList, Domains: []string{"contoso.nl"}})
		}, Cannot, CodeDomainNotAllowed, LayerDomains, Useless},
		{"parent domain allowed", func(q *Question) {
			q.Subject.Address = address(t, "anna@mail.fabrikam.com")
			q.Snapshot.InviteDomains = read(DomainRule{Mode: AllowList, Domains: []string{"fabrikam.com"}})
		}, Unknown, CodeDomainNearMiss, LayerDomains, Fails},
		{"parent domain denied", func(q *Question) {
			q.Subject.Address = address(t, "anna@mail.fabrikam.com")
			q.Snapshot.InviteDomains = read(DomainRule{Mode: DenyList, Domains: []string{"fabrikam.com"}})
		}, Unknown, CodeDomainNearMiss, LayerDomains, Fails},
		{"list of unknown meaning", func(q *Question) { q.Snapshot.InviteDomains = read(DomainRule{Mode: AnyDomain, Uncertain: true}) }, Unknown, CodeDomainRuleUncertain, LayerDomains, Fails},
		{"partner blocked", func(q *Question) { q.Subject.Partner = read(&CrossTenant{Users: BlockAll, Apps: AllowAll}) }, Cannot, CodePartnerBlocked, LayerDomains, Fails},
		{"partner blocked, accepted", func(q *Question) {
			asAccepted(q)
			q.Subject.Partner = read(&CrossTenant{Users: AllowAll, Apps: BlockAll})
		}, Cannot, CodePartnerBlocked, LayerDomains, Useless},
		{"default blocked", func(q *Question) { q.Snapshot.CrossTenant = read(CrossTenant{Users: BlockAll, Apps: BlockAll}) }, Cannot, CodeDefaultBlocked, LayerDomains, Fails},
		{"default blocked, no tenant", func(q *Question) {
			q.Snapshot.CrossTenant = read(CrossTenant{Users: BlockAll, Apps: BlockAll})
			q.Subject.Home = read(HomeTenant{})
		}, Unknown, CodeCrossTenantNoHome, LayerDomains, Fails},
		{"some of the partner", func(q *Question) { q.Subject.Partner = read(&CrossTenant{Users: AllowSome}) }, Unknown, CodeCrossTenantSome, LayerDomains, Fails},
		{"applications without SharePoint", func(q *Question) { q.Subject.Partner = read(&CrossTenant{Apps: AllowSome}) }, Cannot, CodeCrossTenantApps, LayerDomains, Useless},
		{"SharePoint blocked", func(q *Question) { q.Subject.Partner = read(&CrossTenant{Apps: BlockSome, SharePointAmongApps: true}) }, Cannot, CodeCrossTenantApps, LayerDomains, Useless},
		{"other cloud", func(q *Question) { q.Subject.Home.Value.Cloud = "microsoftonline.us" }, Cannot, CodeCloudNotConnected, LayerDomains, Fails},
		{"passcode off", func(q *Question) {
			q.Subject.Home = read(HomeTenant{})
			q.Snapshot.OneTimePasscode = read(false)
		}, Can, CodePasscodeOff, LayerAccount, Warning},
		{"passcode only", func(q *Question) { q.Snapshot.CrossTenant.Value.OnlyPasscode = true }, Cannot, CodePasscodeOnly, LayerAccount, Useless},
		{"policy blocks", func(q *Question) {
			q.Snapshot.ConditionalAccess = read([]ConditionalAccessPolicy{{Name: "No guests", HitsGuests: true, HitsSharePoint: true, Blocks: true}})
		}, Cannot, CodeCABlocks, LayerAccount, Useless},
		{"policy wants device", func(q *Question) {
			q.Snapshot.ConditionalAccess = read([]ConditionalAccessPolicy{{Name: "Managed", HitsGuests: true, HitsSharePoint: true, NeedsDevice: true, NeedsMFA: true}})
		}, Cannot, CodeCADevice, LayerAccount, Useless},
		{"policy wants device or factor", func(q *Question) {
			q.Snapshot.ConditionalAccess = read([]ConditionalAccessPolicy{{Name: "Either", HitsGuests: true, HitsSharePoint: true, NeedsDevice: true, NeedsMFA: true, AnyOf: true}})
		}, Can, CodeCAMFA, LayerAccount, Warning},
		{"policy depends on place", func(q *Question) {
			q.Snapshot.ConditionalAccess = read([]ConditionalAccessPolicy{{Name: "Abroad", HitsGuests: true, HitsSharePoint: true, Blocks: true, Conditional: true}})
		}, Can, CodeCAConditional, LayerAccount, Warning},
		{"groups take no guests", func(q *Question) { q.Snapshot.Groups.Value.AllowToAddGuests = false }, Cannot, CodeGroupsAddOff, LayerGroups, Fails},
		{"guests see nothing", func(q *Question) { q.Snapshot.Groups.Value.AllowGuestsToAccessGroups = false }, Cannot, CodeGroupsContentOff, LayerGroups, Useless},
		{"label forbids", func(q *Question) {
			q.Site.Group.Value.LabelID = "l1"
			q.Site.Label = &Label{Name: "Confidential"}
		}, Cannot, CodeLabelForbids, LayerGroup, Fails},
		{"label closes the site", func(q *Question) {
			q.Site.Group.Value.LabelID = "l1"
			q.Site.Label = &Label{Name: "Confidential", GuestsAllowed: true, Sharing: SharingOff}
		}, Cannot, CodeLabelForbids, LayerGroup, Useless},
		{"label not declared", func(q *Question) { q.Site.Group.Value.LabelID = "l1" }, Unknown, CodeLabelUndeclared, LayerGroup, Fails},
		{"group's own setting", func(q *Question) { q.Site.Group.Value.AllowToAddGuests = &off }, Cannot, CodeGroupAddOff, LayerGroup, Fails},
		{"not a Microsoft 365 group", func(q *Question) { q.Site.Group.Value.Unified = false }, Cannot, CodeGroupNotUnified, LayerGroup, Fails},
		{"dynamic group", func(q *Question) { q.Site.Group.Value.Dynamic = true }, Cannot, CodeGroupDynamic, LayerGroup, Fails},
		{"synchronised group", func(q *Question) { q.Site.Group.Value.Synced = true }, Cannot, CodeGroupSynced, LayerGroup, Fails},
		{"role-assignable group", func(q *Question) { q.Site.Group.Value.RoleAssignable = true }, Cannot, CodeGroupRoleAssignable, LayerGroup, Fails},
		{"deleted group", func(q *Question) { q.Site.Group.Value.Deleted = true }, Cannot, CodeGroupDeleted, LayerGroup, Fails},
		{"no site yet", func(q *Question) { q.Site.Group.Value.WebURL = "" }, Can, CodeSiteNotReady, LayerGroup, Warning},
		{"not an owner", func(q *Question) { q.Actor.ID = "u-sanne" }, WaitsOwner, CodeNotOwner, LayerGroup, HumanRule},
		{"not the owner of a planned site", func(q *Question) {
			q.Site = Site{Planned: true}
			q.Actor.Owner = false
		}, WaitsOwner, CodeNotOwner, LayerGroup, HumanRule},
		{"no active owner", func(q *Question) { q.Site.Owners.Value[0].Enabled = false }, Cannot, CodeNoOwner, LayerGroup, HumanRule},
		{"guest owner where guests may not own", func(q *Question) { q.Site.Owners.Value[0].Guest = true }, Cannot, CodeNoOwner, LayerGroup, HumanRule},
		{"company sharing off", func(q *Question) { q.Snapshot.SharePoint.Value.Sharing = SharingOff }, Cannot, CodeOrgSharingOff, LayerSharePoint, Useless},
		{"company existing guests, by the bot", func(q *Question) { q.Snapshot.SharePoint.Value.Sharing = SharingExisting }, CanByBot, CodeOrgExistingOnly, LayerSharePoint, Warning},
		{"company existing guests, by hand", func(q *Question) {
			q.Snapshot.SharePoint.Value.Sharing = SharingExisting
			q.Path = ByOwner
		}, Cannot, CodeOrgExistingOnly, LayerSharePoint, Fails},
		{"company domain list", func(q *Question) {
			q.Snapshot.SharePoint.Value.Domains = DomainRule{Mode: AllowList, Domains: []string{"contoso.nl"}}
		}, Cannot, CodeOrgDomainNotAllowed, LayerSharePoint, Useless},
		{"company domain denied, accepted", func(q *Question) {
			asAccepted(q)
			q.Snapshot.SharePoint.Value.Domains = DomainRule{Mode: DenyList, Domains: []string{"fabrikam.com"}}
		}, Cannot, CodeOrgDomainDenied, LayerSharePoint, Useless},
		{"site sharing off", func(q *Question) { q.Site.Sharing = read(SiteSharing{Effective: SharingOff, Defined: SharingOff}) }, Cannot, CodeSiteSharingOff, LayerSite, Useless},
		{"site existing guests", func(q *Question) {
			q.Site.Sharing = read(SiteSharing{Effective: SharingExisting, Defined: SharingExisting})
		}, CanByBot, CodeSiteExistingOnly, LayerSite, Warning},
		{"site domain denied", func(q *Question) {
			q.Site.Sharing.Value.Domains = DomainRule{Mode: DenyList, Domains: []string{"fabrikam.com"}}
		}, Cannot, CodeSiteDomainDenied, LayerSite, Useless},
		{"site domain not allowed", func(q *Question) {
			q.Site.Sharing.Value.Domains = DomainRule{Mode: AllowList, Domains: []string{"contoso.nl"}}
		}, Cannot, CodeSiteDomainNotAllowed, LayerSite, Useless},
		{"site locked", func(q *Question) { q.Site.Sharing.Value.Locked = true }, Cannot, CodeSiteLocked, LayerSite, Useless},
		{"site archived", func(q *Question) { q.Site.Sharing.Value.Archived = true }, Cannot, CodeSiteArchived, LayerSite, Useless},
		{"restricted access control", func(q *Question) { q.Site.Sharing.Value.Restricted = true }, Cannot, CodeSiteRestricted, LayerSite, Useless},
		{"guest expiry", func(q *Question) { q.Site.Sharing.Value.GuestExpiryDays = 60 }, Can, CodeGuestExpiry, LayerSite, Warning},
		{"planned site closed", func(q *Question) {
			q.Site = Site{Planned: true}
			q.Wanted = SharingOff
		}, Cannot, CodePlannedOff, LayerSite, Useless},
		{"planned site above the company", func(q *Question) {
			q.Site = Site{Planned: true}
			q.Wanted = SharingAnyone
		}, Can, CodeSharingCapped, LayerSite, Warning},
		{"own rule: domain", func(q *Question) { q.Policy.BlockedDomains = []string{"fabrikam.com"} }, Cannot, CodeRuleDomain, LayerRules, HumanRule},
		{"own rule: guests", func(q *Question) {
			q.Policy.MaxGuests = 2
			q.Guests = 3
		}, Cannot, CodeRuleGuests, LayerRules, HumanRule},
		{"own rule: days", func(q *Question) {
			q.Policy.MaxDays = 30
			q.Until = now.AddDate(0, 0, 31)
		}, Cannot, CodeRuleDays, LayerRules, HumanRule},
		{"end date passed", func(q *Question) { q.Until = now.AddDate(0, 0, -1) }, Cannot, CodeRuleEndPast, LayerRules, HumanRule},
		{"already a member", func(q *Question) {
			asAccepted(q)
			q.Site.MemberIDs = []string{"u-anna"}
			q.Snapshot.Groups.Value.AllowToAddGuests = false
		}, Can, CodeAlreadyMember, LayerAddress, Warning},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			q := openQuestion(t)
			tc.change(&q)
			v := Invite(q)
			if v.Outcome != tc.outcome {
				t.Errorf("outcome %s, want %s", v.Outcome, tc.outcome)
			}
			f, ok := find(v, tc.code)
			if !ok {
				t.Fatalf("no finding %s among %+v", tc.code, v.Findings)
			}
			if f.Layer != tc.layer || f.Stops != tc.stops {
				t.Errorf("layer %d stops %s, want %d %s", f.Layer, f.Stops, tc.layer, tc.stops)
			}
			if tc.outcome != Can && decisive(t, v).Code != tc.code {
				t.Errorf("decided by %s, want %s", decisive(t, v).Code, tc.code)
			}
			if f.Status == Blocks && f.Fix == nil {
				t.Error("a stop without a fix")
			}
		})
	}
}
