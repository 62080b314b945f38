package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxConfigBytes bounds the configuration file and every file it names.
const maxConfigBytes = 1 << 20

//go:embed config.example.yaml
var exampleConfig string

// Config is everything an operator decides. The key tag is the name in the
// file; a "path" in the tag marks a file name, a "secret" a value that only
// comes from a variable or a file. See config_env.go for the variables.
type Config struct {
	Listen          string           `key:"listen"`           // host:port
	MetricsListen   string           `key:"metrics_listen"`   // host:port of /metrics; empty: off
	PublicURL       string           `key:"public_url"`       // how chat services and browsers reach Listen
	DefaultLanguage string           `key:"default_language"` // en or nl
	DefaultTimezone string           `key:"default_timezone"` // IANA name
	Cloud           string           `key:"cloud"`            // a built-in cloud or a name in Clouds
	Clouds          map[string]Cloud `key:"clouds"`
	Microsoft365    Microsoft365     `key:"microsoft365"`
	Slack           *Slack           `key:"slack"` // nil: Slack is off
	Teams           *Teams           `key:"teams"` // nil: Teams is off
	Store           Store            `key:"store"`
	People          People           `key:"people"`
	Identity        Identity         `key:"identity"`
	Policy          Policy           `key:"policy"`
	Retention       Retention        `key:"retention"`
}

// Microsoft365 names the tenant and how the bot signs in to it.
type Microsoft365 struct {
	TenantID         string           `key:"tenant_id"`
	ClientID         string           `key:"client_id"`
	Auth             string           `key:"auth"`                  // an Auth constant
	CertificateFile  string           `key:"certificate_file,path"` // PEM: certificate and RSA key
	ClientSecret     Secret           `key:"client_secret,secret"`
	ClientSecretFile string           `key:"client_secret_file,path"`
	Access           string           `key:"access"` // an Access constant
	SharePointAdmin  *SharePointAdmin `key:"sharepoint_admin"`
}

// SharePointAdmin is a registration used only to read and set the sharing
// level of sites, because that permission also opens every file.
type SharePointAdmin struct {
	ClientID        string `key:"client_id"`
	CertificateFile string `key:"certificate_file,path"`
}

// How the bot signs in to the tenant.
const (
	AuthCertificate      = "certificate"
	AuthManagedIdentity  = "managed_identity"
	AuthWorkloadIdentity = "workload_identity"
	AuthClientSecret     = "client_secret" // SharePoint's admin endpoints refuse it
)

// What the bot may do in the tenant.
const (
	AccessDiagnose = "diagnose" // read only
	AccessStandard = "standard" // and make sites and guests
	AccessFull     = "full"     // and mend owners and the sharing level of sites
)

// Slack is one registered Slack app.
type Slack struct {
	Mode               string   `key:"mode"` // a Slack constant
	BotToken           Secret   `key:"bot_token,secret"`
	BotTokenFile       string   `key:"bot_token_file,path"`
	AppToken           Secret   `key:"app_token,secret"` // for SlackSocket
	AppTokenFile       string   `key:"app_token_file,path"`
	SigningSecrets     []Secret `key:"signing_secrets,secret"` // for SlackHTTP; more than one while they are being replaced
	SigningSecretFiles []string `key:"signing_secret_files,path"`
	TeamIDs            []string `key:"team_ids"` // workspaces that may talk to the bot
}

// How the bot and Slack come together.
const (
	SlackSocket = "socket" // the bot connects to Slack
	SlackHTTP   = "http"   // Slack calls the bot
)

// setDefaults fills in what follows from the rest. A configuration of the time when
// there was no socket mode has signing secrets and no app-level token.
func (s *Slack) setDefaults() {
	if s == nil || s.Mode != "" {
		return
	}
	s.Mode = SlackSocket
	if signs := len(s.SigningSecrets)+len(s.SigningSecretFiles) > 0; signs && s.AppToken.IsZero() && s.AppTokenFile == "" {
		s.Mode = SlackHTTP
	}
}

// Store says where the records are kept.
type Store struct {
	Kind string `key:"kind"` // bolt
	Path string `key:"path,path"`
}

// People names who looks after guests. An entry is group:<object id> or
// user:<user principal name>.
type People struct {
	Admins    []string `key:"admins"`    // told about settings that stop a request
	Approvers []string `key:"approvers"` // decide where no owner can
}

