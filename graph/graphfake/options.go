package graphfake

import (
	"crypto/rsa"
	"log/slog"
	"net/http"
	"time"
)

// Names of the four hosts, as Middleware, Fault and Wire use them.
const (
	HostLogin      = "login"
	HostGraph      = "graph"
	HostSharePoint = "sharepoint"
	HostAdmin      = "admin"
)

// Options describe the tenant. The zero value is usable.
type Options struct {
	// TenantID is the directory's GUID; a fixed one when empty.
	TenantID string
	// Name is the organisation's display name; "Noordzee" when empty.
	Name string
	// Domain is the default verified domain; "noordzee.nl" when empty.
	Domain string
	// InitialDomain is the onmicrosoft.com domain; "noordzee.onmicrosoft.com" when empty.
	InitialDomain string
	// Now dates what the tenant records; time.Now when nil. TLS, tokens and signatures stay on real time.
	Now func() time.Time
	// Apps are the registrations that may ask for tokens.
	Apps []App
	// Delays say how late things appear; DefaultDelays when nil.
	Delays *Delays
	// TokenLifetime of access tokens; 3599 seconds when zero.
	TokenLifetime time.Duration
	// Key signs tokens; each tenant makes its own when nil, which costs a tenth of a second.
	Key *rsa.PrivateKey
	// AuthorizationEndpoint replaces the login host's own sign-in page in the OpenID metadata when set; what serves it
	// mounts Server.SignInPage there.
	AuthorizationEndpoint string
	// Middleware, when set, wraps the handler of each host (HostLogin, …), outside faults and wire log.
	Middleware func(host string, h http.Handler) http.Handler
	// OnInstall, when set, is told of each Teams app that was installed for a person through Graph; see SetOnInstall.
	OnInstall func(userID, externalID string)
	// Logger receives what net/http complains about; nothing is logged when nil.
	Logger *slog.Logger
}

// App is an application registration with its consent: which application roles the tenant granted.
type App struct {
	// ClientID is the application's GUID.
	ClientID string
	// Name is shown in error texts.
	Name string
	// Secret is the client secret; empty when there is none. An application without one, without
	// Certificates and without Federated is a public client.
	Secret string
	// SecretExpired makes the login host refuse the right secret as expired.
	SecretExpired bool
	// Certificates are the registered certificates, DER.
	Certificates [][]byte
	// Federated are the other issuers whose tokens prove it; a token of theirs may be used often.
	Federated []Federation
	// GraphRoles are the granted application roles of Microsoft Graph, by name.
	GraphRoles []string
	// SharePointRoles are the granted application roles of Office 365 SharePoint Online, by name.
	SharePointRoles []string
	// BotScopes are the scopes of the Bot Connector that it may ask for, such as BotScope, since it is registered as a bot.
	BotScopes []string
	// RedirectURIs are where a user's sign-in may return to; needed for the authorization code flow only. They match
	// exactly; plain http is for loopback, where the port is ignored.
	RedirectURIs []string
}

// Delays count how many times the tenant still answers "not there yet".
type Delays struct {
	// Group is how many reads of a new group answer 404.
	Group int `json:"group"`
	// Members is how many attempts to change members of a new group answer 400.
	Members int `json:"members"`
	// Site is how many reads of a new group's root site answer 404.
	Site int `json:"site"`
	// Guest is how many lookups of a new guest answer 404 (or leave it out of a list).
	Guest int `json:"guest"`
	// Sharing is how many reads of a site still show its old sharing level after a change.
	Sharing int `json:"sharing"`
}

// DefaultDelays are small but not zero, so that a client without patience fails.
func DefaultDelays() Delays { return Delays{Group: 1, Members: 1, Site: 2, Guest: 1, Sharing: 1} }

// DiagnoseRoles are the Graph roles of a deployment that only reads.
func DiagnoseRoles() []string {
	return []string{
		"User.Read.All", "Group.Read.All", "Policy.Read.All", "Policy.Read.B2BManagementPolicy",
		"SharePointTenantSettings.Read.All", "RoleManagement.Read.Directory",
		"CrossTenantInformation.ReadBasic.All", "Policy.Read.AuthenticationMethod", "Domain.Read.All",
	}
}

// StandardRoles are DiagnoseRoles and what creating sites and inviting guests needs at least.
func StandardRoles() []string {
	return append(DiagnoseRoles(), "Group.Create", "GroupMember.ReadWrite.All", "User.Invite.All", "Sites.Read.All")
}

// FullRoles are StandardRoles, changing groups, installing a Teams app, and the optional readings.
func FullRoles() []string {
	return append(StandardRoles(), "Group.ReadWrite.All", "User.ReadWrite.All", "OrgContact.Read.All",
		"LicenseAssignment.Read.All", "Organization.Read.All",
		"TeamsAppInstallation.ReadWriteSelfForUser.All", "AppCatalog.Read.All")
}

func (o Options) withDefaults() Options {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&o.TenantID, "5f0c7c5e-3b0f-4d0a-9c41-6a1f0e2d7b10")
	set(&o.Name, "Noordzee")
	set(&o.Domain, "noordzee.nl")
	set(&o.InitialDomain, "noordzee.onmicrosoft.com")
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Delays == nil {
		d := DefaultDelays()
		o.Delays = &d
	}
	if o.TokenLifetime == 0 {
		o.TokenLifetime = 3599 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
