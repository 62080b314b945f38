package main

import (
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"guestsite/bot/signin"
	"guestsite/bot/slack"
)

// kubernetesFile is what we read of a document of the example.
type kubernetesFile struct {
	Kind string
	Data map[string]string
	Spec struct {
		Rules []struct {
			HTTP struct {
				Paths []struct {
					Path string
					Type string `yaml:"pathType"`
				}
			}
		}
	}
}

// kubernetesExample gives the documents of the example by their kind.
func kubernetesExample(t *testing.T) map[string]kubernetesFile {
	t.Helper()
	f, err := os.Open("../../deploy/k8s/guestsite.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	out := map[string]kubernetesFile{}
	for documents := yaml.NewDecoder(f); ; {
		var document kubernetesFile
		err := documents.Decode(&document)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out[document.Kind] = document
	}
}

// The configuration in the Kubernetes example is one that serves.
func TestDeploy_TheConfigurationForKubernetesServes(t *testing.T) {
	t.Parallel()
	text := kubernetesExample(t)["ConfigMap"].Data["guestsite.yaml"]
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

// What people and chats call gets through, and nothing else does.
func TestDeploy_TheIngressForKubernetesLetsInWhatIsCalled(t *testing.T) {
	t.Parallel()
	rules := kubernetesExample(t)["Ingress"].Spec.Rules
	if len(rules) != 1 {
		t.Fatalf("%d rules", len(rules))
	}
	passes := func(path string) bool {
		for _, p := range rules[0].HTTP.Paths {
			below := strings.HasPrefix(path, strings.TrimSuffix(p.Path, "/")+"/")
			if path == p.Path || p.Type == "Prefix" && below {
				return true
			}
		}
		return false
	}
	for _, path := range []string{
		slack.PathCommands, slack.PathInteractive, slack.PathOptions, slack.PathEvents, "/api/messages",
		signin.PagePath, signin.StartPath, signin.CallbackPath, signin.ConfirmPath,
	} {
		if !passes(path) {
			t.Errorf("%s does not get through", path)
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/", "/linked"} {
		if passes(path) {
			t.Errorf("%s gets through", path)
		}
	}
}

// Whatever setup has put into a file with a secret in it is there as a credential.
func TestDeploy_TheUnitLoadsEverySecretOfSetup(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../deploy/systemd/guestsite.service")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^LoadCredential=([^:\n]+):/etc/guestsite/secrets/(.*)$`).FindAllSubmatch(text, -1) {
		if string(m[1]) != string(m[2]) {
			t.Errorf("%s is loaded from %s", m[1], m[2])
		}
		got = append(got, string(m[1]))
	}
	want := []string{pemEntra, pemSharePoint, pemTeams, pemSignIn, fileBotToken, fileAppToken, fileSigning}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the unit loads %v, setup writes %v", got, want)
	}
}
