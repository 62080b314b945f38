package main

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"guestsite/bot"
	"guestsite/graph"
	"guestsite/graph/graphfake"
)

// asking is a question from the terminal with what must come back.
type asking struct {
	name     string
	switches []string // of the tenant, on meanwhile
	args     []string
	lang     string // en when empty
	status   int
	says     []string // on standard output, or for status 1 and 2 on standard error
	silent   []string // what must not stand there
}

// ask asks with the tenant as it should be, and puts it right again.
func (q asking) ask(t *testing.T, b *bench) {
	t.Helper()
	for _, name := range q.switches {
		if err := b.Tenant.Set(name, true); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = b.Tenant.Set(name, false) }()
	}
	variables := map[string]string{"GUESTSITE_DEFAULT_LANGUAGE": q.lang}
	status, stdout, stderr := guestsite(t, variables, append(q.args, "--config", b.config)...)
	if status != q.status {
		t.Errorf("exit status %d, want %d", status, q.status)
	}
	text, other := stdout, stderr
	if q.status == exitFailed || q.status == exitUsage {
		text, other = stderr, stdout
	}
	if other != "" {
		t.Errorf("the other stream holds %q", other)
	}
	for _, want := range q.says {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
	for _, not := range append(q.silent, "<nil>", "%!", "{", "bot: ", "finding.", "setting.") {
		if strings.Contains(text, not) {
			t.Errorf("holds %q", not)
		}
	}
	if t.Failed() {
		t.Logf("%s", text)
	}
}

func TestCheck_SaysWhatStopsGuests(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	check := []string{"check"}
	for _, q := range []asking{
		{
			name: "ready", args: check,
			says: []string{
				"Are we ready for guests?", "Nothing stops guests in general.",
				"Guest invite settings: Member users and users assigned to specific admin roles can invite guest users",
			},
		},
		{name: "ready, Dutch", args: check, lang: "nl", says: []string{"Niets houdt gasten"}, silent: []string{"Nothing stops"}},
		{
			name: "invitations are off", switches: []string{graphfake.SwitchInvitesOff}, args: check, status: exitNotReady,
			says: []string{"✕ 1 Entra: who may invite", "To do, in this order:", "Role named by the documentation: Global Administrator"},
		},
		{
			name: "sharing is off, Dutch", switches: []string{graphfake.SwitchSPOOff}, args: check, lang: "nl", status: exitNotReady,
			says: []string{"✕ 5 SharePoint", "Alleen personen in je organisatie"},
		},
		{
			name: "a permission is missing", switches: []string{"no-Policy.Read.B2BManagementPolicy", "no-Policy.Read.All"}, args: check, status: exitNotReady,
			says: []string{"? 2 Entra: domains and partner tenants", "Give me Policy.Read.B2BManagementPolicy", "Give me Policy.Read.All"},
			// Nothing of it was read, so nothing of it may be called fine.
			silent: []string{"✓ 1 Entra", "✓ 2 Entra"},
		},
		{
			name: "a permission is missing, Dutch", switches: []string{"no-Group.Read.All", "no-Group.ReadWrite.All"}, args: check, lang: "nl", status: exitNotReady,
			says: []string{"? 3", "Group.Read.All"}, silent: []string{"✓ 3"},
		},
		{name: "a word too many", args: []string{"check", "everything"}, status: exitUsage, says: []string{`"everything" is one word too many`, `Try "guestsite help check".`}},
		{name: "no such output", args: []string{"check", "--output", "xml"}, status: exitUsage, says: []string{"guestsite check: --output xml: say text or json\n"}},
	} {
		t.Run(q.name, func(t *testing.T) { q.ask(t, b) })
	}
}

