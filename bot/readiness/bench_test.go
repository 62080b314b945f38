package readiness

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkInvite is one person judged for one site; the bar is 50 µs.
func BenchmarkInvite(b *testing.B) {
	q := openQuestion(b)
	q.Subject.KnownGuests = map[string]int{}
	for i := range 1000 {
		q.Subject.KnownGuests[fmt.Sprintf("partner-%d.example.com", i)] = i
	}
	q.Snapshot.InviteDomains = read(DomainRule{Mode: AllowList, Domains: append(domainsOf(500), "fabrikam.com")})
	b.Run("known domain", func(b *testing.B) {
		q.Subject.KnownGuests["fabrikam.com"] = 12
		b.ReportAllocs()
		for b.Loop() {
			Invite(q)
		}
	})
	b.Run("unknown domain, 1000 known ones", func(b *testing.B) {
		delete(q.Subject.KnownGuests, "fabrikam.com")
		b.ReportAllocs()
		for b.Loop() {
			Invite(q)
		}
	})
}

func domainsOf(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("company%d.example", i)
	}
	return out
}

func pasted(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Anna Kowalski %d <anna.kowalski%d@company%d.example>;2027-02-19;nl\n", i, i, i%50)
	}
	return b.String()
}

// BenchmarkPasted is 1,000 pasted guests, read alone and judged too; the bar is 20 ms.
func BenchmarkPasted(b *testing.B) {
	text := pasted(1000)
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if e, err := ParseList(text, 1000); err != nil || len(e) != 1000 {
				b.Fatal(len(e), err)
			}
		}
	})
	b.Run("read and judged", func(b *testing.B) {
		q := openQuestion(b)
		q.Subject.KnownGuests = map[string]int{"fabrikam.com": 3}
		for _, d := range domainsOf(50) {
			q.Subject.KnownGuests[d] = 2
		}
		b.ReportAllocs()
		for b.Loop() {
			entries, err := ParseList(text, 1000)
			if err != nil {
				b.Fatal(err)
			}
			for i := range entries {
				q.Subject.Address = entries[i].Address
				Invite(q)
			}
		}
	})
}

// BenchmarkHostile is the largest text that is read, of what would be slow to
// read if any part of it were searched again for each of its letters.
func BenchmarkHostile(b *testing.B) {
	for _, part := range []string{"<", "\"", ",<", "@", "a@b>", "<a@", ";a", "\u0301", "@ ", ">"} {
		b.Run(fmt.Sprintf("%q", part), func(b *testing.B) {
			text := strings.Repeat(part, MaxListBytes/len(part))
			for b.Loop() {
				if _, err := ParseList(text, 1000); err != nil {
					continue // too many is an answer too
				}
			}
		})
	}
}
