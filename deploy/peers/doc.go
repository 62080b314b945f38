// Package peers lets programs of others judge the fake Slack: Slack's own Bolt and its clients as an app of the fake,
// and emulate, a Slack of another author, beside it under the same script.
//
// Its tests need Node and what package.json names, so they have the build tag peers; .ci/run fetches and runs them in
// its step of that name. Nothing here is part of the program.
package peers
