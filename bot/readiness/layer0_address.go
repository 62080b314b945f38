package readiness

import (
	"errors"
	"slices"
	"strings"
)

// addressChecks are layer 0: the address, and whom it belongs to.
var addressChecks = []check{
	{KeyAddress, everybody | colleague, nil, judgeAddress},
	{KeyPerson, guests | colleague, nil, on(atMatches, Fails, judgePerson)},
	{KeyOwnDomains, newGuest, nil, on(atCompany, Fails, judgeOwnDomain)},
	{KeyGroupMail, newGuest, nil, on(atGroupMail, Fails, judgeGroupMail)},
	{KeyContact, newGuest, nil, on(atContact, Fails, judgeContact)},
	{KeyMembers, guests, func(c *call) bool { return c.joined }, judgeMember},
}

// identify finds out which kind of guest the address is.
func (c *call) identify() {
	s := &c.q.Subject
	if _, err := ParseAddress(s.Address.Mail); err != nil {
		c.guest, c.bad = noGuest, err
		return
	}
	if !s.Matches.OK() {
		c.guest, c.unsure = newGuest, true
		return
	}
	c.user, c.clash = pick(s.Matches.Value, s.Address.Mail)
	switch {
	case c.user == nil:
		c.guest = newGuest
	case !c.user.Guest:
		c.guest = colleague
	case c.user.Pending:
		c.guest = pendingGuest
	default:
		c.guest = acceptedGuest
	}
	c.joined = c.user != nil && slices.Contains(c.q.Site.MemberIDs, c.user.ID)
}

// pick chooses among users with the address: an active one goes before one that
// is switched off, the very mail or sign-in name before any other address. The
// number is above one where that leaves several.
func pick(users []User, mail string) (*User, int) {
	var best *User
	rank, same := -1, 0
	for i := range users {
		u := &users[i]
		r := 0
		if u.Enabled {
			r += 2
		}
		if strings.EqualFold(u.Mail, mail) || strings.EqualFold(u.UPN, mail) {
			r++
		}
		switch {
		case r > rank:
			best, rank, same = u, r, 1
		case r == rank:
			same++
		}
	}
	if rank < 2 {
		same = min(same, 1) // none is active: the directory's first will do
	}
	return best, same
}

func judgeAddress(c *call) {
	if c.bad == nil {
		c.pass(c.q.Subject.Address.Mail)
		return
	}
	a := args("kind", string(AddressBadDomain))
	if e, ok := errors.AsType[*AddressError](c.bad); ok {
		a = args("kind", string(e.Kind), "char", e.CharText(), "like", e.Like)
	}
	c.block(Fails, CodeAddressInvalid, c.q.Subject.Address.Mail, "", c.fix(FixOtherAddress, "", nil), a)
}

func judgePerson(c *call, _ *[]User) {
	switch {
	case c.clash > 1:
		c.doubt(Fails, CodePersonAmbiguous, number(c.clash), c.fix(FixChoosePerson, "", nil), args("count", number(c.clash)))
	case c.guest == colleague:
		a := args("person", c.user.DisplayName, "id", c.user.ID)
		c.block(Fails, CodeColleague, c.user.DisplayName, "", c.fix(FixAddAsColleague, "", a), a)
	case c.user == nil:
		c.pass("new")
	default:
		c.pass(c.user.DisplayName)
	}
}

// judgeOwnDomain refuses our own domains, as "Microsoft Graph: Create
// invitation" does for invitees in the inviter's tenant.
func judgeOwnDomain(c *call, company *Company) {
	domain := c.q.Subject.Address.Domain
	home := &c.q.Subject.Home
	ours := home.OK() && home.Value.TenantID != "" && strings.EqualFold(home.Value.TenantID, company.TenantID)
	if !ours && !slices.Contains(company.Domains, domain) {
		c.pass(domain)
		return
	}
	c.block(Fails, CodeOwnDomain, domain, "", c.fix(FixOtherAddress, "", nil), args("domain", domain))
}

func judgeGroupMail(c *call, is *bool) {
	if !*is {
		c.pass("no")
		return
	}
	c.block(Fails, CodeGroupAddress, "yes", "no", c.fix(FixInviteOneByOne, "", nil), nil)
}

func judgeContact(c *call, is *bool) {
	if !*is {
		c.pass("no")
		return
	}
	c.block(Fails, CodeContact, "yes", "no", c.fix(FixRemoveContact, "no", nil), nil)
}

func judgeMember(c *call) {
	c.source, c.at = c.q.Subject.Matches.Source, c.q.Subject.Matches.At
	c.warn(CodeAlreadyMember, "yes", nil, args("person", c.user.DisplayName))
}
