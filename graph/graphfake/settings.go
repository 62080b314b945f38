package graphfake

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// Template ids of group settings, "Microsoft Entra cmdlets for configuring group settings".
const (
	templateUnified      = "62375ab9-6b52-47ed-826b-58e47e0e304b"
	templateUnifiedGuest = "08d542b9-071f-4e16-94b0-74abb372e3d9"
)

// groupSetting is the tenant-wide settings object; values are strings, as at the vendor.
type groupSetting struct {
	id     string
	values map[string]string
}

// unifiedDefaults are what applies while no settings object exists, in the template's order.
func unifiedDefaults() [][2]string {
	return [][2]string{
		{"NewUnifiedGroupWritebackDefault", "true"},
		{"EnableMIPLabels", "false"},
		{"CustomBlockedWordsList", ""},
		{"EnableMSStandardBlockedWords", "false"},
		{"ClassificationDescriptions", ""},
		{"DefaultClassification", ""},
		{"PrefixSuffixNamingRequirement", ""},
		{"AllowGuestsToBeGroupOwner", "false"},
		{"AllowGuestsToAccessGroups", "true"},
		{"GuestUsageGuidelinesUrl", ""},
		{"GroupCreationAllowedGroupId", ""},
		{"AllowToAddGuests", "true"},
		{"UsageGuidelinesUrl", ""},
		{"ClassificationList", ""},
		{"EnableGroupCreation", "true"},
	}
}

// unifiedValue is the value that applies tenant-wide.
func (t *tenant) unifiedValue(name string) string {
	if t.unified != nil {
		if v, set := t.unified.values[name]; set {
			return v
		}
	}
	for _, d := range unifiedDefaults() {
		if d[0] == name {
			return d[1]
		}
	}
	return ""
}

func (t *tenant) unifiedFlag(name string) bool {
	return strings.EqualFold(t.unifiedValue(name), "true")
}

// setUnified writes one value, making the settings object when there is none.
func (t *tenant) setUnified(name, value string) {
	if t.unified == nil {
		t.unified = &groupSetting{id: newID(), values: map[string]string{}}
		for _, d := range unifiedDefaults() {
			t.unified.values[d[0]] = d[1]
		}
	}
	t.unified.values[name] = value
}

// SetGroupSetting writes one tenant-wide value of Group.Unified, such as "AllowToAddGuests" "False". The settings
// object is made when the tenant has none yet.
func (s *Server) SetGroupSetting(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setUnified(name, value)
}

func (g *groupSetting) doc() map[string]any {
	values := []map[string]string{}
	for _, d := range unifiedDefaults() {
		values = append(values, map[string]string{"name": d[0], "value": g.values[d[0]]})
	}
	return map[string]any{"id": g.id, "displayName": "Group.Unified", "templateId": templateUnified, "values": values}
}

