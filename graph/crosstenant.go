package graph

import (
	"slices"
	"strings"
	"time"

	"guestsite/bot/readiness"
)

const (
	sourceInbound = "Microsoft Graph: crossTenantAccessPolicyConfigurationDefault"
	sourcePartner = "Microsoft Graph: crossTenantAccessPolicyConfigurationPartner"
)

// appSharePoint is Office 365 SharePoint Online.
const appSharePoint = "00000003-0000-0ff1-ce00-000000000000"

type wireTargets struct {
	Access  string `json:"accessType"`
	Targets []struct {
		Target string `json:"target"`
	} `json:"targets"`
}

type wireCrossTenant struct {
	Inbound *struct {
		Users *wireTargets `json:"usersAndGroups"`
		Apps  *wireTargets `json:"applications"`
	} `json:"b2bCollaborationInbound"`
	Trust *struct {
		MFA       bool `json:"isMfaAccepted"`
		Compliant bool `json:"isCompliantDeviceAccepted"`
		Joined    bool `json:"isHybridAzureADJoinedDeviceAccepted"`
	} `json:"inboundTrust"`
	Redemption *struct {
		Order    []string `json:"primaryIdentityProviderPrecedenceOrder"`
		Fallback string   `json:"fallbackIdentityProvider"`
	} `json:"invitationRedemptionIdentityProviderConfiguration"`
}

// access reads one half of a setting; empty where the object does not set it.
func (t *wireTargets) access(everything string) (readiness.Access, error) {
	if t == nil {
		return "", nil
	}
	all := slices.ContainsFunc(t.Targets, func(x struct {
		Target string `json:"target"`
	},
	) bool {
		return x.Target == everything
	})
	switch {
	case t.Access == "allowed" && all:
		return readiness.AllowAll, nil
	case t.Access == "allowed":
		return readiness.AllowSome, nil
	case t.Access == "blocked" && all:
		return readiness.BlockAll, nil
	case t.Access == "blocked":
		return readiness.BlockSome, nil
	}
	return "", errUnknownValue
}

// names says whether SharePoint is among the listed applications.
func (t *wireTargets) namesSharePoint() bool {
	if t == nil {
		return false
	}
	for _, x := range t.Targets {
		if strings.EqualFold(x.Target, appSharePoint) || strings.EqualFold(x.Target, "Office365") {
			return true
		}
	}
	return false
}

func (w wireCrossTenant) read() (readiness.CrossTenant, error) {
	var x readiness.CrossTenant
	if in := w.Inbound; in != nil {
		var err error
		if x.Users, err = in.Users.access("AllUsers"); err != nil {
			return x, err
		}
		if x.Apps, err = in.Apps.access("AllApplications"); err != nil {
			return x, err
		}
		x.SharePointAmongApps = in.Apps.namesSharePoint()
	}
	if t := w.Trust; t != nil {
		x.TrustsMFA, x.TrustsDevices = t.MFA, t.Compliant || t.Joined
	}
	if r := w.Redemption; r != nil {
		others := slices.ContainsFunc(r.Order, func(p string) bool { return p != "emailOneTimePasscode" })
		x.OnlyPasscode = !others && r.Fallback == "emailOneTimePasscode"
	}
	return x, nil
}

func inboundOf(a answer, at time.Time) readiness.Setting[readiness.CrossTenant] {
	return setting(a, sourceInbound, at, wireCrossTenant.read)
}

// partnerOf reads a partner's override; 404 means that there is none.
func partnerOf(a answer, at time.Time) readiness.Setting[*readiness.CrossTenant] {
	if a.fault != nil && a.fault.status == 404 && !a.fault.notInCloud() {
		return readiness.Read[*readiness.CrossTenant](nil, sourcePartner, at)
	}
	return setting(a, sourcePartner, at, func(w wireCrossTenant) (*readiness.CrossTenant, error) {
		x, err := w.read()
		return &x, err
	})
}
