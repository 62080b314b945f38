package main

import (
	"fmt"
	"reflect"
	"regexp"
)

// placeholder is a value that a configuration of setup still lacks: <what it is>.
var placeholder = regexp.MustCompile(`^<(.+)>$`)

// placeholders reports each value that is still to be filled in.
func (l *loader) placeholders(c *Config) {
	note := func(key, value string) {
		if m := placeholder.FindStringSubmatch(value); m != nil {
			l.fault(key, l.place(key), "is still to be filled in", "Write here "+m[1]+", in place of the <…>")
		}
	}
	walkLeaves(reflect.ValueOf(c).Elem(), "", func(key string, _ field, v reflect.Value) {
		if list, ok := reflect.TypeAssert[[]string](v); ok {
			for i, value := range list {
				note(fmt.Sprintf("%s[%d]", key, i), value)
			}
		} else if v.Kind() == reflect.String {
			note(key, v.String())
		}
	})
}
