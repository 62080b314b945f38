package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"guestsite/cmd/guestsite/control"
	"guestsite/store/bolt"
)

// database looks at the file without opening it for writing, and at the room beside it.
func (x *examiner) database(ctx context.Context) []finding {
	path := x.cfg.Store.Path
	info, err := bolt.Inspect(ctx, path)
	if err == nil {
		err = writable(path)
	}
	out := []finding{judgeDatabase(path, info, err)}
	if errors.Is(err, fs.ErrNotExist) {
		out[0] = judgeFolder(path)
	}
	if folder := folderOf(path); folder == filepath.Dir(path) {
		out = append(out, judgeSocketPlace(control.CheckPlace(control.Path(path))))
	}
	free, known := freeBytes(folderOf(path))
	return append(out, judgeRoom(free, known))
}

// writable opens the database as the bot does, and writes nothing.
func writable(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	return f.Close()
}

// folderOf is where the database will be made: its folder, or the one above it where
// that is missing, since the bot makes one folder for itself.
func folderOf(path string) string {
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return filepath.Dir(dir)
	}
	return dir
}

// judgeSocketPlace says whether commands will reach the bot while it runs. It serves
// without that.
func judgeSocketPlace(err error) finding {
	const name = "control socket"
	if err != nil {
		return warning(name, "cannot be made, so that backup, pause and the like need the bot stopped: "+err.Error(),
			"Keep the database in a folder of its own, which nobody else may write in")
	}
	return works(name, "can be made beside the database")
}

func judgeDatabase(path string, info bolt.Info, err error) finding {
	const name = "store.path"
	if locked, ok := errors.AsType[*bolt.LockedError](err); ok {
		who := "a process"
		if locked.PID != 0 {
			who = fmt.Sprintf("process %d %s", locked.PID, locked.Command)
		}
		return warning(name, who+" is using "+path, "If that is not your bot, end it")
	}
	if newer, ok := errors.AsType[*bolt.FormatError](err); ok {
		return lacking(name, newer.Error(), "Install that program")
	}
	if corrupt, ok := errors.AsType[*bolt.CorruptError](err); ok {
		return lacking(name, corrupt.Error(), `Put a backup in its place with "guestsite restore"`)
	}
	if err != nil {
		return lacking(name, "cannot be opened: "+err.Error(), "Let the user that the bot runs as read and write it")
	}
	return works(name, fmt.Sprintf("%s has format %d and is whole", path, info.Format))
}

// judgeFolder tries whether a file can be made where the database will be.
func judgeFolder(path string) finding {
	const name = "store.path"
	dir := folderOf(path)
	f, err := os.CreateTemp(dir, ".guestsite-*")
	if err != nil {
		return lacking(name, "cannot be made: "+err.Error(), "Make the folder "+filepath.Dir(path)+", and let the user that the bot runs as write there")
	}
	_ = errors.Join(f.Close(), os.Remove(f.Name()))
	return works(name, path+" is not there yet, and can be made")
}

// enoughRoom is the room below which the database may soon not grow.
const enoughRoom = 1 << 30

func judgeRoom(free uint64, known bool) finding {
	const name = "free space"
	if !known {
		return byHand(name, "cannot be told on this system", "Look whether the disk of store.path has a gibibyte to spare")
	}
	what := fmt.Sprintf("beside the database: %d MiB", free>>20)
	switch {
	case free < enoughRoom/16:
		return lacking(name, what, "Make room on the disk of store.path")
	case free < enoughRoom:
		return warning(name, what, "Make room on the disk of store.path")
	}
	return works(name, what)
}
