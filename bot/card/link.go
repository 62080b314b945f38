package card

import "time"

// linkButton asks for a link of the viewer's own. A link on a card would be old
// by the time it is pressed.
func (v View) linkButton(s *sheet) Button {
	return Button{Label: s.Say(keyLinkAccount), Action: ActCommand, Value: string(CommandLink), Style: Primary}
}

func (v View) unlinkButton(s *sheet) Button {
	b := Button{Label: s.Say("link.unlink"), Action: ActCommand, Value: string(CommandUnlink), Style: Danger}
	b.Confirm = &Confirm{
		Title: s.Say("link.unlink_title"), Text: s.Say("link.unlink_text"), Yes: s.Say("link.unlink"), No: s.Say(keyBack),
	}
	return b
}

// Linked tells an account that it is the viewer's from now on. wanted is the
// command that waited for it; empty for none.
func Linked(v View, at time.Time, wanted string) Card {
	s := &sheet{Lang: v.lang()}
	s.text("link.linked", "person", v.Viewer.Name, "mail", v.Viewer.Mail, "when", Moment(at))
	s.text("link.not_you", "admins", v.admins(s.Lang))
	var bs []Button
	if word := GoOn(wanted); word != "" { // no record is kept of this card, so no guest may stand on it
		bs = append(bs, Button{Label: s.Say("link.go_on", "word", word.Word(s.Tag())), Action: ActCommand, Value: string(word), Style: Primary})
	}
	s.actions(append(bs, v.unlinkButton(s))...)
	return s.card(s.Say("link.linked_title"))
}

// LinkedAlready says whose the account is, and since when.
func LinkedAlready(v View, at time.Time) Card {
	s := &sheet{Lang: v.lang()}
	s.text("link.already", "person", v.Viewer.Name, "mail", v.Viewer.Mail, "when", Moment(at))
	s.actions(v.unlinkButton(s))
	return s.card("")
}

// LinkedElsewhere tells somebody that another account, of that chat, was linked to him.
func LinkedElsewhere(v View, chat, account string, at time.Time) Card {
	s := &sheet{Lang: v.lang()}
	if k := Key("link.chat_" + chat); v.Texts.Has(k) {
		chat = s.Say(k)
	}
	s.text("link.elsewhere", "chat", chat, "account", oneLine(account), "mail", v.Viewer.Mail, "when", Moment(at))
	s.text("link.elsewhere_help", "admins", v.admins(s.Lang))
	s.note("link.elsewhere_it", "word", CommandUnlink.Word(s.Tag()), "mail", v.Viewer.Mail)
	return s.card(s.Say("link.elsewhere_title"))
}

// Moved is all that is left of a card of the view's request where it went to another
// account.
func Moved(v View) Card {
	s := &sheet{Lang: v.lang()}
	s.text(keyMovedText)
	return s.card(s.Say(keyUnlinkedTitle, "ref", v.Request.ID))
}

// UnlinkedByIT tells an account that an admin unlinked it.
func UnlinkedByIT(v View) Card {
	s := &sheet{Lang: v.lang()}
	s.text("link.by_it", "admins", v.admins(s.Lang))
	s.actions(v.linkButton(s))
	return s.card(s.Say("link.by_it_title"))
}

// LinkText is a text of the pages on which an account is linked. name is its key
// in the catalogue's "link".
func LinkText(v View, name string, args map[string]string) []Run {
	l := v.lang()
	return l.Runs(Key("link."+name), append(pairs(args), "admins", v.admins(l))...)
}

// HasLinkText says whether there is such a text.
func HasLinkText(t *Texts, name string) bool { return t.Has(Key("link." + name)) }
