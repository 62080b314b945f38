package teams

import (
	"net/url"
	"strings"

	"guestsite/bot"
)

// A reference names a message in somebody's personal chat: "1", tenant, Entra id,
// conversation and message, each escaped, joined by colons. The first part is the
// version of the encoding. Whose chat it is stands in it because the address of the
// service, which may change, is kept by person; so a copy that was forwarded has
// another reference, which nobody knows.
const refVersion = "1"

const maxID = 1024 // ours: no vendor's page gives a number

func messageRef(u bot.ChatUser, conversation, message string) (bot.Ref, bool) {
	if !guid.MatchString(u.Team) || !guid.MatchString(u.ID) || conversation == "" || message == "" ||
		len(conversation) > maxID || len(message) > maxID {
		return "", false
	}
	return bot.Ref(strings.Join([]string{refVersion, u.Team, u.ID, url.QueryEscape(conversation), url.QueryEscape(message)}, ":")), true
}

func parseRef(r bot.Ref) (u bot.ChatUser, conversation, message string, err error) {
	p := strings.Split(string(r), ":")
	if len(p) == 5 && p[0] == refVersion {
		u = bot.ChatUser{Chat: Name, Team: p[1], ID: p[2]}
		var cerr, merr error
		conversation, cerr = url.QueryUnescape(p[3])
		message, merr = url.QueryUnescape(p[4])
		if again, ok := messageRef(u, conversation, message); cerr == nil && merr == nil && ok && again == r {
			return u, conversation, message, nil
		}
	}
	return bot.ChatUser{}, "", "", &bot.Error{Code: bot.Invalid, Op: "teams: read reference"}
}

// personal is the handle of a person's own chat: it answers him alone, and is what
// a form is opened with. The account follows.
const personal = "personal:"

func personalHandle(u bot.ChatUser) string { return personal + u.Team + ":" + u.ID }

func parseHandle(s string) (bot.ChatUser, bool) {
	rest, ok := strings.CutPrefix(s, personal)
	team, id, _ := strings.Cut(rest, ":")
	u := bot.ChatUser{Chat: Name, Team: team, ID: id}
	return u, ok && guid.MatchString(team) && guid.MatchString(id)
}
