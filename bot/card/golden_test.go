package card

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// shown is a card as text, with what its buttons carry.
func shown(c Card) string {
	return c.Text + "\n" + buttonsOf(c.Blocks)
}

func buttonsOf(blocks []Block) string {
	var b strings.Builder
	for _, bl := range blocks {
		a, ok := bl.(Actions)
		if !ok {
			continue
		}
		for _, x := range a.Buttons {
			b.WriteString(buttonLine(x))
		}
	}
	return b.String()
}

func buttonLine(x Button) string {
	s := fmt.Sprintf("  [%s]", x.Label)
	for _, p := range [][2]string{{"action", string(x.Action)}, {"part", x.Part}, {"value", x.Value}, {"style", string(x.Style)}, {"spoken", x.Spoken}} {
		if p[1] != "" {
			s += " " + p[0] + "=" + p[1]
		}
	}
	if x.Confirm != nil {
		s += fmt.Sprintf(" confirm=%q", *x.Confirm)
	}
	return s + "\n"
}

// asked is a form as text.
func asked(f Form) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s %s)\n%s\n", f.Title, f.Request, f.Step, PlainText("", f.Blocks))
	for _, x := range f.Fields {
		fmt.Fprintf(&b, "%s %s: %s", x.Kind, x.ID, x.Label)
		if x.Optional {
			b.WriteString(" (optional)")
		}
		if x.Hint != "" {
			b.WriteString(" | " + x.Hint)
		}
		b.WriteString("\n")
		for _, o := range x.Options {
			fmt.Fprintf(&b, "  ( ) %s: %s | %s\n", o.Value, o.Label, o.Hint)
		}
		for _, o := range x.Value {
			fmt.Fprintf(&b, "  = %s\n", strings.TrimSpace(o.Value+" "+o.Label))
		}
		if x.Error != "" {
			fmt.Fprintf(&b, "  ! %s\n", x.Error)
		}
	}
	for _, x := range f.Buttons {
		b.WriteString(buttonLine(x))
	}
	fmt.Fprintf(&b, "submit=%s close=%s\n%s\n%s", f.Submit, f.Close, PlainText("", f.Tail), buttonsOf(f.Blocks))
	return b.String()
}

// golden collects examples and compares them with a file.
type golden struct {
	t *testing.T
	b strings.Builder
}

func (g *golden) add(name, text string) {
	fmt.Fprintf(&g.b, "== %s\n%s\n", name, strings.TrimRight(text, "\n")+"\n")
}

func (g *golden) compare(file string) {
	g.t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(g.b.String()), 0o644); err != nil {
			g.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		g.t.Fatal(err)
	}
	if string(want) != g.b.String() {
		g.t.Errorf("%s differs from what is drawn now; look at the difference after go test -update", path)
	}
}

// each runs a test once a language.
func each(t *testing.T, run func(t *testing.T, lang string)) {
	t.Helper()
	for _, lang := range Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			run(t, lang)
		})
	}
}

// example is a request in a state, with its guests.
type example struct {
	name   string
	r      *flow.Request
	guests []*flow.Guest
}

