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
	o, err := tenantOptions(c, client, log, now)
	if err != nil {
		return nil, err
	}
	tenant, err := graph.New(o)
	if err != nil && c.Microsoft365.Auth == AuthWorkloadIdentity {
		return nil, fmt.Errorf("microsoft365.auth is workload_identity, for a pod whose service account is federated with the registration: "+
			"there %s (%w)", podVariables, err)
	}
	return tenant, err
}

func tenantOptions(c Config, client *http.Client, log *slog.Logger, now func() time.Time) (graph.Options, error) {
	cloud, builtIn := c.Hosts()
	m := c.Microsoft365
	auth, err := credentials("microsoft365", m.Auth, m.CertificateFile, m.ClientSecret)
	if err != nil {
		return graph.Options{}, err
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
		auth, err := credentials("microsoft365.sharepoint_admin", AuthCertificate, s.CertificateFile, Secret{})
		if err != nil {
			return graph.Options{}, err
		}
		o.SharePointAdmin = &graph.Registration{ClientID: s.ClientID, Auth: auth}
	}
	return o, nil
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
	// What becomes of the file is logged by certificates, which watches it too.
	file, err := openFresh(certificateFile, parseCertificate, slog.New(slog.DiscardHandler))
	if err != nil {
		return graph.Auth{}, fmt.Errorf("%s.certificate_file: %w", block, err)
	}
	return graph.Auth{Certificate: file.Value().pem, Renewed: func() graph.Secret { return file.Value().pem }}, nil
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
