package cardtest

import (
	"slices"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// Problems are the faults that a site form can have, one of each kind.
func Problems() []flow.Problem {
	arg := func(kv ...string) map[string]string {
		m := map[string]string{"word": "", "char": "", "max": "0"}
		for pair := range slices.Chunk(kv, 2) {
			m[pair[0]] = pair[1]
		}
		return m
	}
	out := []flow.Problem{
		{Field: card.FieldName, Code: "needed"},
		{Field: card.FieldName, Code: "name_taken", Args: arg("free", "prj-linden-2, prj-linden-noord")},
		{Field: card.FieldName, Code: "name_taken", Args: arg("free", "")},
		{Field: card.FieldName, Code: "name_held", Args: arg("until", "2027-01-14T09:00:00Z")},
		{Field: card.FieldName, Code: "name_blocked_word", Args: arg("word", "CEO")},
		{Field: card.FieldName, Code: "name_refused", Args: arg("text", "Prefix is missing.")},
		{Field: card.FieldName, Code: "name_too_long", Args: arg("max", "256")},
		{Field: card.FieldOwner, Code: "person_unknown"},
		{Field: card.FieldOwner, Code: "owner_guest", Args: arg("person", "Anna Kowalski")},
		{Field: card.FieldSecond, Code: "owner_disabled", Args: arg("person", "Jan Smit")},
	}
	for _, k := range readiness.NameKinds() {
		out = append(out, flow.Problem{Field: card.FieldName, Code: "name_" + string(k), Args: arg("max", "256", "word", "CEO")})
	}
	return out
}

// Entries are guests of a draft, one of each finding.
func Entries() []flow.GuestEntry {
	return []flow.GuestEntry{
		{Mail: "anna@fabrikam.com", Name: "Anna Kowalski", Mark: flow.MarkOK, Code: "can"},
		{Mail: "jan@contoso.nl", Mark: flow.MarkOK, Code: "guest_already"},
		{Mail: "piet@gmail.com", Mark: flow.MarkNote, Code: "flag_personal_mailbox", Args: map[string]string{"domain": "gmail.com"}},
		{Mail: "eva@fabrikarn.com", Mark: flow.MarkNote, Code: "flag_looks_like", Args: map[string]string{"domain": "fabrikarn.com", "like": "fabrikam.com", "count": "12", "suggestion": "eva@fabrikam.com"}},
		{Mail: "kim@blocked.example", Mark: flow.MarkBad, Code: string(readiness.CodeDomainDenied), Args: map[string]string{"domain": "blocked.example"}},
		{Mail: "sanne@noordzee.nl", Mark: flow.MarkNote, Code: "moved", Args: map[string]string{"id": "sanne", "person": "Sanne de Vries"}},
		{Mail: "anna@fabrikam.com", Mark: flow.MarkNote, Code: "duplicate"},
		{Mail: "anna@fabrikam", Mark: flow.MarkBad, Code: "address_no_dot_in_domain", Args: map[string]string{"final": "yes"}},
		{Mail: "x y", Mark: flow.MarkBad, Code: "address_invalid", Args: map[string]string{"final": "yes", "address": "x y"}},
	}
}
