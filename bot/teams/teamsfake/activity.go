package teamsfake

import (
	"maps"
	"strings"
	"time"
	_ "time/tzdata" // people live in time zones that the host may not know
)

const (
	stampFormat = "2006-01-02T15:04:05.000Z07:00"
	mriPrefix   = "8:orgid:"
)

// account is a person in from or membersAdded; anonymous ones have no
// Entra id.
func account(p *person, named bool) obj {
	out := obj{"id": p.MRI}
	if named {
		out["name"] = p.Name
	}
	if p.UserRole != RoleAnonymous {
		out["aadObjectId"] = p.ID
	}
	return out
}

// envelopeLocked is what all activities from a person have in common. Only
// messages and invokes name the person.
func (s *Server) envelopeLocked(p *person, c *conversation, thread, kind, id string) obj {
	now := s.opts.Now()
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	conv := obj{"id": c.id, "conversationType": c.kind, "tenantId": c.tenant}
	if c.kind != KindPersonal {
		conv["isGroup"] = true
	}
	if thread != "" {
		conv["id"] = c.id + threadMark + thread
	}
	_, country, _ := strings.Cut(p.Locale, "-")
	named := kind == "message" || kind == "invoke"
	return obj{
		"type": kind, "id": id,
		"timestamp": now.UTC().Format(stampFormat), "localTimestamp": now.In(zone).Format(stampFormat),
		"localTimezone": p.TimeZone, "serviceUrl": s.activityServiceURL(), "channelId": "msteams",
		"from": account(p, named), "recipient": obj{"id": s.BotID(), "name": s.opts.AppName},
		"conversation": conv, "locale": p.Locale,
		"entities": []any{obj{
			"type": "clientInfo", "locale": p.Locale, "country": country, "platform": p.Platform, "timezone": p.TimeZone,
		}},
		"channelData": channelData(c),
	}
}

func channelData(c *conversation) obj {
	out := obj{"tenant": obj{"id": c.tenant}}
	if c.team != nil {
		out["team"] = obj{"id": c.team.id, "name": c.team.name, "aadGroupId": c.team.groupID}
		out["channel"] = obj{"id": c.id}
		out["teamsTeamId"], out["teamsChannelId"] = c.team.id, c.id
	}
	return out
}

// invokeLocked is an invoke from a person.
func (s *Server) invokeLocked(f surface, name string, value obj) *delivery {
	a := s.envelopeLocked(f.p, f.conv, f.thread, "invoke", newEventID())
	a["name"], a["value"] = name, value
	a["channelData"].(obj)["source"] = obj{"name": "message"}
	return newDelivery(f.p.ID, a)
}

// eventLocked makes an activity from a person, changed by fields; nil
// removes one.
func (s *Server) eventLocked(p *person, c *conversation, thread, kind string, fields obj) *delivery {
	a := s.envelopeLocked(p, c, thread, kind, newEventID())
	maps.Copy(a, fields)
	for k, v := range a {
		if v == nil {
			delete(a, k)
		}
	}
	return newDelivery(p.ID, a)
}
