package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// pack is an npm package at a version, and the digest that npm shows for it.
type pack struct{ name, version, integrity string }

// renderer is what Teams draws with; designer has the settings and styles that
// make it look like Teams. Both are under the MIT licence; neither is kept here.
func renderer() pack {
	return pack{"adaptivecards", "3.0.6", "sha512-WDCIb2WXZ7cOHJ9HIHRNdhSt861HySVOdN2xPk2aKHAF3JvD8QGQ8/XcNFrDJxCteOog8MM7EBlXfSAR8JXKAg=="}
}

func designer() pack {
	return pack{"adaptivecards-designer", "2.4.4", "sha512-NhqlOr+rMmANEkZNeiuypYcwDPxTUB/i7la/O86gbpta6ApoEmaXbUwGZk3RRdhNC2Y4AYMAwGdoPN3mR3G14A=="}
}

func (p pack) file() string { return p.name + "-" + p.version + ".tgz" }

func (p pack) verify(tgz []byte) error {
	sum := sha512.Sum512(tgz)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != p.integrity {
		return fmt.Errorf("%s has digest %s, want %s", p.file(), got, p.integrity)
	}
	return nil
}

// cacheDir is where packages are kept between runs.
func cacheDir() (string, error) {
	if dir := os.Getenv("GUESTSITE_PICTURES_CACHE"); dir != "" {
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("set GUESTSITE_PICTURES_CACHE: %w", err)
	}
	return filepath.Join(dir, "guestsite-pictures"), nil
}

// fetch gives the named files of a package, from the cache or else by npm.
func (p pack) fetch(ctx context.Context, names ...string) (map[string][]byte, error) {
	dir, err := cacheDir()
	if err != nil {
		return nil, err
	}
	kept := filepath.Join(dir, p.file())
	tgz, err := os.ReadFile(kept) //nolint:gosec // a name of our own in a folder of the developer's choice
	if err != nil || p.verify(tgz) != nil {
		if tgz, err = p.download(ctx, dir, kept); err != nil {
			return nil, err
		}
	}
	return unpack(tgz, names)
}

// download keeps a package only after its digest was checked.
func (p pack) download(ctx context.Context, dir, kept string) ([]byte, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp(dir, "npm-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	cmd := exec.CommandContext(ctx, "npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", tmp, p.name+"@"+p.version) //nolint:gosec // constants
	cmd.Dir = tmp
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("npm pack %s@%s: %w\n%s", p.name, p.version, err, out)
	}
	got := filepath.Join(tmp, p.file())
	tgz, err := os.ReadFile(got) //nolint:gosec // as above
	if err != nil {
		return nil, err
	}
	if err := p.verify(tgz); err != nil {
		return nil, err
	}
	return tgz, os.Rename(got, kept)
}

// unpack reads files out of an npm tarball, which has all under "package/".
func unpack(tgz []byte, names []string) (map[string][]byte, error) {
	gz, err := gzip.NewReader(bytes.NewReader(tgz))
	if err != nil {
		return nil, err
	}
	want := make(map[string]bool, len(names))
	for _, n := range names {
		want[n] = true
	}
	found := make(map[string][]byte, len(names))
	for tr := tar.NewReader(gz); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(h.Name, "package/")
		if !want[name] {
			continue
		}
		if found[name], err = io.ReadAll(tr); err != nil {
			return nil, err
		}
	}
	for _, n := range names {
		if found[n] == nil {
			return nil, fmt.Errorf("the package has no file %s", n)
		}
	}
	return found, nil
}
