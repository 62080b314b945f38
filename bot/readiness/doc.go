// Package readiness judges whether a guest can be invited to a site, and
// whether a site for guests can be created, from settings that somebody else
// has read.
//
// It is pure: a [Snapshot] of the company, a [Subject] (the address), a
// [Site] and an [Actor] go in; a [Verdict] with every layer's findings, the
// decisive one and the smallest fixes comes out. It reads nothing and knows
// no clock.
//
// Unknown is never yes: a setting that could not be read and that matters
// gives [Unknown], with the one permission to add.
//
//   - [Invite] answers for one guest and one site, [Create] for a site still to
//     be made, [CheckCompany] for the company alone.
//   - [ParseAddress] and [ParseList] read what people type and paste, [CheckName],
//     [DisplayName] and [Alias] what they call a site.
//   - [Question.If] and [Apply] answer "what if", without doing it.
//   - [Specs], [Settings], [Values] and [LinkKeys] list what texts and pages the
//     answers need.
//
// What can stop an invitation is one table of checks, a layer a file; a check
// sees the value of a setting only where it was read.
package readiness
