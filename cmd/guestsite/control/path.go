package control

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// MaxPath is how long the path of a socket can be, in bytes: sun_path of Linux has
// 108 with the zero at its end (unix(7)); elsewhere it is a little less, and the
// system says so itself.
const MaxPath = 107

// Path is where the server with the database at that path listens.
func Path(database string) string { return database + ".sock" }

// LengthError says that a socket's path is too long for the system.
type LengthError struct {
	Path string
}

func (e *LengthError) Error() string {
	return fmt.Sprintf("the path of the socket has %d bytes, and %d are the most: %s", len(e.Path), MaxPath, e.Path)
}

// CheckPath says whether a socket can have that path.
func CheckPath(path string) error {
	if len(path) > MaxPath {
		return &LengthError{path}
	}
	return nil
}

// writableByOthers are the bits with which somebody else could put a socket of his
// own in the place of ours.
const writableByOthers = 0o022

// FolderError says that others could put something in the socket's place.
type FolderError struct {
	Folder string
	Mode   fs.FileMode
}

func (e *FolderError) Error() string {
	return fmt.Sprintf("others may write in %s (%v): take that right away with chmod go-w, or keep the database in a folder of its own",
		e.Folder, e.Mode.Perm())
}

var errNotSocket = errors.New("something else than a socket is in its place")

// CheckPlace says whether a server can listen at path, where only its user could have
// put something: nil, a *[LengthError], a *[FolderError], or why that is not known.
func CheckPlace(path string) error {
	if err := CheckPath(path); err != nil {
		return err
	}
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&writableByOthers != 0 && modesCount {
		return &FolderError{folder, info.Mode()}
	}
	return nil
}

// makeRoom sees that only we can put something at path, and takes away what a
// server that is gone left there. The caller holds the database's lock, so whatever
// is there is nobody's.
func makeRoom(path string) error {
	if err := CheckPlace(path); err != nil {
		return err
	}
	there, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case there.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s: %w", path, errNotSocket)
	}
	return os.Remove(path)
}
