//go:build !unix || solaris || illumos || aix || android

package bolt

import "os"

// letGo closes a file that bbolt locked.
func letGo(f *os.File) error { return f.Close() }
