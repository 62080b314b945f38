package demo

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"guestsite/bot/slack/slackfake"
	"guestsite/bot/teams/teamsfake"
	"guestsite/graph/graphfake"
)

// sections is all that the page shows, in pieces that change on their own: "lab",
// "tour", "slack:ID" and "teams:ID" for each person, "tenant", "mail" and "wire".
func (p *Page) sections() map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	put := func(key string, v any) {
		raw, err := json.Marshal(v)
		if err != nil {
			raw, _ = json.Marshal(map[string]string{"error": err.Error()})
		}
		out[key] = raw
	}
	co := p.company()
	put("lab", p.labView(co))
	if co == nil {
		return out
	}
	for _, u := range co.lab.Slack.Users() {
		put("slack:"+u.ID, slackView(co.lab.Slack, u))
	}
	for _, u := range co.lab.Teams.Users() {
		put("teams:"+u.ID, teamsView(co.lab.Teams, u))
	}
	st := co.lab.Tenant.State()
	put("tenant", tenantView(co.lab.Tenant, st))
	put("mail", mailView(co.lab.Tenant, st))
	put("wire", co.wire.newest())
	put("tour", co.tourView())
	return out
}

// labView is the company, the bot and the clock.
func (p *Page) labView(co *company) any {
	type story struct {
		Name  string `json:"name"`
		Title string `json:"title"`
	}
	out := struct {
		Number  int     `json:"number"` // 0: there is no company now
		Lang    string  `json:"lang"`
		Running bool    `json:"running"`
		Ahead   float64 `json:"ahead"`         // seconds
		Due     int64   `json:"due,omitempty"` // Unix milliseconds
		Stories []story `json:"stories"`
	}{}
	for _, st := range p.o.Stories {
		out.Stories = append(out.Stories, story{st.Name, st.Title})
	}
	p.mu.Lock()
	out.Lang = p.lang
	p.mu.Unlock()
	if co != nil {
		out.Number, out.Running, out.Ahead = co.number, co.lab.Running(), co.lab.Clock.Ahead().Seconds()
		if due := co.lab.Due(p.ctx); !due.IsZero() {
			out.Due = due.UnixMilli()
		}
	}
	return out
}

// chatPerson is somebody whom one can be in a chat.
type chatPerson struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Chief bool   `json:"chief,omitempty"` // of the stories
	// Absent says why one cannot be him there: "left", "outside" or "no-app".
	Absent string `json:"absent,omitempty"`
}

// some is a list that is written as one also when it is empty.
func some[T any](l []T) []T { return append([]T{}, l...) }

// chiefs are those whom the stories are about.
func chiefs(name string) bool {
	first, _, _ := strings.Cut(name, " ")
	return slices.Contains([]string{"Sanne", "Mehmet", "Priya", "Joost"}, first)
}

func slackView(s *slackfake.Server, u slackfake.User) any {
	me := s.As(u.ID)
	p := chatPerson{ID: u.ID, Name: u.RealName, Chief: chiefs(u.RealName)}
	switch {
	case u.Deleted:
		p.Absent = "left"
	case u.TeamID != s.TeamID():
		p.Absent = "outside"
	}
	out := struct {
		Person   chatPerson          `json:"person"`
		Bot      string              `json:"bot"`
		Messages []slackfake.Message `json:"messages"`
		Views    []slackfake.View    `json:"views"`
		Warning  string              `json:"warning,omitempty"`
		Home     *slackfake.View     `json:"home,omitempty"`
	}{Person: p, Bot: s.BotUserID(), Messages: some(me.Messages()), Views: some(me.OpenViews()), Warning: me.Warning()}
	for i := range out.Messages {
		out.Messages[i].Earlier = nil // how often is enough
	}
	if v, ok := me.Home(); ok {
		out.Home = &v
	}
	return out
}

func teamsView(s *teamsfake.Server, u teamsfake.User) any {
	me := s.As(u.ID)
	p := chatPerson{ID: u.ID, Name: u.Name, Chief: chiefs(u.Name)}
	if !s.Installed(u.ID) {
		p.Absent = "no-app"
	}
	out := struct {
		Person   chatPerson          `json:"person"`
		Bot      string              `json:"bot"`
		Messages []teamsfake.Message `json:"messages"`
		Dialog   *teamsfake.Dialog   `json:"dialog,omitempty"`
	}{Person: p, Bot: s.BotID(), Messages: some(me.Messages())}
	if d, ok := me.Dialog(); ok {
		out.Dialog = &d
	}
	return out
}

