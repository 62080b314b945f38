//go:build unix

package bolt

import (
	"errors"
	"syscall"
)

// ignoreUnsupported: some file systems, such as shares, sync no folders (fsync(2):
// EINVAL).
func ignoreUnsupported(err error) error {
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}
