package main

import (
	"testing"

	"guestsite/bot"
	"guestsite/graph"
)

// Whoever is to be asked must be able to answer: a guest and an account that is
// switched off are not.
func TestJudgeEntry_CountsWhoCanBeAsked(t *testing.T) {
	t.Parallel()
	able, off, guest := bot.Person{Enabled: true}, bot.Person{}, bot.Person{Enabled: true, Guest: true}
	for name, tc := range map[string]struct {
		who  []bot.Person
		want findingState
	}{
		"a member":             {[]bot.Person{able}, stateWorks},
		"a member among many":  {[]bot.Person{off, guest, able}, stateWorks},
		"a guest":              {[]bot.Person{guest}, stateMissing},
		"switched off":         {[]bot.Person{off}, stateMissing},
		"nobody":               {nil, stateMissing},
		"guests and those off": {[]bot.Person{off, guest}, stateMissing},
	} {
		for _, entry := range []string{"group:g", "user:ann@example.org"} {
			if f := judgeEntry("people.admins", entry, tc.who, nil, ""); f.State != tc.want {
				t.Errorf("%s, %s: %+v", name, entry, f)
			}
		}
	}
}

// What could not be tried is never said to work, and keeps the bot from serving only
// where there is no other way.
func TestJudgePermission_WhatCouldNotBeTriedIsUnknown(t *testing.T) {
	t.Parallel()
	down := probed{made: true, err: &bot.Error{Code: bot.Unavailable, Op: "test"}}
	refused := probed{made: true, err: &bot.Error{Code: bot.Forbidden, Reason: bot.ReasonPermission, Op: "test"}}
	for name, tc := range map[string]struct {
		optional bool
		roles    []string
		seen     probed
		want     findingState
		needed   bool
	}{
		"needed, not to be tried":   {false, []string{"P"}, down, stateUnknown, true},
		"optional, not to be tried": {true, []string{"P"}, down, stateUnknown, false},
		"in the token, refused":     {false, []string{"P"}, refused, stateMissing, true},
		"optional, refused":         {true, []string{"P"}, refused, stateWarning, false},
		"tried":                     {false, []string{"P"}, probed{made: true}, stateWorks, true},
		"opens changes":             {false, []string{"P"}, probed{}, stateWorks, true},
		"not given":                 {false, nil, probed{}, stateMissing, true},
		"not given, optional":       {true, nil, probed{}, stateWarning, false},
		"something wider passes":    {false, nil, probed{made: true}, stateWarning, false},
	} {
		f := judgePermission(graph.Permission{Name: "P", Optional: tc.optional}, tc.roles, tc.seen, "there")
		if f.State != tc.want || f.Needed != tc.needed {
			t.Errorf("%s: %+v, want %s, needed %v", name, f, tc.want, tc.needed)
		}
	}
}
