package main

import (
	"cmp"
	"fmt"
)

// Identity says how a chat user becomes a person of the directory.
type Identity struct {
	Slack  string     `key:"slack"` // an Identity constant
	SignIn *SignInApp `key:"sign_in"`
}

// How a Slack user is known.
const (
	IdentityLink  = "link"  // he signed in once, with a link of the account's own
	IdentityEmail = "email" // exactly one match, confirmed, full member
)

// SignInApp is a registration that people sign in to and that may do nothing. Without
// it they sign in to that of microsoft365.
type SignInApp struct {
	ClientID         string `key:"client_id"`
	CertificateFile  string `key:"certificate_file,path"` // PEM: certificate and RSA key
	ClientSecret     Secret `key:"client_secret,secret"`
	ClientSecretFile string `key:"client_secret_file,path"`
}

// links says that accounts of Slack are linked by signing in.
func (c Config) links() bool { return c.Slack != nil && c.Identity.Slack == IdentityLink }

// setIdentityDefault has people sign in where nobody said otherwise.
func (c *Config) setIdentityDefault() {
	if c.Slack != nil {
		c.Identity.Slack = cmp.Or(c.Identity.Slack, IdentityLink)
	}
}

func (c Config) checkIdentity(f *Faults) {
	if s := c.Identity.SignIn; s != nil {
		s.check(f)
	}
	switch {
	case c.Slack == nil || c.Identity.Slack == IdentityEmail:
	case c.Identity.Slack != IdentityLink:
		f.add("identity.slack", fmt.Sprintf("%q is no way to know people", c.Identity.Slack), "Use link or email")
	default:
		c.checkLink(f)
	}
}

// checkLink looks at what the sign-in needs beside what everything needs.
func (c Config) checkLink(f *Faults) {
	if c.PublicURL == "" && len(c.callers()) == 0 { // else it is missing already
		f.add("public_url", "is missing, and people cannot open the page on which they link their account",
			"Write an address that leads to listen and that employees' browsers reach, or identity: {slack: email}")
	}
	switch m := c.Microsoft365; {
	case c.Identity.SignIn != nil:
	case m.Auth == AuthManagedIdentity:
		f.add("identity.sign_in", "is missing: a managed identity cannot sign people in",
			"Register an application without any permission, and write its client_id and certificate_file here; or use identity: {slack: email}")
	case m.ClientID == "" && m.Auth == AuthWorkloadIdentity:
		f.add("microsoft365.client_id", "is missing, and people cannot sign in", "Write the Application (client) ID of the registration")
	}
}

func (s *SignInApp) check(f *Faults) {
	const block = "identity.sign_in"
	checkClientID(f, block+".client_id", s.ClientID, true)
	switch secret := !s.ClientSecret.IsZero() || s.ClientSecretFile != ""; {
	case s.CertificateFile == "" && !secret:
		f.add(block+".certificate_file", "is missing, as is client_secret_file", "Name a PEM file with the registration's certificate and its key, not encrypted")
	case s.CertificateFile != "" && secret:
		f.add(block+".client_secret_file", "stands beside certificate_file, and one of them would not be used", "Keep one of the two")
	case s.CertificateFile != "":
		checkCertificateFile(f, block+".certificate_file", s.CertificateFile)
	}
}
