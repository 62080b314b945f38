// The rules of voice, for whoever writes a sentence in text/:
//
//   - Speak to the reader as "you" (Dutch: "je"), in the present tense, in short
//     sentences. The bot is "I".
//   - First what happened, then what happens now, then what the reader needs to
//     do ("nothing" is worth saying), then who can help. Never "something went
//     wrong" alone.
//   - No blame, no names of code, no jargon for employees. Admins get the
//     setting's name as their admin center shows it, and its value.
//   - A button says its outcome: "Add Anna", not "OK".
//   - A symbol or a colour never stands without its word.
//   - Where IT may be asked, give the reference they can search for: G-1042.
//
// **Bold** is the only markup of the catalogue. Values are put in afterwards, so
// nothing that people typed can become markup.

package card

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

// Key names a text of the catalogue.
type Key string

//go:embed text/*.toml
var catalogue embed.FS

// Languages are the languages that there are texts in.
func Languages() []string { return []string{"en", "nl"} }

// Texts holds every sentence in every language. It is safe for concurrent use.
type Texts struct {
	bundle *i18n.Bundle
	lang   string
	zone   *time.Location
	keys   map[Key]bool
	// localizers are by language.
	localizers map[string]*i18n.Localizer
	// zones holds the *time.Location of names that were asked for.
	zones sync.Map
}

// Load reads the embedded catalogue. lang and zone (an IANA name) are for people
// of whom no language or zone is known; empty means "en" and "UTC".
func Load(lang, zone string) (*Texts, error) {
	if lang == "" {
		lang = "en"
	}
	if !slices.Contains(Languages(), lang) {
		return nil, fmt.Errorf("card: load texts: there is no language %q", lang)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("card: load texts: %w", err)
	}
	t := &Texts{bundle: i18n.NewBundle(language.English), lang: lang, zone: loc, keys: map[Key]bool{}}
	t.bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	files, err := catalogue.ReadDir("text")
	if err != nil {
		return nil, fmt.Errorf("card: load texts: %w", err)
	}
	for _, file := range files {
		name := "text/" + file.Name()
		buf, err := catalogue.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("card: load texts: %w", err)
		}
		f, err := t.bundle.ParseMessageFileBytes(buf, name)
		if err != nil {
			return nil, fmt.Errorf("card: load texts: %s: %w", name, err)
		}
		for _, m := range f.Messages {
			t.keys[Key(m.ID)] = true
		}
	}
	t.localizers = make(map[string]*i18n.Localizer)
	for _, l := range Languages() {
		t.localizers[l] = i18n.NewLocalizer(t.bundle, l)
	}
	return t, nil
}

// For gives the texts for a person's language, an IETF tag such as "nl-NL":
// Dutch for nl*, English for en*, the default for anything else.
func (t *Texts) For(lang string) Lang {
	tag := t.lang
	for _, l := range Languages() {
		if lang == l || strings.HasPrefix(strings.ToLower(lang), l+"-") || strings.HasPrefix(strings.ToLower(lang), l+"_") {
			tag = l
		}
	}
	return Lang{texts: t, tag: tag, localizer: t.localizers[tag], zone: t.zone}
}

// Has says whether there is such a text.
func (t *Texts) Has(k Key) bool { return t.keys[k] }

// Lang writes for one person: language, zone and the year that need not be said.
type Lang struct {
	texts     *Texts
	tag       string
	localizer *i18n.Localizer
	zone      *time.Location
	now       time.Time
}

// In gives the same language for a zone (IANA; the default where it is empty or
// unknown) and a moment: dates of its year are written without it where short.
func (l Lang) In(zone string, now time.Time) Lang {
	if loc := l.texts.location(zone); loc != nil {
		l.zone = loc
	}
	l.now = now
	return l
}

// location finds a zone by its name, nil where there is none; finding one the
// first time reads a file.
func (t *Texts) location(name string) *time.Location {
	if name == "" {
		return nil
	}
	if loc, ok := t.zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	t.zones.Store(name, loc)
	return loc
}

// Tag is "en" or "nl".
func (l Lang) Tag() string { return l.tag }

// Say gives the text with its placeholders filled. args are pairs of a name and
// a value: a string, a number, a [Day], [Moment], [Stamp] or [Hour], [Names], or
// a Key to be said. "count" also chooses the plural. A key without a text gives
// the key itself; the package's tests see that none is missing.
func (l Lang) Say(k Key, args ...any) string {
	src, vals := l.source(k, args)
	return fill(strings.ReplaceAll(src, "**", ""), vals)
}

// Runs gives the text as runs, bold where the catalogue says so.
func (l Lang) Runs(k Key, args ...any) []Run {
	src, vals := l.source(k, args)
	var out []Run
	for i, part := range strings.Split(src, "**") {
		if s := fill(part, vals); s != "" {
			out = append(out, Run{Text: s, Bold: i%2 == 1})
		}
	}
	return out
}

// source gives the text as written, in the plural form due, and the values.
func (l Lang) source(k Key, args []any) (string, map[string]string) {
	vals := make(map[string]string, len(args)/2)
	cfg := i18n.LocalizeConfig{MessageID: string(k), TemplateParser: template.IdentityParser{}}
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		vals[name] = l.write(args[i+1])
		if name == "count" {
			if n, err := strconv.Atoi(vals[name]); err == nil {
				cfg.PluralCount = n
			}
		}
	}
	src, err := l.localizer.Localize(&cfg)
	if err != nil && src == "" {
		return string(k), vals
	}
	return src, vals
}

// fill puts values at their {names}; a name without a value stays as it is.
func fill(src string, vals map[string]string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(src, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(src[open:], '}')
		if end < 0 {
			break
		}
		b.WriteString(src[:open])
		name := src[open+1 : open+end]
		if v, ok := vals[name]; ok {
			b.WriteString(v)
		} else {
			b.WriteString(src[open : open+end+1])
		}
		src = src[open+end+1:]
	}
	b.WriteString(src)
	return b.String()
}

// pairs makes a record's arguments the arguments of Say, in a fixed order.
func pairs(m map[string]string) []any {
	names := make([]string, 0, len(m))
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	out := make([]any, 0, 2*len(m))
	for _, k := range names {
		out = append(out, k, m[k])
	}
	return out
}
