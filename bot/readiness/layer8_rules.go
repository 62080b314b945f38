package readiness

import (
	"slices"
	"time"
)

// ruleChecks are layer 8: the operator's own rules. Nothing technical stops
// what they forbid. A blocked domain covers its sub-domains; the last day counts
// whole.
var ruleChecks = []check{
	{KeyRuleDomains, guests, nil, judgeRuleDomains},
	{KeyRuleGuests, everybody, nil, judgeRuleGuests},
	{KeyRuleDays, everybody, nil, judgeRuleDays},
}

const sourceOwnRules = "guestsite: policy"

func judgeRuleDomains(c *call) {
	c.source, c.at = sourceOwnRules, c.q.Now
	domain := c.q.Subject.Address.Domain
	blocked := func(d string) bool { return d == domain || under(domain, d) }
	if !slices.ContainsFunc(c.q.Policy.BlockedDomains, blocked) {
		c.pass(number(len(c.q.Policy.BlockedDomains)))
		return
	}
	c.block(HumanRule, CodeRuleDomain, domain, "", c.fix(FixChangeRule, "+"+domain, nil), args("domain", domain))
}

func judgeRuleGuests(c *call) {
	c.source, c.at = sourceOwnRules, c.q.Now
	limit, n := c.q.Policy.MaxGuests, max(1, c.q.Guests)
	if limit == 0 || n <= limit {
		c.pass(number(n))
		return
	}
	c.block(HumanRule, CodeRuleGuests, number(n), number(limit),
		c.fix(FixFewerGuests, number(limit), args("limit", number(limit))),
		args("count", number(n), "limit", number(limit)))
}

func judgeRuleDays(c *call) {
	c.source, c.at = sourceOwnRules, c.q.Now
	until, limit := c.q.Until, c.q.Policy.MaxDays
	ahead := days(c.q.Now, until)
	switch {
	case until.IsZero():
		c.pass("")
	case !until.After(c.q.Now):
		c.block(HumanRule, CodeRuleEndPast, until.UTC().Format(time.DateOnly), "", c.fix(FixLaterEnd, number(1), nil), nil)
	case limit > 0 && ahead > limit:
		c.block(HumanRule, CodeRuleDays, number(ahead), number(limit),
			c.fix(FixEarlierEnd, number(limit), args("limit", number(limit))),
			args("days", number(ahead), "limit", number(limit)))
	default:
		c.pass(number(ahead))
	}
}
