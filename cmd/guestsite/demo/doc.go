// Package demo runs the product against a whole company on this machine: a
// fake Microsoft 365 tenant and a fake Slack, each a server of its own, spoken
// to over HTTP through the vendors' SDKs. It plays stories and prints what the
// people in them saw, read from the fakes' own records.
//
// The program under it is the one that "serve" runs, from a configuration file
// whose clouds record names the fakes; nothing in it knows the difference. Only
// the clock that jobs are due by can be moved; certificates, tokens, signatures
// and Slack's three seconds stay on real time.
//
// The Microsoft 365 Agents Playground can join through a door of the demo's own,
// which signs what it sends (see door): the check in the product has no off switch.
package demo