func TestWhy_NamesTheSettingThatDecides(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.Tenant.AddGroup(graphfake.Group{DisplayName: "Project Lime", MailNickname: "project-lime", OwnerIDs: []string{b.People.Mehmet.ID}})
	why := func(words ...string) []string { return append([]string{"why"}, words...) }
	blocked := []string{graphfake.SwitchDomainNotAllowed}
	for _, q := range []asking{
		{name: "can", args: why("anna@fabrikam.com"), says: []string{"Can anna@fabrikam.com be invited?", "Can be invited."}},
		{name: "can, Dutch", args: why("anna@fabrikam.com"), lang: "nl", says: []string{"anna@fabrikam.com", "Kan worden uitgenodigd"}},
		{name: "with her name", args: why("Anna Kowalski <anna@fabrikam.com>"), says: []string{"Can anna@fabrikam.com be invited?"}},
		{
			name: "the domain is not listed", switches: blocked, args: why("anna@fabrikam.com"), status: exitNotReady,
			says: []string{
				"2 Entra: domains and partner tenants", "Collaboration restrictions", "fabrikam.com",
				"Microsoft Graph: b2bManagementPolicy", "Global Administrator",
			},
		},
		{
			name: "the domain is not listed, Dutch", switches: blocked, args: why("anna@fabrikam.com"), lang: "nl", status: exitNotReady,
			says: []string{"fabrikam.com", "Microsoft Graph: b2bManagementPolicy"}, silent: []string{"Cannot be invited"},
		},
		{
			name: "what if it were", switches: blocked, args: why("anna@fabrikam.com", "--if", "entra.domains=+fabrikam.com"),
			says: []string{"What if entra.domains=+fabrikam.com", "nothing was changed", "Can be invited."},
		},
		{
			name: "for a site", args: why("jan@contoso.nl", "--site", "Project Linden"),
			says: []string{"Can jan@contoso.nl be invited to Project Linden?"},
		},
		{
			name: "for a site by its alias", switches: []string{graphfake.SwitchSiteOff}, args: why("jan@contoso.nl", "--site", "project-linden"), status: exitNotReady,
			says: []string{"6 SharePoint: this site", "Only people in your organization"},
		},
		{
			name: "for a site by its address", args: why("jan@contoso.nl", "--site", b.Tenant.SharePointURL()+"/sites/project-linden"),
			says: []string{"to Project Linden?"},
		},
		{
			name: "in the name of a member", args: why("jan@contoso.nl", "--site", "Project Linden", "--as", "sanne@noordzee.nl"),
			says: []string{"4 Groups: this group or label", "Sanne de Vries does not own Project Linden"},
		},
		{
			name: "in the name of an owner who may not invite", switches: []string{graphfake.SwitchInvitesAdminsOnly},
			args:   why("anna@fabrikam.com", "--site", "Project Linden", "--as", "mehmet@noordzee.nl"),
			status: exitNotReady, says: []string{"1 Entra: who may invite", "Mehmet Yildiz may not invite new guests"},
		},
		{
			name: "a permission is missing", switches: []string{"no-Policy.Read.B2BManagementPolicy", "no-Policy.Read.All"}, args: why("anna@fabrikam.com"),
			status: exitNotReady, says: []string{"I can't tell", "Policy.Read."}, silent: []string{"Can be invited."},
		},
		{
			name: "no such site", args: why("anna@fabrikam.com", "--site", "Project Lindn"), status: exitUsage,
			says: []string{"--site Project Lindn: no site has that address, name or alias", "Project Linden (alias project-linden)"},
		},
		{
			name: "no such address", args: why("anna@fabrikam.com", "--site", b.Tenant.SharePointURL()+"/sites/project-lindn"), status: exitUsage,
			says: []string{"no site has that address", "Project Linden (alias project-linden)"},
		},
		{name: "nothing like it", args: why("anna@fabrikam.com", "--site", "Zzz"), status: exitUsage, says: []string{"--site Zzz: no site has that"}, silent: []string{"for instance"}},
		{
			name: "more than one site", args: why("anna@fabrikam.com", "--site", "Project"), status: exitUsage,
			says: []string{"more than one site fits", "Project Linden (alias project-linden)", "Project Lime (alias project-lime)"},
		},
		{
			name: "nobody of that name", args: why("anna@fabrikam.com", "--as", "nobody@noordzee.nl"), status: exitUsage,
			says: []string{"--as nobody@noordzee.nl: nobody in the directory has that sign-in name"},
		},
		{name: "no key", args: why("anna@fabrikam.com", "--if", "domains"), status: exitUsage, says: []string{"write KEY=VALUE"}},
		{
			name: "no such key", args: why("anna@fabrikam.com", "--if", "entra.moon=full"), status: exitUsage,
			says: []string{"there is no setting entra.moon that can be tried", "entra.invites", "none | inviters | members | everyone"},
		},
		{
			name: "no such value", args: why("anna@fabrikam.com", "--if", "spo.org=perhaps"), status: exitUsage,
			says: []string{"spo.org takes off | existing | guests | anyone"},
		},
		{name: "no @", args: why("anna.fabrikam.com"), status: exitUsage, says: []string{"anna.fabrikam.com: Not an address that can be used: there is no @."}},
		{name: "no @, Dutch", args: why("anna.fabrikam.com"), lang: "nl", status: exitUsage, says: []string{"er staat geen @ in"}},
		{name: "a letter that may not be", args: why("an!na@fabrikam.com"), status: exitUsage, says: []string{"Not an address that can be used", "!"}, silent: []string{"U+", "bad_char"}},
		{name: "no address", args: why(), status: exitUsage, says: []string{"a word is missing"}},
	} {
		t.Run(q.name, func(t *testing.T) { q.ask(t, b) })
	}
}

