package graphfake

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// filter is a parsed $filter.
type filter struct {
	root     node
	advanced bool     // needs ConsistencyLevel: eventual and $count=true
	props    []string // the properties it names
}

// node is one part of a filter; get looks a property up.
type node func(get func(string) any) bool

var errSyntax = errors.New("invalid filter clause")

// parseFilter reads the subset of OData that the directory supports for the properties in use: and, or, not, brackets,
// eq, ne, ge, le, gt, lt, in, startsWith, endsWith, collection/any(x:x eq 'v'), and comparing other/property.
func parseFilter(src string) (*filter, error) {
	p := &filterParser{toks: lex(src), f: &filter{}}
	root, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.i < len(p.toks) {
		return nil, fmt.Errorf("%w: unexpected %q", errSyntax, p.toks[p.i])
	}
	p.f.root = root
	return p.f, nil
}

type filterParser struct {
	toks []string
	i    int
	f    *filter
}

// lex splits into words, quoted strings (with their first quote, doubled quotes undone) and punctuation.
func lex(src string) []string {
	var toks []string
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case c == ' ':
			i++
		case c == '\'':
			var b strings.Builder
			b.WriteByte('\'')
			i++
			for i < len(src) {
				if src[i] == '\'' {
					if i+1 < len(src) && src[i+1] == '\'' {
						b.WriteByte('\'')
						i += 2
						continue
					}
					break
				}
				b.WriteByte(src[i])
				i++
			}
			if i == len(src) { // an open string is no token anybody accepts
				return append(toks, "\x00")
			}
			i++
			toks = append(toks, b.String())
		case strings.IndexByte("(),:/", c) >= 0:
			toks = append(toks, string(c))
			i++
		default:
			j := i
			for j < len(src) && strings.IndexByte(" (),/'", src[j]) < 0 && (src[j] != ':' || isDigit(src[i])) {
				j++
			}
			toks = append(toks, src[i:j])
			i = j
		}
	}
	return toks
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (p *filterParser) peek() string {
	if p.i < len(p.toks) {
		return p.toks[p.i]
	}
	return ""
}

func (p *filterParser) next() string {
	t := p.peek()
	p.i++
	return t
}

func (p *filterParser) expect(tok string) error {
	if got := p.next(); got != tok {
		return fmt.Errorf("%w: %q expected, %q found", errSyntax, tok, got)
	}
	return nil
}

func (p *filterParser) or() (node, error) {
	left, err := p.and()
	for err == nil && p.peek() == "or" {
		p.i++
		var right node
		if right, err = p.and(); err == nil {
			a := left
			left = func(get func(string) any) bool { return a(get) || right(get) }
		}
	}
	return left, err
}

func (p *filterParser) and() (node, error) {
	left, err := p.not()
	for err == nil && p.peek() == "and" {
		p.i++
		var right node
		if right, err = p.not(); err == nil {
			a := left
			left = func(get func(string) any) bool { return a(get) && right(get) }
		}
	}
	return left, err
}

func (p *filterParser) not() (node, error) {
	if p.peek() != "not" {
		return p.primary()
	}
	p.i++
	p.f.advanced = true
	n, err := p.primary()
	if err != nil {
		return nil, err
	}
	return func(get func(string) any) bool { return !n(get) }, nil
}

func (p *filterParser) primary() (node, error) {
	switch word := p.next(); {
	case word == "(":
		n, err := p.or()
		if err == nil {
			err = p.expect(")")
		}
		return n, err
	case p.peek() == "(" && strings.EqualFold(word, "startsWith"):
		return p.affix(strings.HasPrefix)
	case p.peek() == "(" && strings.EqualFold(word, "endsWith"):
		p.f.advanced = true
		return p.affix(strings.HasSuffix)
	case word == "" || word[0] == '\'' || strings.IndexByte("(),:/\x00", word[0]) >= 0:
		return nil, fmt.Errorf("%w: property expected, %q found", errSyntax, word)
	case p.peek() == "/" && p.i+1 < len(p.toks) && p.toks[p.i+1] != "any":
		p.i++ // the property of a property
		return p.comparison(word + "/" + p.next())
	case p.peek() == "/":
		return p.anyOf(word)
	default:
		return p.comparison(word)
	}
}

