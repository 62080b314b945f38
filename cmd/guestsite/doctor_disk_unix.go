//go:build linux || darwin

package main

import "syscall"

// freeBytes is how much whoever asks may still write below dir.
func freeBytes(dir string) (free uint64, known bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil || s.Bsize <= 0 {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true // #nosec G115 -- it is above 0
}
