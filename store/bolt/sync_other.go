//go:build !unix

package bolt

// ignoreUnsupported: a folder cannot be synced here, and need not be.
func ignoreUnsupported(error) error { return nil }
