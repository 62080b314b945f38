package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"time"
)

// files looks at what the configuration names. That each can be read was seen when
// it was loaded.
func (x *examiner) files(context.Context) []finding {
	var out []finding
	for _, path := range x.cfg.secretFiles() {
		info, err := os.Stat(path)
		if err != nil {
			out = append(out, untold(path, "cannot be looked at: "+err.Error(), ""))
			continue
		}
		out = append(out, judgeMode(path, info.Mode()))
	}
	for _, r := range x.cfg.registrations() {
		if r.auth == AuthCertificate {
			leaf, err := leafOf(r.certificate)
			out = append(out, judgeCertificate(r, leaf, err, x.now()))
		}
	}
	return append(out, judgeZone(x.cfg.DefaultTimezone))
}

// secretFiles are the files that nobody else may read, each once.
func (c Config) secretFiles() []string {
	all := []string{c.Microsoft365.ClientSecretFile}
	for _, r := range c.registrations() {
		all = append(all, r.certificate)
	}
	if t := c.Teams; t != nil {
		all = append(all, t.ClientSecretFile)
	}
	if s := c.Identity.SignIn; s != nil {
		all = append(all, s.ClientSecretFile)
	}
	if s := c.Slack; s != nil {
		all = append(append(all, s.BotTokenFile, s.AppTokenFile), s.SigningSecretFiles...)
	}
	var out []string
	for _, path := range all {
		if path != "" && !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	return out
}

func judgeMode(path string, mode fs.FileMode) finding {
	if runtime.GOOS != "windows" && mode.Perm()&0o077 != 0 {
		return warning(path, fmt.Sprintf("has mode %04o, so others on this machine may read a secret", mode.Perm()), "chmod 600 "+quoteShell(path))
	}
	return works(path, "can be read, by its owner alone")
}

func leafOf(path string) (*x509.Certificate, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(text, text)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(pair.Certificate[0])
}

func judgeCertificate(r registration, leaf *x509.Certificate, err error, now time.Time) finding {
	name := "certificate of " + r.block
	renew := "Make another, upload it to the registration " + r.clientID + " beside this one, then put it at " + r.block + ".certificate_file"
	switch {
	case err != nil:
		return untold(name, "cannot be read: "+err.Error(), "Look at "+r.block+".certificate_file")
	case now.After(leaf.NotAfter):
		return lacking(name, "ended on "+leaf.NotAfter.Format(time.DateOnly), renew)
	case now.Before(leaf.NotBefore):
		return lacking(name, "begins on "+leaf.NotBefore.Format(time.DateOnly)+" only", "Look at the clock of this machine, or "+r.block+".certificate_file")
	}
	left := leaf.NotAfter.Sub(now)
	what := fmt.Sprintf("is good until %s (days left: %d)", leaf.NotAfter.Format(time.DateOnly), int(left/day))
	if left < certificateWarning {
		return warning(name, what, renew)
	}
	return works(name, what)
}

func judgeZone(name string) finding {
	if name == Default().DefaultTimezone {
		return warning("default_timezone", "is "+name+", and deadlines of people whose zone is not known are at 17:00 there", "Write yours, such as Europe/Amsterdam")
	}
	return works("default_timezone", "is "+name)
}
