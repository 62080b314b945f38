// Package flow is the state machine of a request: three small total tables (the
// request, its site, each of its guests) and one engine, [Step].
//
// It is pure: no clock, no I/O, no randomness. An event with its time and its
// facts goes in; the next records and the effects to run come out. The same
// record and event always give the same result, so a step can be run again
// after a crash.
//
// A request begins as a draft, filled in step by step. Sent, it is open: its
// site part (for a new site) goes from checking over approval, creation and
// sharing to ready, and each of its guests from checking over a decision,
// invitation and membership to in. Guests wait for the site. What a setting
// stops is parked and checked again. When every part has come to its end the
// request is done, partly done, declined, expired, withdrawn or failed. What
// failed stays so until an admin has it tried again, where it failed, or closes it;
// tried again it opens the request anew.
//
// States, events and effects are written to disk by name and never renamed.
package flow
