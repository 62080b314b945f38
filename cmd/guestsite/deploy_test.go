package main

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// The configuration in the Kubernetes example is one that serves.
func TestDeploy_TheConfigurationForKubernetesServes(t *testing.T) {
	t.Parallel()
	f, err := os.Open("../../deploy/k8s/guestsite.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var text string
	for documents := yaml.NewDecoder(f); ; {
		var document struct {
			Kind string
			Data map[string]string
		}
		err := documents.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if document.Kind == "ConfigMap" {
			text = document.Data["guestsite.yaml"]
		}
	}
	dir, key := t.TempDir(), rsaKey(t)
	write(t, dir, "microsoft365.pem", certificate(t, key, &key.PublicKey, time.Now().Add(time.Hour)))
	write(t, dir, "slack-bot.token", "xoxb-1-abc")
	write(t, dir, "slack-signing.secret", "8f742231b10e8888abcd99yyyzzz85a5")
	c, err := Load(write(t, dir, "guestsite.yaml", strings.ReplaceAll(text, "/secrets/", "")), envOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ValidateServe(); err != nil {
		t.Error(err)
	}
}
