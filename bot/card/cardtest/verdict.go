package cardtest

import (
	"time"

	"guestsite/bot/readiness"
)

// Cannot is a verdict on an address that the company does not allow.
func Cannot() readiness.Verdict {
	read := At(22, 8, 41)
	return readiness.Verdict{
		Outcome: readiness.Cannot, Path: readiness.ByBot, Decisive: 2,
		Findings: []readiness.Finding{
			{Layer: readiness.LayerAddress, Status: readiness.Passes, Code: readiness.CodeOK, Setting: readiness.KeyAddress, Value: "anna@fabrikam.com", At: read},
			{Layer: readiness.LayerInvite, Status: readiness.Passes, Code: readiness.CodeOK, Setting: readiness.KeyInvites, Value: "adminsAndGuestInviters", At: read, Source: "Microsoft Graph: authorizationPolicy"},
			{
				Layer: readiness.LayerDomains, Status: readiness.Blocks, Stops: readiness.Fails, Code: readiness.CodeDomainNotAllowed, Setting: readiness.KeyDomains, Value: "allow",
				Args: map[string]string{"domain": "fabrikam.com", "count": "14"}, At: read, Source: "Microsoft Graph: policies/b2bManagementPolicies",
				Fix: &readiness.Fix{
					Code: readiness.FixAllowDomain, Role: "Global Administrator", Link: readiness.LinkCollaboration, Settles: time.Hour,
					Args: map[string]string{"domain": "fabrikam.com"}, Key: readiness.KeyDomains, Value: "+fabrikam.com",
				},
			},
			{Layer: readiness.LayerGroups, Status: readiness.Passes, Code: readiness.CodeOK, Setting: readiness.KeyGroupsAdd, Value: "on", At: read},
			{
				Layer: readiness.LayerSite, Status: readiness.CannotTell, Code: readiness.CodeUnreadNotAsked, Setting: readiness.KeySiteSharing,
				Missing: &readiness.Missing{Permission: "Sites.FullControl.All", Reason: readiness.NotAsked}, At: read,
				Fix: &readiness.Fix{Code: readiness.FixConfirm, Link: readiness.LinkSites, Command: "Get-SPOSite -Identity https://noordzee.sharepoint.com/sites/linden"},
			},
		},
		Unseen: []readiness.Code{readiness.UnseenHomeRules},
	}
}

// Report is a look at the company's settings in which something stops and something is unread.
func Report() readiness.Report {
	var s readiness.Snapshot
	read := At(22, 8, 41)
	s.Authorization = readiness.Read(readiness.AuthorizationPolicy{AllowInvitesFrom: "none"}, "Microsoft Graph: authorizationPolicy", read)
	s.SharePoint = readiness.Read(readiness.SharePointPolicy{Sharing: readiness.SharingAnyone}, "Microsoft Graph: sharepointSettings", read)
	s.Groups = readiness.Read(readiness.GroupsPolicy{AllowToAddGuests: true, EnableGroupCreation: true}, "Microsoft Graph: groupSettings", read)
	s.InviteDomains = readiness.Unread[readiness.DomainRule](readiness.Missing{Permission: "Policy.Read.B2BManagementPolicy", Reason: readiness.NoPermission}, "Microsoft Graph: b2bManagementPolicies", read)
	return readiness.CheckCompany(s, readiness.Policy{}, Now)
}
