package graph

import (
	"context"

	"guestsite/bot"
	"guestsite/bot/readiness"
)

// Sharing reads the site's level.
func (c *Client) Sharing(ctx context.Context, groupID string) (readiness.SiteSharing, error) {
	const doing = "read a site's sharing level"
	if err := c.spo.refusal(doing); err != nil {
		return readiness.SiteSharing{}, err
	}
	s, err := c.groupSite(ctx, doing, groupID)
	if err != nil {
		return readiness.SiteSharing{}, err
	}
	return c.spo.sharing(ctx, doing, s)
}

// SetSharing sets the site's level, unless it is set to that already. Above the
// company's level, read anew, it is refused; so it is when that cannot be read.
func (c *Client) SetSharing(ctx context.Context, groupID string, level readiness.SharingLevel) error {
	const doing = "set a site's sharing level"
	if err := c.spo.refusal(doing); err != nil {
		return err
	}
	if level.Rank() == 0 {
		return &bot.Error{Code: bot.Invalid, Op: "graph: " + doing, Detail: "no such level"}
	}
	company, err := c.companyLevel(ctx, doing)
	if err != nil {
		return err
	}
	if level.Rank() > company.Rank() {
		return &bot.Error{Code: bot.Forbidden, Op: "graph: " + doing, Reason: bot.ReasonCapped, Detail: "the company's level is " + string(company)}
	}
	s, err := c.groupSite(ctx, doing, groupID)
	if err != nil {
		return err
	}
	now, err := c.spo.sharing(ctx, doing, s)
	if err != nil || now.Defined == level {
		return err
	}
	return c.spo.setSharing(ctx, doing, s, level)
}

func (c *Client) companyLevel(ctx context.Context, doing string) (readiness.SharingLevel, error) {
	p, err := get[*raw](ctx, c, doing, request{op: opSharePoint}, newRaw)
	if err != nil {
		return "", err
	}
	var w struct {
		Sharing readiness.SharingLevel `json:"sharingCapability"`
	}
	if err := decode(p.node, &w); err != nil || w.Sharing.Rank() == 0 {
		return "", &bot.Error{Code: bot.Unavailable, Op: "graph: " + doing, Detail: "the company's level is not known"}
	}
	return w.Sharing, nil
}
