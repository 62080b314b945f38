package graph

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	kiotahttp "github.com/microsoft/kiota-http-go"
	jsonserialization "github.com/microsoft/kiota-serialization-json-go"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

var (
	_ bot.Directory = (*Client)(nil)
	_ bot.Tenant    = (*Client)(nil)
	_ bot.Sites     = (*Client)(nil)
	_ bot.Installer = (*Client)(nil)
)

// Access is what the app was given on purpose.
type Access string

// The kinds of access, each with what the one before it may do.
const (
	Diagnose Access = "diagnose" // reads only
	Standard Access = "standard" // creates groups, changes members, invites
	Full     Access = "full"     // changes groups and the sharing level of sites
)

// Cloud holds a cloud's hosts as URLs without path, e.g. https://graph.microsoft.com.
type Cloud struct {
	Login string
	Graph string
	// SharePoint is the host of the sites; found through Graph's root site when empty.
	SharePoint string
	// SharePointAdmin is the administration host; "-admin" is put before the first
	// dot of SharePoint when empty.
	SharePointAdmin string
	// Endpoint is how allowedCloudEndpoints spells this cloud, e.g.
	// "microsoftonline.com"; empty when it is no cloud of the vendor's.
	Endpoint string
}

// Call is one request that was sent, for counting.
type Call struct {
	// Operation is one of [Operations], or "GET sharepoint /…" and the like.
	Operation string
	// InBatch says that it went inside another call.
	InBatch bool
	// Status is the HTTP status; 0 when there was no answer.
	Status int
	// RequestID is the service's own id for it; may be empty.
	RequestID string
	Took      time.Duration
}

// Options describe the tenant and how to reach it.
type Options struct {
	TenantID string
	ClientID string
	Auth     Auth
	Cloud    Cloud
	// BuiltInCloud says that Cloud is one of the vendor's, so that the login host
	// may be verified with the vendor's instance discovery.
	BuiltInCloud bool
	// SharePointAdmin is a registration of its own for the sharing level of sites;
	// nil uses ClientID and Auth.
	SharePointAdmin *Registration
	Access          Access
	// HTTP is used for login, Graph and SharePoint alike; nil means
	// http.DefaultClient's transport with a timeout of 60 seconds.
	HTTP *http.Client
	Log  *slog.Logger // nil is silent
	// Labels is what the operator declared about sensitivity labels, by label id.
	Labels map[string]readiness.Label
	// Language is the language of the vendor's invitation mail, e.g. "nl-NL";
	// empty means "en-US".
	Language string
	Now      func() time.Time // nil means time.Now
	// Version of this program, for SharePoint's User-Agent.
	Version string
	// OnCall, if not nil, is told every call when it ended. It must be safe for
	// concurrent use.
	OnCall func(Call)
}

// Registration is an app registration.
type Registration struct {
	ClientID string
	Auth     Auth
}

// Client is a tenant. It is safe for concurrent use.
type Client struct {
	opt     Options
	log     *slog.Logger
	adapter *kiotahttp.NetHttpRequestAdapter
	http    *http.Client
	token   *bearer
	base    string // Graph's URL without version or trailing slash
	spo     *spoClient
	cache   caches
}

// New checks the options and makes a client. It sends nothing.
func New(o Options) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.HTTP == nil {
		o.HTTP = defaultClient()
	}
	c := &Client{opt: o, log: o.Log.With("component", "graph"), base: strings.TrimSuffix(o.Cloud.Graph, "/")}
	c.http = plainClient(o.HTTP)
	cred, err := o.Auth.credential(o.authority(), o.ClientID)
	if err != nil {
		return nil, fmt.Errorf("graph: credentials: %w", err)
	}
	c.token = &bearer{cred: cred, scope: c.base + "/.default", host: c.base}
	c.adapter, err = kiotahttp.NewNetHttpRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		c.token,
		jsonserialization.NewJsonParseNodeFactory(), jsonserialization.NewJsonSerializationWriterFactory(), c.http)
	if err != nil {
		return nil, fmt.Errorf("graph: adapter: %w", err)
	}
	c.adapter.SetBaseUrl(c.base)
	if c.spo, err = c.newSPO(); err != nil {
		return nil, fmt.Errorf("graph: SharePoint credentials: %w", err)
	}
	return c, nil
}

func (o *Options) check() error {
	var errs []error
	if o.TenantID == "" {
		errs = append(errs, errors.New("graph: the tenant's id is missing"))
	}
	for _, u := range []struct{ name, value string }{
		{"login", o.Cloud.Login},
		{"graph", o.Cloud.Graph},
		{"sharepoint", o.Cloud.SharePoint},
		{"sharepoint_admin", o.Cloud.SharePointAdmin},
	} {
		optional := strings.HasPrefix(u.name, "sharepoint")
		if u.value == "" && optional {
			continue
		}
		if err := checkHost(u.name, u.value); err != nil {
			errs = append(errs, err)
		}
	}
	switch o.Access {
	case Diagnose, Standard, Full:
	default:
		errs = append(errs, fmt.Errorf("graph: access must be diagnose, standard or full, not %q", o.Access))
	}
	return errors.Join(errs...)
}

func checkHost(name, value string) error {
	if p, err := url.Parse(value); err != nil || p.Scheme != "https" || p.Host == "" || strings.Trim(p.Path, "/") != "" {
		return fmt.Errorf("graph: the URL of %s must be https:// and a host, without a path", name)
	}
	return nil
}

func (o *Options) authority() authority {
	return authority{tenantID: o.TenantID, login: o.Cloud.Login, builtIn: o.BuiltInCloud, http: o.HTTP}
}

func defaultClient() *http.Client { return &http.Client{Timeout: time.Minute} }

// Forget drops what was kept of the tenant's settings, so that the next reading
// is new. Call it before acting on a setting that an administrator just changed.
func (c *Client) Forget() { c.cache.forget() }

func (c *Client) now() time.Time { return c.opt.Now() }

// may says whether the app was given a kind of access.
func (c *Client) may(a Access) bool {
	rank := map[Access]int{Diagnose: 0, Standard: 1, Full: 2}
	return rank[c.opt.Access] >= rank[a]
}

// given refuses what the app was not given on purpose.
func (c *Client) given(a Access, doing string) error {
	if c.may(a) {
		return nil
	}
	return &bot.Error{Code: bot.Forbidden, Op: "graph: " + doing, Reason: bot.ReasonNotGiven, Detail: "access is " + string(c.opt.Access)}
}
