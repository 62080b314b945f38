package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"guestsite/bot/readiness"
)

const (
	sourceUsers    = "Microsoft Graph: users"
	sourceContacts = "Microsoft Graph: contacts"
	sourceGroups   = "Microsoft Graph: groups"
	sourceDeleted  = "Microsoft Graph: deletedItems"
	sourceTenantOf = "Microsoft Graph: findTenantInformationByDomainName"
	sourceOpenID   = "Microsoft identity platform: OpenID configuration"

	userProps = "id,displayName,mail,userPrincipalName,userType,accountEnabled,externalUserState," +
		"externalUserStateChangeDateTime,createdDateTime,otherMails,proxyAddresses"

	// consumerTenant is Microsoft's tenant of personal accounts.
	consumerTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"
)

// lookup is what the directory knows of an address.
type lookup struct {
	users          []models.Userable
	matches        readiness.Setting[[]readiness.User]
	contact, group readiness.Setting[bool]
	deleted        readiness.Setting[*readiness.User]
}

// lookupRequests are the requests of a lookup, in the order of lookupOf.
func lookupRequests(mail string) []request {
	m, smtp, low := literal(mail), literal("SMTP:"+mail), literal("smtp:"+mail)
	proxied := "proxyAddresses/any(p:p eq " + smtp + ") or proxyAddresses/any(p:p eq " + low + ")"
	one := func(o op, filter string) request {
		return request{op: o, query: map[string]string{"$filter": filter, "$select": "id", "$top": "1"}}
	}
	users := request{op: opUsers, query: map[string]string{"$filter": holdsAddress(mail), "$select": userProps, "$top": "50"}}
	deleted := request{op: opDeletedUsers, query: map[string]string{
		"$filter": "mail eq " + m,
		"$select": "id,displayName,mail,userPrincipalName,userType,accountEnabled,externalUserState,createdDateTime",
	}}
	return []request{
		users,
		one(opContacts, "mail eq "+m+" or "+proxied),
		one(opGroups, "mail eq "+m+" or "+proxied),
		deleted,
	}
}

func lookupOf(doing, mail string, a []answer, at time.Time) lookup {
	var l lookup
	found, err := as[models.UserCollectionResponseable](a[0], doing, models.CreateUserCollectionResponseFromDiscriminatorValue)
	if err != nil {
		l.matches = readiness.Unread[[]readiness.User](itemMissing(a[0]), sourceUsers, at)
	} else {
		l.users = ranked(found.GetValue(), mail)
		list := []readiness.User{}
		for _, u := range l.users {
			list = append(list, user(u))
		}
		l.matches = readiness.Read(list, sourceUsers, at)
	}
	l.contact = anyOf(a[1], sourceContacts, at)
	l.group = anyOf(a[2], sourceGroups, at)
	gone, err := as[models.UserCollectionResponseable](a[3], doing, models.CreateUserCollectionResponseFromDiscriminatorValue)
	if err != nil {
		l.deleted = readiness.Unread[*readiness.User](itemMissing(a[3]), sourceDeleted, at)
		return l
	}
	var u *readiness.User
	if v := gone.GetValue(); len(v) > 0 {
		u = new(user(v[0]))
	}
	l.deleted = readiness.Read(u, sourceDeleted, at)
	return l
}

func itemMissing(a answer) readiness.Missing {
	if m := a.missing(); m != nil {
		return *m
	}
	return readiness.Missing{Reason: readiness.Unclear}
}

func anyOf(a answer, source string, at time.Time) readiness.Setting[bool] {
	type wire struct {
		ID string `json:"id"`
	}
	return setting(a, source, at, func(l list[wire]) (bool, error) { return len(l.Value) > 0, nil })
}

// ranked puts the best match first: an active account before one that is switched
// off, then the very mail or sign-in name, then a proxy address, then any other.
func ranked(users []models.Userable, mail string) []models.Userable {
	out := slices.Clone(users)
	slices.SortStableFunc(out, func(a, b models.Userable) int { return cmp.Compare(rank(b, mail), rank(a, mail)) })
	return out
}

func rank(u models.Userable, mail string) int {
	n := 0
	if val(u.GetAccountEnabled()) {
		n += 4
	}
	switch {
	case strings.EqualFold(val(u.GetMail()), mail), strings.EqualFold(val(u.GetUserPrincipalName()), mail):
		n += 2
	case slices.ContainsFunc(u.GetProxyAddresses(), func(p string) bool { return strings.EqualFold(p, "smtp:"+mail) }):
		n++
	}
	return n
}

func user(u models.Userable) readiness.User {
	return readiness.User{
		ID: val(u.GetId()), DisplayName: val(u.GetDisplayName()), Mail: val(u.GetMail()), UPN: val(u.GetUserPrincipalName()),
		Guest: guest(u), Enabled: val(u.GetAccountEnabled()), Pending: pending(u),
		StateChanged: val(u.GetExternalUserStateChangeDateTime()), CreatedAt: val(u.GetCreatedDateTime()),
	}
}

func pending(u models.Userable) bool {
	return strings.EqualFold(val(u.GetExternalUserState()), "PendingAcceptance")
}

