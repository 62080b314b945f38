package card

import (
	"maps"
	"slices"
	"strings"
	"time"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

// first says the first of the texts that exists and whose placeholders args all
// fill; the last one where none does.
func (l Lang) first(args []any, keys ...Key) string {
	for _, k := range keys {
		if !l.texts.Has(k) {
			continue
		}
		src, vals := l.source(k, args)
		if missing(src, vals) {
			continue
		}
		return fill(strings.ReplaceAll(src, "**", ""), vals)
	}
	return l.Say(keys[len(keys)-1], args...)
}

// missing says whether a placeholder of src has no value.
func missing(src string, vals map[string]string) bool {
	for {
		_, after, ok := strings.Cut(src, "{")
		if !ok {
			return false
		}
		name, rest, ok := strings.Cut(after, "}")
		if !ok {
			return false
		}
		if vals[name] == "" {
			return true
		}
		src = rest
	}
}

// ruleArgs makes a record's arguments those of a sentence: reasons in words,
// times in the reader's way.
func (l Lang) ruleArgs(m map[string]string) []any {
	m = maps.Clone(m)
	maps.DeleteFunc(m, func(_, v string) bool { return v == "" })
	args := []any{}
	for _, k := range []string{"since", "until"} {
		if t, err := time.Parse(time.RFC3339, m[k]); err == nil {
			args = append(args, k, Moment(t))
			delete(m, k)
		}
	}
	if t, err := time.Parse(time.RFC3339, m["at"]); err == nil {
		args = append(args, "at", Stamp(t))
		delete(m, "at")
	}
	if r := m["reason"]; r != "" {
		rest := maps.Clone(m)
		delete(rest, "reason")
		if said := l.first(pairs(rest), Key("address."+r), Key("name."+r), Key("list."+r), keyReasonPlain); said != "" {
			m["reason"] = said
		}
	}
	return append(args, pairs(m)...)
}

// ruleShort is why something cannot be, for everybody but admins: never a
// setting's name or value. unknown says that it could not be read.
func (l Lang) ruleShort(code string, m map[string]string, unknown bool) string {
	return l.ruleOr(code, m, unknown, keyEmployeeIT)
}

// ruleOr is ruleShort where there is a text for the code, else what plain says.
func (l Lang) ruleOr(code string, m map[string]string, unknown bool, plain Key) string {
	own := Key("employee." + code)
	if slices.Contains(readiness.Codes(), readiness.Code(code)) {
		f := readiness.Finding{Code: readiness.Code(code), Status: readiness.Blocks}
		if unknown {
			f.Status = readiness.CannotTell
		}
		own = Key("employee." + string(readiness.EmployeeCode(&f)))
	}
	return l.first(l.ruleArgs(m), own, own+"_plain", plain)
}

// flag is a remark for a decider.
func (l Lang) flag(f flow.Flag) string {
	return l.first(l.ruleArgs(f.Args), Key("flag."+f.Code), keyFlagPlain)
}

// setting is a setting's name as the admin center shows it.
func (l Lang) setting(key string) string {
	k := Key("setting." + strings.ReplaceAll(key, ".", "_"))
	if !l.texts.Has(k) {
		return key
	}
	return l.Say(k)
}

// value is a setting's value as the admin center shows it, or plain data.
func (l Lang) value(v string) string {
	if v == "" {
		return "–"
	}
	if k := Key("value." + v); l.texts.Has(k) {
		return l.Say(k)
	}
	return oneLine(v)
}

// finding is what a setting says, for admins.
func (l Lang) finding(f readiness.Finding) string {
	args := append(l.unnamed(), l.ruleArgs(f.Args)...)
	args = append(args, "setting", l.setting(f.Setting), "value", l.value(f.Value))
	if f.Missing != nil {
		args = append(args, "permission", f.Missing.Permission)
	}
	k := Key("finding." + string(f.Code))
	if f.Value == "" && f.Code == "ok" {
		k = keyFindingFine
	}
	return l.Say(k, args...)
}

// unnamed stands for what a finding does not name.
func (l Lang) unnamed() []any {
	return []any{"person", keySomebody, "reason", keyReasonPlain}
}

// fix is what an admin can change, for admins.
func (l Lang) fix(f *readiness.Fix, setting string) string {
	args := append(l.unnamed(), l.ruleArgs(f.Args)...)
	args = append(args, "setting", l.setting(setting))
	if v := f.Args["value"]; v != "" {
		args = append(args, "value", l.value(v))
	} else {
		args = append(args, "value", l.value(f.Value))
	}
	return l.Say(Key("fix."+string(f.Code)), args...)
}

// layer is a layer's number and name.
func (l Lang) layer(n readiness.Layer) string {
	return l.Say(keyLayer, "n", int(n), "name", Key(layerKey(n)))
}

func layerKey(n readiness.Layer) string { return "layer.l" + number(int(n)) }
