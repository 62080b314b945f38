package graph

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

// Snapshot reads the company's settings: one batch of Graph v1.0 and, at the
// same time, one call for what only Graph beta has. A snapshot is kept for ten
// minutes, its conditional access policies for an hour; TakenAt and each
// setting's own time say how old it is, [Client.Forget] drops it. One in which
// a service did not answer is not kept.
func (c *Client) Snapshot(ctx context.Context) (readiness.Snapshot, error) {
	return c.cache.snapshot.get(ctx, c.now, snapshotLife, c.takeSnapshot)
}

// Items of the snapshot's batch.
const (
	itemAuthorization = iota
	itemInbound
	itemClouds
	itemUnified
	itemSharePoint
	itemPasscode
	itemDomains
	itemOrganization
	itemRootSite
	itemConditional // last: left out while it is still young
)

func (c *Client) takeSnapshot(ctx context.Context) (readiness.Snapshot, bool, error) {
	const doing = "read the company's settings"
	at := c.now()
	s := readiness.Snapshot{TakenAt: at}

	var domains sync.WaitGroup
	domains.Go(func() { s.InviteDomains = c.inviteDomains(ctx) })

	rs := []request{
		itemAuthorization: {op: opAuthorization},
		itemInbound:       {op: opInbound},
		itemClouds:        {op: opClouds},
		itemUnified:       {op: opUnified},
		itemSharePoint:    {op: opSharePoint},
		itemPasscode:      {op: opPasscode},
		itemDomains:       {op: opDomains},
		itemOrganization:  {op: opOrganization, query: map[string]string{"$select": "id,displayName,verifiedDomains"}},
		itemRootSite:      {op: opRootSite, query: map[string]string{"$select": "id,webUrl"}},
	}
	young, isYoung, round := c.cache.conditional.peek(at, conditionalLife)
	if !isYoung {
		rs = append(rs, request{op: opConditional})
	}
	answers, err := c.batch(ctx, doing, rs...)
	domains.Wait()
	if err != nil {
		return readiness.Snapshot{}, false, err
	}
	s.Authorization = authorizationOf(answers[itemAuthorization], at)
	s.CrossTenant = inboundOf(answers[itemInbound], at)
	s.Clouds = cloudsOf(answers[itemClouds], at)
	s.Groups = groupsPolicyOf(answers[itemUnified], at)
	s.SharePoint = c.sharePointOf(answers[itemSharePoint], answers[itemRootSite], at)
	s.OneTimePasscode = passcodeOf(answers[itemPasscode], at)
	s.Company = c.companyOf(answers[itemOrganization], answers[itemDomains], at)
	s.ConditionalAccess = young
	if !isYoung {
		s.ConditionalAccess = c.conditionalOf(ctx, answers[itemConditional], at)
		if answered(s.ConditionalAccess.Missing) {
			c.cache.conditional.keep(s.ConditionalAccess, at, round)
		}
	}
	if !anyRead(&s) {
		return readiness.Snapshot{}, false, nothingRead(doing, answers)
	}
	return s, allAnswered(&s), nil
}

// missings are the reasons of all settings, nil for one that was read.
func missings(s *readiness.Snapshot) []*readiness.Missing {
	return []*readiness.Missing{
		s.Company.Missing, s.Authorization.Missing, s.InviteDomains.Missing, s.CrossTenant.Missing, s.Groups.Missing,
		s.SharePoint.Missing, s.OneTimePasscode.Missing, s.ConditionalAccess.Missing, s.Clouds.Missing,
	}
}

func anyRead(s *readiness.Snapshot) bool { return slices.Contains(missings(s), nil) }

// allAnswered says that no service was out of order.
func allAnswered(s *readiness.Snapshot) bool {
	return !slices.ContainsFunc(missings(s), func(m *readiness.Missing) bool { return !answered(m) })
}

func answered(m *readiness.Missing) bool { return m == nil || m.Reason != readiness.Unavailable }

// nothingRead is the error of a snapshot without a single setting: that of the
// first item.
func nothingRead(doing string, answers []answer) error {
	for _, a := range answers {
		if a.fault != nil {
			return a.fault.err(doing, a.op)
		}
	}
	return unreadable(doing, opBatch)
}

// setting reads one item of a batch into a T and has it judged by parse.
func setting[W, T any](a answer, source string, at time.Time, parse func(W) (T, error)) readiness.Setting[T] {
	var w W
	if m := a.missing(); m != nil {
		return readiness.Unread[T](*m, source, at)
	}
	if err := decode(a.node, &w); err != nil {
		return readiness.Unread[T](readiness.Missing{Reason: readiness.Unclear}, source, at)
	}
	v, err := parse(w)
	if err != nil {
		return readiness.Unread[T](readiness.Missing{Reason: readiness.Unclear}, source, at)
	}
	return readiness.Read(v, source, at)
}

// missing says why an item of a batch was not read; nil when it was.
func (a answer) missing() *readiness.Missing {
	switch {
	case a.lost != nil:
		return &readiness.Missing{Reason: readiness.Unavailable}
	case a.fault == nil:
		return nil
	}
	return new(a.fault.missing(a.op))
}

// missing says why an operation that reads was refused.
func (f *fault) missing(o op) readiness.Missing {
	switch {
	case f.notInCloud():
		return readiness.Missing{Reason: readiness.NotInCloud}
	case f.status == 401 || f.status == 403:
		return readiness.Missing{Permission: o.permission(), Reason: readiness.NoPermission}
	}
	return readiness.Missing{Reason: readiness.Unavailable}
}

// notInCloud is how Graph answers for an endpoint that a cloud does not have.
func (f *fault) notInCloud() bool {
	return (f.status == 400 || f.status == 404) && f.says("Resource not found for the segment")
}

var errUnknownValue = errors.New("a value that is not known")

// inviteDomains reads Entra's list of domains: the documented endpoint of beta,
// else the older one that needs no permission of its own.
func (c *Client) inviteDomains(ctx context.Context) readiness.Setting[readiness.DomainRule] {
	const doing = "read the list of domains"
	at := c.now()
	p, err := get[*raw](ctx, c, doing, request{op: opInviteDomains}, newRaw)
	if err == nil {
		return b2bRule(answer{op: opInviteDomains, node: p.node}, at)
	}
	e, ok := errorOf(err)
	if !ok || (e.Code != bot.Forbidden && e.Code != bot.NotFound && e.Code != bot.Invalid) {
		return readiness.Unread[readiness.DomainRule](readiness.Missing{Reason: readiness.Unavailable}, sourceB2B, at)
	}
	if e.Reason == bot.ReasonCredentials {
		return readiness.Unread[readiness.DomainRule](why(opInviteDomains, err), sourceB2B, at)
	}
	if s, ok := c.legacyDomains(ctx, at); ok {
		return s
	}
	m := readiness.Missing{Permission: opInviteDomains.permission(), Reason: readiness.NoPermission}
	if e.Code != bot.Forbidden {
		m = readiness.Missing{Reason: readiness.NotInCloud}
	}
	return readiness.Unread[readiness.DomainRule](m, sourceB2B, at)
}