// Subject reads what the directory knows about an address: one batch, and a
// second call where the domain belongs to another tenant.
func (c *Client) Subject(ctx context.Context, a readiness.Address) (readiness.Subject, error) {
	const doing = "look up an address"
	at := c.now()
	s := readiness.Subject{Address: a}

	var guests sync.WaitGroup
	guests.Go(func() { s.KnownGuests = c.knownGuests(ctx) })
	defer guests.Wait()

	rs := append(lookupRequests(a.Mail), request{op: opTenantOf, path: []string{a.Domain}})
	answers, err := c.batch(ctx, doing, rs...)
	if err != nil {
		guests.Wait()
		return readiness.Subject{}, err
	}
	l := lookupOf(doing, a.Mail, answers, at)
	s.Matches, s.Contact, s.Group, s.Deleted = l.matches, l.contact, l.group, l.deleted
	s.Home = c.homeOf(ctx, answers[len(answers)-1], a.Domain, at)
	s.Partner = c.partner(ctx, s.Home, at)
	guests.Wait()
	return s, nil
}

// homeOf reads the tenant of a domain; 404 means that there is none. Where Graph
// may not tell, the login host's public metadata does.
func (c *Client) homeOf(ctx context.Context, a answer, domain string, at time.Time) readiness.Setting[readiness.HomeTenant] {
	if a.fault != nil && a.fault.status == http.StatusNotFound && !a.fault.notInCloud() {
		return readiness.Read(readiness.HomeTenant{}, sourceTenantOf, at)
	}
	type wire struct {
		TenantID string `json:"tenantId"`
		Name     string `json:"displayName"`
	}
	s := setting(a, sourceTenantOf, at, func(w wire) (readiness.HomeTenant, error) {
		return readiness.HomeTenant{
			TenantID: w.TenantID, DisplayName: w.Name, Consumer: strings.EqualFold(w.TenantID, consumerTenant),
		}, nil
	})
	if s.OK() || s.Missing.Reason == readiness.Unavailable {
		return s
	}
	if h, err := c.openID(ctx, domain); err == nil {
		return readiness.Read(h, sourceOpenID, at)
	}
	return s
}

// openID asks the login host whose domain it is; it needs no permission.
func (c *Client) openID(ctx context.Context, domain string) (readiness.HomeTenant, error) {
	ctx, cancel := bounded(ctx, c.http.Timeout)
	defer cancel()
	at := strings.TrimSuffix(c.opt.Cloud.Login, "/") + "/" + url.PathEscape(domain) + "/v2.0/.well-known/openid-configuration"
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return readiness.HomeTenant{}, err
	}
	res, err := c.http.Do(r)
	if err != nil {
		return readiness.HomeTenant{}, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	_ = res.Body.Close()
	if err != nil {
		return readiness.HomeTenant{}, err
	}
	if res.StatusCode == http.StatusBadRequest { // AADSTS90002: no such tenant
		return readiness.HomeTenant{}, nil
	}
	var w struct {
		Issuer string `json:"issuer"`
		Cloud  string `json:"cloud_instance_name"`
	}
	if res.StatusCode != http.StatusOK || json.Unmarshal(body, &w) != nil {
		return readiness.HomeTenant{}, errUnknownValue
	}
	issuer, err := url.Parse(w.Issuer)
	if err != nil {
		return readiness.HomeTenant{}, errUnknownValue
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(issuer.Path, "/"), "/")
	if len(id) != len(consumerTenant) {
		return readiness.HomeTenant{}, errUnknownValue
	}
	h := readiness.HomeTenant{TenantID: id, Consumer: strings.EqualFold(id, consumerTenant)}
	if own := c.opt.Cloud.Endpoint; own != "" && w.Cloud != "" && !strings.EqualFold(own, w.Cloud) {
		h.Cloud = w.Cloud
	}
	return h, nil
}

// partner reads the override for the tenant behind an address.
func (c *Client) partner(ctx context.Context, home readiness.Setting[readiness.HomeTenant], at time.Time) readiness.Setting[*readiness.CrossTenant] {
	switch id := home.Value.TenantID; {
	case !home.OK():
		return readiness.Unread[*readiness.CrossTenant](*home.Missing, sourcePartner, at)
	case id == "", strings.EqualFold(id, c.opt.TenantID):
		return readiness.Read[*readiness.CrossTenant](nil, sourcePartner, at)
	default:
		answers, err := c.batch(ctx, "read a partner's settings", request{op: opPartner, path: []string{id}})
		if err != nil {
			return readiness.Unread[*readiness.CrossTenant](why(opPartner, err), sourcePartner, at)
		}
		return partnerOf(answers[0], at)
	}
}

// maxGuestPages bounds the listing of guests to 20 pages of 999.
const maxGuestPages = 20

// knownGuests counts our guests by domain; nil where they cannot be listed.
func (c *Client) knownGuests(ctx context.Context) map[string]int {
	n, err := c.cache.guests.get(ctx, c.now, snapshotLife, func(ctx context.Context) (map[string]int, bool, error) {
		r := request{op: opUsers, query: map[string]string{"$filter": "userType eq 'Guest'", "$select": "id,mail,otherMails", "$top": "999"}}
		n := map[string]int{}
		err := pages(ctx, c, "count guests", r, models.CreateUserCollectionResponseFromDiscriminatorValue, maxGuestPages,
			func(p models.UserCollectionResponseable) bool {
				for _, u := range p.GetValue() {
					mail := val(u.GetMail())
					if mail == "" && len(u.GetOtherMails()) > 0 {
						mail = u.GetOtherMails()[0]
					}
					if _, domain, ok := strings.Cut(mail, "@"); ok {
						n[strings.ToLower(domain)]++
					}
				}
				return true
			})
		return n, true, err
	})
	if err != nil {
		c.log.DebugContext(ctx, "guests not counted", "error", err)
		return nil
	}
	return n
}
