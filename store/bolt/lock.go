package bolt

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// LockedError says that another process holds the file.
type LockedError struct {
	Path string
	// PID and Command name that process where the system tells; else 0 and "".
	PID     int
	Command string
}

func (e *LockedError) Error() string {
	switch {
	case e.PID == 0:
		return fmt.Sprintf("open store %s: another process is using it", e.Path)
	case e.Command == "":
		return fmt.Sprintf("open store %s: process %d is using it", e.Path, e.PID)
	default:
		return fmt.Sprintf("open store %s: process %d (%s) is using it", e.Path, e.PID, e.Command)
	}
}

func lockedError(path string) *LockedError {
	e := &LockedError{Path: path}
	if e.PID = lockOwner(path); e.PID != 0 {
		// A process of another user, or one that just ended, stays nameless.
		comm, err := os.ReadFile("/proc/" + strconv.Itoa(e.PID) + "/comm")
		if err == nil {
			e.Command = strings.TrimSpace(string(comm))
		}
	}
	return e
}
