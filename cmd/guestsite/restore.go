package main

import (
	"context"
	"errors"
	"fmt"

	"guestsite/store/bolt"
)

func restoreCommand() command {
	c := command{
		name:    "restore",
		args:    "FILE",
		summary: "put a backup in the place of the database, which stays beside it; only while the bot is stopped",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, output := addConfigFlag(set), addOutputFlag(set)
		words, err := parse(set, args, 1, 1)
		if err != nil {
			return err
		}
		cfg, err := file.load(p)
		if err != nil {
			return err
		}
		if err := makeFolder(cfg.Store.Path); err != nil {
			return err
		}
		kept, info, err := bolt.Replace(ctx, cfg.Store.Path, words[0])
		if _, ok := errors.AsType[*bolt.LockedError](err); ok {
			return fmt.Errorf("%w: stop the bot first", err)
		}
		if err != nil {
			return err
		}
		report := describe(cfg.Store.Path, info)
		report.Kept = kept
		if *output == "json" {
			return writeJSON(p.stdout, report)
		}
		fmt.Fprintf(p.stdout, "%s is now %s: %s.\n", cfg.Store.Path, words[0], report.holds())
		if kept != "" {
			fmt.Fprintf(p.stdout, "The database before is kept as %s.\n", kept)
		}
		return nil
	}
	return c
}
