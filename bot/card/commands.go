package card

import "strings"

// CommandWord is a command of the bot by its English name.
type CommandWord string

// The commands.
const (
	CommandNew      CommandWord = "new"
	CommandAdd      CommandWord = "add"
	CommandMine     CommandWord = "mine"
	CommandInbox    CommandWord = "inbox"
	CommandCheck    CommandWord = "check"
	CommandWhy      CommandWord = "why"
	CommandCancel   CommandWord = "cancel"
	CommandExtend   CommandWord = "extend"
	CommandLanguage CommandWord = "language"
	CommandLink     CommandWord = "link"
	CommandUnlink   CommandWord = "unlink"
	CommandHelp     CommandWord = "help"
)

// word is a word that people type.
type word struct {
	text    string
	command CommandWord
}

// vocabulary lists all words, the English one of each command first.
func vocabulary() []word {
	return []word{
		{"new", CommandNew},
		{"nieuw", CommandNew},
		{"add", CommandAdd},
		{"toevoegen", CommandAdd},
		{"mine", CommandMine},
		{"mijn", CommandMine},
		{"inbox", CommandInbox},
		{"postvak", CommandInbox},
		{"check", CommandCheck},
		{"controle", CommandCheck},
		{"why", CommandWhy},
		{"waarom", CommandWhy},
		{"cancel", CommandCancel},
		{"annuleren", CommandCancel},
		{"extend", CommandExtend},
		{"verlengen", CommandExtend},
		{"language", CommandLanguage},
		{"taal", CommandLanguage},
		{"link", CommandLink},
		{"koppelen", CommandLink},
		{"unlink", CommandUnlink},
		{"ontkoppelen", CommandUnlink},
		{"help", CommandHelp},
	}
}

// Commands lists the commands in the order of the help.
func Commands() []CommandWord {
	var out []CommandWord
	for _, w := range vocabulary() {
		if len(out) == 0 || out[len(out)-1] != w.command {
			out = append(out, w.command)
		}
	}
	return out
}

// ParseCommand splits what was typed into a command and the rest. Case does not
// matter. ok is false when the first word is no command; an empty text is help.
func ParseCommand(text string) (cmd CommandWord, rest string, ok bool) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return CommandHelp, "", true
	}
	first := words[0]
	rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), first))
	first = strings.ToLower(first)
	for _, w := range vocabulary() {
		if w.text == first {
			return w.command, rest, true
		}
	}
	return "", rest, false
}

// GoOn is the command with which somebody goes on whose command had to wait, empty
// for none. What stood behind its word can name a guest, and is kept nowhere: the
// command asks for it, or lists it, as it does when its word is typed alone. To
// cancel would take back the only open request then, whichever that is, so who named
// one is shown his requests.
func GoOn(text string) CommandWord {
	cmd, rest, ok := ParseCommand(text)
	switch {
	case !ok || strings.TrimSpace(text) == "":
		return ""
	case cmd == CommandCancel && rest != "":
		return CommandMine
	}
	return cmd
}

// Nearest gives the command whose word, in any language, is the fewest edits
// away from word. It always gives one; [CommandHelp] when nothing is near.
func Nearest(typed string) CommandWord {
	typed = strings.ToLower(strings.TrimSpace(typed))
	best, at := CommandHelp, 1+max(2, len([]rune(typed))/2)
	for _, w := range vocabulary() {
		if d := distance(typed, w.text); d < at {
			best, at = w.command, d
		}
	}
	return best
}

// Word is the command as a viewer of that language types it.
func (c CommandWord) Word(lang string) string {
	for _, w := range vocabulary() {
		if w.command == c && (lang != "nl" || w.text != string(c)) {
			return w.text
		}
	}
	return string(c)
}

// distance counts the letters to change, add, drop or swap with their neighbour.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	d := make([][]int, len(s)+1)
	for i := range d {
		d[i] = make([]int, len(t)+1)
		d[i][0] = i
	}
	for j := range t {
		d[0][j+1] = j + 1
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(s)][len(t)]
}
