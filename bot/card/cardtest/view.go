package cardtest

import (
	"guestsite/bot/card"
	"guestsite/bot/flow"
)

// Seen is a request as a role sees it, in a language.
func Seen(t *card.Texts, role card.Role, lang string, r *flow.Request, gs ...*flow.Guest) card.View {
	who := map[card.Role]flow.Who{card.AsRequester: Sanne, card.AsOwner: Mehmet, card.AsCoOwner: Priya, card.AsAdmin: Joost}[role]
	who.Lang = lang
	return card.View{
		Texts: t, Viewer: who, Role: role, Now: Now, Request: r, Guests: gs, Admins: []string{Joost.Name},
		Orgs:    map[string]string{"fabrikam.com": "Fabrikam"},
		LinkURL: "https://guestsite.example.org/link?t=x", Linking: true, Links: func(k string) string { return "https://admin.example.org/" + k },
	}
}

// Roles are all roles.
func Roles() []card.Role {
	return []card.Role{card.AsRequester, card.AsOwner, card.AsCoOwner, card.AsAdmin, card.AsBystander, card.AsUnlinked}
}