// tenantGroup is a group with its site, by the names that people have.
type tenantGroup struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Visibility string   `json:"visibility"`
	Owners     []string `json:"owners"`
	Members    []string `json:"members"`
	Guests     []string `json:"guests"`
	Site       string   `json:"site,omitempty"`
	Sharing    int      `json:"sharing"`
	Ready      bool     `json:"ready"`
}

// tenantGuest is a guest account.
type tenantGuest struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Mail     string `json:"mail"`
	State    string `json:"state"`
	Disabled bool   `json:"disabled,omitempty"`
}

// tenantInvitation is an invitation. Its link opens an account, so it stays out.
type tenantInvitation struct {
	ID      string `json:"id"`
	Address string `json:"address"`
	Mailed  bool   `json:"mailed"`
	At      int64  `json:"at"` // Unix milliseconds
}

func tenantView(t *graphfake.Server, st graphfake.State) any {
	out := struct {
		Switches    []graphfake.Switch `json:"switches"`
		Groups      []tenantGroup      `json:"groups"`
		Guests      []tenantGuest      `json:"guests"`
		Invitations []tenantInvitation `json:"invitations"`
	}{Switches: t.Switches(), Groups: []tenantGroup{}, Guests: []tenantGuest{}, Invitations: []tenantInvitation{}}
	users := map[string]graphfake.User{}
	for _, u := range st.Users {
		users[u.ID] = u
		if u.UserType == graphfake.Guest && u.Deleted.IsZero() {
			out.Guests = append(out.Guests, tenantGuest{u.ID, u.DisplayName, u.Mail, u.ExternalUserState, u.Disabled})
		}
	}
	for _, g := range st.Groups {
		if g.Unified() && g.Deleted.IsZero() {
			out.Groups = append(out.Groups, groupView(g, users, st.Sites))
		}
	}
	for _, i := range st.Invitations {
		out.Invitations = append(out.Invitations, tenantInvitation{i.ID, i.Address, i.SendMessage, i.At.UnixMilli()})
	}
	return out
}

func groupView(g graphfake.Group, users map[string]graphfake.User, sites []graphfake.SiteState) tenantGroup {
	out := tenantGroup{
		ID: g.ID, Name: g.DisplayName, Visibility: g.Visibility, Owners: []string{}, Members: []string{}, Guests: []string{},
	}
	for _, id := range g.OwnerIDs {
		out.Owners = append(out.Owners, users[id].DisplayName)
	}
	for _, id := range g.MemberIDs {
		if u := users[id]; u.UserType == graphfake.Guest {
			out.Guests = append(out.Guests, u.DisplayName)
		} else {
			out.Members = append(out.Members, u.DisplayName)
		}
	}
	for _, x := range sites {
		if x.GroupID == g.ID {
			out.Site, out.Sharing, out.Ready = x.Path, x.Effective, x.Ready
		}
	}
	return out
}

// guestMail is what a guest has got, and what he can reach.
type guestMail struct {
	Address string      `json:"address"`
	Name    string      `json:"name"`
	State   string      `json:"state"` // "": no account
	Mails   []letter    `json:"mails"`
	Sites   []guestSite `json:"sites"`
}

// letter is an invitation mail.
type letter struct {
	Language string `json:"language"`
	At       int64  `json:"at"` // Unix milliseconds
}

// guestSite is a site that a guest is a member of; Why says what keeps him out.
type guestSite struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Open bool   `json:"open"`
	Why  string `json:"why,omitempty"`
}

func mailView(t *graphfake.Server, st graphfake.State) any {
	out := []guestMail{}
	add := func(address, name string) int {
		i := slices.IndexFunc(out, func(g guestMail) bool { return strings.EqualFold(g.Address, address) })
		if i < 0 {
			i = len(out)
			out = append(out, guestMail{Address: address, Name: name, Mails: []letter{}, Sites: []guestSite{}})
		}
		return i
	}
	add(anna, "Anna Kowalski")
	for _, m := range st.Mails {
		i := add(m.To, m.To)
		out[i].Mails = append(out[i].Mails, letter{m.Language, m.At.UnixMilli()})
	}
	for _, u := range st.Users {
		if u.UserType != graphfake.Guest || !u.Deleted.IsZero() {
			continue
		}
		i := add(u.Mail, u.DisplayName)
		out[i].Name, out[i].State = u.DisplayName, u.ExternalUserState
		for _, g := range st.Groups {
			if g.Deleted.IsZero() && slices.Contains(g.MemberIDs, u.ID) {
				open, why := t.CanOpen(u.ID, g.ID)
				out[i].Sites = append(out[i].Sites, guestSite{g.ID, g.DisplayName, open, why})
			}
		}
	}
	slices.SortStableFunc(out[1:], func(a, b guestMail) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