// examples has every state of request, site and guest.
func examples() []example {
	var out []example
	add := func(name string, r *flow.Request, gs ...*flow.Guest) { out = append(out, example{name, r, gs}) }
	add("draft", request(flow.Draft))
	add("none", &flow.Request{ID: "G-1043", Requester: sanne, Answers: flow.Answers{Name: "Project Linden"}})
	for _, s := range flow.States(flow.OfGuest) {
		g := guestIn(s)
		rs := map[flow.State]flow.State{
			flow.In: flow.Done, flow.Ended: flow.Done, flow.Declined: flow.Declined, flow.Expired: flow.Expired,
			flow.Withdrawn: flow.Withdrawn, flow.Failed: flow.Failed,
		}[s]
		if rs == "" {
			rs = flow.Open
		}
		r := request(rs, g)
		if s == flow.Withdrawn {
			r.Code = "withdrawn"
		}
		add("guest "+string(s), r, g)
	}
	in := guestIn(flow.In)
	in.Account.Pending = false
	add("guest accepted", request(flow.Done, in), in)
	sec := guestIn(flow.AwaitingDecision)
	sec.Stage, sec.Deciders = flow.ByApprovers, []flow.Who{joost}
	sec.Decision = &flow.Decision{By: mehmet, At: at(22, 9, 12), Action: flow.Approve}
	add("guest awaiting an approver", request(flow.Open, sec), sec)
	for _, s := range flow.States(flow.OfSite) {
		g := guestIn(flow.Approved)
		switch s {
		case flow.Checking, flow.Parked, flow.AwaitingApproval:
			g = guestIn(flow.Checking)
		case flow.Ready:
			g = guestIn(flow.Inviting)
		case flow.Declined, flow.Expired, flow.Withdrawn, flow.Failed:
			g = guestIn(s)
			g.Decision = nil
		default:
		}
		add("site "+string(s), newSite(s, g), g)
	}
	slow := newSite(flow.AwaitingSite)
	slow.Site.Slow = true
	add("site slow", slow)
	alone := newSite(flow.Ready)
	alone.State = flow.Done
	add("site without guests", alone)
	mixed := crowd(3)
	mixed[0].State, mixed[0].Account = flow.In, &flow.Account{}
	mixed[0].Decision = &flow.Decision{By: mehmet, At: at(22, 9, 12), Action: flow.Approve}
	mixed[1].State, mixed[1].Decision = flow.Declined, &flow.Decision{By: mehmet, At: at(22, 9, 12), Action: flow.Decline, Note: "wrong_person"}
	mixed[2].State, mixed[2].Code = flow.Failed, "address_in_use"
	add("partly done", request(flow.PartlyDone, mixed...), mixed...)
	no := guestIn(flow.Expired)
	only := newSite(flow.Ready, no)
	only.State = flow.PartlyDone
	add("site alone done", only, no)
	going := guestIn(flow.AwaitingDecision)
	w := request(flow.Open, going)
	w.Code = "withdrawn"
	add("withdrawing", w, going)
	for _, code := range []string{"dropped", "refused_no_match"} {
		d := request(flow.Draft)
		d.State, d.Code = flow.Withdrawn, code
		add("draft "+code, d)
	}
	old := request(flow.Draft)
	old.State, old.Code = flow.Expired, "draft_expired"
	add("draft expired", old)
	return out
}

func TestStatus_Golden(t *testing.T) {
	t.Parallel()
	texts := load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		g := golden{t: t}
		for _, ex := range examples() {
			for _, role := range roles() {
				if role == AsCoOwner || role == AsAdmin { // as AsOwner
					continue
				}
				g.add(ex.name+" / "+string(role), shown(Status(seenBy(texts, role, lang, ex.r, ex.guests...))))
			}
		}
		g.compare("status." + lang + ".txt")
	})
}

func TestDecide_Golden(t *testing.T) {
	t.Parallel()
	texts := load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		g := golden{t: t}
		for _, ex := range examples() {
			if len(ex.guests) > 0 && ex.guests[0].Stage != "" {
				for _, role := range roles() {
					g.add(ex.name+" / "+string(role), shown(Decide(seenBy(texts, role, lang, ex.r, ex.guests...))))
				}
			}
			if ex.r.Site != nil {
				v := seenBy(texts, AsOwner, lang, ex.r)
				v.Part = flow.SitePart
				g.add(ex.name+" / the site", shown(Decide(v)))
			}
		}
		many := crowd(8)
		g.add("batch of 8", shown(Decide(seenBy(texts, AsOwner, lang, request(flow.Open, many...), many...))))
		more := crowd(30)
		v := seenBy(texts, AsOwner, lang, request(flow.Open, more...), more...)
		g.add("batch of 30", shown(Decide(v)))
		v.All = true
		g.add("batch of 30, all", shown(Decide(v)))
		g.compare("decide." + lang + ".txt")
	})
}

