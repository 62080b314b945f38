package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

const (
	someGUID = "11111111-2222-3333-4444-555555555555"
	m365YAML = "microsoft365: {tenant_id: " + someGUID + ", auth: managed_identity}\n"
)

// envOf is a lookup over fixed variables.
func envOf(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}

// write puts text into a new file called name in dir and returns its path.
func write(tb testing.TB, dir, name, text string) string {
	tb.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// certificate returns a PEM file's text with a self-signed certificate of key
// that is valid until end.
func certificate(tb testing.TB, key any, public any, end time.Time) string {
	tb.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "guestsite test"},
		NotBefore:    end.Add(-48 * time.Hour),
		NotAfter:     end,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	if err != nil {
		tb.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) +
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
}

func rsaKey(tb testing.TB) *rsa.PrivateKey {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// slackDir returns a folder with a valid guestsite.yaml for Slack, and its path.
func slackDir(tb testing.TB) (dir, path string) {
	tb.Helper()
	dir = tb.TempDir()
	write(tb, dir, "bot.token", "xoxb-1-abc\n")
	write(tb, dir, "signing", "8f742231b10e8888abcd99yyyzzz85a5\n")
	return dir, write(tb, dir, "guestsite.yaml", m365YAML+`public_url: https://bot.example.org
slack: {bot_token_file: bot.token, signing_secret_files: [signing], team_ids: [T0123]}
people: {admins: ["group:`+someGUID+`"], approvers: ["user:ann@example.org"]}
identity: {slack: email}
`)
}

func faultKeys(tb testing.TB, err error) []string {
	tb.Helper()
	faults, ok := errors.AsType[Faults](err)
	if !ok {
		tb.Fatalf("error is %v, want Faults", err)
	}
	keys := make([]string, len(faults))
	for i, f := range faults {
		keys[i] = f.Key
		if f.Problem == "" || f.Fix == "" {
			tb.Errorf("fault %+v lacks the problem or what to do", f)
		}
	}
	slices.Sort(keys)
	return keys
}
