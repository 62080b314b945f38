package graphfake

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxPolicyName = 63 // with prefix and suffix

// problem is one violation of the naming policy.
type problem struct {
	target, code, message string
	prefix, suffix, word  string
}

func (p *problem) detail() map[string]any {
	d := map[string]any{"target": p.target, "code": p.code, "message": p.message}
	switch p.code {
	case "MissingPrefixSuffix":
		d["prefix"], d["suffix"] = p.prefix, p.suffix
	case "ContainsBlockedWord":
		d["blockedWord"] = p.word
	}
	return d
}

// affixes fills the naming template with the attributes of a user; nil has none.
func affixes(template string, u *User) (prefix, suffix string) {
	if u == nil {
		u = &User{}
	}
	r := strings.NewReplacer("[Department]", u.Department, "[Company]", u.CompanyName, "[Office]", u.OfficeLocation,
		"[StateOrProvince]", u.State, "[CountryOrRegion]", u.Country, "[Title]", u.JobTitle)
	before, after, _ := strings.Cut(template, "[GroupName]")
	return r.Replace(before), r.Replace(after)
}

// namingProblem gives the first violation for a creating user, nil for none. Administrators are exempt.
func (s *Server) namingProblem(displayName, nickname string, by *User) *problem {
	all := s.namingProblems(displayName, nickname, by)
	if len(all) == 0 {
		return nil
	}
	return &all[0]
}

// namingProblems lists the violations of the first kind that is violated.
func (s *Server) namingProblems(displayName, nickname string, by *User) []problem {
	if by != nil && (s.hasRole(by.ID, RoleGlobalAdministrator) || s.hasRole(by.ID, RoleUserAdministrator)) {
		return nil
	}
	var out []problem
	if template := s.unifiedValue("PrefixSuffixNamingRequirement"); template != "" {
		prefix, suffix := affixes(template, by)
		check := func(target, value, prefix, suffix string) {
			if value != "" && !(strings.HasPrefix(value, prefix) && strings.HasSuffix(value, suffix)) {
				out = append(out, problem{
					target: target, code: "MissingPrefixSuffix", prefix: prefix, suffix: suffix,
					message: "The prefix or suffix required by the group naming policy is missing.",
				})
			}
		}
		check("displayName", displayName, prefix, suffix)
		check("mailNickname", nickname, strings.ReplaceAll(prefix, " ", ""), strings.ReplaceAll(suffix, " ", ""))
		if len(out) > 0 {
			return out
		}
		if utf8.RuneCountInString(displayName) > maxPolicyName {
			return []problem{{
				target: "displayName", code: "NamePolicyLengthExceeded",
				message: "The name, including the prefix and suffix of the naming policy, is too long.",
			}}
		}
	}
	for _, t := range [][2]string{{"displayName", displayName}, {"mailNickname", nickname}} {
		if word := s.blockedWord(t[1]); word != "" {
			return []problem{{
				target: t[0], code: "ContainsBlockedWord", word: word,
				message: "The group name contains a word that your organization has blocked: " + word,
			}}
		}
	}
	return nil
}

// blockedWord finds a blocked word that stands as a whole part of a name.
func (t *tenant) blockedWord(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for w := range strings.SplitSeq(t.unifiedValue("CustomBlockedWordsList"), ",") {
		if w = strings.ToLower(strings.TrimSpace(w)); w != "" && slices.Contains(parts, w) {
			return w
		}
	}
	return ""
}

// validateProperties checks names of a group that is to be made: policy first, then uniqueness.
func (c *call) validateProperties() reply {
	var in struct {
		EntityType  string `json:"entityType"`
		DisplayName string `json:"displayName"`
		Nickname    string `json:"mailNickname"`
		OnBehalfOf  string `json:"onBehalfOfUserId"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return malformed(err)
	}
	if in.EntityType != "" && in.EntityType != "Group" {
		return badRequest("Invalid value specified for property 'entityType'.")
	}
	if in.DisplayName == "" && in.Nickname == "" {
		return badRequest("At least one of displayName and mailNickname must be specified.")
	}
	var by *User
	if in.OnBehalfOf != "" {
		if by = c.s.user(in.OnBehalfOf); by == nil {
			return notFound(in.OnBehalfOf)
		}
	}
	problems := c.s.namingProblems(in.DisplayName, in.Nickname, by)
	if len(problems) == 0 && in.Nickname != "" && !validNickname(in.Nickname) {
		problems = []problem{{
			target: "mailNickname", code: "InvalidValue",
			message: "Invalid value specified for property 'mailNickname' of resource 'Group'.",
		}}
	}
	if len(problems) == 0 && in.Nickname != "" {
		if prop := c.s.aliasTaken(in.Nickname); prop != "" {
			problems = []problem{{
				target: "mailNickname", code: "PropertyConflict",
				message: "Another object with the same value for property " + prop + " already exists.",
			}}
		}
	}
	if len(problems) == 0 {
		return noContent()
	}
	rep := fail(http.StatusUnprocessableEntity, "Request_UnprocessableEntity", "The values provided contain one or more validation errors.")
	for _, p := range problems {
		rep.err.details = append(rep.err.details, p.detail())
	}
	return rep
}
