package main

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"guestsite/bot"
	"guestsite/bot/slack"
	"guestsite/bot/slack/slackfake"
	"guestsite/cmd/guestsite/demo"
	"guestsite/graph"
	"guestsite/graph/graphfake"
	"guestsite/store/bolt"
)

// examined is the company of a bench, and the configuration it is examined with.
type examined struct {
	*bench
	cfg Config
	der []byte // the certificate that its registrations have
}

func newExamined(t *testing.T) examined {
	t.Helper()
	b := newBench(t, nil)
	cfg, err := Load(b.config, envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := leafOf(cfg.Microsoft365.CertificateFile)
	if err != nil {
		t.Fatal(err)
	}
	return examined{b, cfg, leaf.Raw}
}

// register makes the registration of the tenant have exactly these permissions.
func (e examined) register(onGraph, onSharePoint []string) {
	e.Tenant.AddApp(graphfake.App{
		ClientID: e.cfg.Microsoft365.ClientID, Name: "guestsite", Certificates: [][]byte{e.der},
		GraphRoles: onGraph, SharePointRoles: onSharePoint,
	})
}

// asSetup registers what setup would have registered for the configuration.
func (e examined) asSetup(t *testing.T) (onGraph, onSharePoint []string) {
	t.Helper()
	plan := setupPlan{Config: e.cfg, Name: "guestsite"}
	text, err := asJSON(entraAppOf("guestsite", plan.mainNeeds(), ""))
	if err != nil {
		t.Fatal(err)
	}
	var app entraApp
	if err := json.Unmarshal(text, &app); err != nil {
		t.Fatal(err)
	}
	onGraph, onSharePoint = namesOf(t, app, graph.ResourceGraph), namesOf(t, app, graph.ResourceSharePoint)
	e.register(onGraph, onSharePoint)
	return onGraph, onSharePoint
}

func (e examined) diagnose(t *testing.T, cfg Config) diagnosis {
	t.Helper()
	d, err := diagnose(t.Context(), cfg, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range d {
		if f.Name == "" || f.What == "" || f.Group == "" || f.State == stateMissing && f.Where == "" {
			t.Errorf("says too little: %+v", f)
		}
	}
	return d
}

// amiss lists the names of what does not work, but for what no probe can tell here.
func (d diagnosis) amiss() []string {
	here := []string{
		"store.path",         // the bench's bot holds it
		"redirect URI",       // only Entra can tell
		"public_url",         // only Slack can tell
		"messaging endpoint", // only Teams can tell
		"signing secret",     // the fake's has a form of its own
	}
	var out []string
	for _, f := range d {
		if f.State != stateWorks && !slices.Contains(here, f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

func (d diagnosis) find(t *testing.T, name string) finding {
	t.Helper()
	i := slices.IndexFunc(d, func(f finding) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("nothing is said of %s", name)
	}
	return d[i]
}

// What setup registers is what doctor asks for, and enough for a whole story.
func TestDoctor_AllWorksWithWhatSetupRegisters(t *testing.T) {
	t.Parallel()
	e := newExamined(t)
	e.asSetup(t)
	before := maps.Clone(e.Tenant.Writes())
	d := e.diagnose(t, e.cfg)
	if got := d.amiss(); len(got) > 0 || !d.serves() {
		t.Errorf("serves %t, does not work: %v", d.serves(), got)
		for _, f := range d {
			t.Logf("%+v", f)
		}
	}
	if after := e.Tenant.Writes(); !maps.Equal(before, after) {
		t.Errorf("it changed the tenant: %v, before %v", after, before)
	}
	if n := e.Slack.Count("chat.postMessage"); n != 0 {
		t.Errorf("it posted %d messages", n)
	}
	status, stdout, stderr := guestsite(t, nil, "check", "--config", e.config)
	if status != exitOK {
		t.Errorf("check: exit status %d\n%s%s", status, stdout, stderr)
	}
	e.plays(t, "new-site")
	if !testing.Short() { // a company of its own: both stories make the same site
		e = newExamined(t)
		e.asSetup(t)
		e.plays(t, "teams-new-site")
	}
}

// plays plays a story of the demo in the company.
func (e *examined) plays(t *testing.T, name string) {
	t.Helper()
	stories := demo.Stories()
	st := stories[slices.IndexFunc(stories, func(st demo.Story) bool { return st.Name == name })]
	var out screen
	if err := e.Play(t.Context(), st, &out); err != nil {
		t.Errorf("%s: %v\n%s", name, err, tail(out.String()))
	}
}

func TestDoctor_NamesTheOnePermissionThatIsMissing(t *testing.T) {
	t.Parallel()
	e := newExamined(t)
	for _, access := range []string{AccessDiagnose, AccessStandard, AccessFull} {
		e.cfg.Microsoft365.Access = access
		onGraph, onSharePoint := e.asSetup(t)
		if got := e.diagnose(t, e.cfg).amiss(); len(got) > 0 && access != AccessDiagnose {
			t.Errorf("%s, all given: %v", access, got)
		}
		for _, p := range e.cfg.permissions() {
			without := func(all []string) []string {
				return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return name == p.Name })
			}
			name := p.Name
			if p.Resource == graph.ResourceGraph {
				e.register(without(onGraph), onSharePoint)
			} else {
				e.register(onGraph, without(onSharePoint))
				name += " of SharePoint"
			}
			d := e.diagnose(t, e.cfg)
			f := d.find(t, name)
			if f.State == stateWorks || f.State == stateUnknown || !strings.Contains(f.Where, e.cfg.Microsoft365.ClientID) {
				t.Errorf("%s without %s: %+v", access, name, f)
			}
			covered := access == AccessFull && len(p.Wider()) > 0
			if want := p.Optional || covered; want != d.serves() {
				t.Errorf("%s without %s: serves %t, want %t", access, name, d.serves(), want)
			}
			for _, other := range d {
				if other.Group == "Permissions" && other.Name != name && other.State != stateWorks {
					t.Errorf("%s without %s: blames %+v", access, name, other)
				}
			}
		}
	}
}

func TestDoctor_NamesTheOneScopeThatIsMissing(t *testing.T) {
	t.Parallel()
	e := newExamined(t)
	var all []string
	for _, s := range slack.Scopes() {
		all = append(all, s.Name)
	}
	for i, name := range all {
		e.Slack.SetScopes(slices.Delete(slices.Clone(all), i, i+1)...)
		d := e.diagnose(t, e.cfg)
		if got := d.amiss(); !slices.Equal(got, []string{"scope " + name}) || d.serves() {
			t.Errorf("without %s: %v, serves %t", name, got, d.serves())
		}
	}
}

func TestDoctor_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	e := newExamined(t)
	key := rsaKey(t)
	other := write(t, t.TempDir(), "other.pem", certificate(t, key, &key.PublicKey, time.Now().Add(100*day)))
	soon := write(t, t.TempDir(), "soon.pem", certificate(t, key, &key.PublicKey, time.Now().Add(day+time.Hour)))
	dead := closedPort(t)
	cloud := func(change func(*Cloud)) func(*Config) {
		return func(c *Config) {
			lab := c.Clouds["lab"]
			change(&lab)
			c.Clouds = map[string]Cloud{"lab": lab}
		}
	}
	tests := []struct {
		name       string
		change     func(*Config)
		make, mend func()
		finding    string
		state      findingState
		says       []string
	}{
		{
			name: "another tenant", change: func(c *Config) { c.Microsoft365.TenantID = otherGUID },
			finding: "token for Microsoft Graph", state: stateMissing, says: []string{"AADSTS90002", "microsoft365.tenant_id"},
		},
		{
			name: "another registration", change: func(c *Config) { c.Microsoft365.ClientID = otherGUID },
			finding: "token for Microsoft Graph", state: stateMissing, says: []string{"AADSTS700016", "no registration " + otherGUID},
		},
		{
			name: "another certificate", change: func(c *Config) { c.Microsoft365.CertificateFile = other },
			finding: "token for Microsoft Graph", state: stateMissing, says: []string{"AADSTS700027", "Upload the certificate"},
		},
		{
			name: "a wrong secret", change: func(c *Config) {
				c.Microsoft365.Auth, c.Microsoft365.CertificateFile, c.Microsoft365.ClientSecret = AuthClientSecret, "", NewSecret("hush")
			},
			finding: "token for Microsoft Graph", state: stateMissing, says: []string{"AADSTS7000215", "client_secret_file"},
		},
		{
			name: "a secret for SharePoint", change: func(c *Config) {
				c.Microsoft365.Auth, c.Microsoft365.CertificateFile, c.Microsoft365.ClientSecret = AuthClientSecret, "", NewSecret("hush")
			},
			finding: "token for SharePoint", state: stateWarning, says: []string{"every site waits"},
		},
		{
			name: "a wrong registration for SharePoint", change: func(c *Config) {
				c.Microsoft365.SharePointAdmin = &SharePointAdmin{ClientID: otherGUID, CertificateFile: other}
			},
			finding: "token for SharePoint", state: stateMissing, says: []string{"microsoft365.sharepoint_admin", "AADSTS700016"},
		},
		{
			name: "another bot", change: func(c *Config) { t := *c.Teams; t.AppID = otherGUID; c.Teams = &t },
			finding: "bot's token", state: stateMissing, says: []string{"AADSTS700016", "teams's id"},
		},
		{
			name: "no token, no permissions", change: func(c *Config) { c.Microsoft365.CertificateFile = other },
			finding: "User.Read.All", state: stateUnknown, says: []string{"without a token"},
		},
		{
			name: "ends soon", change: func(c *Config) { c.Microsoft365.CertificateFile = soon },
			finding: "certificate of microsoft365", state: stateWarning, says: []string{"days left: 1", "Make another"},
		},
		{
			name: "others may read it", make: func() { _ = os.Chmod(e.cfg.Slack.BotTokenFile, 0o644) }, mend: func() { _ = os.Chmod(e.cfg.Slack.BotTokenFile, 0o600) },
			finding: e.cfg.Slack.BotTokenFile, state: stateWarning, says: []string{"0644", "chmod 600"},
		},
		{
			name: "Graph is down", change: cloud(func(c *Cloud) { c.Graph = "https://" + dead }),
			finding: "graph " + dead, state: stateMissing, says: []string{"the connection is refused", "firewall"},
		},
		{
			name: "a host that is not", change: cloud(func(c *Cloud) { c.SharePointAdmin = "https://nowhere.invalid" }),
			finding: "sharepoint_admin nowhere.invalid", state: stateMissing, says: []string{"the name "},
		},
		{
			name: "an authority that is not trusted", change: cloud(func(c *Cloud) { c.CAFile = "" }),
			finding: "login " + hostAt(t, e.Tenant.LoginURL()), state: stateMissing, says: []string{"not trusted", "ca_file"},
		},
		{
			name: "the login host is down", change: cloud(func(c *Cloud) { c.Login = "https://" + dead }),
			finding: "clock", state: stateUnknown, says: []string{"login host was not reached"},
		},
		{
			name: "Slack revoked the token", make: func() { e.Slack.BreakToken("token_revoked") }, mend: func() { e.Slack.BreakToken("") },
			finding: "bot token", state: stateMissing, says: []string{"token_revoked", "slack.bot_token_file"},
		},
		{
			name: "Slack is down", make: func() {
				e.Slack.AddFault(slackfake.Fault{Method: "auth.test", Kind: slackfake.FaultStatus, Status: 500, Times: -1})
			}, mend: e.Slack.ClearFaults,
			finding: "bot token", state: stateUnknown, says: []string{"could not be tried"},
		},
		{
			name: "another workspace", change: func(c *Config) { s := *c.Slack; s.TeamIDs = []string{"T0OTHER"}; c.Slack = &s },
			finding: "workspace", state: stateMissing, says: []string{e.Slack.TeamID(), "T0OTHER"},
		},
		{
			name: "another issuer", change: cloud(func(c *Cloud) { c.BotIssuer = "https://issuer.invalid" }),
			finding: "keys of the Bot Connector", state: stateMissing, says: []string{"bot_issuer"},
		},
		{
			name: "an app that was not uploaded", change: func(c *Config) { t := *c.Teams; t.AppID = otherGUID; c.Teams = &t },
			finding: "app in the catalog", state: stateWarning, says: []string{"teams-package"},
		},
		{
			name: "a sign-in of another registration", change: func(c *Config) {
				c.Identity = Identity{Slack: IdentityLink, SignIn: &SignInApp{ClientID: otherGUID, CertificateFile: other}}
			},
			finding: "registration for the sign-in", state: stateMissing, says: []string{"AADSTS700016", "identity.sign_in"},
		},
		{
			name: "a tenant where nobody signs in", change: func(c *Config) {
				c.Identity.Slack, c.Microsoft365.TenantID = IdentityLink, otherGUID
			},
			finding: "sign-in page", state: stateMissing, says: []string{"microsoft365.tenant_id"},
		},
		{
			name: "an address to return to", change: func(c *Config) { c.Identity.Slack = IdentityLink },
			finding: "redirect URI", state: stateUnknown, says: []string{"/link/callback", e.cfg.Microsoft365.ClientID},
		},
		{
			name: "an admin who left", change: func(c *Config) { c.People.Admins = []string{"user:gone@noordzee.nl"} },
			finding: "people.admins user:gone@noordzee.nl", state: stateMissing, says: []string{"not in the directory"},
		},
		{
			name: "an approver who left", change: func(c *Config) { c.People.Approvers = []string{"user:gone@noordzee.nl"} },
			finding: "people.approvers user:gone@noordzee.nl", state: stateWarning, says: []string{"not in the directory"},
		},
		{
			name: "a group that is not", change: func(c *Config) { c.People.Admins = []string{"group:" + otherGUID} },
			finding: "people.admins group:" + otherGUID, state: stateMissing, says: []string{"not in the directory"},
		},
		{
			name: "an account that is off", make: func() { e.disable(true) }, mend: func() { e.disable(false) },
			finding: "people.admins user:" + e.People.Joost.UserPrincipalName, state: stateMissing, says: []string{"switched on"},
		},
		{
			name: "a folder that is not", change: func(c *Config) { c.Store.Path = filepath.Join(t.TempDir(), "none", "none", "x.db") },
			finding: "store.path", state: stateMissing, says: []string{"cannot be made"},
		},
		{
			name: "no database", change: func(c *Config) { c.Store.Path = write(t, t.TempDir(), "x.db", "some text") },
			finding: "store.path", state: stateMissing, says: []string{"no whole database"},
		},
		{name: "locked", finding: "store.path", state: stateWarning, says: []string{"is using"}},
		{
			name: "consent that does not work yet", make: func() {
				fault := graphfake.Fault{Host: graphfake.HostGraph, Path: "/admin/sharepoint/settings", Status: 403, Times: -1}
				if err := e.Tenant.Inject(fault); err != nil {
					t.Error(err)
				}
			}, mend: e.Tenant.ClearFaults,
			finding: "SharePointTenantSettings.Read.All", state: stateMissing, says: []string{"refuses it all the same", e.cfg.Microsoft365.ClientID},
		},
		{
			name: "a service that is busy", make: func() {
				fault := graphfake.Fault{Host: graphfake.HostGraph, Path: "/contacts", Status: 503, Times: -1}
				if err := e.Tenant.Inject(fault); err != nil {
					t.Error(err)
				}
			}, mend: e.Tenant.ClearFaults,
			finding: "OrgContact.Read.All", state: stateUnknown, says: []string{"could not be tried"},
		},
	}
	for _, test := range tests {
		cfg := e.cfg
		if test.change != nil {
			test.change(&cfg)
		}
		if test.make != nil {
			test.make()
		}
		d := e.diagnose(t, cfg)
		if test.mend != nil {
			test.mend()
		}
		f := d.find(t, test.finding)
		if f.State != test.state {
			t.Errorf("%s: %+v, want it %s", test.name, f, test.state)
		}
		for _, want := range test.says {
			if !strings.Contains(f.What+" "+f.Where, want) {
				t.Errorf("%s: %q, %q: lacks %q", test.name, f.What, f.Where, want)
			}
		}
		if hinders := f.Needed && f.State != stateWorks; hinders && d.serves() {
			t.Errorf("%s: it would serve", test.name)
		}
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{e.Slack.BotToken(), e.Slack.SigningSecret(), "hush", "eyJ", "PRIVATE"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s: %s is shown", test.name, secret)
			}
		}
	}
}

func (e examined) disable(off bool) {
	e.Tenant.ChangeUser(e.People.Joost.ID, func(u *graphfake.User) { u.Disabled = off })
}

func hostAt(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// closedPort is an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed at once
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// A bot that connects by itself has its app-level token tried, and needs no address.
func TestDoctor_TriesTheTokenForSockets(t *testing.T) {
	t.Parallel()
	e := newExamined(t)
	s := *e.cfg.Slack
	s.Mode, s.AppToken, s.SigningSecrets, s.SigningSecretFiles = SlackSocket, NewSecret("xapp-1-wrong"), nil, nil
	e.cfg.Slack = &s
	d := e.diagnose(t, e.cfg)
	f := d.find(t, "app-level token")
	if f.State != stateMissing || !strings.Contains(f.Where, "slack.app_token") || !strings.Contains(f.Where, slack.AppScope) || d.serves() {
		t.Errorf("%+v", f)
	}
	if slices.ContainsFunc(d, func(f finding) bool { return f.Name == "signing secret" || f.Name == "public_url" }) {
		t.Error("it speaks of what only HTTP needs")
	}
}

func TestDoctor_ClockIsJudged(t *testing.T) {
	t.Parallel()
	e := newExamined(t)
	for off, want := range map[time.Duration]findingState{
		0: stateWorks, 2 * time.Minute: stateWarning, -2 * time.Minute: stateWarning, 5 * time.Minute: stateMissing, -5 * time.Minute: stateMissing,
	} {
		d, err := diagnose(t.Context(), e.cfg, func() time.Time { return time.Now().Add(off) })
		if err != nil {
			t.Fatal(err)
		}
		if f := d.find(t, "clock"); f.State != want || d.serves() != (want != stateMissing) {
			t.Errorf("off by %v: %+v, want %s", off, f, want)
		}
	}
}

func TestDoctor_ExitStatusSaysWhetherItServes(t *testing.T) {
	t.Parallel()
	e := newExamined(t)
	status, stdout, stderr := guestsite(t, nil, "doctor", "--config", e.config)
	if status != exitOK || stderr != "" || !strings.Contains(stdout, "\nAll that serving needs works: ") {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
	for _, group := range []string{"Files", "Clock and hosts", "Signing in", "Permissions", "Slack", "Teams", "People", "Database"} {
		if strings.Count("\n"+stdout, "\n"+group+"\n") != 1 {
			t.Errorf("%s is not a heading, or twice", group)
		}
	}
	e.Slack.BreakToken("token_revoked")
	status, stdout, _ = guestsite(t, nil, "doctor", "--config", e.config, "--output", "json")
	var report doctorJSON
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || status != exitNotReady || report.Serves {
		t.Errorf("exit status %d, serves %t, %v", status, report.Serves, err)
	}
	if f := report.Findings.find(t, "bot token"); f.State != stateMissing || !f.Needed {
		t.Errorf("%+v", f)
	}
	status, stdout, stderr = guestsite(t, map[string]string{"GUESTSITE_CLOUD": "moon"}, "doctor", "--config", e.config)
	if status != exitUsage || stdout != "" || !strings.Contains(stderr, "cloud") {
		t.Errorf("exit status %d: %s%s", status, stdout, stderr)
	}
	e.Slack.BreakToken("")
	status, stdout, _ = guestsite(t, map[string]string{"GUESTSITE_MICROSOFT365_ACCESS": AccessDiagnose}, "doctor", "--config", e.config)
	if status != exitOK || !strings.Contains(stdout, "serve needs more (microsoft365.access is diagnose") {
		t.Errorf("diagnose: exit status %d\n%s", status, stdout)
	}
}

// A person reads a cause once, with how much is missing for it; a program reads all.
func TestDoctor_WithoutANetworkEachCauseIsSaidOnce(t *testing.T) {
	t.Parallel()
	e := newExamined(t)
	dead := "https://" + closedPort(t)
	lab := e.cfg.Clouds["lab"]
	lab.Login, lab.Graph, lab.SharePoint, lab.SharePointAdmin = dead, dead, "", ""
	lab.SlackAPI, lab.BotOpenIDMetadata, lab.BotServiceURL = dead+"/api/", dead+"/keys", dead
	e.cfg.Clouds = map[string]Cloud{"lab": lab}
	d := e.diagnose(t, e.cfg)
	if d.serves() {
		t.Error("it would serve")
	}
	var text strings.Builder
	if err := d.print(&text, ""); err != nil {
		t.Fatal(err)
	}
	for says, want := range map[string]int{
		"could not be looked at without a token":         1,
		"User.Read.All and 16 more: ":                    1,
		"could not be looked for without a token":        2, // an admin and an approver
		"Look at the firewall":                           2, // of the hosts, and of the sign-in page or Slack
		"could not be had: the login host was not reach": 2, // Graph's and the bot's
		"ClientCertificateCredential":                    0,
		"aka.ms":                                         0,
		"dial tcp":                                       0,
	} {
		if got := strings.Count(text.String(), says); got > want || got == 0 && want > 0 {
			t.Errorf("%q is said %d times, want at most %d:\n%s", says, got, want, text.String())
		}
	}
	n := 0
	for _, f := range d {
		if f.Group == "Permissions" && f.State == stateUnknown {
			n++
		}
	}
	if n != len(e.cfg.permissions()) {
		t.Errorf("the data has %d of %d permissions", n, len(e.cfg.permissions()))
	}
}

func TestDiagnosis_FoldsWhatHasOneCause(t *testing.T) {
	t.Parallel()
	d := diagnosis{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		d = append(d, untold(name, "is dark", ""))
	}
	d = append(d, lacking("h", "is off", "x"), lacking("i", "is off", "x"), lacking("j", "is off", "x"), lacking("k", "is off", "y"), lacking("l", "is off", "y"))
	d = append(d, works("m", "is on"), works("n", "is on"), works("o", "is on"))
	var names []string
	for _, f := range d.folded() {
		names = append(names, f.Name)
	}
	if want := []string{"a and 6 more", "h, i, j", "k", "l", "m", "n", "o"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}

func TestDoctor_AsksWhetherTheMachineHasAnIdentity(t *testing.T) {
	t.Parallel()
	x := &examiner{}
	r := registration{"teams", otherGUID, AuthManagedIdentity, ""}
	for name, test := range map[string]struct {
		err   error
		state findingState
	}{
		"refused":   {&bot.Error{Code: bot.Forbidden, Reason: bot.ReasonCredentials, Detail: "403"}, stateMissing},
		"no answer": {&bot.Error{Code: bot.Unavailable, Err: &graph.NoLoginError{Err: os.ErrDeadlineExceeded}}, stateUnknown},
		"anything":  {errors.New("?"), stateUnknown},
	} {
		f := x.judgeToken("bot's token", r, test.err)
		if f.State != test.state || !strings.HasPrefix(f.Where, "Has this machine an identity endpoint?") || !strings.Contains(f.Where, "teams.auth: certificate") {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestDoctor_JudgesAlone(t *testing.T) {
	t.Parallel()
	now := time.Now()
	r := registration{"teams", otherGUID, AuthCertificate, "teams.pem"}
	leaf := func(from, to time.Duration) *x509.Certificate {
		return &x509.Certificate{NotBefore: now.Add(from), NotAfter: now.Add(to)}
	}
	read := graph.Permission{Resource: graph.ResourceGraph, Name: "Group.Read.All", Use: "groups"}
	spare := graph.Permission{Resource: graph.ResourceGraph, Name: "Domain.Read.All", Use: "domains", Optional: true}
	forbidden := &bot.Error{Code: bot.Forbidden, Reason: bot.ReasonPermission}
	tests := map[string]struct {
		f     finding
		state findingState
	}{
		"good":           {judgeCertificate(r, leaf(-day, 31*day), nil, now), stateWorks},
		"ends soon":      {judgeCertificate(r, leaf(-day, 29*day), nil, now), stateWarning},
		"ended":          {judgeCertificate(r, leaf(-2*day, -day), nil, now), stateMissing},
		"begins later":   {judgeCertificate(r, leaf(day, 99*day), nil, now), stateMissing},
		"unreadable":     {judgeCertificate(r, nil, errEmptySecret, now), stateUnknown},
		"no date":        {judgeClock(time.Time{}, now, nil), stateUnknown},
		"UTC":            {judgeZone("UTC"), stateWarning},
		"zone":           {judgeZone("Europe/Amsterdam"), stateWorks},
		"given, passed":  {judgePermission(read, []string{"Group.Read.All"}, probed{made: true}, "x"), stateWorks},
		"given, alone":   {judgePermission(read, []string{"Group.Read.All"}, probed{}, "x"), stateWorks},
		"given, refused": {judgePermission(read, []string{"Group.Read.All"}, probed{true, forbidden}, "x"), stateMissing},
		"given, unclear": {judgePermission(read, []string{"Group.Read.All"}, probed{true, errors.New("?")}, "x"), stateUnknown},
		"wider":          {judgePermission(read, []string{"Group.ReadWrite.All"}, probed{made: true}, "x"), stateWarning},
		"other name":     {judgePermission(read, []string{"Directory.Read.All"}, probed{made: true}, "x"), stateWarning},
		"not given":      {judgePermission(read, nil, probed{true, forbidden}, "x"), stateMissing},
		"not given, odd": {judgePermission(read, nil, probed{true, errors.New("?")}, "x"), stateMissing},
		"another way":    {judgePermission(spare, nil, probed{true, forbidden}, "x"), stateWarning},
		"no scopes said": {judgeScope(slack.Scope{Name: "commands"}, nil, "x"), stateUnknown},
		"signing":        {judgeSigning("8f742231b10e8888abcd99ffeedd85a5", "x"), stateUnknown},
		"no signing":     {judgeSigning("xoxb-1", "x"), stateWarning},
		"open to others": {judgeMode("x", fs.FileMode(0o640)), stateWarning},
		"own":            {judgeMode("x", fs.FileMode(0o600)), stateWorks},
		"newer":          {judgeDatabase("x", bolt.Info{}, &bolt.FormatError{Path: "x", Have: 9, Know: 1}), stateMissing},
		"little room":    {judgeRoom(512<<20, true), stateWarning},
		"no room":        {judgeRoom(1<<20, true), stateMissing},
		"room":           {judgeRoom(4<<30, true), stateWorks},
		"room, untold":   {judgeRoom(0, false), stateUnknown},
	}
	for name, test := range tests {
		if test.f.State != test.state {
			t.Errorf("%s: %+v, want %s", name, test.f, test.state)
		}
		if test.f.State == stateMissing && (diagnosis{test.f}).serves() {
			t.Errorf("%s: it would serve", name)
		}
	}
	for err, want := range map[error]string{
		&net.DNSError{IsNotFound: true}:                                         "the name is not found",
		&url.Error{Op: "Get", URL: "https://s3cret", Err: syscall.ECONNREFUSED}: "the connection is refused",
		x509.UnknownAuthorityError{}:                                            "its certificate is not trusted",
		x509.HostnameError{Certificate: &x509.Certificate{}}:                    "its certificate is for another name",
		http.ErrHandlerTimeout:                                                  "it is not reached: http: Handler timeout",
		os.ErrDeadlineExceeded:                                                  "it does not answer in time",
	} {
		if what, where := inWords(err, "ca.pem"); what != want || where == "" {
			t.Errorf("%v: %q %q, want %q", err, what, where, want)
		}
	}
}
