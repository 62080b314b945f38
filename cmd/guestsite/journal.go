package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"guestsite/bot"
	"guestsite/cmd/guestsite/control"
	"guestsite/store"
	"guestsite/store/bolt"
)

const (
	opJournalVerify = "journal-verify"
	opJournalExport = "journal-export"
)

// journalArgs name a request; empty for all.
type journalArgs struct {
	Request string `json:"request,omitempty"`
}

func (a *app) journalOperations() []control.Operation {
	return []control.Operation{
		operation(opJournalVerify, func(ctx context.Context, in journalArgs) (bot.Verified, error) {
			return bot.VerifyJournal(ctx, a.db, in.Request)
		}),
		control.Stream(opJournalExport, func(ctx context.Context, in journalArgs, w io.Writer) error {
			_, err := bot.ExportJournal(ctx, a.db, in.Request, w)
			return err
		}),
	}
}

func journalCommand() command {
	c := command{
		name:    "journal",
		args:    "verify|export [G-NUMBER]",
		summary: "verify the journal's chains (exit 3 when something is damaged), or write it as JSON lines with a digest at the end",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, output := addConfigFlag(set), addOutputFlag(set)
		words, err := parse(set, args, 1, 2)
		if err != nil {
			return err
		}
		if words[0] != "verify" && words[0] != "export" {
			return usagef("there is no %q; say verify or export", words[0])
		}
		var in journalArgs
		if len(words) == 2 {
			if in.Request, err = requestName(words[1]); err != nil {
				return err
			}
		}
		cfg, err := file.load(p)
		if err != nil {
			return err
		}
		if words[0] == "export" {
			return exportJournal(ctx, cfg, in, p.stdout)
		}
		v, err := verifyJournal(ctx, cfg, in)
		if err != nil {
			return err
		}
		if *output == "json" {
			err = writeJSON(p.stdout, v)
		} else {
			err = tellVerified(p.stdout, v)
		}
		if err == nil && len(v.Damaged) > 0 {
			return &exitError{status: exitNotReady}
		}
		return err
	}
	return c
}

// onFile runs f on the database, which nobody serves then.
func onFile(cfg Config, f func(*bolt.DB) error) error {
	codec, err := store.Default()
	if err != nil {
		return err
	}
	db, err := bolt.Open(cfg.Store.Path, bolt.Options{Codec: codec, Software: software()})
	if err != nil {
		return err
	}
	return errors.Join(f(db), db.Close())
}

func verifyJournal(ctx context.Context, cfg Config, in journalArgs) (v bot.Verified, err error) {
	err = reach(ctx, cfg,
		func() error {
			return onFile(cfg, func(db *bolt.DB) (err error) {
				v, err = bot.VerifyJournal(ctx, db, in.Request)
				return err
			})
		},
		func(c *control.Client) error { return c.Call(ctx, opJournalVerify, in, &v) })
	if isCode(err, control.NotFound) || err != nil && bot.CodeOf(err) == bot.NotFound {
		return v, usagef("there is no request %s", in.Request)
	}
	return v, err
}

func exportJournal(ctx context.Context, cfg Config, in journalArgs, w io.Writer) error {
	return reach(ctx, cfg,
		func() error {
			return onFile(cfg, func(db *bolt.DB) error {
				_, err := bot.ExportJournal(ctx, db, in.Request, w)
				return err
			})
		},
		func(c *control.Client) error { return c.Stream(ctx, opJournalExport, in, w) })
}

// tellVerified writes what a verification found, damage by request and entry.
func tellVerified(w io.Writer, v bot.Verified) error {
	for _, d := range v.Damaged {
		place := d.Part
		if d.Entry > 0 {
			place = fmt.Sprintf("%s, entry %d", d.Part, d.Entry)
		}
		if _, err := fmt.Fprintf(w, "DAMAGED %s: %s\n", place, d.What); err != nil {
			return err
		}
	}
	said := "whole"
	if len(v.Damaged) > 0 {
		said = "damaged"
	}
	_, err := fmt.Fprintf(w, "The journal is %s: %d requests, %d entries, %d of them with an erased payload.\n", said, v.Requests, v.Entries, v.Erased)
	if err == nil && v.Cut.Requests > 0 {
		_, err = fmt.Fprintf(w, "%d older requests with %d entries are gone: their time was over.\n", v.Cut.Requests, v.Cut.Entries)
	}
	return err
}
