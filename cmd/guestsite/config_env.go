package main

import (
	"encoding"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// envPrefix starts the variable of every key: the key's path in upper case
// with "_" for ".", so GUESTSITE_STORE_PATH is store.path. Lists are separated
// by commas. An empty variable counts as absent. The records under clouds have
// no variables; a machine that needs one has a file.
const envPrefix = "GUESTSITE_"

func envName(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// overlay puts the values of variables over those of the file.
func (l *loader) overlay(c *Config, env func(string) (string, bool)) {
	l.overlayStruct(reflect.ValueOf(c).Elem(), "", env)
}

// overlayStruct reports whether any variable below path was set.
func (l *loader) overlayStruct(v reflect.Value, path string, env func(string) (string, bool)) bool {
	found := false
	for _, f := range fieldsOf(v.Type()) {
		key, at := join(path, f.key), v.Field(f.index)
		switch {
		case isLeaf(at.Type()) || at.Kind() == reflect.Slice:
			text, ok := env(envName(key))
			if !ok || text == "" {
				continue
			}
			found = true
			l.where[key] = envName(key)
			if err := setText(at, text); err != nil {
				l.fault(key, envName(key), err.Error(), fixForm)
			}
		case at.Kind() == reflect.Struct:
			found = l.overlayStruct(at, key, env) || found
		case at.Kind() == reflect.Pointer:
			block := at
			if at.IsNil() {
				block = reflect.New(at.Type().Elem())
			}
			if l.overlayStruct(block.Elem(), key, env) {
				at.Set(block)
				found = true
			}
		}
	}
	return found
}

// envNames lists every variable that configures something, sorted.
func envNames() []string {
	var names []string
	full := Config{Microsoft365: Microsoft365{SharePointAdmin: &SharePointAdmin{}}, Slack: &Slack{}, Teams: &Teams{}, Identity: Identity{SignIn: &SignInApp{}}}
	walkLeaves(reflect.ValueOf(&full).Elem(), "", func(key string, _ field, _ reflect.Value) {
		names = append(names, envName(key))
	})
	slices.Sort(names)
	return names
}

// strayVariables says which of the names of variables are likely slips of a key's
// variable: nothing reads them. Others may begin like ours for reasons of their own,
// as those do that Kubernetes makes for a service of that name.
func strayVariables(names []string) []string {
	var keys, out []string
	for _, name := range envNames() {
		keys = append(keys, strings.TrimPrefix(name, envPrefix))
	}
	for _, name := range names {
		word, ours := strings.CutPrefix(name, envPrefix)
		if !ours || slices.Contains(keys, word) {
			continue
		}
		if near, ok := nearest(word, keys); ok {
			out = append(out, name+" is no key's variable, and nothing reads it; did you mean "+envPrefix+near+"?")
		}
	}
	slices.Sort(out)
	return out
}

// setText sets a leaf or a list from one text.
func setText(v reflect.Value, text string) error {
	if isLeaf(v.Type()) {
		return setLeaf(v, text)
	}
	list := reflect.MakeSlice(v.Type(), 0, 0)
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		one := reflect.New(v.Type().Elem()).Elem()
		if err := setLeaf(one, item); err != nil {
			return err
		}
		list = reflect.Append(list, one)
	}
	v.Set(list)
	return nil
}

var errNotNumber = errors.New("is no whole number")

// setLeaf sets a string, a whole number or a type that reads its own text. The
// error's text continues a sentence that starts with the key.
func setLeaf(v reflect.Value, text string) error {
	if u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); ok {
		return u.UnmarshalText([]byte(text))
	}
	if v.Kind() == reflect.Int {
		n, err := strconv.Atoi(text)
		if err != nil {
			return errNotNumber
		}
		v.SetInt(int64(n))
		return nil
	}
	v.SetString(text)
	return nil
}

// field is what a key tag says about one struct field.
type field struct {
	index        int
	key          string
	path, secret bool
}

// fileKey is the key that names a file with the value of secret field f.
func (f field) fileKey(path string) string {
	if stem, plural := strings.CutSuffix(f.key, "s"); plural {
		return join(path, stem+"_files")
	}
	return join(path, f.key+"_file")
}

// fieldsOf reads the key tags of struct type t, in the order of its fields.
func fieldsOf(t reflect.Type) []field {
	fields := make([]field, t.NumField())
	for i := range fields {
		key, options, _ := strings.Cut(t.Field(i).Tag.Get("key"), ",")
		fields[i] = field{index: i, key: key, path: options == "path", secret: options == "secret"}
	}
	return fields
}

func isLeaf(t reflect.Type) bool {
	return t.Kind() == reflect.String || t.Kind() == reflect.Int || t.Kind() == reflect.Int64 ||
		reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// walkLeaves calls visit for every leaf and list below v, except in maps and
// behind nil pointers.
func walkLeaves(v reflect.Value, path string, visit func(key string, f field, v reflect.Value)) {
	for _, f := range fieldsOf(v.Type()) {
		key, at := join(path, f.key), v.Field(f.index)
		switch {
		case isLeaf(at.Type()) || at.Kind() == reflect.Slice:
			visit(key, f, at)
		case at.Kind() == reflect.Struct:
			walkLeaves(at, key, visit)
		case at.Kind() == reflect.Pointer && !at.IsNil():
			walkLeaves(at.Elem(), key, visit)
		}
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