// The tenant's trouble is no answer, whichever way it comes.
func TestTerminal_TenantThatDoesNotAnswerIsAFailure(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for name, test := range map[string]struct {
		fault graphfake.Fault
		says  string
	}{
		"unavailable": {
			graphfake.Fault{Host: graphfake.HostGraph, Status: http.StatusServiceUnavailable, Times: -1},
			"Microsoft's services do not answer as they should (503 ",
		},
		"busy":       {graphfake.Fault{Host: graphfake.HostGraph, Status: http.StatusTooManyRequests, Times: -1}, "Microsoft asks to wait, so try it again in a while (429 "},
		"cut off":    {graphfake.Fault{Host: graphfake.HostGraph, Reset: true, Times: -1}, "Microsoft's services were not reached: "},
		"no sign-in": {graphfake.Fault{Host: graphfake.HostLogin, Status: http.StatusUnauthorized, Times: -1}, "Entra refuses the sign-in (401"},
		"no login":   {graphfake.Fault{Host: graphfake.HostLogin, Reset: true, Times: -1}, "Entra was not reached to sign in at 127.0.0.1:"},
	} {
		for _, args := range [][]string{{"check"}, {"why", "anna@fabrikam.com"}, {"why", "anna@fabrikam.com", "--as", "sanne@noordzee.nl"}} {
			t.Run(name+"/"+args[0], func(t *testing.T) {
				if err := b.Tenant.Inject(test.fault); err != nil {
					t.Fatal(err)
				}
				defer b.Tenant.ClearFaults()
				args = append(args, "--config", b.config)
				status, stdout, stderr := guestsite(t, nil, args...)
				line := strings.TrimSuffix(stderr, "\n")
				if status != exitFailed || stdout != "" || strings.Contains(line, "\n") || strings.Contains(line, "aka.ms") ||
					!strings.HasPrefix(line, "guestsite "+args[0]+": "+test.says) || !strings.HasSuffix(line, `; "guestsite doctor" says what is missing`) {
					t.Errorf("exit status %d, %q, %q", status, stdout, stderr)
				}
				if _, _, stderr = guestsite(t, nil, append(args, "--log-level", "debug")...); !strings.Contains(stderr, `error="graph: `) {
					t.Errorf("the log does not have the error itself: %q", stderr)
				}
			})
		}
	}
}

