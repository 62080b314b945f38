package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestValidate_AcceptsAndRefusesCertificates(t *testing.T) {
	t.Parallel()
	key := rsaKey(t)
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := certificate(t, key, key.Public(), time.Now().Add(time.Hour))
	block, _ := pem.Decode([]byte(good))
	tests := map[string]struct {
		text string
		want string // empty: accepted
	}{
		"rsa":     {good, ""},
		"expired": {certificate(t, key, key.Public(), time.Now().Add(-time.Hour)), "expired"},
		"ec key":  {certificate(t, elliptical, elliptical.Public(), time.Now().Add(time.Hour)), "not RSA"},
		"no key":  {string(pem.EncodeToMemory(block)), "private key"},
		"no pem":  {"hello", "PEM"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := Default()
			c.Microsoft365.TenantID, c.Microsoft365.ClientID = someGUID, someGUID
			c.Microsoft365.CertificateFile = write(t, t.TempDir(), "c.pem", test.text)
			err := c.Validate()
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if keys := faultKeys(t, err); !slices.Equal(keys, []string{"microsoft365.certificate_file"}) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one fault that says %q", err, test.want)
			}
		})
	}
}

func TestValidate_RefusesTheWrongSlackToken(t *testing.T) {
	t.Parallel()
	for token, fine := range map[string]bool{
		"xoxb-1-a": true, "xoxe.xoxb-1-a": true, "xapp-1-a": false, "xoxp-1-a": false, "xoxb-1 a": false,
	} {
		_, path := slackDir(t)
		_, err := Load(path, envOf(map[string]string{"GUESTSITE_SLACK_BOT_TOKEN": token}))
		if (err == nil) != fine || err != nil && strings.Contains(err.Error(), token) {
			t.Errorf("token %s: %v", token, err)
		}
	}
}

func TestValidate_Addresses(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"https://bot.example.org": true, "https://bot.example.org/guest": true,
		"http://127.0.0.1:8080": true, "http://[::1]:8080": true, "http://localhost": true,
		"http://localhost.example.org": false, "http://10.0.0.1": false, "ftp://x": false,
		"https://": false, "https://a@b": false, "https://b?x": false, "https://b#x": false, "https://b/": false, "bot.example.org": false,
	}
	for address, fine := range tests {
		c := Default()
		c.Microsoft365 = Microsoft365{TenantID: someGUID, Auth: AuthManagedIdentity, Access: AccessFull}
		c.PublicURL = address
		if err := c.Validate(); (err == nil) != fine {
			t.Errorf("public_url %s: error %v, want accepted: %v", address, err, fine)
		}
	}
}

func TestValidateServe_NeedsAChat(t *testing.T) {
	t.Parallel()
	c, err := Load(write(t, t.TempDir(), "c.yaml", m365YAML), envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if keys := faultKeys(t, c.ValidateServe()); !slices.Equal(keys, []string{"slack"}) {
		t.Errorf("faults %v, want slack", keys)
	}
}
