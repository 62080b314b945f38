//go:build unix

package bolt

func ignoreUnsupported(err error) error { return err }
