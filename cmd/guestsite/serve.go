package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"guestsite/store/bolt"
)

// firstSteps is what serve says where nothing is configured.
const firstSteps = `There is no configuration yet. Start with these:

  guestsite demo     see it work, without an account
  guestsite setup    what to register, as files, with a configuration to fill in
  guestsite doctor   what is still missing, and where to give it

Where it lies elsewhere, say --config FILE, such as ` + defaultSetupDir + "/" + defaultConfigFile + `.
`

func serveCommand() command {
	c := command{name: "serve", summary: "run the bot until it is stopped"}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, logs := addConfigFlag(set), addLogFlags(set, slog.LevelInfo)
		if _, err := parse(set, args, 0, 0); err != nil {
			return err
		}
		cfg, err := file.load(p)
		if errors.Is(err, errNoConfig) {
			fmt.Fprint(p.stderr, firstSteps)
			return &exitError{status: exitUsage}
		}
		if err != nil {
			return err
		}
		if err := cfg.ValidateServe(); err != nil {
			return err
		}
		return serve(ctx, cfg, logs, p)
	}
	return c
}

func serve(ctx context.Context, cfg Config, logs *logFlags, p program) error {
	log := logs.logger(p, nil)
	a, err := newApp(cfg, log, realClock{})
	if _, locked := errors.AsType[*bolt.LockedError](err); locked {
		return fmt.Errorf("%w: only one bot may run on a database; stop that one, or give this one a store.path of its own", err)
	}
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	log.InfoContext(ctx, "serving", "version", buildVersion().Version, "cloud", cfg.Cloud)
	err = a.Wait(ctx)
	log.InfoContext(ctx, "stopping")
	return errors.Join(err, a.Stop())
}
