package card

import (
	"guestsite/bot/flow"
)

// SiteForm is the first step for a new site: its name, purpose and owners.
func SiteForm(v View) Form {
	s := &sheet{Lang: v.lang()}
	a := v.Request.Answers
	f := v.form(s, flow.StepSite, keyFormSite, keyNext)
	v.stepLine(s, 1, keyStepNameSite)
	v.standstill(s)
	v.notReady(s)
	owner := a.Owner
	if owner.ID == "" {
		owner = v.Request.Requester
	}
	access := keyPrivate
	if a.Public {
		access = keyPublic
	}
	nameHint := s.Say(keyNameHint)
	if l := v.Request.Looked; l != nil && l.Display != "" && a.Name != "" && !v.wrong(FieldName) {
		nameHint = s.Say(keyNameFree, "site", l.Display, "alias", l.Alias)
	}
	private := Option{Value: "private", Label: s.Say(keyPrivateLabel), Hint: s.Say(keyPrivateHint)}
	public := Option{Value: "public", Label: s.Say(keyPublicLabel), Hint: s.Say(keyPublicHint)}
	chosen := private
	if access == keyPublic {
		chosen = public
	}
	f.Fields = []Field{
		{ID: FieldName, Kind: Line, Label: s.Say(keyNameLabel), Hint: nameHint, Placeholder: s.Say(keyNameExample), MaxLength: maxName, Value: typed(a.Name)},
		{ID: FieldPurpose, Kind: Lines, Label: s.Say(keyPurposeLabel), Hint: s.Say(keyPurposeHint), MaxLength: maxPurpose, Value: typed(a.Purpose)},
		{ID: FieldOwner, Kind: OnePerson, Label: s.Say(keyOwnerLabel), Hint: s.Say(keyOwnerHint), Value: picked(owner)},
		{ID: FieldSecond, Kind: OnePerson, Label: s.Say(keySecondLabel), Hint: s.Say(keySecondHint), Optional: true, Value: picked(a.Second)},
		{ID: FieldAccess, Kind: Choice, Label: s.Say(keyAccessLabel), Hint: s.Say(keyAccessHint), Options: []Option{private, public}, Value: []Option{chosen}},
	}
	v.errors(s, &f)
	f.Blocks, f.Tail = s.blocks, v.kept(s, flow.StepSite)
	return f
}

// wrong says whether there is a problem at a field.
func (v View) wrong(field string) bool {
	if v.Request.Looked == nil {
		return false
	}
	for _, p := range v.Request.Looked.Problems {
		if p.Field == field {
			return true
		}
	}
	return false
}
