package demo

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"guestsite/graph/graphfake"
)

func (l *Lab) folder() error {
	if l.keep {
		if err := os.MkdirAll(l.dir, 0o700); err != nil {
			return fmt.Errorf("make the folder: %w", err)
		}
		// Its records would be about a company that is no more.
		if _, err := os.Lstat(filepath.Join(l.dir, database)); err == nil {
			return fmt.Errorf("%s: %w", l.dir, ErrUsedFolder)
		}
		return nil
	}
	dir, err := os.MkdirTemp("", "guestsite-demo-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	l.dir = dir
	return nil
}

// certificate makes the one that the product signs in to the tenant with, and
// gives its public part.
func (l *Lab) certificate() ([]byte, error) {
	const bits = 2048
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "guestsite demo"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode a key: %w", err)
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...)
	return der, l.write("microsoft365.pem", both)
}

func (l *Lab) write(name string, text []byte) error {
	if err := os.WriteFile(filepath.Join(l.dir, name), text, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// writeConfig writes what an operator would: a file with a record of a cloud
// whose hosts are ours.
func (l *Lab) writeConfig() error {
	authorities, hosts := slices.Concat(l.Tenant.CAPEM(), l.Teams.CAPEM()), strconv.Quote(l.Teams.ServiceHost())
	if l.door != nil {
		authorities, hosts = slices.Concat(authorities, l.door.pem), hosts+", "+strconv.Quote(l.door.Host())
	}
	slack := ""
	if l.slack {
		way := "mode: socket\n  app_token_file: slack-app.token"
		if l.http {
			way = "mode: http\n  signing_secret_files: [slack-signing.secret]"
		}
		slack = fmt.Sprintf(`slack:
  %s
  bot_token_file: slack-bot.token
  team_ids: [%s]
`, way, l.Slack.TeamID())
	}
	text := fmt.Sprintf(`listen: %s
public_url: %s
default_language: %s
default_timezone: Europe/Amsterdam
cloud: lab
clouds:
  lab:
    login: %s
    graph: %s
    sharepoint: %s
    sharepoint_admin: %s
    slack_api: %s
    slack_hooks_hosts: [%q]
    bot_openid_metadata: %s
    bot_issuer: %s
    bot_scope: %s
    bot_service_hosts: [%s]
    bot_service_url: %s
    ca_file: lab-ca.pem
microsoft365:
  tenant_id: %s
  client_id: %s
  auth: certificate
  certificate_file: microsoft365.pem
  access: full
%steams:
  app_id: %s
  auth: certificate
  certificate_file: microsoft365.pem
store: {kind: bolt, path: %s}
people:
  admins: ["user:%s"]
  approvers: ["user:%s"]
identity: {slack: %s}
`, l.listen, l.public, l.lang, l.Tenant.LoginURL(), l.Tenant.GraphURL(), l.Tenant.SharePointURL(), l.Tenant.AdminURL(),
		l.Slack.APIURL(), l.Slack.HooksHost(), l.Teams.MetadataURL(), l.Teams.Issuer(), graphfake.BotScope,
		hosts, l.Teams.ServiceURL(), l.Tenant.TenantID(), clientID, slack, botID, database,
		l.People.Joost.UserPrincipalName, l.People.Joost.UserPrincipalName, l.identity)
	l.config = filepath.Join(l.dir, "guestsite.yaml")
	return errors.Join(
		l.write("lab-ca.pem", authorities),
		l.write("slack-bot.token", []byte(l.Slack.BotToken())),
		l.write("slack-app.token", []byte(l.Slack.AppToken())),
		l.write("slack-signing.secret", []byte(l.Slack.SigningSecret())),
		l.write("guestsite.yaml", []byte(text)),
	)
}
