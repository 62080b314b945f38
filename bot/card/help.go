package card

// Help lists what can be typed, in the viewer's language.
func Help(v View) Card {
	s := &sheet{Lang: v.lang()}
	s.text(keyHelpText)
	var list List
	for _, c := range Commands() {
		if !v.Linking && (c == CommandLink || c == CommandUnlink) {
			continue
		}
		rest := ""
		if k := Key("command." + string(c) + "_args"); v.Texts.Has(k) {
			rest = " " + s.Say(k)
		}
		list.Items = append(list.Items, []Run{{Text: c.Word(s.Tag()) + rest, Code: true}, {Text: " – " + s.Say(Key("command."+string(c)))}})
	}
	s.add(list)
	s.actions(v.commandButton(s, CommandNew), v.commandButton(s, CommandMine), v.commandButton(s, CommandInbox))
	s.note(keyHelpWho, "admins", v.admins(s.Lang))
	return s.card(s.Say(keyHelpTitle))
}

// Unknown offers the nearest command for a word that is none.
func Unknown(v View, typed string) Card {
	s := &sheet{Lang: v.lang()}
	near := Nearest(typed)
	if near == CommandHelp {
		s.text(keyUnknownHelp)
		s.actions(v.commandButton(s, CommandHelp))
	} else {
		s.text(keyUnknownText, "word", near.Word(s.Tag()))
		s.actions(v.commandButton(s, near), v.commandButton(s, CommandHelp))
	}
	return s.card(s.Say(keyUnknownCommand, "typed", short(oneLine(typed), 40)))
}

func (v View) commandButton(s *sheet, c CommandWord) Button {
	return Button{Label: s.Say(Key("command." + string(c) + "_button")), Action: ActCommand, Value: string(c)}
}

// Language confirms the language chosen ("en" or "nl"); empty when what was
// typed is none of them. It speaks the language chosen.
func Language(v View, set string) Card {
	if set != "" {
		v.Viewer.Lang = set
		s := &sheet{Lang: v.lang()}
		s.text(keyLanguageSet)
		return s.card(s.Say(keyLanguageTitle))
	}
	s := &sheet{Lang: v.lang()}
	s.text(keyLanguageWhich)
	var bs []Button
	for _, tag := range Languages() {
		bs = append(bs, Button{Label: s.Say(Key("language." + tag)), Action: ActCommand, Value: string(CommandLanguage) + " " + tag})
	}
	s.actions(bs...)
	return s.card(s.Say(keyLanguageTitle))
}
