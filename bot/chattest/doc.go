// Package chattest holds what every chat must do alike, as one suite that each
// adapter runs over its fake: what is drawn, what a press or a sent form becomes
// at the door, and which error each failure is.
//
// It is imported by tests only.
package chattest