// Policy is the organisation's own rules.
type Policy struct {
	OwnerAddsDirectly string      `key:"owner_adds_directly"` // an OwnerAdds constant
	MaxGuests         int         `key:"max_guests"`          // in one request
	DefaultDays       int         `key:"default_days"`        // how long a guest stays if nobody says
	MaxDays           int         `key:"max_days"`            // how long a guest may stay
	DecideWithin      WorkingDays `key:"decide_within"`       // then a request expires
	BlockedWords      []string    `key:"blocked_words"`       // in names of sites
	BlockedDomains    []string    `key:"blocked_domains"`     // of guests' addresses
}

// Whether an owner who may invite needs a second person.
const (
	OwnerAddsOnlyFlagged = "only_flagged" // only where a flag is shown
	OwnerAddsYes         = "yes"          // never
	OwnerAddsNo          = "no"           // always
)

// Retention says how long records stay.
type Retention struct {
	Drafts   Duration `key:"drafts"`   // not sent; and again once they are closed
	Finished Duration `key:"finished"` // closed requests, and people who are not seen any more
	Journal  Duration `key:"journal"`  // who did what in them
}

// Default is the configuration before a file or variable says otherwise. It
// names no tenant, so it does not validate.
func Default() Config {
	return Config{
		Listen:          "127.0.0.1:8080",
		DefaultLanguage: "en",
		DefaultTimezone: "UTC",
		Cloud:           "global",
		Microsoft365:    Microsoft365{Auth: AuthCertificate, Access: AccessFull},
		Store:           Store{Kind: "bolt", Path: "guestsite.db"},
		Policy: Policy{
			OwnerAddsDirectly: OwnerAddsOnlyFlagged, MaxGuests: 100,
			DefaultDays: 90, MaxDays: 365, DecideWithin: 4,
		},
		Retention: Retention{Drafts: Duration(7 * day), Finished: Duration(400 * day), Journal: Duration(7 * year)},
	}
}

// Load reads the file at path, then the variables, then the files with
// secrets, and validates the outcome. Relative names in the file, and the
// store's default, are taken from the file's folder; those in a variable from
// the current one. An empty path means variables only. The error is Faults
// with everything that is wrong, or wraps errReadConfig and the reason.
func Load(path string, env func(string) (string, bool)) (Config, error) {
	return loadConfig(path, env, false)
}

// loadConfig is Load; as a draft, the configuration may still lack values, and files
// that it names: only what is written is read, and no secret.
func loadConfig(path string, env func(string) (string, bool), draft bool) (Config, error) {
	c := Default()
	l := loader{where: map[string]string{}}
	if path != "" {
		text, err := readFile(path)
		if err != nil {
			return Config{}, fmt.Errorf("%w: %w", errReadConfig, err)
		}
		l.file = path
		l.decodeFile(text, &c)
		if l.broken {
			return Config{}, l.faults
		}
		resolvePaths(&c, filepath.Dir(path))
	}
	l.overlay(&c, env)
	c.Slack.setDefaults()
	c.setIdentityDefault()
	c.Teams.setDefaults(c.Microsoft365)
	if draft {
		return c, l.faults.err()
	}
	l.placeholders(&c)
	l.readSecrets(&c)
	for _, f := range c.faults() {
		if !l.faults.concerns(f.Key) {
			f.Where = l.place(f.Key)
			l.faults = append(l.faults, f)
		}
	}
	if err := l.faults.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// loader collects the faults of one Load and where each value came from.
type loader struct {
	file   string
	faults Faults
	broken bool              // the file is no YAML
	where  map[string]string // key path to file:line or variable
}

// place says where key, or the list that it is an entry of, was written.
func (l *loader) place(key string) string {
	if where, ok := l.where[key]; ok {
		return where
	}
	list, _, _ := strings.Cut(key, "[")
	return l.where[list]
}

func (l *loader) fault(key, where, problem, fix string) {
	l.faults = append(l.faults, Fault{Key: key, Where: where, Problem: problem, Fix: fix})
}

// readFile reads a whole file of at most maxConfigBytes.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxConfigBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxConfigBytes {
		return nil, fmt.Errorf("%s: %w", path, errTooLarge)
	}
	return text, nil
}

var (
	errReadConfig = errors.New("read configuration")
	errTooLarge   = errors.New("larger than 1 MiB")
)
