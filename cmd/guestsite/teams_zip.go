package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"time"

	"guestsite/deploy"
)

// zipTeams packs the app as Teams wants it: everything at the root. The same
// texts give the same bytes, so that a new package means a new app.
func zipTeams(m teamsManifest, dutch teamsTexts) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, name := range []string{"manifest.json", "nl.json", "color.png", "outline.png"} {
		var text bytes.Buffer
		var err error
		switch name {
		case "manifest.json":
			err = writeJSON(&text, m)
		case "nl.json":
			err = writeJSON(&text, dutch)
		default:
			var icon []byte
			icon, err = deploy.Teams.ReadFile("teams/" + name)
			text.Write(icon)
		}
		if err != nil {
			return nil, err
		}
		file, err := archive.CreateHeader(&zip.FileHeader{
			Name: name, Method: zip.Deflate, Modified: time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC),
		})
		if err != nil {
			return nil, err
		}
		if _, err := file.Write(text.Bytes()); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// replaceFile puts data at path at once, or leaves what was there.
func replaceFile(path string, data []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".guestsite-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