// settingBody is the body of a write. A POST names the template.
type settingBody struct {
	TemplateID string `json:"templateId"`
	Values     []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"values"`
}

func (c *call) settingBody() (map[string]string, string, *reply) {
	var in settingBody
	if err := json.Unmarshal(c.body, &in); err != nil {
		r := malformed(err)
		return nil, "", &r
	}
	values := map[string]string{}
	for _, v := range in.Values {
		values[v.Name] = v.Value
	}
	return values, in.TemplateID, nil
}

func (c *call) listSettings() reply {
	value := []any{}
	if c.s.unified != nil {
		value = append(value, c.s.unified.doc())
	}
	return ok(map[string]any{"@odata.context": c.context("groupSettings"), "value": value})
}

func (c *call) getSetting() reply {
	if c.s.unified == nil || c.s.unified.id != c.p["setting"] {
		return notFound(c.p["setting"])
	}
	return c.one(http.StatusOK, "groupSettings/$entity", c.s.unified.doc())
}

// completeUnified refuses unknown names and bad booleans; whole says that no value may be missing.
func completeUnified(values map[string]string, whole bool) *reply {
	known := map[string]string{}
	for _, d := range unifiedDefaults() {
		known[d[0]] = d[1]
		if _, given := values[d[0]]; whole && !given {
			r := badRequest("A value is required for setting '" + d[0] + "'.")
			return &r
		}
	}
	for n, v := range values {
		def, found := known[n]
		isBool := def == "true" || def == "false"
		if !found || isBool && !strings.EqualFold(v, "true") && !strings.EqualFold(v, "false") {
			r := badRequest("Invalid value specified for setting '" + n + "'.")
			return &r
		}
	}
	return nil
}

func (c *call) createSetting() reply {
	values, template, bad := c.settingBody()
	if bad != nil {
		return *bad
	}
	if template != templateUnified {
		return badRequest("The template '" + template + "' cannot be used here.")
	}
	if c.s.unified != nil {
		return fail(http.StatusBadRequest, codeBadRequest, "A conflicting object with one or more of the specified property values is present in the directory.")
	}
	if bad = completeUnified(values, true); bad != nil {
		return *bad
	}
	c.s.unified = &groupSetting{id: newID(), values: values}
	c.s.wrote("setting.update")
	return c.one(http.StatusCreated, "groupSettings/$entity", c.s.unified.doc())
}

func (c *call) patchSetting() reply {
	if c.s.unified == nil || c.s.unified.id != c.p["setting"] {
		return notFound(c.p["setting"])
	}
	values, _, bad := c.settingBody()
	if bad != nil {
		return *bad
	}
	if bad = completeUnified(values, true); bad != nil { // the vendor wants the full array
		return *bad
	}
	c.s.unified.values = values
	c.s.wrote("setting.update")
	return noContent()
}

// guestSetting shows a group's own setting.
func (g *Group) guestSetting() map[string]any {
	return map[string]any{
		"id": g.settingID, "displayName": "Group.Unified.Guest", "templateId": templateUnifiedGuest,
		"values": []map[string]string{{"name": "AllowToAddGuests", "value": g.AllowToAddGuests}},
	}
}

func (c *call) listGroupSettings() reply {
	g, bad := c.visibleGroup()
	if bad != nil {
		return *bad
	}
	value := []any{}
	if g.AllowToAddGuests != "" {
		value = append(value, g.guestSetting())
	}
	return ok(map[string]any{"@odata.context": c.context("settings"), "value": value})
}

// writeGroupSetting makes or changes a group's own setting.
func (c *call) writeGroupSetting(create bool) reply {
	g, bad := c.visibleGroup()
	if bad != nil {
		return *bad
	}
	values, template, bad := c.settingBody()
	if bad != nil {
		return *bad
	}
	v := strings.ToLower(values["AllowToAddGuests"])
	switch {
	case create && template != templateUnifiedGuest:
		return badRequest("The template '" + template + "' cannot be used here.")
	case create && g.AllowToAddGuests != "":
		return badRequest("A conflicting object with one or more of the specified property values is present in the directory.")
	case !create && (g.AllowToAddGuests == "" || g.settingID != c.p["setting"]):
		return notFound(c.p["setting"])
	case len(values) != 1 || !slices.Contains([]string{"true", "false"}, v):
		return badRequest("Invalid value specified for setting 'AllowToAddGuests'.")
	}
	g.AllowToAddGuests = v
	c.s.wrote("setting.update")
	if create {
		return c.one(http.StatusCreated, "settings/$entity", g.guestSetting())
	}
	return noContent()
}

func (c *call) listTemplates() reply {
	values := []map[string]any{}
	for _, d := range unifiedDefaults() {
		kind := "System.String"
		if d[1] == "true" || d[1] == "false" {
			kind = "System.Boolean"
		}
		values = append(values, map[string]any{"name": d[0], "type": kind, "defaultValue": d[1], "description": ""})
	}
	return ok(map[string]any{"@odata.context": c.context("groupSettingTemplates"), "value": []map[string]any{
		{"id": templateUnified, "deletedDateTime": nil, "displayName": "Group.Unified", "description": "", "values": values},
		{
			"id": templateUnifiedGuest, "deletedDateTime": nil, "displayName": "Group.Unified.Guest", "description": "",
			"values": []map[string]any{{"name": "AllowToAddGuests", "type": "System.Boolean", "defaultValue": "true", "description": ""}},
		},
	}})
}
