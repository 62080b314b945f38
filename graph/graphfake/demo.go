package graphfake

import "time"

// Demo holds the people and things that SeedDemo makes.
type Demo struct {
	Sanne, Mehmet, Priya, Joost User // employee, owner, co-owner, Global Administrator
	Jan                         User // an accepted guest, jan@contoso.nl
	Linden                      Group
	Fabrikam, Contoso           Partner
}

// SeedDemo fills a tenant of Options' zero domain, Noordzee: a few colleagues, the group and site "Project Linden",
// guests in several states, and two partner tenants. Anna Kowalski of fabrikam.com is not there: she is to be invited.
func (s *Server) SeedDemo() Demo {
	var d Demo
	person := func(given, surname, local, department, title, language string, more func(*User)) User {
		u := User{
			DisplayName: given + " " + surname, GivenName: given, Surname: surname, Mail: local + "@" + s.opt.Domain,
			Department: department, JobTitle: title, PreferredLanguage: language, CompanyName: s.opt.Name,
			OfficeLocation: "Utrecht", Country: "Netherlands", UsageLocation: "NL",
		}
		if more != nil {
			more(&u)
		}
		return s.AddUser(u)
	}
	d.Joost = person("Joost", "Bakker", "joost", "IT", "IT administrator", "nl-NL", func(u *User) {
		u.Roles = []string{RoleGlobalAdministrator}
	})
	d.Mehmet = person("Mehmet", "Yildiz", "mehmet", "Projects", "Project lead", "nl-NL", nil)
	d.Priya = person("Priya", "Raman", "priya", "Projects", "Programme manager", "en-GB", nil)
	d.Sanne = person("Sanne", "de Vries", "sanne", "Projects", "Engineer", "nl-NL", func(u *User) {
		u.ManagerID = d.Mehmet.ID
		u.ProxyAddresses = []string{"SMTP:" + u.Mail, "smtp:sanne.devries@" + s.opt.Domain}
	})
	person("Daan", "Visser", "daan", "Projects", "Engineer", "nl-NL", func(u *User) { u.ManagerID = d.Mehmet.ID })
	person("Fatima", "El Amrani", "fatima", "Finance", "Controller", "nl-NL", nil)
	person("Lotte", "Jansen", "lotte", "Communications", "Editor", "nl-NL", nil)
	person("Siobhan", "O'Brien", "siobhan.o'brien", "Legal", "Counsel", "en-GB", nil)
	person("Kees", "Mulder", "kees", "Projects", "Engineer", "nl-NL", func(u *User) { u.Disabled = true })

	d.Linden = s.AddGroup(Group{
		DisplayName: "Project Linden", MailNickname: "project-linden", Description: "Harbour crossing, phase two",
		OwnerIDs: []string{d.Mehmet.ID, d.Priya.ID}, MemberIDs: []string{d.Mehmet.ID, d.Priya.ID, d.Sanne.ID},
	})

	d.Fabrikam = s.AddPartner(Partner{
		TenantID: "6babcaad-604b-40ac-a9d7-9fd97c0b779f", DisplayName: "Fabrikam", Domains: []string{"fabrikam.com"},
	})
	d.Contoso = s.AddPartner(Partner{
		TenantID: "2f1c7c2e-0d0b-4a39-8f0c-3b8d5f7a9c11", DisplayName: "Contoso Nederland", Domains: []string{"contoso.nl"},
	})
	guest := func(name, mail, state string, off bool, age time.Duration) User {
		at := s.opt.Now().Add(-age)
		return s.AddUser(User{
			DisplayName: name, Mail: mail, UserType: Guest, ExternalUserState: state, Disabled: off, Created: at, ExternalStateChange: at,
		})
	}
	const day = 24 * time.Hour
	d.Jan = guest("Jan de Boer", "jan@contoso.nl", Accept, false, 90*day)
	guest("Tomasz Nowak", "tomasz@fabrikam.com", Accept, false, 200*day)
	guest("Lisa Berg", "lisa@fabrikam.com", Pending, false, 12*day)
	guest("Piet Smit", "piet@contoso.nl", Accept, true, 400*day)

	// A tenant in use: members may invite, guests are welcome where they are known.
	s.mu.Lock()
	s.docs[PolicyAuthorization]["allowInvitesFrom"] = "adminsGuestInvitersAndAllMembers"
	s.docs[PolicySharePoint]["sharingCapability"] = "externalUserSharingOnly"
	s.mu.Unlock()
	return d
}
