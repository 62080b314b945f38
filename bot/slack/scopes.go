package slack

// Scope is a permission of a token of Slack.
type Scope struct {
	// Name is as Slack writes it, e.g. "chat:write".
	Name string
	// Use is what it is needed for, in one line.
	Use string
}

// Scopes lists what the bot token needs, and nothing more.
func Scopes() []Scope {
	return []Scope{
		{"commands", "the slash command `/guestsite`"},
		{"chat:write", "cards, as direct messages"},
		{"users:read", "whether who clicks is a full member, and no guest, app or stranger"},
		{"users:read.email", "his address, to find him in the directory; where to send an owner's card"},
		{"im:history", "what people type to the bot; to look for a card that may have been sent before sending it again"},
		{"im:write", "which conversation to look in"},
	}
}

// The doors, under the address by which Slack reaches the bot.
const (
	PathCommands    = "/slack/commands"
	PathInteractive = "/slack/interactive"
	PathOptions     = "/slack/options"
	PathEvents      = "/slack/events"
)

// AppScope is what the app-level token of socket mode needs.
const AppScope = "connections:write"

// ShortcutPrefix and a command's English word are the callback id of a global
// shortcut that does what the command does.
const ShortcutPrefix = "guestsite_"

// BotEvents are the events that the bot listens to.
func BotEvents() []string { return []string{"message.im"} }
