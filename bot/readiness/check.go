package readiness

import (
	"strconv"
	"time"
)

// guest is what kind of guest an address is to us; checks say by a set of them
// to whom they matter.
type guest uint8

const (
	newGuest guest = 1 << iota
	pendingGuest
	acceptedGuest
	colleague
	noGuest // the address is no address

	notAccepted = newGuest | pendingGuest
	guests      = newGuest | pendingGuest | acceptedGuest
	everybody   = guests | noGuest
)

// check is one row of the table: a setting, to whom it matters, and what its
// value says.
type check struct {
	key string
	who guest
	// when is a further condition; nil means always.
	when  func(*call) bool
	judge func(*call)
}

// call is one question being answered.
type call struct {
	q      *Question
	path   Path
	create *CreateQuestion // nil unless a site is to be created

	guest  guest
	unsure bool  // the directory was not read, so guest is the strictest guess
	user   *User // the directory's user with that address; nil when none
	clash  int   // how many active users share the address, where above one
	joined bool  // is in the site already
	bad    error // why the address is none

	findings []Finding

	// Of the check that runs now.
	layer  Layer
	check  *check
	key    string
	source string
	at     time.Time
}

// run lets every check of a layer speak; a layer in which nothing applied gets
// one finding that says so.
func (c *call) run(layer Layer, checks []check) {
	before, skipped := len(c.findings), ""
	c.layer = layer
	for i := range checks {
		ch := &checks[i]
		c.check, c.key, c.source, c.at = ch, ch.key, "", time.Time{}
		if ch.who&c.guest == 0 || ch.when != nil && !ch.when(c) {
			if skipped == "" {
				skipped = ch.key
			}
			continue
		}
		ch.judge(c)
	}
	if len(c.findings) == before && skipped != "" {
		c.key, c.source, c.at = skipped, "", time.Time{}
		c.add(Finding{Status: DoesNotApply, Code: CodeNotApplicable})
	}
}

// add files a finding under the layer, setting and source of the check that runs.
func (c *call) add(f Finding) {
	f.Layer, f.Setting, f.Source, f.At = c.layer, c.key, c.source, c.at
	// What stops some kinds of guest alone is no definite stop while the kind is a guess.
	if c.unsure && f.Status == Blocks && c.check != nil && c.check.who&guests != guests {
		f.Status = CannotTell
		f.Missing = missing(c.q.Subject.Matches.Missing, KeyPerson)
	}
	c.findings = append(c.findings, f)
	c.addRecent(f)
}

// addRecent warns, once a setting, where a change has not settled yet.
func (c *call) addRecent(f Finding) {
	changed, ok := c.q.ChangedAt[f.Setting]
	if !ok || f.Status == DoesNotApply {
		return
	}
	until := changed.Add(Settles(f.Setting))
	if changed.After(c.q.Now) || !c.q.Now.Before(until) {
		return
	}
	for i := range c.findings {
		if c.findings[i].Setting == f.Setting && c.findings[i].Code == CodeRecentlyChanged {
			return
		}
	}
	f.Status, f.Stops, f.Code, f.Missing, f.Fix, f.Wanted = Warns, Warning, CodeRecentlyChanged, nil, nil, ""
	f.Args = args("since", changed.UTC().Format(time.RFC3339), "until", until.UTC().Format(time.RFC3339))
	c.findings = append(c.findings, f)
}

func (c *call) pass(value string) {
	c.add(Finding{Status: Passes, Code: CodeOK, Value: value})
}

func (c *call) block(stops Stops, code Code, value, wanted string, fix *Fix, a map[string]string) {
	c.add(Finding{Status: Blocks, Stops: stops, Code: code, Value: value, Wanted: wanted, Fix: fix, Args: a})
}

func (c *call) warn(code Code, value string, fix *Fix, a map[string]string) {
	c.add(Finding{Status: Warns, Stops: Warning, Code: code, Value: value, Fix: fix, Args: a})
}

// doubt says that the value was read and that nobody here can tell what it means.
func (c *call) doubt(stops Stops, code Code, value string, fix *Fix, a map[string]string) {
	c.add(Finding{
		Status: CannotTell, Stops: stops, Code: code, Value: value, Args: a,
		Missing: &Missing{Reason: Unclear}, Fix: fix,
	})
}

// unclear is a value that is not known.
func (c *call) unclear(stops Stops, value string) {
	c.doubt(stops, CodeUnreadUnclear, value, c.fix(FixConfirm, "", nil), nil)
}

// unread says that a setting was not read. Where stops is Warning its value
// could only have warned, so it decides nothing.
func (c *call) unread(m *Missing, stops Stops) {
	m = missing(m, c.key)
	f := Finding{Status: CannotTell, Stops: stops, Missing: m}
	switch m.Reason {
	case NoPermission:
		f.Code = CodeUnreadNoPermission
		f.Fix = &Fix{Code: FixGrant, Role: adminGlobal, Settles: settlesEntra, Args: args("permission", m.Permission)}
	case NotInCloud:
		f.Code, f.Fix = CodeUnreadNotInCloud, c.fix(FixConfirm, "", nil)
	case Unavailable:
		f.Code, f.Fix = CodeUnreadUnavailable, &Fix{Code: FixTryAgain}
	case Unclear:
		f.Code, f.Fix = CodeUnreadUnclear, c.fix(FixConfirm, "", nil)
	default:
		f.Code, f.Fix = CodeUnreadNotAsked, c.fix(FixConfirm, "", nil)
	}
	c.add(f)
}

// missing completes a reason with the permission that reads the setting. A
// setting that nobody tried to read was not asked.
func missing(m *Missing, key string) *Missing {
	out := Missing{Reason: NotAsked}
	if m != nil {
		out = *m
	}
	if out.Permission == "" && (out.Reason == NoPermission || out.Reason == NotAsked) {
		if s := settingByKey[key]; s != nil {
			out.Permission = s.permission
		}
	}
	return &out
}

// fix is a change of the setting that the running check looks at; value is what
// [Question.If] takes to try it, empty where it cannot be tried.
func (c *call) fix(code Code, value string, a map[string]string) *Fix {
	f := &Fix{Code: code, Args: a}
	if s := settingByKey[c.key]; s != nil {
		f.Role, f.Link, f.Settles = s.role, s.link, s.settles
	}
	if value != "" {
		f.Key, f.Value = c.key, value
	}
	return f
}

// on makes a judge of a setting: it answers for the unread one, and lets next
// look at the value of the read one. stops is how the setting could stop.
func on[T any](read func(*Question) *Setting[T], stops Stops, next func(*call, *T)) func(*call) {
	return func(c *call) {
		s := read(c.q)
		c.source, c.at = s.Source, s.At
		if !s.OK() {
			c.unread(s.Missing, stops)
			return
		}
		next(c, &s.Value)
	}
}

// ok is a condition that a setting was read and holds.
func ok[T any](read func(*Question) *Setting[T], holds func(*call, *T) bool) func(*call) bool {
	return func(c *call) bool {
		s := read(c.q)
		return s.OK() && holds(c, &s.Value)
	}
}

// wasRead is a condition that a setting was read: where another row of the
// table already says that it was not.
func wasRead[T any](read func(*Question) *Setting[T]) func(*call) bool {
	return func(c *call) bool { return read(c.q).OK() }
}

// args makes a map of pairs.
func args(pairs ...string) map[string]string {
	m := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

func number(n int) string { return strconv.Itoa(n) }

// days is the number of whole days from one moment to another, at least 0.
func days(from, to time.Time) int {
	return max(0, int(to.Sub(from)/(24*time.Hour)))
}
