package readiness

import (
	"strings"

	"golang.org/x/net/idna"
)

// lookAlike finds the domain that the guest's could be mistaken for: one that
// guests came from before, one of our own, or a well-known one. The count is how
// many guests of it there are. Empty where there is none.
func lookAlike(q *Question) (string, int) {
	m := matcher{domain: q.Subject.Address.Domain}
	m.shown = m.domain
	if hasACE(m.domain) {
		if u, err := idna.ToUnicode(m.domain); err == nil {
			m.shown = u
		}
	}
	m.skeleton, m.letters = skeleton(m.shown), letterSet(m.domain)
	if q.Snapshot.Company.OK() {
		for _, d := range q.Snapshot.Company.Value.Domains {
			m.try(d, q.Subject.KnownGuests[d])
		}
	}
	for d, n := range q.Subject.KnownGuests {
		if n > 0 {
			m.try(d, n)
		}
	}
	if m.best == "" {
		for _, d := range personalDomains {
			m.try(d, 0)
		}
	}
	return m.best, m.count
}

// matcher keeps the nearest domain seen so far.
type matcher struct {
	domain, shown, skeleton string
	letters                 uint64

	best  string
	count int
	away  int
}

func (m *matcher) try(known string, count int) {
	if known == m.domain || under(m.domain, known) || under(known, m.domain) {
		return
	}
	away := m.distance(known)
	if away < 0 {
		return
	}
	better := m.best == "" || away < m.away ||
		away == m.away && (count > m.count || count == m.count && known < m.best)
	if better {
		m.best, m.count, m.away = known, count, away
	}
}

// distance is how far a known domain lies: 0 looks the same, 1 and 2 are slips;
// -1 is another domain. Short names differ by one letter by nature, so that they
// must look the same.
func (m *matcher) distance(known string) int {
	if skeletonIs(known, m.skeleton) {
		return 0
	}
	if d := len(known) - len(m.domain); d > 2 || d < -2 {
		return -1
	}
	name, _, _ := strings.Cut(known, ".")
	limit := 0
	switch {
	case len(name) >= 8:
		limit = 2
	case len(name) >= 4:
		limit = 1
	}
	if limit == 0 || !near(m.letters, letterSet(known), limit) {
		return -1
	}
	if d := slips(m.domain, known, limit); d <= limit {
		return d
	}
	return -1
}

// skeletonIs says skeleton(known) == want of a known domain, which is ASCII,
// without making it: nearly all differ within the first letters.
func skeletonIs(known, want string) bool {
	j := 0
	for i := 0; i < len(known); i++ {
		c := twin(known[i])
		if c == '-' {
			continue
		}
		for i+1 < len(known) && known[i+1] == '-' {
			i++
		}
		if i+1 < len(known) {
			if p := pair(c, twin(known[i+1])); p != 0 {
				c = p
				i++
			}
		}
		if j >= len(want) || want[j] != c {
			return false
		}
		j++
	}
	return j == len(want)
}

// twin is twins for the digits of an ASCII domain.
func twin(c byte) byte {
	if c >= '0' && c <= '9' {
		return "ol2e4s678g"[c-'0']
	}
	return c
}

// pair is the letter that two others look like together; 0 where there is none.
func pair(a, b byte) byte {
	switch {
	case a == 'r' && b == 'n':
		return 'm'
	case a == 'v' && b == 'v':
		return 'w'
	case a == 'c' && b == 'l':
		return 'd'
	}
	return 0
}

// letterSet has a bit for each character that occurs.
func letterSet(s string) uint64 {
	var set uint64
	for i := range len(s) {
		set |= 1 << (s[i] & 63)
	}
	return set
}

// near says that two sets of letters differ by no more than so many slips could make.
func near(a, b uint64, slips int) bool {
	diff := a ^ b
	for range 2 * slips {
		diff &= diff - 1
	}
	return diff == 0
}

const maxSlips = 64

// slips counts letters changed, left out, added or swapped with their neighbour,
// up to limit; above that the number is limit+1.
func slips(a, b string, limit int) int {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if a == "" || b == "" {
		return min(len(a)+len(b), limit+1)
	}
	if len(a) > maxSlips || len(b) > maxSlips {
		return limit + 1
	}
	var rows [3][maxSlips + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}
