// Package deploy holds what ships inside the binary beside its code.
package deploy

import "embed"

// Teams is the app package of Microsoft Teams as far as it is the same for every
// operator: manifest.json, its Dutch texts nl.json, and the two icons; and bot.sh,
// the part of a script that sets up the Azure Bot resource.
//
//go:embed teams
var Teams embed.FS

// Entra has the parts of the scripts that register an application: app.sh, what
// all of them do, and consent.sh, the end of those whose application is to be
// consented to.
//
//go:embed entra
var Entra embed.FS

// Slack is the manifest of the Slack app as far as it is the same for every
// operator.
//
//go:embed slack
var Slack embed.FS