func TestTenantText_AMachineWithoutAnIdentityIsAsked(t *testing.T) {
	t.Parallel()
	c := Config{Cloud: "global", Microsoft365: Microsoft365{Auth: AuthManagedIdentity}}
	for want, e := range map[string]*bot.Error{
		"What answers as this machine's identity endpoint refuses a token (403)":                       {Code: bot.Forbidden, Reason: bot.ReasonCredentials, Detail: "403"},
		"No token was given: this machine's identity endpoint gave none, or there is no such endpoint": {Code: bot.Unavailable, Err: &graph.NoLoginError{Err: errors.New("x")}},
	} {
		if got := tenantText(c, e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestTerminal_ReportsAsData(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	data := func(want int, args ...string) map[string]any {
		status, stdout, stderr := guestsite(t, nil, append(args, "--output", "json", "--config", b.config)...)
		var out map[string]any
		if err := json.Unmarshal([]byte(stdout), &out); err != nil || status != want || stderr != "" {
			t.Errorf("%v: exit status %d, want %d; %v\n%s%s", args, status, want, err, stdout, stderr)
		}
		return out
	}
	if got := data(exitOK, "check"); got["ready"] != true || got["stops_every_guest"] != 0.0 || got["unread"] != 0.0 {
		t.Errorf("check: ready %v, stops every guest %v, unread %v", got["ready"], got["stops_every_guest"], got["unread"])
	}
	for _, name := range []string{graphfake.SwitchDomainNotAllowed, "no-Policy.Read.AuthenticationMethod", "no-Policy.Read.All"} {
		if err := b.Tenant.Set(name, true); err != nil {
			t.Fatal(err)
		}
	}
	got := data(exitNotReady, "check")
	findings, _ := got["findings"].([]any)
	todo, _ := got["todo"].([]any)
	if got["ready"] != false || len(findings) == 0 || len(todo) == 0 {
		t.Errorf("check: ready %v, %d findings, %d to do", got["ready"], len(findings), len(todo))
	}
	missing := map[string]bool{}
	for _, one := range findings {
		f, _ := one.(map[string]any)
		if m, ok := f["missing"].(map[string]any); ok {
			permission, _ := m["permission"].(string)
			missing[permission] = f["status"] == "unknown"
		}
	}
	if !missing["Policy.Read.All"] {
		t.Errorf("the permissions that are missing are %v", slices.Collect(maps.Keys(missing)))
	}

	got = data(exitNotReady, "why", "anna@fabrikam.com", "--if", "groups.add=on")
	decisive, _ := got["decisive"].(map[string]any)
	if got["address"] != "anna@fabrikam.com" || got["site"] != nil || got["if"] != "groups.add=on" || got["outcome"] != "cannot" || decisive == nil {
		t.Fatalf("why: %v", got)
	}
	if decisive["setting"] != "entra.domains" || decisive["layer"] != 2.0 || decisive["status"] != "blocks" || decisive["read_at"] == nil {
		t.Errorf("why: decided by %v", decisive)
	}
	// The way out that it names is one that can be tried.
	fix, _ := decisive["fix"].(map[string]any)
	change, _ := fix["if"].(string)
	if again := data(exitNotReady, "why", "anna@fabrikam.com", "--if", change); again["outcome"] == "cannot" || change == "" {
		t.Errorf("with %q it is still %v", change, again["outcome"])
	}
	got = data(exitNotReady, "why", "jan@contoso.nl", "--site", "Project Linden", "--as", "mehmet@noordzee.nl")
	site, _ := got["site"].(map[string]any)
	if site["name"] != "Project Linden" || site["group_id"] != b.People.Linden.ID || got["as"] != "mehmet@noordzee.nl" {
		t.Errorf("why for a site: %v %v", site, got["as"])
	}
}
