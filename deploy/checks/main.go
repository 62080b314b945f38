// Command checks reads the files of deploy that other programs read, as those programs
// do: Kubernetes manifests into the types of its API, the release configuration into
// goreleaser's, the alert rules into Prometheus's. A key that none of them knows is a
// fault. It has a module of its own, so that nothing of theirs is near the product.
//
//	go run . FOLDER
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: checks FOLDER, where FOLDER is deploy")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(dir string) error {
	var faults []error
	for _, check := range []struct {
		file string
		read func(string) (string, error)
	}{
		{"k8s/guestsite.yaml", kubernetes},
		{"goreleaser.yaml", release},
		{"prometheus/guestsite.rules.yaml", rules},
	} {
		said, err := check.read(filepath.Join(dir, check.file))
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", check.file, err))
			continue
		}
		fmt.Printf("%s: %s\n", check.file, said)
	}
	return errors.Join(faults...)
}
