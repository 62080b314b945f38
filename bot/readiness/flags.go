package readiness

import (
	"slices"
	"strings"
	"unicode"
)

// defaultFlagGuests is the number of guests in one request above which an owner
// is told.
const defaultFlagGuests = 10

// Flags lists what an owner should look at before deciding; none of it stops
// anything. An address that is none has no flags.
func Flags(q Question) []Flag {
	a := &q.Subject.Address
	if a.Domain == "" || a.Mail == "" {
		return nil
	}
	var out []Flag
	flag := func(code Code, pairs ...string) { out = append(out, Flag{code, args(pairs...)}) }

	known := q.Subject.KnownGuests
	switch personal := isPersonal(a.Domain, q.Policy.PersonalDomains); {
	case personal:
		flag(FlagPersonalMailbox, "domain", a.Domain)
	case known[a.Domain] > 0:
	default:
		like, count := lookAlike(&q)
		if like != "" {
			flag(FlagLooksLike, "domain", a.Domain, "like", like, "count", number(count), "suggestion", a.Local()+"@"+like)
		}
		if known != nil {
			flag(FlagFirstFromDomain, "domain", a.Domain)
		}
	}
	limit := q.Policy.FlagGuests
	if limit == 0 {
		limit = defaultFlagGuests
	}
	if q.Guests > limit {
		flag(FlagManyGuests, "count", number(q.Guests), "limit", number(limit))
	}
	if differs(a.Name, a.Local()) {
		flag(FlagNameDiffers, "name", a.Name, "address", a.Mail)
	}
	if who := requester(&q); !q.Site.Planned && !who.Anyone && !who.Member && !who.Owner && !slices.Contains(q.Site.MemberIDs, who.ID) {
		flag(FlagRequesterNotMember, "person", who.DisplayName)
	}
	if q.BlockedBefore > 0 {
		flag(FlagBlockedBefore, "count", number(q.BlockedBefore))
	}
	return out
}

func requester(q *Question) *Actor {
	if q.Requester != nil {
		return q.Requester
	}
	return &q.Actor
}

// personalDomains are where people keep private mailboxes.
var personalDomains = []string{
	"gmail.com", "googlemail.com", "outlook.com", "outlook.nl", "hotmail.com", "hotmail.nl", "hotmail.co.uk", "hotmail.fr",
	"hotmail.de", "live.com", "live.nl", "live.co.uk", "msn.com", "yahoo.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de",
	"ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "t-online.de",
	"proton.me", "protonmail.com", "pm.me", "tutanota.com", "mail.com", "mail.ru", "yandex.com", "yandex.ru", "qq.com",
	"163.com", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "libero.it", "ziggo.nl", "kpnmail.nl", "planet.nl",
	"xs4all.nl", "home.nl", "hetnet.nl", "casema.nl", "upcmail.nl", "chello.nl", "quicknet.nl", "telfort.nl", "tele2.nl",
	"telenet.be", "skynet.be", "proximus.be",
}

func isPersonal(domain string, more []string) bool {
	return slices.Contains(personalDomains, domain) || slices.Contains(more, domain)
}

// differs says that an address shows nothing of the name that came with it: no
// name of three letters or more, no start of one, not the initials. An address
// without three letters in a row says nothing and is let be.
func differs(name, local string) bool {
	if name == "" {
		return false
	}
	local = latin.Replace(plain(local))
	letters := strings.FieldsFunc(local, func(r rune) bool { return !unicode.IsLetter(r) })
	if len(slices.MaxFunc(append(letters, ""), func(a, b string) int { return len(a) - len(b) })) < 3 {
		return false
	}
	together := strings.Join(letters, "")
	var initials []byte
	var whole strings.Builder
	for _, w := range strings.FieldsFunc(latin.Replace(plain(name)), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if !isASCII(w) {
			return false // another alphabet: not to be compared
		}
		initials = append(initials, w[0])
		whole.WriteString(w)
		if len(w) >= 3 && (strings.Contains(local, w) || strings.HasPrefix(w, letters[0]) || strings.Contains(local, w[:min(len(w), 4)])) {
			return false
		}
		if len(w) == 2 && slices.Contains(letters, w) {
			return false
		}
	}
	return len(initials) > 0 && together != whole.String() && !strings.HasPrefix(together, string(initials))
}
