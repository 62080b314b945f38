package control

import (
	"net"
	"syscall"
)

// peerOf is the user at the other end of a connection, as the system saw him when
// it was made (unix(7): SO_PEERCRED).
func peerOf(conn net.Conn) (uid int, known bool) {
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return 0, false
	}
	raw, err := unix.SyscallConn()
	if err != nil {
		return 0, false
	}
	uid = -1
	err = raw.Control(func(fd uintptr) {
		cred, err := syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED) // #nosec G115 -- a file's number
		if err == nil {
			uid = int(cred.Uid)
		}
	})
	// Where the system has credentials, somebody without them is a stranger.
	return uid, err == nil
}