func TestAdmin_Golden(t *testing.T) {
	t.Parallel()
	texts := load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		g := golden{t: t}
		p := guestIn(flow.Parked)
		g.add("one guest", shown(Admin(seenBy(texts, AsAdmin, lang, request(flow.Open, p), p))))
		q := guestIn(flow.Parked)
		q.ID, q.Name, q.Mail = "g2", "", "jan@fabrikam.com"
		g.add("two guests, one setting", shown(Admin(seenBy(texts, AsAdmin, lang, request(flow.Open, p, q), p, q))))
		site := newSite(flow.Parked)
		g.add("site", shown(Admin(seenBy(texts, AsAdmin, lang, site))))
		hand := newSite(flow.Parked)
		hand.Site.Code, hand.Site.Resume = string(readiness.CodeUnreadNotAsked), flow.Sharing
		hand.Site.Check = &flow.Check{Outcome: "unknown", Code: hand.Site.Code, Setting: "spo.site", Wanted: string(readiness.SharingGuests), HandCheck: true, Layer: 6}
		g.add("site, by hand", shown(Admin(seenBy(texts, AsAdmin, lang, hand))))
		for _, code := range []string{"no_decider", "no_inviter", "app_permission", "naming"} {
			n := guestIn(flow.Parked)
			n.Code, n.Check = code, &flow.Check{Outcome: "cannot", Code: code}
			g.add(code, shown(Admin(seenBy(texts, AsAdmin, lang, request(flow.Open, n), n))))
		}
		d := guestIn(flow.In)
		g.add("goes on", shown(Admin(seenBy(texts, AsAdmin, lang, request(flow.Done, d), d))))
		g.compare("admin." + lang + ".txt")
	})
}

func TestWhy_Golden(t *testing.T) {
	t.Parallel()
	texts := load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		g := golden{t: t}
		p := guestIn(flow.Parked)
		a := Asked{
			Verdict: verdictCannot(), Subject: "anna@fabrikam.com", Site: flow.Target{Name: "Project Linden"},
			Waiting: []*flow.Request{request(flow.Open, p)},
		}
		can := Asked{Verdict: readiness.Verdict{Outcome: readiness.Can, Decisive: -1}, Subject: "jan@contoso.nl"}
		bot := Asked{Verdict: readiness.Verdict{
			Outcome: readiness.CanByBot, Decisive: -1,
			ByHand: &readiness.Finding{Layer: readiness.LayerInvite, Status: readiness.Blocks, Code: readiness.CodeInvitesNeedInviter, Setting: readiness.KeyInvites, Value: "adminsAndGuestInviters"},
		}, Subject: "jan@contoso.nl", If: "spo.org=existing"}
		for _, role := range []Role{AsAdmin, AsOwner, AsBystander} {
			v := seenBy(texts, role, lang, nil)
			g.add("cannot / "+string(role), shown(Why(v, a)))
			g.add("can / "+string(role), shown(Why(v, can)))
			g.add("what if / "+string(role), shown(Why(v, bot)))
		}
		rep := report()
		for _, role := range []Role{AsAdmin, AsBystander} {
			g.add("check / "+string(role), shown(Check(seenBy(texts, role, lang, nil), rep)))
			g.add("check, nothing stops / "+string(role), shown(Check(seenBy(texts, role, lang, nil), readiness.Report{})))
		}
		g.compare("why." + lang + ".txt")
	})
}

func report() readiness.Report {
	var s readiness.Snapshot
	read := at(22, 8, 41)
	s.Authorization = readiness.Read(readiness.AuthorizationPolicy{AllowInvitesFrom: "none"}, "Microsoft Graph: authorizationPolicy", read)
	s.SharePoint = readiness.Read(readiness.SharePointPolicy{Sharing: readiness.SharingAnyone}, "Microsoft Graph: sharepointSettings", read)
	s.Groups = readiness.Read(readiness.GroupsPolicy{AllowToAddGuests: true, EnableGroupCreation: true}, "Microsoft Graph: groupSettings", read)
	s.InviteDomains = readiness.Unread[readiness.DomainRule](readiness.Missing{Permission: "Policy.Read.B2BManagementPolicy", Reason: readiness.NoPermission}, "Microsoft Graph: b2bManagementPolicies", read)
	return readiness.CheckCompany(s, readiness.Policy{}, now)
}

