package slack

import (
	"regexp"
	"strings"

	"guestsite/bot"
)

// A reference is "1:m:CHANNEL:TS" for a message and "1:v:VIEW" for an open form;
// the first part is the version of the encoding. A view's hash is not in it: it
// changes with every update, and the same form must keep the same reference.
const refVersion = "1"

var (
	refID = regexp.MustCompile(`^[A-Z0-9]{2,64}$`)
	refTS = regexp.MustCompile(`^\d{1,12}\.\d{1,9}$`)
)

func messageRef(channel, ts string) (bot.Ref, bool) {
	if !refID.MatchString(channel) || !refTS.MatchString(ts) {
		return "", false
	}
	return bot.Ref(refVersion + ":m:" + channel + ":" + ts), true
}

func viewRef(id string) (bot.Ref, bool) {
	if !refID.MatchString(id) {
		return "", false
	}
	return bot.Ref(refVersion + ":v:" + id), true
}

func parseMessageRef(r bot.Ref) (channel, ts string, err error) {
	p := strings.Split(string(r), ":")
	if len(p) != 4 || p[0] != refVersion || p[1] != "m" || !refID.MatchString(p[2]) || !refTS.MatchString(p[3]) {
		return "", "", &bot.Error{Code: bot.Invalid, Op: "slack: read message reference"}
	}
	return p[2], p[3], nil
}

func parseViewRef(r bot.Ref) (string, error) {
	p := strings.Split(string(r), ":")
	if len(p) != 3 || p[0] != refVersion || p[1] != "v" || !refID.MatchString(p[2]) {
		return "", &bot.Error{Code: bot.Invalid, Op: "slack: read form reference"}
	}
	return p[2], nil
}
