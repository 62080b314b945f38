package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// setupRecord is the file in which a folder keeps what setup wrote into it: by
// name, the digests of what was written last and before that.
const setupRecord = ".guestsite-setup.json"

// What became of a file.
const (
	fileWritten   = "written"
	fileUnchanged = "unchanged" // it was there, with the same content
)

// writeSetup puts files into dir, all of them or none, and says what became of
// each. It never touches a file that setup did not write or that was changed
// since, and one that it wrote only with force.
func writeSetup(dir string, files []setupFile, force bool) ([]string, error) {
	wrote := map[string][]string{}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, usagef("--dir %s: that is a file, not a folder", dir)
	}
	text, err := os.ReadFile(filepath.Join(dir, setupRecord))
	if err == nil && json.Unmarshal(text, &wrote) != nil {
		return nil, fmt.Errorf("%s is no record of what setup wrote; move it away, and setup takes nothing in this folder for its own",
			filepath.Join(dir, setupRecord))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read what setup wrote before: %w", err)
	}
	states := make([]string, len(files))
	var refused []string
	for i, f := range files {
		state, why, err := fateOf(filepath.Join(dir, f.Name), f, wrote[f.Name], force)
		if err != nil {
			return nil, err
		}
		if why != "" {
			refused = append(refused, filepath.Join(dir, f.Name)+": "+why)
		}
		states[i] = state
	}
	if len(refused) > 0 {
		return nil, fmt.Errorf("nothing was written:\n  %s", strings.Join(refused, "\n  "))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	for _, f := range files {
		wrote[f.Name] = known(wrote[f.Name], digest(f.Data))
	}
	// Before the files: a file of ours that is not in the record would never be
	// written over again.
	record, err := asJSON(wrote)
	if err != nil {
		return nil, err
	}
	if err := replaceFile(filepath.Join(dir, setupRecord), record); err != nil {
		return nil, err
	}
	for i, f := range files {
		if states[i] != fileWritten {
			continue
		}
		path := filepath.Join(dir, f.Name)
		if err := replaceFile(path, f.Data); err != nil {
			return nil, err
		}
		if f.Script {
			if err := os.Chmod(path, 0o700); err != nil { //nolint:gosec // it is there to be run
				return nil, err
			}
		}
	}
	return states, nil
}

// fateOf says what is to become of a file, or why it must stay as it is.
func fateOf(path string, f setupFile, wrote []string, force bool) (state, why string, err error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fileWritten, "", nil
	case err != nil:
		return "", "", err
	case !info.Mode().IsRegular():
		return "", "is no file", nil
	}
	text, err := os.ReadFile(path) //nolint:gosec // a name of ours, in the operator's folder
	if err != nil {
		return "", "", err
	}
	switch now := digest(text); {
	case now == digest(f.Data):
		return fileUnchanged, "", nil
	case !slices.Contains(wrote, now) && f.Edited != "":
		return "", "was not written by setup, or was changed since; " + f.Edited + "; to begin anew, move it away", nil
	case !slices.Contains(wrote, now):
		return "", "was not written by setup, or was changed since; move it away", nil
	case !force:
		return "", "would be written over; --force does that", nil
	}
	return fileWritten, "", nil
}

// known adds a digest to the last one.
func known(before []string, now string) []string {
	if len(before) > 0 && before[len(before)-1] == now {
		return before
	}
	if len(before) > 1 {
		before = before[len(before)-1:]
	}
	return append(slices.Clone(before), now)
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
