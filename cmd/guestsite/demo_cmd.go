package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/cmd/guestsite/demo"
)

func demoCommand(stories []demo.Story) command {
	c := command{
		name:    "demo",
		args:    "[--open] [--story NAME] [--playground ADDR]",
		summary: "try the bot on a page in the browser, in a company on this machine, without an account",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		logs := addLogFlags(set, slog.LevelError) // the transcript is what counts here
		o := demo.Options{Stories: stories, Out: p.stdout}
		set.StringVar(&o.Story, "story", "", "play the story of this `NAME` and end: "+strings.Join(o.Names(), ", "))
		set.BoolVar(&o.Open, "open", false, "open the page in a browser; without it only its address is printed")
		set.StringVar(&o.Playground, "playground", "", "let the Microsoft 365 Agents Playground in at `ADDR`, a loopback host:port, and stay; no story is played unless --story names it, and without one there is no Slack")
		set.StringVar(&o.Dir, "dir", "", "keep the files in `FOLDER`; without it nothing is left behind")
		set.StringVar(&o.Lang, "language", "en", "the language of the people: "+strings.Join(card.Languages(), " or "))
		if _, err := parse(set, args, 0, 0); err != nil {
			return err
		}
		if langs := card.Languages(); !slices.Contains(langs, o.Lang) {
			return usagef("--language %s: say %s", o.Lang, strings.Join(langs, " or "))
		}
		o.Start = starter(logs.logger(p, nil))
		err := demo.Run(ctx, o)
		switch {
		case errors.Is(err, demo.ErrNotLoopback):
			return usagef("--playground %v", err)
		case errors.Is(err, demo.ErrNoStory), errors.Is(err, demo.ErrUsedFolder), errors.Is(err, demo.ErrOneCompany):
			return &usageError{text: err.Error()}
		case errors.Is(err, context.Canceled) && o.Story == "":
			return nil
		}
		return err
	}
	return c
}

// starter starts the program as serve does, from the configuration file alone.
func starter(log *slog.Logger) demo.Starter {
	return func(ctx context.Context, config string, clock bot.Clock) (demo.Program, error) {
		cfg, err := Load(config, func(string) (string, bool) { return "", false })
		if err != nil {
			return nil, err
		}
		dead := &atomic.Bool{}
		a, err := newApp(cfg, slog.New(mortal{log.Handler(), dead}), clock)
		if err != nil {
			return nil, err
		}
		if err := a.Start(ctx); err != nil {
			return nil, err
		}
		return demoProgram{a, dead}, nil
	}
}

// demoProgram is the running program as the demo handles it.
type demoProgram struct {
	*app
	dead *atomic.Bool
}

// Addr is where it listens.
func (d demoProgram) Addr() string { return d.http.Addr() }

// Due is when the next job is due; zero when there is none.
func (d demoProgram) Due(ctx context.Context) (time.Time, error) { return d.db.Due(ctx) }

// Kill drops the program: nothing that it still does is kept.
func (d demoProgram) Kill() {
	d.dead.Store(true)
	_ = d.db.Close() // what comes after finds the store closed, as after a power cut
	_ = d.Stop()
}

// mortal logs until its program was dropped: what is gone complains of nothing.
type mortal struct {
	slog.Handler
	dead *atomic.Bool
}

// Enabled implements slog.Handler.
func (m mortal) Enabled(ctx context.Context, l slog.Level) bool {
	return !m.dead.Load() && m.Handler.Enabled(ctx, l)
}

// WithAttrs implements slog.Handler.
func (m mortal) WithAttrs(as []slog.Attr) slog.Handler {
	return mortal{m.Handler.WithAttrs(as), m.dead}
}

// WithGroup implements slog.Handler.
func (m mortal) WithGroup(name string) slog.Handler { return mortal{m.Handler.WithGroup(name), m.dead} }
