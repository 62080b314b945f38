package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
	"guestsite/bot/slack"
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
	tenant *graph.Client
	chat   *slack.Adapter
	engine *bot.Engine
	http   *httpServer
	failed chan error
	broken atomic.Pointer[error] // why the worker stopped
}

// newApp wires the program from its configuration. It is one straight line on
// purpose: each part is made from those above it, and taken down in reverse
// order. Nothing runs before Start.
func newApp(cfg Config, log *slog.Logger, clock bot.Clock) (*app, error) {
	a := &app{cfg: cfg, log: log, life: lifecycle{logger: log}, failed: make(chan error, 1)}
	if cfg.Slack == nil {
		return nil, errors.New("slack is not configured, so there is no chat to serve")
	}
	cloud, _ := cfg.Hosts()
	client, err := newHTTPClient(cloud)
	if err != nil {
		return nil, err
	}
	texts, err := card.Load(cfg.DefaultLanguage, cfg.DefaultTimezone)
	if err != nil {
		return nil, err
	}
	if a.tenant, err = openTenant(cfg, client, log, clock.Now); err != nil {
		return nil, err
	}
	secrets := make([]string, 0, len(cfg.Slack.SigningSecrets))
	for _, s := range cfg.Slack.SigningSecrets {
		secrets = append(secrets, s.Reveal())
	}
	a.chat, err = slack.New(slack.Options{
		APIURL: cloud.SlackAPI, HooksHosts: cloud.SlackHooksHosts, BotToken: cfg.Slack.BotToken.Reveal(),
		SigningSecrets: secrets, TeamIDs: cfg.Slack.TeamIDs, HTTP: client, Log: log, Now: clock.Now,
	})
	if err != nil {
		return nil, err
	}
	codec, err := store.Default()
	if err != nil {
		return nil, err
	}
	if a.db, err = bolt.Open(cfg.Store.Path, bolt.Options{Codec: codec, Log: log}); err != nil {
		return nil, err
	}
	a.life.add("store", func(context.Context) error { return a.db.Close() })
	a.engine, err = bot.New(bot.Options{
		Store: a.db, Chats: []bot.Chat{a.chat}, Sites: a.tenant, Directory: a.tenant, Tenant: a.tenant,
		Clock: clock, Texts: texts, Log: log, Settings: cfg.settings(),
	})
	if err != nil {
		return nil, errors.Join(err, a.life.Stop(context.Background()))
	}
	a.chat.SetDoor(a.engine)
	a.life.add("slack", a.chat.Close)
	a.http = newHTTPServer(httpOptions{Listen: cfg.Listen, Posts: a.chat.Handlers(), Ready: a.ready, Logger: log})
	return a, nil
}

// settings are the operator's choices as the engine takes them.
func (c Config) settings() bot.Settings {
	return bot.Settings{
		Policy: flow.Policy{
			OwnerAddsDirectly: c.Policy.OwnerAddsDirectly, MaxGuests: c.Policy.MaxGuests,
			DefaultDays: c.Policy.DefaultDays, MaxDays: c.Policy.MaxDays,
		},
		Rules: c.Policy.rules(), BlockedWords: c.Policy.BlockedWords,
		Admins: c.People.Admins, Approvers: c.People.Approvers,
		DecideWithin: int(c.Policy.DecideWithin), KeepDrafts: time.Duration(c.Retention.Drafts),
		Lang: c.DefaultLanguage, Zone: c.DefaultTimezone,
		Link: func(key string) string { return readiness.Link(c.Cloud, key) },
	}
}

// Start opens the port and starts the worker.
func (a *app) Start(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := a.engine.Run(work); err != nil {
			a.broken.Store(&err)
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
	if err := a.http.Start(ctx); err != nil {
		return errors.Join(err, a.Stop())
	}
	a.life.add("http", a.http.Stop)
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

// Stop takes the program down: no new requests, running ones answered, no new
// jobs, running ones waited for, the store closed.
func (a *app) Stop() error {
	ctx, cancel := context.WithTimeoutCause(context.Background(), stopWithin, errors.New("stopping took too long"))
	defer cancel()
	return a.life.Stop(ctx)
}

// readyKey is the record that is written and deleted to see that the store works.
var readyKey = bot.Key{Kind: bot.KindCounter, ID: "readyz"}

// ready names what keeps the bot from working now.
func (a *app) ready(ctx context.Context) []Problem {
	var out []Problem
	if err := a.storeWorks(ctx); err != nil {
		out = append(out, Problem{"store", "a record could not be written"})
	}
	if a.broken.Load() != nil {
		out = append(out, Problem{"worker", "it stopped"})
	}
	if _, err := a.tenant.Snapshot(ctx); err != nil {
		out = append(out, Problem{"graph", "the tenant does not answer: " + string(bot.CodeOf(err))})
	}
	if err := a.chat.Check(ctx); err != nil {
		out = append(out, Problem{"slack", "Slack does not answer: " + string(bot.CodeOf(err))})
	}
	return out
}

func (a *app) storeWorks(ctx context.Context) error {
	recs, err := a.db.Get(ctx, readyKey)
	if err != nil {
		return err
	}
	put := bot.Put{Key: readyKey, Rev: recs[0].Rev, Value: &bot.Counter{}}
	err = a.db.Commit(ctx, bot.Change{Puts: []bot.Put{put}})
	if errors.Is(err, bot.ErrConflict) { // somebody else asked at the same time
		return nil
	}
	return err
}
