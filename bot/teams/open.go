package teams

import (
	"context"
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
