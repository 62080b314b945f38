package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decodeFile reads the YAML in text into c. It walks the nodes itself, because
// the decoder's own strictness names Go types instead of keys and lets `no`
// and `0x10` change their meaning with the type.
func (l *loader) decodeFile(text []byte, c *Config) {
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	var document, more yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return // only comments
	case err != nil:
		l.unreadable(text, err)
		return
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		l.fault("", l.file, "holds a second document", "Keep one, and remove the line ---")
	}
	for _, n := range document.Content {
		l.block(n, reflect.ValueOf(c).Elem(), "")
	}
}

// unreadable is the one fault of a file that is no YAML: what its keys lack nobody
// knows then.
func (l *loader) unreadable(text []byte, err error) {
	l.broken = true
	for i, line := range strings.Split(string(text), "\n") {
		if blanks := line[:len(line)-len(strings.TrimLeft(line, " \t"))]; strings.Contains(blanks, "\t") {
			l.fault("", fmt.Sprintf("%s:%d", l.file, i+1), "is indented with a tab, which YAML does not take", "Write blanks in its place")
			return
		}
	}
	l.fault("", l.file, "is no valid YAML: "+strings.TrimPrefix(err.Error(), "yaml: "), `Compare it with "guestsite config example"`)
}

// block reads a mapping into a struct, at the key path of that struct.
func (l *loader) block(n *yaml.Node, v reflect.Value, path string) {
	if n.Tag == "!!null" {
		return // a block whose keys are all commented out
	}
	if n.Kind != yaml.MappingNode {
		l.fault(path, l.at(n), "is "+kindOf(n)+", not a block of keys", "Write its keys below it, indented")
		return
	}
	fields := fieldsOf(v.Type())
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		key := join(path, name.Value)
		at := slices.IndexFunc(fields, func(f field) bool { return f.key == name.Value })
		switch {
		case seen[name.Value]:
			l.fault(key, l.at(name), "stands here twice", "Keep one of the two")
		case at < 0:
			l.fault(key, l.at(name), "is no key", suggest(name.Value, fields))
		case fields[at].secret:
			l.fault(key, l.at(name), "is a secret and does not belong in this file",
				"Name a file in "+fields[at].fileKey(path)+", or set "+envName(key))
		default:
			l.where[key] = l.at(name)
			l.value(value, v.Field(fields[at].index), key)
		}
		seen[name.Value] = true
	}
}

// value reads n into a field of any kind that Config has.
func (l *loader) value(n *yaml.Node, v reflect.Value, key string) {
	if n.Kind == yaml.AliasNode {
		l.fault(key, l.at(n), "is an alias", "Write the value itself")
		return
	}
	switch {
	case isLeaf(v.Type()):
		l.leaf(n, v, key)
	case v.Kind() == reflect.Struct:
		l.block(n, v, key)
	case v.Kind() == reflect.Pointer:
		if n.Tag != "!!null" {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			l.block(n, v.Elem(), key)
		}
	case v.Kind() == reflect.Map:
		l.records(n, v, key)
	case v.Kind() == reflect.Slice:
		l.list(n, v, key)
	}
}

func (l *loader) leaf(n *yaml.Node, v reflect.Value, key string) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		l.fault(key, l.at(n), "is "+kindOf(n)+", not a value", "Write one value, or remove the line")
		return
	}
	if err := setLeaf(v, n.Value); err != nil {
		l.fault(key, l.at(n), err.Error(), fixForm)
	}
}

func (l *loader) list(n *yaml.Node, v reflect.Value, key string) {
	if n.Kind != yaml.SequenceNode {
		l.fault(key, l.at(n), "is "+kindOf(n)+", not a list", "Write [one, two]")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		entry := fmt.Sprintf("%s[%d]", key, i)
		l.where[entry] = l.at(item)
		l.value(item, v.Index(i), entry)
	}
}

// records reads a mapping from free names to structs.
func (l *loader) records(n *yaml.Node, v reflect.Value, path string) {
	if n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		l.fault(path, l.at(n), "is "+kindOf(n)+", not a block of names", "Write a name and its keys below it")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		key := join(path, name.Value)
		if v.MapIndex(reflect.ValueOf(name.Value)).IsValid() {
			l.fault(key, l.at(name), "stands here twice", "Keep one of the two")
			continue
		}
		l.where[key] = l.at(name)
		record := reflect.New(v.Type().Elem()).Elem()
		l.value(n.Content[i+1], record, key)
		v.SetMapIndex(reflect.ValueOf(name.Value), record)
	}
}

func (l *loader) at(n *yaml.Node) string { return fmt.Sprintf("%s:%d", l.file, n.Line) }

func kindOf(n *yaml.Node) string {
	switch {
	case n.Tag == "!!null":
		return "empty"
	case n.Kind == yaml.MappingNode:
		return "a block of keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "an alias"
	default:
		return "a single value"
	}
}

// fixForm is the advice for a value that cannot be read.
const fixForm = `Write it as "guestsite config example" shows it`

func suggest(word string, fields []field) string {
	var names []string
	for _, f := range fields {
		if !f.secret {
			names = append(names, f.key)
		}
	}
	if near, ok := nearest(word, names); ok {
		return "Did you mean " + near + "? Otherwise remove it"
	}
	return "Here belong: " + strings.Join(names, ", ")
}

// resolvePaths makes every relative file name in c relative to dir instead of
// the current folder.
func resolvePaths(c *Config, dir string) {
	from := func(name string) string {
		if name == "" || filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(dir, name)
	}
	walkLeaves(reflect.ValueOf(c).Elem(), "", func(_ string, f field, v reflect.Value) {
		switch list, isList := reflect.TypeAssert[[]string](v); {
		case !f.path:
		case isList:
			for i := range list {
				list[i] = from(list[i])
			}
		default:
			v.SetString(from(v.String()))
		}
	})
	for name, cloud := range c.Clouds {
		cloud.CAFile = from(cloud.CAFile)
		c.Clouds[name] = cloud
	}
}
