package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"go.etcd.io/bbolt"
)

// FormatError says that newer software wrote the file.
type FormatError struct {
	Path       string
	Have, Know int
	// Software is the program to use, as it named itself; may be empty.
	Software string
}

func (e *FormatError) Error() string {
	use := e.Software
	if use == "" {
		use = "the newer program that wrote it"
	} else {
		use += " or newer"
	}
	return fmt.Sprintf("%s has format %d, this program knows up to %d: use %s", e.Path, e.Have, e.Know, use)
}

// format is what a program knows of the file's layout.
type format struct {
	number int
	// convert turns the layout of a number into the next one's, in the
	// transaction that also writes the new number.
	convert map[int]func(*bbolt.Tx) error
}

var currentFormat = format{number: 1}

var (
	metaFormat   = []byte("format")
	metaSoftware = []byte("software")
)

var errForeign = errors.New("the file is a bbolt database, but not one of guestsite")

// ensure makes sure that the file has this format: a new file gets it, an older
// one is copied aside and converted, a newer one is refused.
func (f format) ensure(b *bbolt.DB, path string, o Options) error {
	have, software, err := readMeta(b)
	switch {
	case err != nil:
		return err
	case have == f.number:
		return nil
	case have > f.number:
		return &FormatError{Path: path, Have: have, Know: f.number, Software: software}
	case have == 0:
		return b.Update(func(tx *bbolt.Tx) error { return f.writeMeta(tx, o) })
	}
	aside := path + ".format-" + strconv.Itoa(have)
	if err := copyAside(b, aside); err != nil {
		return fmt.Errorf("copy to %s before converting: %w", aside, err)
	}
	o.Log.Info("converting the store", "path", path, "from", have, "to", f.number, "copy", aside)
	return b.Update(func(tx *bbolt.Tx) error {
		for n := have; n < f.number; n++ {
			convert := f.convert[n]
			if convert == nil {
				return fmt.Errorf("no way from format %d to %d", n, n+1)
			}
			if err := convert(tx); err != nil {
				return fmt.Errorf("convert format %d: %w", n, err)
			}
		}
		return f.writeMeta(tx, o)
	})
}

// readMeta answers format 0 for a file without any content.
func readMeta(b *bbolt.DB) (number int, software string, err error) {
	err = b.View(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		if meta == nil {
			if k, _ := tx.Cursor().First(); k != nil {
				return errForeign
			}
			return nil
		}
		software = string(meta.Get(metaSoftware))
		text := string(meta.Get(metaFormat))
		if number, err = strconv.Atoi(text); err != nil || number < 1 {
			return fmt.Errorf("format %q: %w", text, errForeign)
		}
		return nil
	})
	return number, software, err
}

func (f format) writeMeta(tx *bbolt.Tx, o Options) error {
	meta, err := tx.CreateBucketIfNotExists(bucketMeta)
	if err != nil {
		return err
	}
	if err := meta.Put(metaFormat, []byte(strconv.Itoa(f.number))); err != nil {
		return err
	}
	return meta.Put(metaSoftware, []byte(o.Software))
}

// copyAside copies the file under a name that appears only once the copy is whole.
func copyAside(b *bbolt.DB, to string) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	err = b.View(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(tmp)
		return err
	})
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err = os.Rename(tmp.Name(), to); err != nil {
		return err
	}
	return SyncFolder(to)
}
