package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"guestsite/graph"
)

func doctorCommand() command {
	c := command{
		name:    "doctor",
		summary: "try everything that serving needs, and say what is missing and where to give it; exit status 3 if serving would not work",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, output := addConfigFlag(set), addOutputFlag(set)
		if _, err := parse(set, args, 0, 0); err != nil {
			return err
		}
		cfg, err := file.load(p)
		if err != nil {
			return err
		}
		found, err := diagnose(ctx, cfg, time.Now)
		if err != nil {
			return err
		}
		short := ""
		if faults, ok := errors.AsType[Faults](cfg.ValidateServe()); ok {
			short = faults[0].Key + " " + faults[0].Problem
		}
		if *output == "json" {
			err = writeJSON(p.stdout, doctorJSON{Serves: found.serves() && short == "", Findings: found})
		} else {
			err = found.print(p.stdout, short)
		}
		if err == nil && !found.serves() {
			return &exitError{status: exitNotReady}
		}
		return err
	}
	return c
}

// doctorJSON is the answer of "doctor --output json".
type doctorJSON struct {
	Serves   bool      `json:"serves"`
	Findings diagnosis `json:"findings"`
}

// examiner tries the parts of a configuration. It changes nothing anywhere.
type examiner struct {
	cfg    Config
	cloud  Cloud
	client *http.Client
	tenant *graph.Client
	now    func() time.Time // the clock that is examined
	log    *slog.Logger

	roles map[string][]string // of the tokens that were given, by resource
}

// probeTime bounds each probe.
const probeTime = 20 * time.Second

// diagnose makes every probe, in order. The error says that none could be made.
func diagnose(ctx context.Context, cfg Config, now func() time.Time) (diagnosis, error) {
	x := &examiner{cfg: cfg, now: now, log: slog.New(slog.DiscardHandler), roles: map[string][]string{}}
	x.cloud, _ = cfg.Hosts()
	var err error
	if x.client, err = newHTTPClient(x.cloud); err != nil {
		return nil, err
	}
	x.client.Timeout = probeTime
	if x.tenant, err = openTenant(cfg, x.client, x.log, time.Now); err != nil {
		return nil, err
	}
	var out diagnosis
	for _, group := range []struct {
		name  string
		probe func(context.Context) []finding
	}{
		{"Files", x.files},
		{"Clock and hosts", x.hosts},
		{"Signing in", x.tokens},
		{"Permissions", x.permissions},
		{"Slack", x.slack},
		{"Teams", x.teams},
		{"Linking accounts", x.linking},
		{"People", x.people},
		{"Database", x.database},
	} {
		for _, f := range group.probe(ctx) {
			f.Group = group.name
			out = append(out, f)
		}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("%s: %w", group.name, err)
		}
	}
	return out, nil
}

// registration is where an application of the configuration signs in with what.
type registration struct {
	block, clientID, auth, certificate string
}

func (c Config) registrations() []registration {
	m := c.Microsoft365
	out := []registration{{"microsoft365", m.ClientID, m.Auth, m.CertificateFile}}
	if s := m.SharePointAdmin; s != nil {
		out = append(out, registration{"microsoft365.sharepoint_admin", s.ClientID, AuthCertificate, s.CertificateFile})
	}
	if s := c.Identity.SignIn; s != nil && c.links() {
		auth := AuthCertificate
		if s.CertificateFile == "" {
			auth = AuthClientSecret
		}
		out = append(out, registration{"identity.sign_in", s.ClientID, auth, s.CertificateFile})
	}
	if t := c.Teams; t != nil {
		out = append(out, registration{"teams", t.AppID, t.Auth, t.CertificateFile})
	}
	return out
}

// forSharePoint is the registration that reads the level of sites.
func (c Config) forSharePoint() registration {
	all := c.registrations()
	if c.Microsoft365.SharePointAdmin != nil {
		return all[1]
	}
	return all[0]
}
