package graph

import (
	"slices"
	"strings"
	"time"

	"guestsite/bot/readiness"
)

// Where settings were read, as people are told.
const (
	sourceAuthorization = "Microsoft Graph: authorizationPolicy"
	sourceClouds        = "Microsoft Graph: crossTenantAccessPolicy"
	sourceUnified       = "Microsoft Graph: groupSettings"
	sourceSharePoint    = "Microsoft Graph: sharepointSettings"
	sourcePasscode      = "Microsoft Graph: emailAuthenticationMethodConfiguration"
	sourceCompany       = "Microsoft Graph: organization, domains"
)

func authorizationOf(a answer, at time.Time) readiness.Setting[readiness.AuthorizationPolicy] {
	type wire struct {
		AllowInvitesFrom string `json:"allowInvitesFrom"`
		GuestUserRoleID  string `json:"guestUserRoleId"`
	}
	return setting(a, sourceAuthorization, at, func(w wire) (readiness.AuthorizationPolicy, error) {
		known := []string{"none", "adminsAndGuestInviters", "adminsGuestInvitersAndAllMembers", "everyone"}
		if !slices.Contains(known, w.AllowInvitesFrom) {
			return readiness.AuthorizationPolicy{}, errUnknownValue
		}
		return readiness.AuthorizationPolicy(w), nil
	})
}

func cloudsOf(a answer, at time.Time) readiness.Setting[[]string] {
	type wire struct {
		Endpoints []string `json:"allowedCloudEndpoints"`
	}
	return setting(a, sourceClouds, at, func(w wire) ([]string, error) { return w.Endpoints, nil })
}

// Templates of directory settings (Microsoft Entra: Cmdlets for configuring
// group settings).
const (
	templateUnified = "62375ab9-6b52-47ed-826b-58e47e0e304b"
	templateGuest   = "08d542b9-071f-4e16-94b0-74abb372e3d9"
)

