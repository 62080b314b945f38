package graph

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

// personProps is what is read of a person.
const personProps = "id,displayName,givenName,mail,userPrincipalName,userType,accountEnabled,preferredLanguage," +
	"department,companyName,officeLocation,state,country,jobTitle"

// Person reads one person by id.
func (c *Client) Person(ctx context.Context, id string) (bot.Person, error) {
	const doing = "read a person"
	u, err := get[models.Userable](ctx, c, doing,
		request{op: opUser, path: []string{id}, query: map[string]string{"$select": personProps}},
		models.CreateUserFromDiscriminatorValue)
	if err != nil {
		return bot.Person{}, err
	}
	return person(u), nil
}

// ByMail lists the people whose mail, principal name, proxy addresses or other
// addresses equal mail.
func (c *Client) ByMail(ctx context.Context, mail string) ([]bot.Person, error) {
	r := request{op: opUsers, query: map[string]string{"$filter": holdsAddress(mail), "$select": personProps, "$top": "50"}}
	return c.people(ctx, "find people by mail", r, 50)
}

// holdsAddress is the filter for users with an address (Microsoft Graph: user
// resource type). The case of "SMTP:" marks the primary address.
func holdsAddress(mail string) string {
	m := literal(mail)
	return strings.Join([]string{
		"mail eq " + m,
		"userPrincipalName eq " + m,
		"proxyAddresses/any(p:p eq " + literal("SMTP:"+mail) + ")",
		"proxyAddresses/any(p:p eq " + literal("smtp:"+mail) + ")",
		"otherMails/any(o:o eq " + m + ")",
	}, " or ")
}

// maxTop is the largest page of directory objects.
const maxTop = 999

// Search lists enabled members whose name, given name, surname, mail or principal
// name begins with text, at most limit.
func (c *Client) Search(ctx context.Context, text string, limit int) ([]bot.Person, error) {
	text = strings.TrimSpace(text)
	if text == "" || limit <= 0 {
		return nil, nil
	}
	var begins []string
	for _, p := range []string{"displayName", "givenName", "surname", "mail", "userPrincipalName"} {
		begins = append(begins, fmt.Sprintf("startsWith(%s,%s)", p, literal(text)))
	}
	r := request{op: opUsers, query: map[string]string{
		"$filter": "accountEnabled eq true and userType eq 'Member' and (" + strings.Join(begins, " or ") + ")",
		"$select": personProps, "$top": strconv.Itoa(min(limit, maxTop)),
	}}
	return c.people(ctx, "search people", r, limit)
}

// people reads a listing of users.
func (c *Client) people(ctx context.Context, doing string, r request, limit int) ([]bot.Person, error) {
	var out []bot.Person
	err := pages(ctx, c, doing, r, models.CreateUserCollectionResponseFromDiscriminatorValue, 100,
		func(p models.UserCollectionResponseable) bool {
			for _, u := range p.GetValue() {
				if len(out) < limit {
					out = append(out, person(u))
				}
			}
			return len(out) < limit
		})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Manager gives the person's manager.
func (c *Client) Manager(ctx context.Context, id string) (bot.Person, error) {
	const doing = "read a manager"
	o, err := get[models.DirectoryObjectable](ctx, c, doing,
		request{op: opManager, path: []string{id}, query: map[string]string{"$select": personProps}},
		models.CreateDirectoryObjectFromDiscriminatorValue)
	if err != nil {
		return bot.Person{}, err
	}
	u, ok := o.(models.Userable)
	if !ok { // a manager may also be a contact, who cannot act
		return bot.Person{}, &bot.Error{Code: bot.NotFound, Op: "graph: " + doing}
	}
	return person(u), nil
}

// InGroup says whether the person is in the group, nested groups included.
func (c *Client) InGroup(ctx context.Context, id, groupID string) (bool, error) {
	in, err := c.memberGroups(ctx, "check a group", id, []string{groupID})
	if err != nil {
		return false, err
	}
	return len(in) > 0, nil
}

// GroupPeople lists the people of a group, nested groups included, at most limit.
func (c *Client) GroupPeople(ctx context.Context, groupID string, limit int) ([]bot.Person, error) {
	if limit <= 0 {
		return nil, nil
	}
	r := request{op: opPeople, path: []string{groupID}, query: map[string]string{
		"$select": personProps, "$top": strconv.Itoa(min(limit, maxTop)),
	}}
	return c.people(ctx, "list a group's people", r, limit)
}

// maxCheck is how many groups checkMemberGroups takes (Microsoft Graph:
// directoryObject: checkMemberGroups).
const maxCheck = 20

// memberGroups gives those of the groups that a user is in, nested ones included.
func (c *Client) memberGroups(ctx context.Context, doing, userID string, groupIDs []string) (map[string]bool, error) {
	var rs []request
	for from := 0; from < len(groupIDs); from += maxCheck {
		rs = append(rs, checkGroups(userID, groupIDs[from:min(from+maxCheck, len(groupIDs))]))
	}
	in := map[string]bool{}
	if len(rs) == 1 {
		p, err := get[*raw](ctx, c, doing, rs[0], newRaw)
		if err != nil {
			return nil, err
		}
		var l list[string]
		if err := decode(p.node, &l); err != nil {
			return nil, unreadable(doing, opCheckMember)
		}
		for _, id := range l.Value {
			in[id] = true
		}
		return in, nil
	}
	answers, err := c.batch(ctx, doing, rs...)
	if err != nil {
		return nil, err
	}
	for _, a := range answers {
		var l list[string]
		if err := a.into(doing, &l); err != nil {
			return nil, err
		}
		for _, id := range l.Value {
			in[id] = true
		}
	}
	return in, nil
}

func checkGroups(userID string, groupIDs []string) request {
	return request{op: opCheckMember, path: []string{userID}, body: jsonBody{"groupIds": groupIDs}}
}

func person(u models.Userable) bot.Person {
	p := bot.Person{
		ID: val(u.GetId()), Name: val(u.GetDisplayName()), Given: val(u.GetGivenName()),
		Mail: val(u.GetMail()), UPN: val(u.GetUserPrincipalName()),
		Guest: guest(u), Enabled: val(u.GetAccountEnabled()), Language: val(u.GetPreferredLanguage()),
		Attributes: readiness.Attributes{
			Department: val(u.GetDepartment()), Company: val(u.GetCompanyName()), Office: val(u.GetOfficeLocation()),
			State: val(u.GetState()), Country: val(u.GetCountry()), Title: val(u.GetJobTitle()),
		},
	}
	if p.Given == "" {
		p.Given, _, _ = strings.Cut(p.Name, " ")
	}
	return p
}

// guest reads userType, which very old objects lack; those are members.
func guest(u models.Userable) bool { return strings.EqualFold(val(u.GetUserType()), "Guest") }
