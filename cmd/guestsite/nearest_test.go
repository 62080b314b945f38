package main

import (
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"config", "version", "serve", "check", "why"}
	for word, want := range map[string]string{
		"confg": "config", "sreve": "serve", "vresion": "version", "chekc": "check", "hwy": "why",
		"banana": "", "x": "", "": "",
	} {
		if got, ok := nearest(word, names); got != want || ok != (want != "") {
			t.Errorf("nearest %q is %q, want %q", word, got, want)
		}
	}
}