// affix is startsWith(prop,'v') or endsWith(prop,'v').
func (p *filterParser) affix(test func(string, string) bool) (node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	prop := p.next()
	if err := p.expect(","); err != nil {
		return nil, err
	}
	lit := p.next()
	if !strings.HasPrefix(lit, "'") {
		return nil, fmt.Errorf("%w: string expected, %q found", errSyntax, lit)
	}
	p.f.props = append(p.f.props, prop)
	want := strings.ToLower(lit[1:])
	return func(get func(string) any) bool {
		have, isText := get(prop).(string)
		return isText && test(strings.ToLower(have), want)
	}, p.expect(")")
}

// anyOf is prop/any(x:x eq 'v'), or with startsWith(x,'v').
func (p *filterParser) anyOf(prop string) (node, error) {
	p.i++ // the slash
	if err := p.expect("any"); err != nil {
		return nil, err
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	variable := p.next()
	if err := p.expect(":"); err != nil {
		return nil, err
	}
	named := len(p.f.props)
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	for _, name := range p.f.props[named:] {
		if name != variable {
			return nil, fmt.Errorf("%w: %q is not the range variable", errSyntax, name)
		}
	}
	p.f.props = append(p.f.props[:named], prop)
	return func(get func(string) any) bool {
		list, _ := get(prop).([]string)
		return slices.ContainsFunc(list, func(v string) bool {
			return n(func(string) any { return v })
		})
	}, p.expect(")")
}

func (p *filterParser) comparison(prop string) (node, error) {
	p.f.props = append(p.f.props, prop)
	op := p.next()
	if op == "in" {
		return p.in(prop)
	}
	if !slices.Contains([]string{"eq", "ne", "ge", "le", "gt", "lt"}, op) {
		return nil, fmt.Errorf("%w: operator expected, %q found", errSyntax, op)
	}
	want, err := literal(p.next())
	if err != nil {
		return nil, err
	}
	if op == "ne" {
		p.f.advanced = true
	}
	return func(get func(string) any) bool {
		have := get(prop)
		switch op {
		case "eq":
			return same(have, want)
		case "ne":
			return !same(have, want)
		}
		a, okA := have.(string)
		b, okB := want.(string)
		if !okA || !okB {
			return false
		}
		switch op {
		case "ge":
			return a >= b
		case "le":
			return a <= b
		case "gt":
			return a > b
		default:
			return a < b
		}
	}, nil
}

func (p *filterParser) in(prop string) (node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var wants []any
	for {
		w, err := literal(p.next())
		if err != nil {
			return nil, err
		}
		wants = append(wants, w)
		if p.peek() != "," {
			break
		}
		p.i++
	}
	return func(get func(string) any) bool {
		return slices.ContainsFunc(wants, func(w any) bool { return same(get(prop), w) })
	}, p.expect(")")
}

// literal reads a value: string, boolean, null, number, GUID or date-time.
func literal(tok string) (any, error) {
	switch {
	case strings.HasPrefix(tok, "'"):
		return tok[1:], nil
	case tok == "true" || tok == "false":
		return tok == "true", nil
	case tok == "null":
		return nil, nil
	}
	if n, err := strconv.Atoi(tok); err == nil {
		return n, nil
	}
	if tok != "" && len(tok) >= 10 && strings.Contains(tok, "-") { // GUID or date-time without quotes
		return tok, nil
	}
	return nil, fmt.Errorf("%w: value expected, %q found", errSyntax, tok)
}

// same compares as the directory does: text without regard to case.
func same(have, want any) bool {
	a, okA := have.(string)
	b, okB := want.(string)
	if okA && okB {
		return strings.EqualFold(a, b)
	}
	return have == want
}
