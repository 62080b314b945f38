package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guestsite/cmd/guestsite/control"
	"guestsite/store/bolt"
)

// The operations of a running server, by the name on the wire.
const opBackup = "backup"

// nothing is what an operation takes, or answers, that has no more to say.
type nothing struct{}

// operations are what a running server does for subcommands: the registry. An
// operation is a line here and a subcommand that calls it, with reach in between.
func (a *app) operations() []control.Operation {
	return slices.Concat([]control.Operation{
		control.Stream(opBackup, func(ctx context.Context, _ nothing, w io.Writer) error { return a.db.Backup(ctx, w) }),
	}, a.pauseOperations(), a.retryOperations(), a.forgetOperations(), a.journalOperations())
}

// openControl lets subcommands in. A server without it serves all the same: where
// the socket would not be safe, the log says why and what to do.
func (a *app) openControl(ctx context.Context) error {
	s := control.NewServer(software(), a.log, a.operations()...)
	err := s.Start(ctx, control.Path(a.cfg.Store.Path))
	_, folder := errors.AsType[*control.FolderError](err)
	_, length := errors.AsType[*control.LengthError](err)
	if folder || length {
		a.log.WarnContext(ctx, "no control socket: backup and the like work only while the bot is stopped", logError, err)
		return nil
	}
	if err != nil {
		return err
	}
	a.life.add("control socket", s.Stop)
	return nil
}

// software is how this program names itself to others.
func software() string { return "guestsite " + buildVersion().Version }

// busyTime is how long a subcommand waits for a server that is just starting or
// stopping, or for another subcommand.
const busyTime = 5 * time.Second

// reach runs one of two functions: here, with the database's file to itself, where no
// server runs; there, with a client of the server that does. The file's lock decides,
// so there is no moment at which both could be right.
func reach(ctx context.Context, cfg Config, here func() error, there func(*control.Client) error) error {
	path := cfg.Store.Path
	if _, err := os.Stat(path); err != nil {
		return noDatabase(path, err)
	}
	client := control.NewClient(path, software())
	for end := time.Now().Add(busyTime); ; {
		err := here()
		locked, ok := errors.AsType[*bolt.LockedError](err)
		if !ok {
			return err
		}
		if err = there(client); !errors.Is(err, control.ErrNoServer) {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("%w, and nobody answers at %s: look in its log for why", locked, control.Path(path))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(busyTime / 50):
		}
	}
}

// noDatabase says where the database was looked for.
func noDatabase(path string, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no database at %s (store.path)", path)
	}
	return fmt.Errorf("store.path: %w", err)
}

// makeFolder makes the folder of the database where it is missing, for its owner
// alone. The one above it must be there.
func makeFolder(path string) error {
	folder := filepath.Dir(path)
	err := os.Mkdir(folder, 0o700)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err == nil {
		err = bolt.SyncFolder(folder) // of the one above, which has its name
	}
	if err != nil {
		return fmt.Errorf("make the folder of store.path: %w", err)
	}
	return nil
}
