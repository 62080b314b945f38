package slack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"guestsite/bot"
)

// interaction holds the fields of a payload that we use ("Interaction payloads").
// slack-go's own type also decodes the message that was clicked, block by block,
// and refuses a click when one of them is new to it; this one cannot.
type interaction struct {
	Type       string    `json:"type"`
	User       actor     `json:"user"`
	Team       *place    `json:"team"` // null where the app is installed for an organization
	Enterprise *place    `json:"enterprise"`
	TriggerID  string    `json:"trigger_id"`
	ReplyURL   string    `json:"response_url"`
	CallbackID string    `json:"callback_id"`
	ActionTS   string    `json:"action_ts"`
	Container  container `json:"container"`
	Actions    []action  `json:"actions"`
	View       *view     `json:"view"`

	// Of a block_suggestion.
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
}

type actor struct {
	ID     string `json:"id"`
	TeamID string `json:"team_id"`
}

type place struct {
	ID           string `json:"id"`
	EnterpriseID string `json:"enterprise_id"`
}

type container struct {
	MessageTS string `json:"message_ts"`
	ChannelID string `json:"channel_id"`
}

type action struct {
	Type     string `json:"type"`
	ActionID string `json:"action_id"`
	ActionTS string `json:"action_ts"`
	Value    string `json:"value"`
}

type view struct {
	ID              string `json:"id"`
	Type            string `json:"type"`
	Hash            string `json:"hash"`
	CallbackID      string `json:"callback_id"`
	PrivateMetadata string `json:"private_metadata"`
	Title           struct {
		Text string `json:"text"`
	} `json:"title"`
	State struct {
		// Values is an object, but an empty one has been seen as a list.
		Values json.RawMessage `json:"values"`
	} `json:"state"`
	Blocks []struct {
		Type    string `json:"type"`
		BlockID string `json:"block_id"`
	} `json:"blocks"`
}

// readInteraction decodes the payload field of a form body.
func readInteraction(body []byte) (delivery, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return delivery{}, &bot.Error{Code: bot.Invalid, Op: opInteraction, Detail: "not a form"}
	}
	return decodeInteraction([]byte(form.Get("payload")))
}

// decodeInteraction decodes the payload itself.
func decodeInteraction(raw []byte) (delivery, error) {
	var in interaction
	if err := json.Unmarshal(raw, &in); err != nil {
		return delivery{}, &bot.Error{Code: bot.Invalid, Op: opInteraction, Err: err}
	}
	if in.Type == "" || !refID.MatchString(in.User.ID) {
		return delivery{}, &bot.Error{Code: bot.Invalid, Op: opInteraction, Detail: "no type or no user"}
	}
	return delivery{interaction: &in}, nil
}

const opInteraction = "slack: read interaction"

// team gives the workspace and organization that the payload speaks for.
func (in interaction) team() (team, enterprise string) {
	if in.Team != nil {
		team, enterprise = in.Team.ID, in.Team.EnterpriseID
	}
	if in.Enterprise != nil && enterprise == "" {
		enterprise = in.Enterprise.ID
	}
	if team == "" {
		team = in.User.TeamID
	}
	return team, enterprise
}

// user is the actor; his own workspace, where it differs, is another company's.
func (in interaction) user() bot.ChatUser {
	team, _ := in.team()
	if in.User.TeamID != "" {
		team = in.User.TeamID
	}
	return bot.ChatUser{Chat: Name, Team: team, ID: in.User.ID}
}

// reply is the handle for a private line.
func (in interaction) reply() string {
	if in.ReplyURL != "" {
		return in.ReplyURL
	}
	return dmReply + in.User.ID
}

// press decodes a click on one of our buttons. The key is made of what Slack
// documents as naming a click: who, where, which button and when.
func (in interaction) press() (bot.Inbound, error) {
	const op = "slack: read click"
	bad := func(why string) (bot.Inbound, error) {
		return bot.Inbound{}, &bot.Error{Code: bot.Invalid, Op: op, Detail: why}
	}
	act := in.Actions[0]
	b, err := decodeButton(act.Value)
	if err != nil {
		return bot.Inbound{}, err
	}
	if !strings.HasSuffix(act.ActionID, "."+string(b.Action)) {
		return bad("the button's name and value differ")
	}
	p := &bot.Press{Action: b.Action, Request: b.Request, Part: b.Part, Version: b.Version, Value: b.Value}
	where, ok := "", false
	if in.View != nil {
		where = in.View.ID
		p.Form, ok = viewRef(where)
		if p.Values, _, err = in.View.answers(); err != nil {
			return bot.Inbound{}, err
		}
	} else {
		where = in.Container.ChannelID + ":" + in.Container.MessageTS
		p.Card, ok = messageRef(in.Container.ChannelID, in.Container.MessageTS)
	}
	if !ok {
		return bad("no message and no form")
	}
	if act.ActionTS == "" || len(act.ActionTS) > maxID || len(act.ActionID) > maxID {
		return bad("no time of the click")
	}
	u := in.user()
	return bot.Inbound{
		Key:     strings.Join([]string{"slack", "press", u.Team, u.ID, where, act.ActionID, act.ActionTS}, ":"),
		User:    u,
		Trigger: in.TriggerID,
		Reply:   in.reply(),
		Press:   p,
	}, nil
}

// submit decodes a form that was sent. Slack has no id for it. The view and its
// hash name what was on the screen, but they stay the same when the fields are
// corrected after errors; so the key also holds a digest of the answers. The same
// answers sent again, e.g. after "trouble connecting", are the same event.
func (in interaction) submit() (bot.Inbound, error) {
	const op = "slack: read form"
	if in.View == nil || in.View.CallbackID != callbackID {
		return bot.Inbound{}, &bot.Error{Code: bot.Invalid, Op: op, Detail: "not a form of ours"}
	}
	ref, ok := viewRef(in.View.ID)
	if !ok || len(in.View.Hash) > maxID {
		return bot.Inbound{}, &bot.Error{Code: bot.Invalid, Op: op, Detail: "no view"}
	}
	request, step, err := decodeForm(in.View.PrivateMetadata)
	if err != nil {
		return bot.Inbound{}, err
	}
	values, _, err := in.View.answers()
	if err != nil {
		return bot.Inbound{}, err
	}
	u := in.user()
	return bot.Inbound{
		Key:     strings.Join([]string{"slack", "submit", u.Team, u.ID, in.View.ID, in.View.Hash, digest(values)}, ":"),
		User:    u,
		Trigger: in.TriggerID,
		Reply:   in.reply(),
		Submit:  &bot.Submit{Form: ref, Request: request, Step: step, Values: values},
	}, nil
}

func digest(values map[string][]string) string {
	h := sha256.New()
	for _, id := range slices.Sorted(maps.Keys(values)) {
		_, _ = h.Write([]byte(packed(id, values[id]) + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}
