package teams

import (
	"context"
	"net/http"
	"net/url"

	"github.com/infracloudio/msbotbuilder-go/connector/client"
	"github.com/infracloudio/msbotbuilder-go/core"
	"github.com/infracloudio/msbotbuilder-go/core/activity"
	"github.com/infracloudio/msbotbuilder-go/schema"

	"guestsite/bot"
)

// seam is the library's client for exactly one send. The library decides what is
// sent where; the request itself is ours, since its own client knows no context, no
// id of a message and no Retry-After, and may panic where the login is unreachable.
type seam struct {
	send func(method string, a schema.Activity) error
}

var _ client.Client = seam{}

// The URL that the library has made is left: it puts ids into the path unescaped.

func (s seam) Post(_ url.URL, a schema.Activity) error   { return s.send(http.MethodPost, a) }
func (s seam) Put(_ url.URL, a schema.Activity) error    { return s.send(http.MethodPut, a) }
func (s seam) Delete(_ url.URL, a schema.Activity) error { return s.send(http.MethodDelete, a) }

// post sends a message and gives its id, by which alone it can be edited. An error
// that is Unclear means that the message may be there.
func (c *connector) post(ctx context.Context, at place, m outbound) (string, error) {
	body, err := outWire(callPost, at, m)
	if err != nil {
		return "", err
	}
	r, err := c.through(ctx, callPost, body, func(ad core.Adapter) error {
		return ad.ProactiveMessage(ctx, reference(at), activity.HandlerFuncs{
			OnMessageFunc: func(t *activity.TurnContext) (schema.Activity, error) { return t.Activity, nil },
		})
	})
	if err != nil {
		return "", err
	}
	return idOf(callPost, r)
}

// put replaces a message.
func (c *connector) put(ctx context.Context, at place, id string, m outbound) error {
	body, err := outWire(callPut, at, m)
	if err != nil {
		return err
	}
	ref := reference(at)
	_, err = c.through(ctx, callPut, body, func(ad core.Adapter) error {
		return ad.UpdateActivity(ctx, schema.Activity{
			Type: schema.Message, ID: id, ChannelID: ref.ChannelID, ServiceURL: ref.ServiceURL, Conversation: ref.Conversation,
		})
	})
	return err
}

func reference(at place) schema.ConversationReference {
	return schema.ConversationReference{
		ChannelID: channelID, ServiceURL: at.ServiceURL, Conversation: schema.ConversationAccount{ID: at.Conversation},
	}
}

// through has the library do one send with body in place of its own JSON, which
// would hold empty objects and dates of year 1. The library's error is left: it
// repeats ours, or quotes a service URL that it cannot read before it sends.
func (c *connector) through(ctx context.Context, kind callKind, body []byte, do func(core.Adapter) error) (outReply, error) {
	var r outReply
	err := error(&bot.Error{Code: bot.Invalid, Op: kind.op(), Detail: "the service URL cannot be used"})
	s := seam{send: func(method string, a schema.Activity) error {
		path := []string{"conversations", a.Conversation.ID, "activities"}
		if kind != callPost {
			path = append(path, a.ID)
		}
		r, err = c.call(ctx, outRequest{
			kind: kind, method: method, service: a.ServiceURL, path: path, turn: a.Conversation.ID, body: body,
		})
		return err
	}}
	_ = do(&core.BotFrameworkAdapter{Client: s})
	return r, err
}
