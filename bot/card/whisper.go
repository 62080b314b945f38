package card

import (
	"slices"
	"strings"

	"guestsite/bot/flow"
)

// refusals are the private lines: to whoever clicked, typed or sent something
// that changes nothing, or less than he hoped.
func refusals() []string {
	return []string{
		// Of a click on a card.
		"already_decided", "stale", "not_owner", "not_approver", "may_not_invite", "may_not_create",
		"own_guest", "right_unknown", "asked_already", "not_here", "not_yet", "too_late", "too_long",
		"not_longer", "not_your_card", "card_unknown", "action_unknown", "paused",
		// Of who somebody is.
		"refused_deactivated", "refused_bot", "refused_chat_guest", "refused_stranger", "refused_invited",
		"refused_unconfirmed", "refused_no_mail", "refused_no_match", "refused_ambiguous",
		"refused_disabled", "refused_dir_guest", "refused_unlinked",
		// Of a command or a form.
		"nothing_to_cancel", "form_unknown", "form_expired", "form_sent", "draft_expired",
		"why_which", "why_not_yours", "not_admin", "handled_already", "nothing_failed", "lookup_slow", "lookup_failed",
		"link_not_needed", "unlink_none", "unlink_which", "unlink_nobody",
	}
}

// Refusals lists the keys of all private lines, so that a test can see that
// each is reached.
func Refusals() []Key {
	out := make([]Key, 0, len(refusals()))
	for _, c := range refusals() {
		out = append(out, Key("whisper."+c))
	}
	return out
}

// Whisper is a private line to one person. code is one of [Refusals] without
// its prefix, a reason of an identity without "refused_", or a Refusal of the
// machine; args add to what the view knows: requester, site, ref, guest, decider
// and time, others. A code without a text says that nothing was changed.
func Whisper(v View, code string, args map[string]string) Card {
	s := &sheet{Lang: v.lang()}
	v.whisper(s, code, args)
	return s.card("")
}

func (v View) whisper(s *sheet, code string, args map[string]string) {
	known := append(v.known(s.Lang), s.ruleArgs(args)...)
	k := Key("whisper." + code)
	if !v.Texts.Has(k) && v.Texts.Has("whisper.refused_"+Key(code)) {
		k = "whisper.refused_" + Key(code)
	}
	s.text(keySentence, "text", s.first(known, k+"_full", k, keyWhisperPlain))
	switch {
	case strings.HasSuffix(string(k), "_unlinked"):
		b := v.linkButton(s)
		if v.LinkURL != "" {
			b = Button{Label: s.Say(keyLinkAccount), URL: v.LinkURL, Style: Primary}
			s.note(keyLinkYours)
		}
		s.actions(b)
	case v.Request != nil && v.Request.State == flow.Draft && slices.Contains([]string{"draft_kept", "form_closed"}, code):
		b := v.button(ActContinue, "", s.Say(keyContinue))
		b.Style = Primary
		s.actions(b)
	case code == "why_which" || code == "action_unknown":
		s.actions(v.commandButton(s, CommandHelp))
	}
}

// known is what a private line may name: from the record, as far as it is given.
func (v View) known(l Lang) []any {
	args := []any{"admins", v.admins(l)}
	r := v.Request
	if r == nil {
		return args
	}
	args = append(args, "ref", r.ID, "site", v.site(), "requester", given(nameOf(r.Requester)))
	d, deciders := v.decisionOn(v.Part)
	if d != nil {
		args = append(args, "person", given(nameOf(d.By)), "at", Stamp(d.At))
	}
	if others := v.others(deciders); len(others) > 0 {
		args = append(args, "others", AnyOf(others))
	}
	if g := v.guest(v.Part); g != nil {
		args = append(args, "guest", v.callName(g), "until", Day(g.Until))
	}
	return args
}

// Sorry is the private line for what could not be taken: what happened, what
// happens now, who can help, and a reference that the operator can search for.
// code is the code of the error.
func Sorry(v View, code, ref string) Card {
	s := &sheet{Lang: v.lang()}
	s.text(keySentence, "text", s.first(nil, Key("sorry."+code), keySorryPlain))
	s.text(keySorryHelp, "admins", v.admins(s.Lang), "ref", ref)
	return s.card("")
}

// Done is the last word of a form that did what it is for, or was put away. code
// is that of a private line with a title in the catalogue's "done".
func Done(v View, code string, args map[string]string) Form {
	f := Closed(v, code, args)
	s := &sheet{Lang: v.lang()}
	f.Title, f.Close = s.Say(Key("done."+code)), ""
	return f
}

// Closed is the last word in an open form: why it cannot go on. code is as for
// [Whisper].
func Closed(v View, code string, args map[string]string) Form {
	s := &sheet{Lang: v.lang()}
	v.whisper(s, code, args)
	f := Form{Title: s.Say(keyFormClosed), Close: s.Say(keyFormShut), Blocks: s.blocks}
	if v.Request != nil {
		f.Request = v.Request.ID
	}
	return f
}
