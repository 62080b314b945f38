//go:build unix

package control

import (
	"os"
	"syscall"
)

// modesCount says that the bits of a file's mode are what the system goes by.
const modesCount = true

// bornPrivate gives a socket its mode before it has a name: Linux takes the mode of
// the file from that of the socket (net/unix/af_unix.c: unix_bind). Elsewhere it
// does nothing, and the mode is set a moment later.
func bornPrivate(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) { _ = syscall.Fchmod(int(fd), 0o600) }) // #nosec G115 -- a file's number
}

// ownerOf is the user whose file that is; -1 where it cannot be told.
func ownerOf(path string) int {
	info, err := os.Stat(path)
	if err != nil {
		return -1
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Uid)
	}
	return -1
}
