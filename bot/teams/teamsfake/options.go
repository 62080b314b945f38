package teamsfake

import (
	"fmt"
	"strings"
	"time"
)

// Options sets up a Server. The zero value is usable.
type Options struct {
	// AppID is the bot's Entra application id; its channel id is "28:"+AppID.
	AppID    string // default 6b1f0c52-8d3e-4a77-9c41-2f5e7d90a3b8
	AppName  string // the bot's name in chats; default Guest sites
	TenantID string // default 0d9c4a6e-5b17-4f2a-8e63-71c2b85d4f90
	// BotURL is the bot's base address; see SetAppURL.
	BotURL string

	// CheckToken decides which bearer tokens of the bot are good; nil means
	// that only Server.Token is.
	CheckToken func(bearer string) error
	// Now dates messages and activities and nothing else: tokens, deadlines and
	// rate limits always live on real time. It must not call the Server.
	// Default time.Now.
	Now func() time.Time

	// Deadline is how long a click or refresh waits for the bot; default 10 s.
	Deadline time.Duration
	// DialogDeadline is the same for dialogs and type-ahead; default 5 s.
	DialogDeadline time.Duration
	// AsyncDeadline is the same for messages and events; default 15 s.
	AsyncDeadline time.Duration
	// AsyncResends is how often an activity that was answered late or with 5xx
	// is sent again; 0 means 2, negative never.
	AsyncResends int
	// ClickResends is how often a click that failed is sent again at once with
	// the same id; 0 means 1, negative never. See Server.Redeliver for later.
	ClickResends int

	// UpdateFirst sends conversationUpdate before installationUpdate.
	UpdateFirst bool
	// AutoRefresh sends the automatic refreshes of an edited card in the
	// background, as clients with the chat open do. Without it they wait for
	// Server.Views.
	AutoRefresh bool
	// StaleRefresh makes a refresh after an edit carry the data of the card
	// before the edit, as Teams has been seen to do.
	StaleRefresh bool
	// NumbersAsJSON submits Input.Number as a JSON number, not a string.
	NumbersAsJSON bool
	// RateLimits turns on the documented limits for each conversation.
	RateLimits bool
	// RefuseConcurrent answers 412 to a write while another one to the same
	// conversation is still being answered.
	RefuseConcurrent bool
	// AwkwardIDs makes ids that need escaping in a path: with / % ? # and +.
	AwkwardIDs bool
}

func (o Options) withDefaults() (Options, error) {
	def := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	def(&o.AppID, "6b1f0c52-8d3e-4a77-9c41-2f5e7d90a3b8")
	def(&o.AppName, "Guest sites")
	def(&o.TenantID, "0d9c4a6e-5b17-4f2a-8e63-71c2b85d4f90")
	o.BotURL = strings.TrimSuffix(o.BotURL, "/")
	for name, id := range map[string]string{"AppID": o.AppID, "TenantID": o.TenantID} {
		if !isGUID(id) {
			return o, fmt.Errorf("teamsfake: %s %q is not a GUID", name, id)
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	for _, d := range []struct {
		p   *time.Duration
		def time.Duration
	}{{&o.Deadline, 10 * time.Second}, {&o.DialogDeadline, 5 * time.Second}, {&o.AsyncDeadline, 15 * time.Second}} {
		if *d.p < 0 {
			return o, fmt.Errorf("teamsfake: a deadline is negative")
		}
		if *d.p == 0 {
			*d.p = d.def
		}
	}
	o.AsyncResends = countOr(o.AsyncResends, 2)
	o.ClickResends = countOr(o.ClickResends, 1)
	return o, nil
}

func countOr(n, def int) int {
	if n == 0 {
		return def
	}
	return max(n, 0)
}
