package main

import (
	"bytes"
	"encoding/pem"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"guestsite/bot/signin"
	"guestsite/graph/graphfake"
)

// replaceCertificate writes a new one into the file of the bench, and has the tenant
// know that one alone.
func replaceCertificate(t *testing.T, b *bench) {
	t.Helper()
	key := rsaKey(t)
	text := certificate(t, key, &key.PublicKey, time.Now().Add(20*24*time.Hour))
	block, _ := pem.Decode([]byte(text))
	b.Tenant.AddApp(graphfake.App{
		ClientID: b.app.cfg.Microsoft365.ClientID, Name: "Guest sites", Certificates: [][]byte{block.Bytes},
		GraphRoles: graphfake.FullRoles(), SharePointRoles: []string{"Sites.FullControl.All"},
	})
	// The bot of Teams signs in with the same file.
	b.Tenant.AddApp(graphfake.App{
		ClientID: b.app.cfg.Teams.AppID, Name: "Guest sites bot", Certificates: [][]byte{block.Bytes}, BotScopes: []string{graphfake.BotScope},
	})
	if err := os.WriteFile(b.app.cfg.Microsoft365.CertificateFile, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCertificate_ANewOneIsUsedWithoutARestart(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	token := regexp.MustCompile("/token$")
	ready := func() (int, string) {
		b.Clock.Advance(probeLife)
		return get(t, "http://"+b.app.http.Addr()+"/readyz")
	}
	if status, body := ready(); status != http.StatusOK {
		t.Fatal(body)
	}
	before := b.Tenant.Count(http.MethodPost, token)

	// A file that makes no sense changes nothing but the note.
	path := b.app.cfg.Microsoft365.CertificateFile
	if err := os.WriteFile(path, []byte("half a certifi"), 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the broken file is told of", func() bool {
		status, body := ready()
		return status == http.StatusOK && strings.Contains(body, "certificate: microsoft365: its file cannot be used any more")
	})
	if !strings.Contains(b.log.String(), "level=ERROR msg=\"a file cannot be used any more") {
		t.Error("no line of the log says so")
	}
	if got := b.Tenant.Count(http.MethodPost, token); got != before {
		t.Errorf("%d token requests over a broken file", got-before)
	}

	replaceCertificate(t, b)
	eventually(t, "a token is asked for with the new key, and given", func() bool {
		status, body := ready()
		return status == http.StatusOK && body == "ready\n" && b.Tenant.Count(http.MethodPost, token) > before
	})
}

func TestCertificates_TellOfTheirEnd(t *testing.T) {
	t.Parallel()
	key, now := rsaKey(t), time.Now()
	path := filepath.Join(t.TempDir(), "m.pem")
	if err := os.WriteFile(path, []byte(certificate(t, key, &key.PublicKey, now.Add(20*24*time.Hour+time.Minute))), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := newLogger(&out, "text", slog.LevelInfo, nil)
	cs, err := openCertificates(Config{Microsoft365: Microsoft365{CertificateFile: path}}, log)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		at   time.Duration // from now
		all  bool
		want string
	}{
		"at the start":       {0, true, "level=WARN msg=\"a certificate ends soon: put a new one in its file\" block=microsoft365 days=20"},
		"long before, start": {-60 * 24 * time.Hour, true, "level=INFO msg=certificate block=microsoft365 days=80"},
		"long before, later": {-60 * 24 * time.Hour, false, ""},
		"the day before":     {19 * 24 * time.Hour, false, "days=1 "},
		"after its end, too": {21 * 24 * time.Hour, false, "days=0 "},
	} {
		out.Reset()
		cs.say(t.Context(), log, now.Add(test.at), test.all)
		if got := out.String(); !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%s: logged %q, want %q", name, got, test.want)
		}
	}
	if got := cs.problems(now.Add(19 * 24 * time.Hour)); len(got) != 0 {
		t.Errorf("before its end: %v", got)
	}
	got := cs.problems(now.Add(21 * 24 * time.Hour))
	if len(got) != 1 || got[0].Note || !strings.Contains(got[0].Text, "microsoft365: it ended on ") {
		t.Errorf("after its end: %v", got)
	}
}

// Every registration with a certificate is watched, that of the sign-in of people too.
func TestCertificates_AreThoseOfEveryRegistration(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), rsaKey(t)
	text := certificate(t, key, &key.PublicKey, time.Now().Add(time.Hour))
	file := func(name string) string { return write(t, dir, name, text) }
	c := Config{
		Microsoft365: Microsoft365{CertificateFile: file("m.pem"), SharePointAdmin: &SharePointAdmin{CertificateFile: file("sp.pem")}},
		Slack:        &Slack{},
		Teams:        &Teams{CertificateFile: file("t.pem")},
		Identity:     Identity{Slack: IdentityLink, SignIn: &SignInApp{CertificateFile: file("s.pem")}},
	}
	cs, err := openCertificates(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, w := range cs {
		blocks = append(blocks, w.block)
	}
	if got, want := strings.Join(blocks, " "), "microsoft365 microsoft365.sharepoint_admin identity.sign_in teams"; got != want {
		t.Errorf("watched: %s, want %s", got, want)
	}
}

func TestSignInProof_IsOfTheCertificateOfNow(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), rsaKey(t)
	path := write(t, dir, "s.pem", certificate(t, key, &key.PublicKey, time.Now().Add(time.Hour)))
	_, proof, err := signInProof(Config{Identity: Identity{SignIn: &SignInApp{CertificateFile: path}}})
	if err != nil {
		t.Fatal(err)
	}
	now := proof.(signin.Renewed)
	before := now()
	next := rsaKey(t)
	write(t, dir, "s.pem", certificate(t, next, &next.PublicKey, time.Now().Add(48*time.Hour)))
	eventually(t, "the new certificate proves who it is", func() bool { return now() != before })

	write(t, dir, "s.pem", certificate(t, key, &key.PublicKey, time.Now().Add(-time.Hour)))
	if _, err := openFresh(path, parseSignIn, slog.New(slog.DiscardHandler)); !errors.Is(err, errExpired) {
		t.Errorf("one that has ended: %v", err)
	}
}
