package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Teams is one bot, registered in Azure. It signs in at microsoft365.tenant_id.
type Teams struct {
	AppID            string   `key:"app_id"`                // of the bot, a GUID
	AppType          string   `key:"app_type"`              // single_tenant
	Auth             string   `key:"auth"`                  // an Auth constant
	CertificateFile  string   `key:"certificate_file,path"` // PEM: certificate and RSA key
	ClientSecret     Secret   `key:"client_secret,secret"`
	ClientSecretFile string   `key:"client_secret_file,path"`
	TenantIDs        []string `key:"tenant_ids"` // whose people may talk to the bot
}

const (
	// appSingleTenant is the one type of bot there is. A bot with a managed
	// identity is another type in Azure, but for us it differs in auth alone.
	appSingleTenant = "single_tenant"

	// messagesPath is where Teams posts everything.
	messagesPath = "/api/messages"
)

// messagingEndpoint is what the operator writes into the Azure Bot resource.
func (c Config) messagingEndpoint() string { return c.PublicURL + messagesPath }

// setDefaults fills in what t leaves out; a nil t stays off. A bot takes
// traffic from every tenant that its app is brought into, so without a list it
// listens to the one tenant alone.
func (t *Teams) setDefaults(m Microsoft365) {
	if t == nil {
		return
	}
	t.AppType = cmp.Or(t.AppType, appSingleTenant)
	t.Auth = cmp.Or(t.Auth, AuthCertificate)
	if len(t.TenantIDs) == 0 && m.TenantID != "" {
		t.TenantIDs = []string{m.TenantID}
	}
}

func (c Config) checkTeams(f *Faults) {
	t := c.Teams
	if t == nil {
		return
	}
	if cloud, _ := c.Hosts(); len(cloud.BotServiceHosts) == 0 {
		f.add("cloud", "is "+c.Cloud+", where no host of Teams is known",
			"Write a record under clouds with bot_service_hosts, and its name here")
	}
	if t.AppID == "" {
		f.add("teams.app_id", "is missing", "Write the Microsoft App ID from the Azure Bot's configuration page")
	} else {
		checkGUID(f, "teams.app_id", t.AppID, "app id", "Write the GUID from the Azure Bot's configuration page")
	}
	switch t.AppType {
	case appSingleTenant:
	case "multi_tenant":
		f.add("teams.app_type", "multi_tenant is not supported: since 31 July 2025 Azure registers no such bot",
			"Register the bot as single tenant, and write "+appSingleTenant)
	case AuthManagedIdentity:
		f.add("teams.app_type", "managed_identity is a matter of auth", "Write auth: managed_identity, and remove app_type")
	default:
		f.add("teams.app_type", fmt.Sprintf("%q is no type of bot", t.AppType), "Write "+appSingleTenant+", or remove it")
	}
	checkSignIn(f, "teams", t.Auth, t.CertificateFile, t.ClientSecret)
	t.checkTenants(f, c.Microsoft365.TenantID)
}

// checkTenants wants the tenant whose directory the bot reads among those whose
// people may talk to it: it knows nobody else.
func (t *Teams) checkTenants(f *Faults, own string) {
	const key = "teams.tenant_ids"
	for i, id := range t.TenantIDs {
		if own != id { // own has a fault of its own
			checkGUID(f, fmt.Sprintf("%s[%d]", key, i), id, "tenant id", "Write the GUID, not the domain")
		}
	}
	known := slices.ContainsFunc(t.TenantIDs, func(id string) bool { return strings.EqualFold(id, own) })
	if !known && guid.MatchString(own) && own != zeroGUID {
		f.add(key, "lacks microsoft365.tenant_id, so nobody whom the bot knows may talk to it", "Add "+own+", or remove the key")
	}
}
