package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestSecret_IsNeverShown(t *testing.T) {
	t.Parallel()
	const value = "hunter2-value"
	s := NewSecret(value)
	holder := struct {
		S *Secret
		T Secret
		L []Secret
		M map[string]Secret
	}{&s, s, []Secret{s}, map[string]Secret{"k": s}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		fmt.Fprintf(&out, verb+"\n", s)
		fmt.Fprintf(&out, verb+"\n", &s)
		fmt.Fprintf(&out, verb+"\n", holder)
		fmt.Fprintf(&out, verb+"\n", Config{Slack: &Slack{BotToken: s}, Microsoft365: Microsoft365{ClientSecret: s}})
	}
	if err := json.NewEncoder(&out).Encode(holder); err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(&out).Encode(map[string]any{"s": s, "p": &s}); err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(map[string]any{"s": s, "p": &s})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(text)
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("m", "s", s, "p", &s, "h", fmt.Sprint(holder), "l", []Secret{s}, slog.Group("g", "s", s))
	}
	if strings.Contains(out.String(), value) || strings.Contains(out.String(), fmt.Sprintf("%x", value)) {
		t.Errorf("the secret is shown:\n%s", out.String())
	}
	if !strings.Contains(out.String(), hidden) {
		t.Errorf("nothing says that a secret was there:\n%s", out.String())
	}
	if s.Reveal() != value {
		t.Error("Reveal does not return the value")
	}
}
