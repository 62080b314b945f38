package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/signin"
	"guestsite/bot/slack"
)

// tokenFile is where a platform with workload identity names the file of its token.
const tokenFile = "AZURE_FEDERATED_TOKEN_FILE"

// openPages makes the pages on which accounts are linked; nil where none are. People
// sign in at the tenant whose directory the bot reads.
func openPages(c Config, client *http.Client, door bot.LinkDoor, texts *card.Texts, log *slog.Logger) (*signin.Pages, error) {
	if !c.links() {
		return nil, nil
	}
	cloud, _ := c.Hosts()
	id, proof, err := signInProof(c)
	if err != nil {
		return nil, err
	}
	return signin.New(signin.Options{
		Door: door, Texts: texts, PublicURL: c.PublicURL, Login: cloud.Login, TenantID: c.Microsoft365.TenantID,
		ClientID: id, Proof: proof, HTTP: client, Log: log.With("component", "link"),
	})
}

// signInProof is the registration that people sign in to, and how it proves itself.
func signInProof(c Config) (clientID string, proof signin.Proof, err error) {
	auth, file, secret := c.Microsoft365.Auth, c.Microsoft365.CertificateFile, c.Microsoft365.ClientSecret
	clientID, key := c.Microsoft365.ClientID, "microsoft365.certificate_file"
	if s := c.Identity.SignIn; s != nil {
		clientID, file, secret, key = s.ClientID, s.CertificateFile, s.ClientSecret, "identity.sign_in.certificate_file"
		if auth = AuthCertificate; file == "" {
			auth = AuthClientSecret
		}
	}
	switch auth {
	case AuthClientSecret:
		return clientID, signin.ClientSecret(secret.Reveal()), nil
	case AuthWorkloadIdentity:
		return clientID, signin.FederatedToken{File: os.Getenv(tokenFile)}, nil
	}
	// What becomes of the file is logged by certificates, which watches it too.
	fresh, err := openFresh(file, parseSignIn, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", key, err)
	}
	return clientID, signin.Renewed(fresh.Value), nil
}

// parseSignIn takes what the other registrations take.
func parseSignIn(text []byte) (signin.Certificate, error) {
	if _, err := parseCertificate(text); err != nil {
		return signin.Certificate{}, err
	}
	return signin.ReadCertificate(text)
}

// linkSettings say to the engine where accounts are linked.
func (c Config) linkSettings(s *bot.Settings) {
	if c.links() {
		s.LinkChats, s.LinkPage = []string{slack.Name}, c.PublicURL+signin.PagePath
	}
}
