package teams

import (
	"context"
	"encoding/json"
	"net/http"
)

// open1to1 opens the personal chat with somebody, or finds it: the same person
// gives the same conversation. It works only where the app is installed for him
// ("Send proactive messages"). The Entra id goes into members[0].id; a mail address
// is not taken.
func (c *connector) open1to1(ctx context.Context, serviceURL, tenantID, entraID string) (string, error) {
	body, err := compact(outChat{
		Bot: outAccount{ID: c.bot}, Members: []outAccount{{ID: entraID}},
		TenantID: tenantID, ChannelData: outTenantData{Tenant: outAccount{ID: tenantID}},
	})
	if err != nil {
		return "", err
	}
	r, err := c.call(ctx, outRequest{
		kind: callOpen, method: http.MethodPost, service: serviceURL, path: []string{"conversations"}, body: body,
	})
	if err != nil {
		return "", err
	}
	return idOf(callOpen, r)
}

// member reads one member of a conversation; user is an id on the channel or in
// Entra.
func (c *connector) member(ctx context.Context, at place, user string) (member, error) {
	r, err := c.call(ctx, outRequest{
		kind: callMember, method: http.MethodGet, service: at.ServiceURL,
		path: []string{"conversations", at.Conversation, "members", user},
	})
	if err != nil {
		return member{}, err
	}
	var m member
	if json.Unmarshal(r.body, &m) != nil || m.ID == "" {
		return member{}, noResult(callMember, r)
	}
	return m, nil
}

// member is somebody in a conversation (TeamsChannelAccount). Any field but ID may
// be empty.
type member struct {
	ID       string // on the channel
	EntraID  string
	Name     string
	Given    string
	Surname  string
	Mail     string
	UPN      string
	TenantID string
	Role     string // userRole, e.g. "anonymous" for somebody in a meeting without an account
}

// UnmarshalJSON reads a member; the Entra id comes under either of two names.
func (m *member) UnmarshalJSON(raw []byte) error {
	var w struct {
		ID                string `json:"id"`
		AadObjectID       string `json:"aadObjectId"`
		ObjectID          string `json:"objectId"`
		Name              string `json:"name"`
		GivenName         string `json:"givenName"`
		Surname           string `json:"surname"`
		Email             string `json:"email"`
		UserPrincipalName string `json:"userPrincipalName"`
		TenantID          string `json:"tenantId"`
		UserRole          string `json:"userRole"`
	}
	if err := json.Unmarshal(raw, &w); err != nil {
		return err
	}
	if w.AadObjectID == "" {
		w.AadObjectID = w.ObjectID
	}
	*m = member{
		ID: w.ID, EntraID: w.AadObjectID, Name: w.Name, Given: w.GivenName, Surname: w.Surname,
		Mail: w.Email, UPN: w.UserPrincipalName, TenantID: w.TenantID, Role: w.UserRole,
	}
	return nil
}
