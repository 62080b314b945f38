package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	abs "github.com/microsoft/kiota-abstractions-go"
)

// Auth is how an app proves who it is. Exactly one field is set.
type Auth struct {
	// Certificate is PEM with the certificate and its private key.
	Certificate Secret
	// Renewed gives the certificate of now, where it may be replaced while this runs:
	// the next token is then asked for with the new one. It must be quick. nil means
	// that Certificate stays.
	Renewed func() Secret `json:"-"`
	// ClientSecret; SharePoint's own endpoints do not accept one.
	ClientSecret Secret
	// ManagedIdentity uses the identity of the Azure resource we run on, the
	// user-assigned one with the registration's client id if there is one.
	ManagedIdentity bool
	// WorkloadIdentity uses the service account token of Kubernetes.
	WorkloadIdentity bool
}

// Secret is never printed.
type Secret string

// String hides the secret.
func (Secret) String() string { return "<secret>" }

// GoString hides the secret.
func (Secret) GoString() string { return "<secret>" }

// MarshalText hides the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte("<secret>"), nil }

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue("<secret>") }

var errOneAuth = errors.New("exactly one of certificate, client secret, managed identity and workload identity is needed")

// authority is where a registration logs in.
type authority struct {
	tenantID string
	login    string // the login host's URL, without path
	builtIn  bool   // the login host is one of the vendor's
	http     *http.Client
}

// credential makes the vendor's credential. Retries are off: the caller decides.
func (a Auth) credential(at authority, clientID string) (azcore.TokenCredential, error) {
	set := 0
	for _, on := range []bool{a.Certificate != "", a.ClientSecret != "", a.ManagedIdentity, a.WorkloadIdentity} {
		if on {
			set++
		}
	}
	if set != 1 {
		return nil, errOneAuth
	}
	client := azcore.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: at.login},
		Transport: plainClient(at.http),
		Retry:     policy.RetryOptions{MaxRetries: -1},
		Telemetry: policy.TelemetryOptions{Disabled: true},
	}
	blind := !at.builtIn
	switch {
	case a.Certificate != "":
		return renewable(a, func(pem Secret) (azcore.TokenCredential, error) {
			certs, key, err := azidentity.ParseCertificates([]byte(pem), nil)
			if err != nil {
				return nil, fmt.Errorf("reading the certificate: %w", err)
			}
			return azidentity.NewClientCertificateCredential(at.tenantID, clientID, certs, key,
				&azidentity.ClientCertificateCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: blind})
		})
	case a.ClientSecret != "":
		return azidentity.NewClientSecretCredential(at.tenantID, clientID, string(a.ClientSecret),
			&azidentity.ClientSecretCredentialOptions{ClientOptions: client, DisableInstanceDiscovery: blind})
	case a.ManagedIdentity:
		client.Transport = at.http // on Service Fabric it must be an unchanged http.Client
		opt := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: client}
		if clientID != "" {
			opt.ID = azidentity.ClientID(clientID)
		}
		return azidentity.NewManagedIdentityCredential(opt)
	default:
		return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: client, ClientID: clientID, TenantID: at.tenantID, DisableInstanceDiscovery: blind,
		})
	}
}

// tokenError says that no token was given, so that nothing was sent.
type tokenError struct{ err error }

func (e *tokenError) Error() string { return "getting a token" }
func (e *tokenError) Unwrap() error { return e.err }

// bearer puts a token on kiota's requests, for one host alone.
type bearer struct {
	cred  azcore.TokenCredential
	scope string
	host  string // the URL of the one host that may see the token
}

// AuthenticateRequest implements kiota's AuthenticationProvider.
func (b *bearer) AuthenticateRequest(ctx context.Context, r *abs.RequestInformation, _ map[string]any) error {
	u, err := r.GetUri()
	if err != nil {
		return fmt.Errorf("building the URL: %w", err)
	}
	if !sameHost(u, b.host) {
		return fmt.Errorf("refusing to send a token to host %q", u.Host)
	}
	token, err := b.token(ctx)
	if err != nil {
		return err
	}
	r.Headers.Add("Authorization", "Bearer "+token)
	return nil
}

// token gives a token, from the credential's own cache while it lives.
func (b *bearer) token(ctx context.Context) (string, error) {
	t, err := b.cred.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{b.scope}})
	if err != nil {
		return "", &tokenError{err}
	}
	return t.Token, nil
}

func sameHost(u *url.URL, base string) bool {
	b, err := url.Parse(base)
	return err == nil && strings.EqualFold(u.Scheme, b.Scheme) && strings.EqualFold(u.Host, b.Host)
}

// plainClient is the operator's client with our own round tripper and without
// redirects, which would carry a token to another host.
func plainClient(h *http.Client) *http.Client {
	next := h.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	return &http.Client{
		Transport: &transport{next: next},
		Timeout:   h.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}
