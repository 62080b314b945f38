package card

import "guestsite/bot/flow"

// What the external tests look at besides the package's own names.

// CallName is what a guest is called on a button.
func CallName(v View, g *flow.Guest) string { return v.callName(g) }

// GuestState is where a guest stands, in words.
func GuestState(v View, l Lang, g *flow.Guest) string { return v.guestState(l, g) }