func TestLists_Golden(t *testing.T) {
	t.Parallel()
	texts := load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		g := golden{t: t}
		v := seenBy(texts, AsRequester, lang, nil)
		var rs []*flow.Request
		for _, ex := range examples()[:12] {
			rs = append(rs, ex.r)
		}
		g.add("mine", shown(Mine(v, rs)))
		g.add("mine, none", shown(Mine(v, nil)))
		g.add("cancel", shown(Cancelable(v, rs[:3])))
		g.add("cancel, none", shown(Cancelable(v, nil)))
		w, many := guestIn(flow.AwaitingDecision), crowd(8)
		o := seenBy(texts, AsOwner, lang, nil)
		g.add("inbox", shown(Inbox(o, []Item{
			{Request: request(flow.Open, w), Guests: []*flow.Guest{w}},
			{Request: request(flow.Open, many...), Guests: many},
			{Request: newSite(flow.AwaitingApproval)},
		})))
		g.add("inbox, none", shown(Inbox(o, nil)))
		in := guestIn(flow.In)
		in.Until = at(30, 22, 0)
		g.add("extend", shown(Extendable(o, []Item{{Request: request(flow.Done, in), Guests: []*flow.Guest{in}}})))
		g.add("extend, none", shown(Extendable(o, nil)))
		g.add("ending / owner", shown(Ending(seenBy(texts, AsOwner, lang, request(flow.Done, in), in))))
		g.add("ending / requester", shown(Ending(seenBy(texts, AsRequester, lang, request(flow.Done, in, in), in, in))))
		g.add("which", shown(Which(v, CommandAdd, "lin", []flow.Target{{GroupID: "a", Name: "Project Linden"}, {GroupID: "b", Name: "Linden archive"}})))
		g.add("which, none", shown(Which(v, CommandAdd, "xyz", nil)))
		h := seenBy(texts, AsRequester, lang, request(flow.Done, in), in)
		g.add("handover en", shown(Handover(h, in, "en", "")))
		g.add("handover nl with a link", shown(Handover(h, in, "nl", "https://invite.example.org/redeem?x=1")))
		g.add("help", shown(Help(v)))
		g.add("unknown", shown(Unknown(v, "toevogen")))
		g.add("unknown, nothing near", shown(Unknown(v, "qqqqqqqqqqqq")))
		g.add("language", shown(Language(v, "")))
		g.add("language nl", shown(Language(v, "nl")))
		g.compare("lists." + lang + ".txt")
	})
}

func TestWhisper_Golden(t *testing.T) {
	t.Parallel()
	texts := load(t)
	each(t, func(t *testing.T, lang string) {
		t.Helper()
		g := golden{t: t}
		w := guestIn(flow.Declined)
		v := seenBy(texts, AsOwner, lang, request(flow.Open, w), w)
		v.Viewer, v.Part = priya, "g1"
		v.Viewer.Lang = lang
		bare := seenBy(texts, AsBystander, lang, nil)
		for _, k := range Refusals() {
			code := strings.TrimPrefix(string(k), "whisper.")
			g.add(code, shown(Whisper(bare, code, nil))+"\n--\n"+shown(Whisper(v, code, nil)))
		}
		for _, code := range []string{"withdrawn", "dropped", "draft_kept", "form_closed", "extended", "lets_end", "confirmed", "rechecking", "some_code_without_a_text"} {
			g.add(code, shown(Whisper(v, code, nil)))
		}
		g.add("already_decided with arguments", shown(Whisper(bare, "already_decided", map[string]string{"person": "Mehmet Yilmaz", "at": "2026-11-22T09:12:00Z"})))
		for _, code := range []string{"invalid", "forbidden", "not_found", "conflict", "expired", "throttled", "unavailable", "internal", "unheard_of"} {
			g.add("sorry "+code, shown(Sorry(bare, code, "R-7F3A")))
		}
		g.compare("whisper." + lang + ".txt")
	})
}
