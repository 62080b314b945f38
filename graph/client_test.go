package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"guestsite/bot/readiness"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

func TestNew_ReportsEveryFaultOfTheOptions(t *testing.T) {
	t.Parallel()
	_, err := graph.New(graph.Options{
		Cloud: graph.Cloud{Login: "http://login.example", Graph: "https://graph.example/v1.0", SharePointAdmin: "admin"}, Access: "some",
	})
	for _, part := range []string{"tenant", "login", "of graph", "sharepoint_admin", "access"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("nothing said of %s: %v", part, err)
		}
	}
	good := graph.Options{
		TenantID: "t", ClientID: "c", Cloud: graph.Cloud{Login: "https://login.example", Graph: "https://graph.example"}, Access: graph.Full,
	}
	for name, a := range map[string]graph.Auth{
		"none": {}, "two": {ClientSecret: "x", ManagedIdentity: true}, "no certificate": {Certificate: "-----BEGIN NOTHING-----"},
	} {
		o := good
		o.Auth = a
		if _, err := graph.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	good.Auth.ClientSecret = "x"
	if _, err := graph.New(good); err != nil {
		t.Error(err)
	}
}

func TestSecret_IsNeverPrinted(t *testing.T) {
	t.Parallel()
	a := graph.Auth{ClientSecret: "hush"}
	j, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "auth", a, "secret", a.ClientSecret)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "auth", a, "secret", a.ClientSecret)
	for _, s := range []string{string(j), b.String(), fmt.Sprint(a), fmt.Sprintf("%+v %#v %s %v %q", a, a, a.ClientSecret, a.ClientSecret, a.ClientSecret)} {
		if strings.Contains(s, "hush") {
			t.Errorf("printed: %s", s)
		}
	}
}

func TestAuth_SecretAndCertificateBothReadGraph(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]graph.Auth{"secret": {ClientSecret: "not-so-secret"}, "certificate": {Certificate: newPair().pem}} {
		tn := start(t, setup{client: func(o *graph.Options) { o.Auth = a }})
		if _, err := tn.Person(t.Context(), tn.demo.Sanne.ID); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := tn.Person(t.Context(), tn.demo.Sanne.ID); err != nil || tn.Count("POST", anyPath("/token$")) != 1 {
			t.Errorf("%s: %v, %d tokens asked for", name, err, tn.Count("POST", anyPath("/token$")))
		}
	}
}

func TestSnapshot_ManyAskersShareOneReading(t *testing.T) {
	t.Parallel()
	tn := start(t, setup{})
	tn.inject(t, graphfake.Fault{Path: "authorizationPolicy", Delay: 50 * time.Millisecond})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if s, err := tn.Snapshot(t.Context()); err != nil || !s.Authorization.OK() {
				t.Errorf("%v, %+v", err, s.Authorization)
			}
		})
	}
	wg.Wait()
	if n := tn.reached(graphfake.HostGraph); n != 2 {
		t.Errorf("%d calls", n)
	}
}

func TestForget_WhileReadingIsNotUndone(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	tn := start(t, setup{client: func(o *graph.Options) {
		old := o.OnCall
		o.OnCall = func(k graph.Call) {
			old(k)
			if k.Operation == "POST v1.0 /$batch" { // the settings were read
				once.Do(func() { close(entered); <-leave })
			}
		}
	}})
	done := make(chan error)
	go func() {
		_, err := tn.Snapshot(t.Context())
		done <- err
	}()
	<-entered
	if err := tn.Set(graphfake.SwitchSPOOff, true); err != nil {
		t.Error(err)
	}
	tn.Forget()
	close(leave)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if s := must[readiness.Snapshot](t)(tn.Snapshot(t.Context())); s.SharePoint.Value.Sharing != readiness.SharingOff {
		t.Errorf("a reading begun before Forget was kept: %+v", s.SharePoint)
	}
}
