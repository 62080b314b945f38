package graph

import (
	"context"
	"strings"

	"guestsite/bot"
)

// InstallApp installs the Teams app whose manifest has this id for a person, and
// says whether he had it already. After it the bot may open a chat with him, once
// Teams has told the bot of the installation, which takes a while.
//
// The app's permission opens the app itself and no other: the manifest must name
// our registration (webApplicationInfo.id). The app must stand in the company's
// catalog or in the store; one that was side-loaded cannot be installed this way,
// but is found where the person has it (Microsoft Graph: List apps installed for
// user; Install app for user).
//
// The clouds GCC High and DoD do not support this with an app's permissions: there
// it is Forbidden. Unverified: how each refusal is worded, so that the status alone
// is read; and that an app, to whom no person's policies apply, sees the whole
// catalog.
func (c *Client) InstallApp(ctx context.Context, personID, manifestID string) (already bool, err error) {
	const doing = "install the Teams app"
	if err := c.given(Standard, doing); err != nil {
		return false, err
	}
	if personID == "" || manifestID == "" {
		return false, &bot.Error{Code: bot.Invalid, Op: "graph: " + doing, Detail: "person and app are needed"}
	}
	// Asked by the manifest's id, so that who has the app needs no look into the catalog.
	has, err := listed[struct {
		App catalogApp `json:"teamsApp"`
	}](ctx, c, doing, request{op: opInstalledApps, path: []string{personID}, query: map[string]string{
		"$expand": "teamsApp", "$filter": "teamsApp/externalId eq " + literal(manifestID),
	}})
	if err != nil {
		return false, err
	}
	for _, h := range has {
		if h.App.is(manifestID) {
			return true, nil
		}
	}
	id, err := c.catalogID(ctx, doing, manifestID)
	if err != nil {
		return false, err
	}
	body := jsonBody{"teamsApp@odata.bind": c.links("appCatalogs/teamsApps", []string{id})[0]}
	_, err = c.send(ctx, doing, request{op: opInstallApp, path: []string{personID}, body: body}, nil)
	if isThere(err) { // installed since it was looked for
		return true, nil
	}
	return false, err
}

// catalogApp is an app as the catalog has it.
type catalogApp struct {
	ID         string `json:"id"`
	ExternalID string `json:"externalId"` // the manifest's id
	Method     string `json:"distributionMethod"`
}

func (a catalogApp) is(manifestID string) bool { return strings.EqualFold(a.ExternalID, manifestID) }

// catalogID finds the id under which the catalog holds an app. It is not kept:
// each person needs it once, and an app that is uploaded anew has another.
func (c *Client) catalogID(ctx context.Context, doing, manifestID string) (string, error) {
	apps, err := listed[catalogApp](ctx, c, doing, request{op: opCatalogApps, query: map[string]string{
		"$filter": "externalId eq " + literal(manifestID),
	}})
	if err != nil {
		return "", err
	}
	for _, a := range apps {
		if a.is(manifestID) && a.ID != "" && a.Method != "sideloaded" {
			return a.ID, nil
		}
	}
	return "", &bot.Error{Code: bot.NotFound, Op: "graph: " + doing, Detail: "the catalog has no app whose manifest has the id " + manifestID}
}

// listed reads the first page of a collection of a type of our own.
func listed[T any](ctx context.Context, c *Client, doing string, r request) ([]T, error) {
	p, err := get[*raw](ctx, c, doing, r, newRaw)
	if err != nil {
		return nil, err
	}
	var l list[T]
	if err := decode(p.node, &l); err != nil {
		return nil, unreadable(doing, r.op)
	}
	return l.Value, nil
}
