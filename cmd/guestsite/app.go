package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"sync/atomic"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
	"guestsite/graph"
	"guestsite/store"
	"guestsite/store/bolt"
)

// stopWithin is how long a stop may take: running requests and jobs are waited
// for, and what is not done by then is taken up at the next start.
const stopWithin = 20 * time.Second

// app is the running program.
type app struct {
	cfg    Config
	log    *slog.Logger
	life   lifecycle
	db     *bolt.DB
	clock  bot.Clock
	tenant *graph.Client
	chats  []chat
	engine *bot.Engine
	http   *httpServer
	probe  probe
	stuck  stuck
	certificates
	metrics     *metrics
	metricsHTTP *httpServer // nil: off
	failed      chan error
	broken      atomic.Bool // the worker stopped by itself
}

// newApp wires the program from a configuration that ValidateServe accepts. It is
// one straight line on purpose: each part is made from those above it, and taken
// down in reverse order. Nothing runs before Start.
func newApp(cfg Config, log *slog.Logger, clock bot.Clock) (*app, error) {
	cloud, _ := cfg.Hosts()
	client, err := newHTTPClient(cloud)
	if err != nil {
		return nil, err
	}
	return newAppWith(cfg, log, clock, client)
}

// newAppWith is newApp with a client of its caller's.
func newAppWith(cfg Config, log *slog.Logger, clock bot.Clock, client *http.Client) (*app, error) {
	a := &app{cfg: cfg, log: log, clock: clock, life: lifecycle{logger: log}, failed: make(chan error, 1)}
	texts, err := card.Load(cfg.DefaultLanguage, cfg.DefaultTimezone)
	if err != nil {
		return nil, err
	}
	if a.certificates, err = openCertificates(cfg, log); err != nil {
		return nil, err
	}
	a.metrics = newMetrics()
	tenant, err := tenantOptions(cfg, client, log, clock.Now)
	if err != nil {
		return nil, err
	}
	tenant.OnCall = a.metrics.call
	if a.tenant, err = graph.New(tenant); err != nil {
		return nil, err
	}
	apps := bot.HeldInstaller{Installer: a.tenant, Change: func(ctx context.Context, install func() error) error {
		return a.engine.Change(ctx, install) // which is made of the chats, so later than they
	}}
	if a.chats, err = openChats(cfg, client, apps, log, clock); err != nil {
		return nil, err
	}
	codec, err := store.Default()
	if err != nil {
		return nil, err
	}
	if err := makeFolder(cfg.Store.Path); err != nil {
		return nil, err
	}
	if a.db, err = bolt.Open(cfg.Store.Path, bolt.Options{Codec: codec, Log: log, Software: software()}); err != nil {
		return nil, err
	}
	a.life.add("store", func(context.Context) error { return a.db.Close() })
	ports := make([]bot.Chat, 0, len(a.chats))
	for _, c := range a.chats {
		ports = append(ports, countedChat{c, a.metrics})
	}
	a.engine, err = bot.New(bot.Options{
		Store: countedStore{a.db, a.metrics}, Chats: ports, Sites: a.tenant, Directory: a.tenant, Tenant: a.tenant,
		Clock: clock, Texts: texts, Log: log, Settings: cfg.settings(), Metrics: a.metrics.hooks(),
	})
	if err != nil {
		return nil, errors.Join(err, a.life.Stop(context.Background()))
	}
	gets, posts := map[string]http.Handler{}, map[string]http.Handler{}
	pages, err := openPages(cfg, client, a.engine, texts, log)
	if err != nil {
		return nil, errors.Join(err, a.life.Stop(context.Background()))
	}
	if pages != nil {
		gets, posts = pages.Handlers()
	}
	for _, c := range a.chats {
		c.SetDoor(a.engine)
		maps.Copy(posts, c.Handlers())
	}
	a.http = newHTTPServer(httpOptions{Listen: cfg.Listen, Gets: gets, Posts: posts, Ready: a.ready, Logger: log})
	a.metrics.registry.MustRegister(newNowCollector(a))
	if cfg.MetricsListen != "" {
		a.metricsHTTP = newMetricsServer(cfg.MetricsListen, a.metrics.handler(), log)
	}
	return a, nil
}

// settings are the operator's choices as the engine takes them.
func (c Config) settings() bot.Settings {
	s := bot.Settings{
		Policy: flow.Policy{
			OwnerAddsDirectly: c.Policy.OwnerAddsDirectly, MaxGuests: c.Policy.MaxGuests,
			DefaultDays: c.Policy.DefaultDays, MaxDays: c.Policy.MaxDays,
		},
		Rules: c.Policy.rules(), BlockedWords: c.Policy.BlockedWords,
		Admins: c.People.Admins, Approvers: c.People.Approvers,
		DecideWithin: int(c.Policy.DecideWithin), KeepDrafts: time.Duration(c.Retention.Drafts),
		KeepFinished: time.Duration(c.Retention.Finished), KeepJournal: time.Duration(c.Retention.Journal),
		Lang: c.DefaultLanguage, Zone: c.DefaultTimezone,
		Link: func(key string) string { return readiness.Link(c.Cloud, key) },
	}
	c.linkSettings(&s)
	return s
}

// Start starts the worker and the chats, and opens the port and the control socket.
func (a *app) Start(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := a.engine.Run(work); err != nil {
			a.broken.Store(true)
			a.failed <- fmt.Errorf("worker: %w", err)
		}
	}()
	a.life.add("worker", func(ctx context.Context) error {
		stop()
		select {
		case <-done:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("jobs still run: %w", context.Cause(ctx))
		}
	})
	for _, c := range a.chats {
		a.life.add(c.Name(), c.Close) // also of one that started by half
		if err := c.Start(ctx); err != nil {
			return errors.Join(explain(a.cfg, err), a.Stop())
		}
	}
	if err := a.http.Start(ctx); err != nil {
		return errors.Join(err, a.Stop())
	}
	a.life.add("http", a.http.Stop)
	if a.metricsHTTP != nil {
		if err := a.metricsHTTP.Start(ctx); err != nil {
			return errors.Join(err, a.Stop())
		}
		a.life.add("metrics", a.metricsHTTP.Stop)
		go func() { // ends with Stop; people are served without metrics
			if err := <-a.metricsHTTP.Failed(); err != nil {
				a.log.ErrorContext(ctx, "metrics are served no more", logError, err)
			}
		}()
	}
	a.life.add("certificates", a.certificates.start(work, a.log))
	if err := a.openControl(ctx); err != nil {
		return errors.Join(err, a.Stop())
	}
	return nil
}

// Wait blocks until ctx ends or a part fails.
func (a *app) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.failed:
		return err
	case err := <-a.http.Failed():
		return err
	}
}

// Stop takes the program down: no new requests and deliveries, those in hand
// answered, no new jobs, running ones waited for, the store closed.
func (a *app) Stop() error {
	ctx, cancel := context.WithTimeoutCause(context.Background(), stopWithin, errors.New("stopping took too long"))
	defer cancel()
	return a.life.Stop(ctx)
}
