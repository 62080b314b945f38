package slack

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"guestsite/bot/card"
)

// callbackID is the same for every form; which one it is stands in
// private_metadata.
const callbackID = "guestsite"

// shown is an input as it stands on a person's screen.
type shown struct {
	block  string
	values []string
}

// renderForm draws a form as a modal.
//
// What a person typed survives an update only where block_id and action_id stay.
// So an input's block_id is made from its field and the value the server gives:
// the same value again leaves the typing alone, another value replaces it. When
// the form answers something a person did, screen says what stood in the inputs,
// and a value of the server that differs from it always replaces it.
func renderForm(f card.Form, screen map[string]shown) *slack.ModalViewRequest {
	v := &slack.ModalViewRequest{
		Type:            slack.VTModal,
		Title:           plainText(cut(line(f.Title), maxViewTitle)),
		CallbackID:      callbackID,
		PrivateMetadata: encodeForm(f),
	}
	if s := line(f.Submit); s != "" {
		v.Submit = plainText(cut(s, maxViewTitle))
	}
	if s := line(f.Close); s != "" {
		v.Close = plainText(cut(s, maxViewTitle))
	}
	var intro, rest []slack.Block
	for limit := maxText; ; limit /= 2 {
		top, low := drawer{limit: limit}, drawer{limit: limit}
		top.all(f.Blocks)
		for _, field := range f.Fields {
			low.field(field, screen[field.ID])
		}
		low.buttons(f.Buttons)
		low.all(f.Tail)
		intro, rest = top.blocks, low.blocks
		if top.used+low.used <= maxViewRunes || limit < 200 {
			break
		}
	}
	// Only the introduction may be shortened: every question has to be there.
	if room := maxViewBlocks - len(rest); room >= 2 {
		intro = fit(intro, room)
	}
	v.Blocks.BlockSet = append(intro, rest...)
	nameBlocks(v.Blocks.BlockSet)
	return v
}

// renderNote draws a card as a small modal without a question.
func renderNote(title string, c card.Card) *slack.ModalViewRequest {
	f := card.Form{Title: title, Blocks: c.Blocks}
	if f.Title == "" {
		f.Title = c.Title
	}
	if f.Title == "" {
		f.Title = ellipsis
	}
	if c.Title != "" && c.Title != f.Title {
		f.Blocks = append([]card.Block{card.Text{Runs: []card.Run{{Text: c.Title, Bold: true}}}}, f.Blocks...)
	}
	if len(f.Blocks) == 0 {
		f.Blocks = []card.Block{card.Text{Runs: []card.Run{{Text: c.Text}}}}
	}
	return renderForm(f, nil)
}

func (d *drawer) field(f card.Field, on shown) {
	in := slack.NewInputBlock("", plainText(cut(line(f.Label), maxLabel)), nil, fieldElement(f))
	in.Optional = f.Optional
	wrong := line(f.Error)
	if h := strings.TrimSpace(tidy(f.Hint)); h != "" && wrong == "" {
		in.Hint = plainText(cut(h, maxLabel))
	}
	in.BlockID = fieldBlock(f)
	if in.BlockID == on.block && !slices.Equal(on.values, fieldValues(f)) {
		in.BlockID += ".r"
	}
	d.add(in, 0)
	if wrong != "" { // small print would look like a hint
		d.rich(richSection([]card.Run{{Text: "✕ " + wrong, Bold: true}}, d.limit))
	}
}

// fieldBlock names a field's block: "f.", the field's id and a digest of its value.
func fieldBlock(f card.Field) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(packed(string(f.Kind), fieldValues(f))))
	return "f." + f.ID + "." + strconv.FormatUint(uint64(h.Sum32()), 36)
}

// fieldOf reads the field's id back from a block's.
func fieldOf(blockID string) (string, bool) {
	p := strings.Split(blockID, ".")
	again := len(p) == 4 && p[3] == "r"
	if len(p) != 3 && !again || p[0] != "f" || p[1] == "" {
		return "", false
	}
	return p[1], true
}

// fieldValues are a field's values as an answer would give them.
func fieldValues(f card.Field) []string {
	switch f.Kind {
	case card.Line, card.Lines:
		if t := fieldText(f); t != "" {
			return []string{t}
		}
		return nil
	case card.Date:
		if d := fieldDate(f); d != "" {
			return []string{d}
		}
		return nil
	default: // options and people
		var out []string
		for _, o := range f.Value {
			if o.Value != "" {
				out = append(out, o.Value)
			}
		}
		return out
	}
}

// fieldText joins a text field's values by lines and shortens it to what the
// input takes, at the end of a line where there are several.
func fieldText(f card.Field) string {
	var parts []string
	for _, o := range f.Value {
		parts = append(parts, tidy(o.Value))
	}
	s := strings.Join(parts, "\n")
	if r := []rune(s); len(r) > inputLimit(f) {
		s = string(r[:inputLimit(f)])
		if i := strings.LastIndexByte(s, '\n'); i > 0 {
			s = s[:i]
		}
	}
	return s
}

func inputLimit(f card.Field) int {
	if f.MaxLength <= 0 {
		return maxInput
	}
	return min(f.MaxLength, maxInput)
}

func fieldDate(f card.Field) string {
	if len(f.Value) == 0 {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, f.Value[0].Value); err != nil {
		return ""
	}
	return f.Value[0].Value
}
