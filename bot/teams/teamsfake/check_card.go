package teamsfake

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxRefreshUsers is the longest refresh.userIds.
const maxRefreshUsers = 60

// cardCheck walks a card and collects what Teams would not draw. Unknown
// properties are left to schemas.
type cardCheck struct {
	ids     map[string]string // input id to its path
	targets []string          // of Action.ToggleVisibility
	named   map[string]bool   // ids of elements
	problem error             // the first one
}

// checkCard tells why Teams would refuse a card, nil when it would not.
func checkCard(card obj) error {
	k := &cardCheck{ids: map[string]string{}, named: map[string]bool{}}
	k.root(card)
	k.card("", card)
	for _, id := range k.targets {
		if !k.named[id] {
			k.fail("", "Action.ToggleVisibility names no element %q", id)
		}
	}
	if k.problem == nil {
		k.collisions(card)
	}
	return k.problem
}

func (k *cardCheck) fail(path, format string, a ...any) {
	if k.problem == nil {
		if path != "" {
			path += ": "
		}
		k.problem = errors.New(path + fmt.Sprintf(format, a...))
	}
}

// root checks what only the outermost card has.
func (k *cardCheck) root(card obj) {
	if v := str(card, "version"); !versionAtMost15(v) {
		k.fail("", "version %q is not one from 1.0 to 1.5", v)
	}
	k.refresh(card)
	text := string(mustJSON([]any{card["body"], card["actions"]}))
	for i, e := range list(child(card, "msteams"), "entities") {
		at := str(e, "text")
		quoted := strings.Trim(string(mustJSON(at)), `"`)
		if at == "" || !strings.Contains(text, quoted) || str(child(e, "mentioned"), "id") == "" {
			k.fail(fmt.Sprintf("msteams.entities.%d", i), "the mention %q is not in the card or names nobody", at)
		}
	}
}

func versionAtMost15(v string) bool {
	major, minor, ok := strings.Cut(v, ".")
	n, err := strconv.Atoi(minor)
	return ok && err == nil && major == "1" && n >= 0 && n <= 5
}

func (k *cardCheck) refresh(card obj) {
	v, has := card["refresh"]
	if !has {
		return
	}
	if str(child(v, "action"), "type") != typeExecute {
		k.fail("refresh", "the action is not an Action.Execute")
		return
	}
	k.action("refresh.action", child(v, "action"))
	users, has := v.(obj)["userIds"]
	if !has {
		return
	}
	ids, ok := users.([]any)
	if !ok || len(ids) > maxRefreshUsers {
		k.fail("refresh.userIds", "not a list of at most %d", maxRefreshUsers)
	}
	for _, id := range ids {
		if t, _ := id.(string); !strings.HasPrefix(t, "29:") && !strings.HasPrefix(t, mriPrefix) {
			k.fail("refresh.userIds", "%v is not a 29: or 8:orgid: id", id)
		}
	}
}

func (k *cardCheck) card(path string, card obj) {
	if str(card, "type") != "AdaptiveCard" {
		k.fail(path, "type %q is not AdaptiveCard", str(card, "type"))
	}
	k.elements(join(path, "body"), card["body"])
	k.actions(join(path, "actions"), card["actions"])
	k.selectAction(path, card)
}

// items reads an optional list of objects.
func (k *cardCheck) items(path string, v any) []obj {
	if v == nil {
		return nil
	}
	l, ok := v.([]any)
	if !ok {
		k.fail(path, "not a list")
	}
	var out []obj
	for i, e := range l {
		o, ok := e.(obj)
		if !ok {
			k.fail(index(path, i), "not an object")
			continue
		}
		out = append(out, o)
	}
	return out
}

func (k *cardCheck) elements(path string, v any) {
	for i, e := range k.items(path, v) {
		k.element(index(path, i), e)
	}
}

func (k *cardCheck) actions(path string, v any) {
	for i, a := range k.items(path, v) {
		k.action(index(path, i), a)
	}
}

func (k *cardCheck) selectAction(path string, e obj) {
	if v, has := e["selectAction"]; has {
		a, _ := v.(obj)
		if str(a, "type") == typeShowCard {
			k.fail(path, "a selectAction cannot show a card")
		}
		k.action(join(path, "selectAction"), a)
	}
}

// element checks one element; an unknown one passes when it has a fallback.
func (k *cardCheck) element(path string, e obj) {
	if id := str(e, "id"); id != "" {
		k.named[id] = true
	}
	k.selectAction(path, e)
	kind := str(e, "type")
	switch kind {
	case "TextBlock":
		if _, ok := e["text"].(string); !ok {
			k.fail(path, "TextBlock without text")
		}
	case "RichTextBlock":
		if len(list(e, "inlines")) == 0 {
			k.fail(path, "RichTextBlock without inlines")
		}
		for i, in := range list(e, "inlines") {
			if run, ok := in.(obj); ok {
				if str(run, "type") != "TextRun" {
					k.fail(index(join(path, "inlines"), i), "type %q is not TextRun", str(run, "type"))
				}
				k.selectAction(index(join(path, "inlines"), i), run)
			}
		}
	case "Image":
		k.url(path, str(e, "url"))
	case "ImageSet":
		k.elements(join(path, "images"), e["images"])
	case "Media":
	case "Container":
		k.elements(join(path, "items"), e["items"])
	case "ColumnSet":
		for i, c := range k.items(join(path, "columns"), e["columns"]) {
			k.column(index(join(path, "columns"), i), c)
		}
	case "FactSet":
		for i, f := range k.items(join(path, "facts"), e["facts"]) {
			if _, ok := f["title"].(string); !ok {
				k.fail(index(join(path, "facts"), i), "fact without title")
			}
			if _, ok := f["value"].(string); !ok {
				k.fail(index(join(path, "facts"), i), "fact without value")
			}
		}
	case "Table":
		for i, r := range k.items(join(path, "rows"), e["rows"]) {
			cells := join(index(join(path, "rows"), i), "cells")
			for j, c := range k.items(cells, r["cells"]) {
				k.elements(join(index(cells, j), "items"), c["items"])
				k.selectAction(index(cells, j), c)
			}
		}
	case "ActionSet":
		k.actions(join(path, "actions"), e["actions"])
	default:
		if slices.Contains(inputTypes, kind) {
			k.input(path, e)
		} else if _, has := e["fallback"]; !has {
			k.fail(path, "unknown element type %q", kind)
		}
	}
}

func (k *cardCheck) column(path string, c obj) {
	if t := str(c, "type"); t != "" && t != "Column" {
		k.fail(path, "type %q is not Column", t)
	}
	if id := str(c, "id"); id != "" {
		k.named[id] = true
	}
	k.elements(join(path, "items"), c["items"])
	k.selectAction(path, c)
}

// url wants https: Teams draws no other image, apart from inline data.
func (k *cardCheck) url(path, u string) {
	if !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "data:image/") {
		k.fail(path, "image URL %q is not https", u)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func index(path string, i int) string { return path + "." + strconv.Itoa(i) }
