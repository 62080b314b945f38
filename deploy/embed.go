// Package deploy holds what ships inside the binary beside its code.
package deploy

import "embed"

// Teams is the app package of Microsoft Teams as far as it is the same for every
// operator: manifest.json, its Dutch texts nl.json, and the two icons.
//
//go:embed teams
var Teams embed.FS
