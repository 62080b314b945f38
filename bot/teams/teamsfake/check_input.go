package teamsfake

import (
	"encoding/json"
	"slices"
	"strings"
)

// Types of inputs and actions.
const (
	typeText   = "Input.Text"
	typeNumber = "Input.Number"
	typeDate   = "Input.Date"
	typeTime   = "Input.Time"
	typeToggle = "Input.Toggle"
	typeChoice = "Input.ChoiceSet"

	typeExecute  = "Action.Execute"
	typeSubmit   = "Action.Submit"
	typeOpenURL  = "Action.OpenUrl"
	typeShowCard = "Action.ShowCard"
	typeVisible  = "Action.ToggleVisibility"
)

var inputTypes = []string{typeText, typeNumber, typeDate, typeTime, typeToggle, typeChoice}

func (k *cardCheck) input(path string, e obj) {
	id := str(e, "id")
	switch other, twice := k.ids[id]; {
	case id == "":
		k.fail(path, "input without id")
	case twice:
		k.fail(path, "input id %q is used at %s too", id, other)
	}
	k.ids[id] = path
	if strings.ContainsAny(id, ",") {
		k.fail(path, "input id %q holds a comma", id)
	}
	if flag(e, "isRequired", false) && (str(e, "label") == "" || str(e, "errorMessage") == "") {
		k.fail(path, "required input %q needs label and errorMessage", id)
	}
	switch str(e, "type") {
	case typeNumber:
		for _, key := range []string{"value", "min", "max"} {
			if v, has := e[key]; has {
				if _, ok := v.(json.Number); !ok {
					k.fail(path, "%s of Input.Number is not a number", key)
				}
			}
		}
		return
	case typeToggle:
		if str(e, "title") == "" {
			k.fail(path, "Input.Toggle without title")
		}
	case typeChoice:
		k.choices(path, e)
	case typeText:
		if v, has := e["inlineAction"]; has {
			a, _ := v.(obj)
			k.action(join(path, "inlineAction"), a)
		}
	}
	if v, has := e["value"]; has {
		if _, ok := v.(string); !ok {
			k.fail(path, "value of %s is not a string", str(e, "type"))
		}
	}
}

func (k *cardCheck) choices(path string, e obj) {
	if style := str(e, "style"); !slices.Contains([]string{"", "compact", "expanded", "filtered"}, style) {
		k.fail(path, "ChoiceSet style %q is unknown", style)
	}
	multi := flag(e, "isMultiSelect", false)
	for i, c := range k.items(join(path, "choices"), e["choices"]) {
		title, okTitle := c["title"].(string)
		value, okValue := c["value"].(string)
		if !okTitle || !okValue || title == "" {
			k.fail(index(join(path, "choices"), i), "a choice needs a title and a value")
		}
		if multi && strings.Contains(value, ",") {
			k.fail(index(join(path, "choices"), i), "the value holds a comma, which joins the answers")
		}
	}
	query, has := e["choices.data"]
	if has && (str(query, "type") != "Data.Query" || str(query, "dataset") == "") {
		k.fail(path, "choices.data is not a Data.Query with a dataset")
	}
	if !has && len(list(e, "choices")) == 0 {
		k.fail(path, "ChoiceSet without choices")
	}
}

// action checks one action; an unknown one passes when it has a fallback.
func (k *cardCheck) action(path string, a obj) {
	data, hasData := a["data"]
	_, object := data.(obj)
	if in := str(a, "associatedInputs"); in != "" && !strings.EqualFold(in, "auto") && !strings.EqualFold(in, "none") {
		k.fail(path, "associatedInputs %q is unknown", in)
	}
	switch kind := str(a, "type"); kind {
	case typeExecute:
		if hasData && !object {
			k.fail(path, "data of Action.Execute is not an object")
		}
		if v, has := a["verb"]; has {
			if _, ok := v.(string); !ok {
				k.fail(path, "verb is not a string")
			}
		}
	case typeSubmit:
		if _, text := data.(string); hasData && !object && !text {
			k.fail(path, "data of Action.Submit is neither an object nor a string")
		}
	case typeOpenURL:
		if u := str(a, "url"); u == "" {
			k.fail(path, "Action.OpenUrl without url")
		}
	case typeShowCard:
		k.card(join(path, "card"), child(a, "card"))
	case typeVisible:
		if len(list(a, "targetElements")) == 0 {
			k.fail(path, "Action.ToggleVisibility without targetElements")
		}
		for _, t := range list(a, "targetElements") {
			k.targets = append(k.targets, targetID(t))
		}
	default:
		if _, has := a["fallback"]; !has {
			k.fail(path, "unknown action type %q", kind)
		}
	}
	if fallback, ok := a["fallback"].(obj); ok {
		k.action(join(path, "fallback"), fallback)
	}
}

// targetID reads an element of targetElements: an id, or an object with one.
func targetID(t any) string {
	if id, ok := t.(string); ok {
		return id
	}
	return str(t, "elementId")
}

// collisions refuses an input whose id is a key of an action's data: which of
// the two the bot would get is not written anywhere.
func (k *cardCheck) collisions(card obj) {
	for _, b := range walk(card).actions {
		if strings.EqualFold(str(b.action, "associatedInputs"), "none") {
			continue
		}
		for key := range child(b.action, "data") {
			if at, has := k.ids[key]; has {
				k.fail(b.path, "data.%s has the name of the input at %s", key, at)
			}
		}
	}
}