type wireSetting struct {
	TemplateID string `json:"templateId"`
	Values     []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"values"`
}

// value gives a value by its name; ok is false where the template has none.
func (w wireSetting) value(name string) (string, bool) {
	for _, v := range w.Values {
		if v.Name == name {
			return v.Value, true
		}
	}
	return "", false
}

// flag reads a boolean, which is spelt True, true, False or false.
func (w wireSetting) flag(name string, otherwise bool) (bool, error) {
	v, ok := w.value(name)
	switch {
	case !ok || v == "":
		return otherwise, nil
	case strings.EqualFold(v, "true"):
		return true, nil
	case strings.EqualFold(v, "false"):
		return false, nil
	}
	return false, errUnknownValue
}

// groupsPolicyOf reads Group.Unified; without such an object the vendor's
// defaults hold.
func groupsPolicyOf(a answer, at time.Time) readiness.Setting[readiness.GroupsPolicy] {
	return setting(a, sourceUnified, at, func(l list[wireSetting]) (readiness.GroupsPolicy, error) {
		var w wireSetting
		for _, s := range l.Value {
			if strings.EqualFold(s.TemplateID, templateUnified) {
				w = s
			}
		}
		var p readiness.GroupsPolicy
		for _, f := range []struct {
			name      string
			to        *bool
			otherwise bool
		}{
			{"AllowToAddGuests", &p.AllowToAddGuests, true},
			{"AllowGuestsToAccessGroups", &p.AllowGuestsToAccessGroups, true},
			{"AllowGuestsToBeGroupOwner", &p.AllowGuestsToBeOwners, false},
			{"EnableGroupCreation", &p.EnableGroupCreation, true},
			{"EnableMIPLabels", &p.LabelsEnabled, false},
		} {
			var err error
			if *f.to, err = w.flag(f.name, f.otherwise); err != nil {
				return p, err
			}
		}
		p.CreatorsGroupID, _ = w.value("GroupCreationAllowedGroupId")
		p.PrefixSuffix, _ = w.value("PrefixSuffixNamingRequirement")
		words, _ := w.value("CustomBlockedWordsList")
		for word := range strings.SplitSeq(words, ",") {
			if word = strings.TrimSpace(word); word != "" {
				p.BlockedWords = append(p.BlockedWords, word)
			}
		}
		return p, nil
	})
}

// sharePointOf reads SharePoint's settings; the root site's address comes from
// its own item and may be missing.
func (c *Client) sharePointOf(a, root answer, at time.Time) readiness.Setting[readiness.SharePointPolicy] {
	type wire struct {
		Sharing string   `json:"sharingCapability"`
		Mode    string   `json:"sharingDomainRestrictionMode"`
		Allowed []string `json:"sharingAllowedDomainList"`
		Blocked []string `json:"sharingBlockedDomainList"`
		Create  *bool    `json:"isSiteCreationEnabled"`
	}
	return setting(a, sourceSharePoint, at, func(w wire) (readiness.SharePointPolicy, error) {
		p := readiness.SharePointPolicy{
			Sharing:      readiness.SharingLevel(w.Sharing),
			SiteCreation: w.Create == nil || *w.Create,
			RootURL:      strings.TrimSuffix(c.opt.Cloud.SharePoint, "/"),
		}
		var err error
		if p.Domains, err = domainRule(w.Mode, w.Allowed, w.Blocked); err != nil {
			return p, err
		}
		if p.Sharing.Rank() == 0 {
			return p, errUnknownValue
		}
		var site struct {
			WebURL string `json:"webUrl"`
		}
		if p.RootURL == "" && root.into("read the root site", &site) == nil {
			p.RootURL = strings.TrimSuffix(site.WebURL, "/")
		}
		return p, nil
	})
}

// domainRule reads SharePoint's kind of list.
func domainRule(mode string, allowed, blocked []string) (readiness.DomainRule, error) {
	switch mode {
	case "none", "":
		return readiness.DomainRule{Mode: readiness.AnyDomain}, nil
	case "allowList":
		return readiness.DomainRule{Mode: readiness.AllowList, Domains: lower(allowed)}, nil
	case "blockList":
		return readiness.DomainRule{Mode: readiness.DenyList, Domains: lower(blocked)}, nil
	}
	return readiness.DomainRule{}, errUnknownValue
}

func lower(in []string) []string {
	var out []string
	for _, s := range in {
		if s = strings.ToLower(strings.TrimSpace(s)); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// passcodeOf reads whether guests may get a one-time passcode; "default" has
// meant yes since October 2021 (Microsoft Entra: Email one-time passcode).
func passcodeOf(a answer, at time.Time) readiness.Setting[bool] {
	type wire struct {
		External string `json:"allowExternalIdToUseEmailOtp"`
	}
	return setting(a, sourcePasscode, at, func(w wire) (bool, error) {
		switch w.External {
		case "default", "enabled":
			return true, nil
		case "disabled":
			return false, nil
		}
		return false, errUnknownValue
	})
}

// companyOf reads the tenant and its verified domains, which both organization
// and domains tell: one of the two is enough.
func (c *Client) companyOf(org, domains answer, at time.Time) readiness.Setting[readiness.Company] {
	type wireOrg struct {
		ID      string `json:"id"`
		Name    string `json:"displayName"`
		Domains []struct {
			Name string `json:"name"`
		} `json:"verifiedDomains"`
	}
	type wireDomain struct {
		ID       string `json:"id"`
		Verified bool   `json:"isVerified"`
	}
	co := readiness.Company{TenantID: c.opt.TenantID}
	add := func(name string) {
		if name = strings.ToLower(name); name != "" && !slices.Contains(co.Domains, name) {
			co.Domains = append(co.Domains, name)
		}
	}
	var orgs list[wireOrg]
	orgErr := org.into("read the organization", &orgs)
	for _, o := range orgs.Value {
		if o.ID != "" {
			co.TenantID = o.ID
		}
		co.DisplayName = o.Name
		for _, d := range o.Domains {
			add(d.Name)
		}
	}
	var ds list[wireDomain]
	domErr := domains.into("read the domains", &ds)
	for _, d := range ds.Value {
		if d.Verified {
			add(d.ID)
		}
	}
	if orgErr != nil && domErr != nil {
		return readiness.Unread[readiness.Company](why(opDomains, domErr), sourceCompany, at)
	}
	return readiness.Read(co, sourceCompany, at)
}
