package main

import "slices"

// threats are the checks that keep the threats of the security notes out, where
// they concern signing in, linking, requests and texts.
func threats() []threat {
	return slices.Concat(requests(), inTeams(), people(), decisions(), texts(), links(), signIns())
}
