package teams

const (
	// maxCard bounds a card's JSON in UTF-16 units, of which Teams counts two bytes
	// each: a message may have 100 KB in all ("Format your bot messages"). Older pages
	// name numbers from 28 KB on; an ordinary card of ours has a fifth of it.
	maxCard = 36_000
	// maxText bounds one paragraph at first; it is halved until the card fits.
	maxText     = 4000
	minText     = 100
	maxFallback = 8000
	maxSummary  = 200
	maxNote     = 1000
	maxLabel    = 200
	maxTitle    = 200
	maxButton   = 75
	maxTooltip  = 150
	maxURL      = 2000
	// maxExpanded is up to how many choices are shown open; more are a menu.
	maxExpanded = 6
	// maxRow is how many buttons stand in a row; Teams puts more than six away.
	maxRow = 5
)
