package main

import (
	"errors"
	"fmt"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
)

// release reads goreleaser's configuration as it does itself, strictly.
func release(path string) (string, error) {
	project, err := config.Load(path)
	if err != nil {
		return "", err
	}
	if len(project.Builds) != 1 || len(project.SBOMs) == 0 || project.Checksum.Disable {
		return "", errors.New("want one build, checksums and an SBOM")
	}
	return fmt.Sprintf("%d systems, checksums, SBOM", len(project.Builds[0].Goos)), nil
}
