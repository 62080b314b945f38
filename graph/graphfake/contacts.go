package graphfake

import "strings"

// contactEntity is the orgContact resource type.
func contactEntity() *entity[*Contact] {
	return &entity[*Contact]{
		name: "orgContact",
		props: map[string]func(*Contact) any{
			"id":             func(x *Contact) any { return x.ID },
			"displayName":    func(x *Contact) any { return x.DisplayName },
			"mail":           func(x *Contact) any { return x.Mail },
			"proxyAddresses": func(x *Contact) any { return x.ProxyAddresses },
			"mailNickname":   func(x *Contact) any { n, _, _ := strings.Cut(x.Mail, "@"); return n },
			"companyName":    func(*Contact) any { return nil },
		},
		defaults: []string{"id", "displayName", "mail", "proxyAddresses", "mailNickname", "companyName"},
	}
}

func (c *call) listContacts() reply {
	if r := c.allowQuery("$filter", "$search", "$select", "$top", "$count", "$skiptoken"); r != nil {
		return *r
	}
	e := contactEntity()
	w, bad := e.view(c)
	if bad != nil {
		return *bad
	}
	found, bad := match(c, e, c.s.contacts)
	if bad != nil {
		return *bad
	}
	return page(c, "contacts", found, func(x *Contact) any { return e.show(x, w) })
}
