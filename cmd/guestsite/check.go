package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// exitNotReady is the status of a report whose answer is no, or not known.
const exitNotReady = 3

func checkCommand() command {
	c := command{
		name:    "check",
		summary: "say whether the company is ready for guests (exit 3 when something stops them, or could not be read)",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, logs, output := addConfigFlag(set), addLogFlags(set, slog.LevelWarn), addOutputFlag(set)
		if _, err := parse(set, args, 0, 0); err != nil {
			return err
		}
		t, err := openTerminal(p, file, logs)
		if err != nil {
			return err
		}
		snap, err := t.asker.Tenant.Snapshot(ctx)
		if err != nil {
			return inTenant(ctx, t.cfg, t.log, err)
		}
		report := readiness.CheckCompany(snap, t.asker.Rules, t.now)
		isReady := report.Every == 0 && report.New == 0 && report.Unread == 0
		if err := t.print(*output, card.Check(t.view, report), checkData(report, isReady)); err != nil {
			return err
		}
		if !isReady {
			return &exitError{status: exitNotReady}
		}
		return nil
	}
	return c
}

// terminal is a subcommand that asks the tenant and answers an admin.
type terminal struct {
	cfg   Config
	log   *slog.Logger
	asker bot.Asker
	view  card.View
	now   time.Time
	out   io.Writer
}

func openTerminal(p program, file *configFlag, logs *logFlags) (*terminal, error) {
	cfg, err := file.load(p)
	if err != nil {
		return nil, err
	}
	cloud, _ := cfg.Hosts()
	client, err := newHTTPClient(cloud)
	if err != nil {
		return nil, err
	}
	log := logs.logger(p, nil)
	tenant, err := openTenant(cfg, client, log, time.Now)
	if err != nil {
		return nil, err
	}
	texts, err := card.Load(cfg.DefaultLanguage, cfg.DefaultTimezone)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &terminal{
		cfg: cfg, log: log,
		asker: bot.Asker{Tenant: tenant, Directory: tenant, Rules: cfg.Policy.rules()},
		view: card.View{
			Texts: texts, Role: card.AsAdmin, Now: now,
			Viewer: flow.Who{Lang: cfg.DefaultLanguage, Zone: cfg.DefaultTimezone},
			Links:  func(key string) string { return readiness.Link(cfg.Cloud, key) },
		},
		now: now, out: p.stdout,
	}, nil
}

// print writes a report as text, or as data.
func (t *terminal) print(output string, text card.Card, data any) error {
	if output != "json" {
		_, err := fmt.Fprintln(t.out, text.Text)
		return err
	}
	return writeJSON(t.out, data)
}
