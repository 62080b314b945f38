//go:build unix && !solaris && !illumos && !aix && !android

package bolt

import (
	"errors"
	"os"
	"syscall"
)

// letGo closes a file that bbolt locked and may have mapped: the map would keep the
// lock.
func letGo(f *os.File) error {
	return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
}
