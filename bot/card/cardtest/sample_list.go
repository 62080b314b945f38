package cardtest

import (
	"strconv"
	"strings"

	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/bot/readiness"
)

func itoa(n int) string { return strconv.Itoa(n) }

func (m *maker) why() {
	p := Guest(flow.Parked)
	r := Request(flow.Open, p)
	anna, jan := m.style.mail("g1", "anna@fabrikam.com"), m.style.mail("g2", "jan@contoso.nl")
	a := card.Asked{
		Verdict: Cannot(), Subject: anna, Site: flow.Target{Name: m.style.person("Project Linden")},
		Waiting: []*flow.Request{m.grown(r, []*flow.Guest{p})},
	}
	can := card.Asked{Verdict: readiness.Verdict{Outcome: readiness.Can, Decisive: -1}, Subject: jan}
	bot := card.Asked{Verdict: readiness.Verdict{
		Outcome: readiness.CanByBot, Decisive: -1,
		ByHand: &readiness.Finding{Layer: readiness.LayerInvite, Status: readiness.Blocks, Code: readiness.CodeInvitesNeedInviter, Setting: readiness.KeyInvites, Value: "adminsAndGuestInviters"},
	}, Subject: jan, If: "spo.org=existing"}
	for _, role := range []card.Role{card.AsAdmin, card.AsOwner, card.AsBystander} {
		v := m.view(role, nil)
		m.add("cannot / "+string(role), card.Why(v, a))
		m.add("can / "+string(role), card.Why(v, can))
		m.add("what if / "+string(role), card.Why(v, bot))
	}
	rep := Report()
	for _, role := range []card.Role{card.AsAdmin, card.AsBystander} {
		m.addMany("check / "+string(role), card.Check(m.view(role, nil), rep))
		m.add("check, nothing stops / "+string(role), card.Check(m.view(role, nil), readiness.Report{}))
	}
}

func (m *maker) lists() {
	v := m.view(card.AsRequester, nil)
	var rs []*flow.Request
	for _, ex := range Examples()[:12] {
		rs = append(rs, m.grown(ex.Request, ex.Guests))
	}
	m.add("mine", card.Mine(v, rs))
	m.add("mine, none", card.Mine(v, nil))
	m.add("cancel", card.Cancelable(v, rs[:3]))
	m.add("cancel, none", card.Cancelable(v, nil))
	w, many := Guest(flow.AwaitingDecision), Crowd(8)
	o := m.view(card.AsOwner, nil)
	m.add("inbox", card.Inbox(o, []card.Item{
		m.item(Request(flow.Open, w), w), m.item(Request(flow.Open, many...), many...), m.item(NewSite(flow.AwaitingApproval)),
	}))
	m.add("inbox, none", card.Inbox(o, nil))
	in := Guest(flow.In)
	in.Until = At(30, 22, 0)
	m.add("extend", card.Extendable(o, []card.Item{m.item(Request(flow.Done, in), in)}))
	m.add("extend, none", card.Extendable(o, nil))
	m.add("ending / owner", card.Ending(m.view(card.AsOwner, Request(flow.Done, in), in)))
	m.add("ending / requester", card.Ending(m.view(card.AsRequester, Request(flow.Done, in, in), in, in)))
	sites := []flow.Target{{GroupID: "a", Name: m.style.person("Project Linden")}, {GroupID: "b", Name: m.style.person("Linden archive")}}
	m.add("which", card.Which(v, card.CommandAdd, "lin", sites))
	m.add("which, none", card.Which(v, card.CommandAdd, m.style.person("xyz"), nil))
	h := m.view(card.AsRequester, Request(flow.Done, in), in)
	m.add("handover en", card.Handover(h, in, "en", ""))
	m.add("handover nl with a link", card.Handover(h, in, "nl", "https://invite.example.org/redeem?x=1"))
	m.add("help", card.Help(v))
	m.add("unknown", card.Unknown(v, "toevogen"))
	m.add("unknown, nothing near", card.Unknown(v, m.style.person("qqqqqqqqqqqq")))
	quiet := v
	quiet.Linking = false
	m.add("help where nothing is linked", card.Help(quiet))
	m.add("linked", card.Linked(v, At(2, 9, 12), ""))
	m.add("linked, with a command that waits", card.Linked(v, At(2, 9, 12), "new"))
	m.add("linked already", card.LinkedAlready(v, At(2, 9, 12)))
	m.add("linked elsewhere", card.LinkedElsewhere(v, "slack", m.style.person("Sanne de Vries"), At(2, 9, 12)))
	m.add("unlinked by IT", card.UnlinkedByIT(v))
	m.add("moved to the linked account", card.Moved(h))
	m.add("language", card.Language(v, ""))
	m.add("language nl", card.Language(v, "nl"))
}

// AboutGuest ends the title of a whisper that knows of a guest; the same title
// without it is of the whisper to somebody of whom nothing is known.
const AboutGuest = " / about a guest"

func (m *maker) whispers() {
	w := Guest(flow.Declined)
	v := m.view(card.AsOwner, Request(flow.Open, w), w)
	v.Viewer, v.Part = Priya, "g1"
	v.Viewer.Lang = m.lang
	bare := m.view(card.AsBystander, nil)
	for _, k := range card.Refusals() {
		code := strings.TrimPrefix(string(k), "whisper.")
		m.add(code, card.Whisper(bare, code, nil))
		m.add(code+AboutGuest, card.Whisper(v, code, nil))
	}
	for _, code := range []string{"withdrawn", "dropped", "draft_kept", "form_closed", "extended", "lets_end", "confirmed", "rechecking", "retried", "given_up", "unlinked", "unlinked_for", "some_code_without_a_text"} {
		m.add(code, card.Whisper(v, code, nil))
	}
	m.add("already_decided with arguments", card.Whisper(bare, "already_decided", map[string]string{"person": m.style.person("Mehmet Yilmaz"), "at": "2026-11-22T09:12:00Z"}))
	for _, code := range []string{"invalid", "forbidden", "not_found", "conflict", "expired", "throttled", "unavailable", "internal", "unheard_of"} {
		m.add("sorry "+code, card.Sorry(bare, code, "R-7F3A"))
	}
}
