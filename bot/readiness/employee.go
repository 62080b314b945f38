package readiness

// EmployeeCode is the code under which a finding is told to somebody who is no
// admin: without values of settings and words of the trade. Its text is in the
// catalogue under "employee.<code>"; it takes the finding's Args.
func EmployeeCode(f *Finding) Code {
	if f.Status == CannotTell && f.Code != CodePersonAmbiguous {
		return "unread"
	}
	if code, ok := employeeCodes[f.Code]; ok {
		return code
	}
	for _, s := range specs {
		if s.Kind == KindEmployee && s.Code == f.Code {
			return f.Code
		}
	}
	if f.Status == Blocks {
		return "guests_off"
	}
	return "ok"
}

// employeeCodes holds what is told in other words than to an admin.
var employeeCodes = map[Code]Code{
	CodeDomainDenied:         "domain",
	CodeDomainNotAllowed:     "domain",
	CodeOrgDomainDenied:      "domain",
	CodeOrgDomainNotAllowed:  "domain",
	CodeSiteDomainDenied:     "domain",
	CodeSiteDomainNotAllowed: "domain",
	CodePartnerBlocked:       "partner",
	CodeDefaultBlocked:       "partner",
	CodeCrossTenantApps:      "partner",
	CodeCloudNotConnected:    "partner",
	CodeInvitesNeedInviter:   "invites_off",
	CodeGroupsAddOff:         "guests_off",
	CodeGroupsContentOff:     "guests_off",
	CodeOrgSharingOff:        "guests_off",
	CodeOrgExistingOnly:      "invites_off",
	CodeLabelForbids:         "site_closed",
	CodeGroupAddOff:          "site_closed",
	CodeSiteSharingOff:       "site_closed",
	CodeSiteExistingOnly:     "site_closed",
	CodeSiteLocked:           "site_closed",
	CodeSiteArchived:         "site_closed",
	CodeSiteRestricted:       "site_closed",
	CodePlannedOff:           "site_closed",
	CodePlannedExisting:      "site_closed",
	CodeGroupNotUnified:      "group_kind",
	CodeGroupDynamic:         "group_kind",
	CodeGroupSynced:          "group_kind",
	CodeGroupRoleAssignable:  "group_kind",
	CodePasscodeOnly:         "signin",
	CodeCABlocks:             "signin",
	CodeCADevice:             "signin",
	CodeOwnerNone:            "owner",
	CodeOwnerGuest:           "owner",
	CodeOwnerDisabled:        "owner",
	CodeOwnersMany:           "owner",
}
