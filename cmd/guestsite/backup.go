package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"guestsite/cmd/guestsite/control"
	"guestsite/store/bolt"
)

// databaseReport is the answer of "backup" and "restore" with --output json.
type databaseReport struct {
	File     string         `json:"file"`
	Bytes    int64          `json:"bytes"`
	SHA256   string         `json:"sha256,omitempty"` // of a backup, in hexadecimal
	Format   int            `json:"format"`
	Software string         `json:"software"`       // that gave the file its format
	Records  map[string]int `json:"records"`        // by kind
	Jobs     int            `json:"jobs"`           // that wait
	Entries  int            `json:"journal"`        // lines of the journal
	Kept     string         `json:"kept,omitempty"` // where restore put the old database
}

func describe(file string, i bolt.Info) databaseReport {
	return databaseReport{
		File: file, Bytes: i.Bytes, Format: i.Format, Software: i.Software,
		Records: i.Records, Jobs: i.Jobs, Entries: i.Entries,
	}
}

// holds says in one line what a database has in it.
func (r databaseReport) holds() string {
	parts := make([]string, 0, len(r.Records)+2)
	for _, kind := range slices.Sorted(maps.Keys(r.Records)) {
		parts = append(parts, fmt.Sprintf("%d %s", r.Records[kind], kind))
	}
	parts = append(parts, fmt.Sprintf("%d jobs", r.Jobs), fmt.Sprintf("%d journal lines", r.Entries))
	return strings.Join(parts, ", ")
}

func backupCommand() command {
	c := command{
		name:    "backup",
		args:    "FILE|-",
		summary: "copy the database, while the bot runs or not, into a new FILE, or to standard output",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, output := addConfigFlag(set), addOutputFlag(set)
		words, err := parse(set, args, 1, 1)
		if err != nil {
			return err
		}
		if words[0] == "-" && *output == "json" {
			return usagef("--output json does not go with -: the copy is the output")
		}
		cfg, err := file.load(p)
		if err != nil {
			return err
		}
		if words[0] == "-" {
			return copyDatabase(ctx, cfg, p.stdout)
		}
		report, err := backupTo(ctx, cfg, words[0])
		if err != nil {
			return err
		}
		if *output == "json" {
			return writeJSON(p.stdout, report)
		}
		_, err = fmt.Fprintf(p.stdout, "%s: %d bytes, sha256 %s\nIt was opened and checked: %s.\n",
			report.File, report.Bytes, report.SHA256, report.holds())
		return err
	}
	return c
}

// copyDatabase writes the database of now to w.
func copyDatabase(ctx context.Context, cfg Config, w io.Writer) error {
	return reach(ctx, cfg,
		func() error { return bolt.CopyTo(ctx, cfg.Store.Path, w) },
		func(c *control.Client) error { return c.Stream(ctx, opBackup, nothing{}, w) })
}

// backupTo writes a copy that gets its name only once it is whole, on the disk, and
// was opened.
func backupTo(ctx context.Context, cfg Config, name string) (report databaseReport, err error) {
	if _, err := os.Lstat(name); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return report, notOver(name, err)
	}
	part, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".part-*") // mode 0600
	if err != nil {
		return report, notMade(name, err)
	}
	defer func() { err = errors.Join(err, os.Remove(part.Name())) }()
	sum := sha256.New()
	err = copyDatabase(ctx, cfg, io.MultiWriter(part, sum))
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return report, err
	}
	info, err := bolt.Inspect(ctx, part.Name())
	if err != nil {
		return report, fmt.Errorf("the copy is not good: %w", err)
	}
	// A link, since a rename would take the place of a file that came meanwhile.
	if err := os.Link(part.Name(), name); err != nil {
		return report, notOver(name, err)
	}
	report = describe(name, info)
	report.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return report, bolt.SyncFolder(name)
}

// notMade says why a file of that name cannot be made, without the one that would
// have got it.
func notMade(name string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return fmt.Errorf("%s cannot be made: %w", name, err)
}

// notOver says that there is a file of that name already, if that is what err says.
func notOver(name string, err error) error {
	if err == nil || errors.Is(err, fs.ErrExist) {
		return &exitError{exitUsage, fmt.Errorf("%s is there already, and nothing is written over it: give another name", name)}
	}
	return err
}
