package graphfake

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultPage = 100
	maxPage     = 999
)

// entity describes how a type is shown: its name, its properties, and which come without $select.
type entity[T any] struct {
	name     string // "user"
	props    map[string]func(T) any
	defaults []string
	expand   map[string]func(T) any // navigation properties that $expand may name
}

// get looks up one property of v.
func (e *entity[T]) get(v T) func(string) any {
	return func(name string) any {
		if f := e.props[name]; f != nil {
			return f(v)
		}
		return nil
	}
}

// view is a checked $select and $expand.
type view struct {
	names  []string
	expand []string
}

// show renders v through a view. Lists are never null, as in the vendor's answers.
func (e *entity[T]) show(v T, w view) map[string]any {
	m := map[string]any{}
	for _, n := range w.names {
		x := e.props[n](v)
		if l, isList := x.([]string); isList && l == nil {
			x = []string{}
		}
		m[n] = x
	}
	for _, n := range w.expand {
		m[n] = e.expand[n](v)
	}
	return m
}

// view checks $select and $expand of a request.
func (e *entity[T]) view(c *call) (view, *reply) {
	w := view{names: e.defaults}
	if sel := c.q.Get("$select"); sel != "" {
		w.names = nil
		for n := range strings.SplitSeq(sel, ",") {
			n = strings.TrimSpace(n)
			if e.props[n] == nil {
				r := badRequest("Could not find a property named '" + n + "' on type 'microsoft.graph." + e.name + "'.")
				return w, &r
			}
			w.names = append(w.names, n)
		}
		if e.props["id"] != nil && !slices.Contains(w.names, "id") {
			w.names = append(w.names, "id") // the directory always returns the key
		}
	}
	if ex := c.q.Get("$expand"); ex != "" {
		for n := range strings.SplitSeq(ex, ",") {
			n, _, _ = strings.Cut(strings.TrimSpace(n), "(")
			if e.expand[n] == nil {
				r := badRequest("Parsing OData Select and Expand failed: Could not find a property named '" + n +
					"' on type 'microsoft.graph." + e.name + "'.")
				return w, &r
			}
			w.expand = append(w.expand, n)
		}
	}
	return w, nil
}

// eventual says whether the request is an advanced query.
func (c *call) eventual() bool {
	return strings.EqualFold(c.r.Header.Get("ConsistencyLevel"), "eventual") && c.q.Get("$count") == "true"
}

// allowQuery refuses query options the directory would refuse, or silently ignore, here.
func (c *call) allowQuery(names ...string) *reply {
	for n := range c.q {
		if !slices.Contains(names, n) {
			r := badRequest("The query parameter '" + n + "' is not supported.")
			return &r
		}
	}
	return nil
}

// match applies $filter and $search to a list.
func match[T any](c *call, e *entity[T], list []T) ([]T, *reply) {
	if src := c.q.Get("$filter"); src != "" {
		f, err := parseFilter(src)
		if err != nil {
			r := badRequest("Invalid filter clause: " + err.Error())
			return nil, &r
		}
		for _, p := range f.props {
			if e.props[p] == nil {
				r := badRequest("Invalid filter clause: Could not find a property named '" + p + "' on type 'microsoft.graph." + e.name + "'.")
				return nil, &r
			}
		}
		if f.advanced && !c.eventual() {
			r := unsupported("Unsupported Query.")
			return nil, &r
		}
		list = keep(list, func(v T) bool { return f.root(e.get(v)) })
	}
	if src := c.q.Get("$search"); src != "" {
		if !c.eventual() {
			r := unsupported("Request with $search query parameter only works through MSGraph with a special request " +
				"header: 'ConsistencyLevel: eventual'")
			return nil, &r
		}
		test, good := parseSearch(src)
		if !good {
			r := badRequest("Syntax error in $search: " + src)
			return nil, &r
		}
		list = keep(list, func(v T) bool { return test(e.get(v)) })
	}
	return list, nil
}

func keep[T any](list []T, want func(T) bool) []T {
	var out []T
	for _, v := range list {
		if want(v) {
			out = append(out, v)
		}
	}
	return out
}

// parseSearch reads "prop:text" clauses joined by OR or AND; quotes are a must.
func parseSearch(src string) (node, bool) {
	var all [][]node // OR of AND
	and := []node{}
	for rest := strings.TrimSpace(src); ; {
		if !strings.HasPrefix(rest, `"`) {
			return nil, false
		}
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			return nil, false
		}
		prop, text, found := strings.Cut(rest[1:1+end], ":")
		if !found || text == "" {
			return nil, false
		}
		and = append(and, func(get func(string) any) bool { return tokenPrefix(get(prop), text) })
		rest = strings.TrimSpace(rest[end+2:])
		switch {
		case rest == "":
			all = append(all, and)
			return func(get func(string) any) bool {
				return slices.ContainsFunc(all, func(terms []node) bool {
					return !slices.ContainsFunc(terms, func(n node) bool { return !n(get) })
				})
			}, true
		case strings.HasPrefix(rest, "OR "):
			all, and = append(all, and), []node{}
			rest = strings.TrimSpace(rest[3:])
		case strings.HasPrefix(rest, "AND "):
			rest = strings.TrimSpace(rest[4:])
		default:
			return nil, false
		}
	}
}

// tokenPrefix is the directory's search: every searched word begins some word of the value.
func tokenPrefix(have any, text string) bool {
	s, isText := have.(string)
	if !isText {
		return false
	}
	split := func(r rune) bool { return strings.ContainsRune(" .,-_@'", r) }
	words := strings.FieldsFunc(strings.ToLower(s), split)
	for _, want := range strings.FieldsFunc(strings.ToLower(text), split) {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, want) }) {
			return false
		}
	}
	return true
}

// page cuts one page out of a list and answers a collection. render shows one element.
func page[T any](c *call, context string, list []T, render func(T) any) reply {
	size := defaultPage
	if top := c.q.Get("$top"); top != "" {
		n, err := strconv.Atoi(top)
		if err != nil || n < 1 || n > maxPage {
			return badRequest("Invalid page size specified: '" + top + "'. Must be between 1 and 999 inclusive.")
		}
		size = n
	}
	if limit := c.s.pageSize; limit > 0 && limit < size {
		size = limit
	}
	from := 0
	if tok := c.q.Get("$skiptoken"); tok != "" {
		raw, err := base64.RawURLEncoding.DecodeString(tok)
		if err == nil {
			from, err = strconv.Atoi(string(raw))
		}
		if err != nil || from < 0 || from > len(list) {
			return badRequest("The specified page token value has expired and can no longer be included in your request.")
		}
	}
	to := min(from+size, len(list))
	values := []any{}
	for _, v := range list[from:to] {
		values = append(values, render(v))
	}
	body := map[string]any{"@odata.context": c.context(context), "value": values}
	if c.q.Get("$count") == "true" {
		body["@odata.count"] = len(list)
	}
	if to < len(list) {
		q := c.r.URL.Query()
		q.Set("$skiptoken", base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(to))))
		body["@odata.nextLink"] = c.s.urls[HostGraph] + c.r.URL.EscapedPath() + "?" + q.Encode()
	}
	return ok(body)
}

// context is the @odata.context of an answer.
func (c *call) context(of string) string {
	return c.s.urls[HostGraph] + "/" + c.version + "/$metadata#" + of
}

// one answers a single entity with its context.
func (c *call) one(status int, context string, body map[string]any) reply {
	body["@odata.context"] = c.context(context)
	return reply{status: status, body: body}
}
