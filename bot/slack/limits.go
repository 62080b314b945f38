package slack

// Limits of Block Kit, in characters or items (Slack: "Block Kit" reference pages).
const (
	maxMessageBlocks   = 50
	maxViewBlocks      = 100
	maxID              = 255
	maxText            = 3000
	maxHeader          = 150
	maxContextElements = 10
	maxActionElements  = 25
	maxButtonText      = 75
	maxButtonValue     = 2000
	maxURL             = 3000
	maxSpoken          = 75
	maxOptions         = 100
	maxOptionText      = 75
	// maxOptionValue is the smaller of the two numbers that Slack's sources give.
	maxOptionValue      = 75
	maxPlaceholder      = 150
	maxConfirmTitle     = 100
	maxConfirmText      = 300
	maxConfirmButton    = 30
	maxLabel            = 2000
	maxInput            = 3000
	maxViewTitle        = 24
	maxPrivateMetadata  = 3000
	maxViewBytes        = 250_000
	maxMessageText      = 4000 // chat.update refuses more
	maxRichItems        = 200  // ours: Slack publishes none
	maxMessageRunes     = 12_000
	maxViewRunes        = 30_000
	maxRadio            = 6 // ours: more choices are shown as a menu
	maxButtonsInRow     = 5
	minPersonQuery      = 2
	minSiteQuery        = 0 // the person's own sites are listed before he types
	metadataEvent       = "guestsite"
	historyPages        = 5
	historyPage         = 200
	maxSuggestionLength = 200
)
