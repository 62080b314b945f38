package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"testing"
)

func tarball(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	gz := gzip.NewWriter(&out)
	tw := tar.NewWriter(gz)
	for name, body := range files {
		if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(body))}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestVerify_RefusesOtherBytes(t *testing.T) {
	t.Parallel()
	for _, p := range []pack{renderer(), designer()} {
		if err := p.verify(tarball(t, nil)); err == nil {
			t.Errorf("%s: other bytes were taken for the package", p.file())
		}
	}
}

func TestUnpack_GivesWhatWasAskedForOrFails(t *testing.T) {
	t.Parallel()
	tgz := tarball(t, map[string]string{"package/dist/a.js": "a", "package/dist/b.js": "b"})
	got, err := unpack(tgz, []string{"dist/a.js"})
	if err != nil || len(got) != 1 || string(got["dist/a.js"]) != "a" {
		t.Errorf("got %q, %v; want a.js alone", got, err)
	}
	if _, err := unpack(tgz, []string{"dist/c.js"}); err == nil {
		t.Error("a file that is not there was not missed")
	}
}
