package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"guestsite/bot/readiness"
	"guestsite/graph"
)

// openTenant makes the client of the tenant that c names. It sends nothing.
func openTenant(c Config, client *http.Client, log *slog.Logger, now func() time.Time) (*graph.Client, error) {
	cloud, builtIn := c.Hosts()
	m := c.Microsoft365
	auth, err := credentials("microsoft365", m.Auth, m.CertificateFile, m.ClientSecret)
	if err != nil {
		return nil, err
	}
	o := graph.Options{
		TenantID: m.TenantID, ClientID: m.ClientID, Auth: auth, Access: graph.Access(m.Access),
		Cloud: graph.Cloud{
			Login: cloud.Login, Graph: cloud.Graph,
			SharePoint: cloud.SharePoint, SharePointAdmin: cloud.SharePointAdmin, Endpoint: endpointName(c.Cloud),
		},
		BuiltInCloud: builtIn, HTTP: client, Log: log, Now: now, Version: buildVersion().Version,
		Language: mailLanguage(c.DefaultLanguage),
	}
	if s := m.SharePointAdmin; s != nil {
		pem, err := readFile(s.CertificateFile)
		if err != nil {
			return nil, fmt.Errorf("microsoft365.sharepoint_admin.certificate_file: %w", err)
		}
		o.SharePointAdmin = &graph.Registration{ClientID: s.ClientID, Auth: graph.Auth{Certificate: graph.Secret(pem)}}
	}
	return graph.New(o)
}

// endpointName is how allowedCloudEndpoints spells a built-in cloud (Microsoft Graph:
// crossTenantAccessPolicy); empty for a record of the operator's own.
func endpointName(cloud string) string {
	switch cloud {
	case "global":
		return "microsoftonline.com"
	case "us-gov", "us-gov-dod":
		return "microsoftonline.us"
	case "china":
		return "partner.microsoftonline.cn"
	}
	return ""
}

// credentials are how the registration of a block signs in to the tenant.
func credentials(block, auth, certificateFile string, secret Secret) (graph.Auth, error) {
	switch auth {
	case AuthManagedIdentity:
		return graph.Auth{ManagedIdentity: true}, nil
	case AuthWorkloadIdentity:
		return graph.Auth{WorkloadIdentity: true}, nil
	case AuthClientSecret:
		return graph.Auth{ClientSecret: graph.Secret(secret.Reveal())}, nil
	}
	pem, err := readFile(certificateFile)
	if err != nil {
		return graph.Auth{}, fmt.Errorf("%s.certificate_file: %w", block, err)
	}
	return graph.Auth{Certificate: graph.Secret(pem)}, nil
}

// mailLanguage is the language of Microsoft's own invitation mail.
func mailLanguage(lang string) string {
	if lang == "nl" {
		return "nl-NL"
	}
	return "en-US"
}

// rules are the operator's own rules, as readiness judges them.
func (p Policy) rules() readiness.Policy {
	return readiness.Policy{MaxGuests: p.MaxGuests, MaxDays: p.MaxDays, BlockedDomains: p.BlockedDomains}
}
