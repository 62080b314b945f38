package main

import (
	"context"
	"errors"
	"log/slog"

	"guestsite/bot"
	"guestsite/cmd/guestsite/demo"
)

func demoCommand() command {
	c := command{
		name:    "demo",
		args:    "[--story NAME]",
		summary: "play the main job against a company on this machine, without an account",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		logs := addLogFlags(set)
		o := demo.Options{Out: p.stdout}
		set.StringVar(&o.Story, "story", "", "play the story of this `NAME`, or all, and end")
		set.StringVar(&o.Dir, "dir", "", "keep the files in `FOLDER`; without it nothing is left behind")
		set.StringVar(&o.Lang, "language", "en", "the language of the people: en or nl")
		logs.level = slog.LevelError // the transcript is what counts here
		if _, err := parse(set, args, 0, 0); err != nil {
			return err
		}
		if o.Lang != "en" && o.Lang != "nl" {
			return usagef("--language %s: say en or nl", o.Lang)
		}
		log := logs.logger(p, nil)
		o.Start = func(ctx context.Context, config string, clock bot.Clock) (demo.Program, error) {
			cfg, err := Load(config, func(string) (string, bool) { return "", false })
			if err != nil {
				return nil, err
			}
			a, err := newApp(cfg, log, clock)
			if err != nil {
				return nil, err
			}
			if err := a.Start(ctx); err != nil {
				return nil, err
			}
			return demoProgram{a}, nil
		}
		err := demo.Run(ctx, o)
		if errors.Is(err, context.Canceled) && o.Story == "" {
			return nil
		}
		return err
	}
	return c
}

// demoProgram is the running program as the demo handles it.
type demoProgram struct{ *app }

// Addr is where it listens.
func (d demoProgram) Addr() string { return d.http.Addr() }

// Kill drops the program: nothing that it still does is kept.
func (d demoProgram) Kill() {
	_ = d.db.Close() // what comes after finds the store closed, as after a power cut
	_ = d.Stop()
}
