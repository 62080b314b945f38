package main

import (
	"errors"
	"fmt"
	"strings"
)

var errEmptySecret = errors.New("is empty")

// readSecrets fills the secrets that no variable set from the files that hold
// them.
func (l *loader) readSecrets(c *Config) {
	one := func(into *Secret, key, path string) {
		if path == "" || !into.IsZero() {
			return
		}
		value, err := readSecret(path)
		if err != nil {
			l.fault(key, l.place(key), "cannot be used: "+err.Error(),
				"Put the secret, and nothing else, into a file the bot may read")
			return
		}
		*into = value
	}
	m := &c.Microsoft365
	one(&m.ClientSecret, "microsoft365.client_secret_file", m.ClientSecretFile)
	if t := c.Teams; t != nil {
		one(&t.ClientSecret, "teams.client_secret_file", t.ClientSecretFile)
	}
	if s := c.Identity.SignIn; s != nil {
		one(&s.ClientSecret, "identity.sign_in.client_secret_file", s.ClientSecretFile)
	}
	if c.Slack == nil {
		return
	}
	one(&c.Slack.BotToken, "slack.bot_token_file", c.Slack.BotTokenFile)
	one(&c.Slack.AppToken, "slack.app_token_file", c.Slack.AppTokenFile)
	if len(c.Slack.SigningSecrets) > 0 {
		return
	}
	for i, path := range c.Slack.SigningSecretFiles {
		var secret Secret
		one(&secret, fmt.Sprintf("slack.signing_secret_files[%d]", i), path)
		if !secret.IsZero() {
			c.Slack.SigningSecrets = append(c.Slack.SigningSecrets, secret)
		}
	}
}

// readSecret reads a file that holds a secret and at most white space around it.
func readSecret(path string) (Secret, error) {
	text, err := readFile(path)
	if err != nil {
		return Secret{}, err
	}
	return parseSecret(path, text)
}

func parseSecret(path string, text []byte) (Secret, error) {
	value := strings.TrimSpace(string(text))
	if value == "" {
		return Secret{}, fmt.Errorf("%s %w", path, errEmptySecret)
	}
	return Secret{value: &value, file: path}, nil
}

var (
	errKeyNotRSA = errors.New("the key is not RSA, and Entra takes no other for an application")
	errExpired   = errors.New("the certificate has expired")
)

// checkCertificate reads a PEM file that parseCertificate takes.
func checkCertificate(path string) error {
	text, err := readFile(path)
	if err != nil {
		return err
	}
	if _, err = parseCertificate(text); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
