package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// tourLook is how often the state is looked at for whether a step was taken.
const tourLook = 50 * time.Millisecond

// tour takes the reader through a story: the story's own play waits at each step until
// the state shows that it was taken, by whomever, or until he wants it done.
type tour struct {
	story   Story
	acts    *counter
	poke    func()
	running func() bool // whether the bot does
	cancel  context.CancelFunc
	over    chan struct{}
	pushed  chan string // what the reader pressed: "do" or "next"

	mu      sync.Mutex
	told    []line
	step    *Step
	number  int // counts the steps shown
	at      func() Target
	waiting string
	state   string // running, done, failed
	failed  string
}

// line is something that was said.
type line struct {
	Kind string `json:"kind"` // scene, note, seen, step
	Text string `json:"text,omitempty"`
	Step *Step  `json:"step,omitempty"`
}

// begin starts a story in a company.
func (c *company) begin(ctx context.Context, st Story, poke func()) {
	ctx, cancel := context.WithCancel(ctx)
	t := &tour{
		story: st, acts: &c.acts, poke: poke, running: c.lab.Running, cancel: cancel, over: make(chan struct{}), pushed: make(chan string, 1), state: "running",
	}
	c.mu.Lock()
	c.tour = t
	c.mu.Unlock()
	go t.play(ctx, c.lab)
}

// endless is the patience of a story whose people are the reader.
const endless = 24 * time.Hour

func (t *tour) play(ctx context.Context, l *Lab) {
	defer close(t.over)
	defer t.cancel()
	s := &Stage{Lab: l, Patience: endless, ctx: ctx, out: io.Discard, lang: l.lang, guide: t, heard: map[string]int{}}
	t.story.Play(s)
	t.mu.Lock()
	t.step, t.at, t.waiting, t.state = nil, nil, "", "done"
	if s.err != nil {
		t.state, t.failed = "failed", s.err.Error()
	}
	t.mu.Unlock()
	t.poke()
}

// endTour stops the story that runs, and waits for it.
func (c *company) endTour() {
	c.mu.Lock()
	t := c.tour
	c.tour = nil
	c.mu.Unlock()
	if t != nil {
		t.cancel()
		<-t.over
	}
}

// take implements guide.
func (t *tour) take(ctx context.Context, st Step, at func() Target, done func() bool) bool {
	before := t.acts.count()
	if done == nil { // only to be looked at: until he goes on, or does the next thing
		done = func() bool { return t.acts.count() != before }
	} else if done() {
		t.note(line{Kind: "step", Step: &st})
		return true
	}
	t.show(&st, at)
	defer t.show(nil, nil)
	tick := time.NewTicker(tourLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case what := <-t.pushed:
			if what == "do" && !t.possible(st.Kind) {
				continue
			}
			if what == "do" || st.Kind == StepReads {
				t.note(line{Kind: "step", Step: &st})
				return false
			}
		case <-tick.C:
			if done() {
				t.note(line{Kind: "step", Step: &st})
				return true
			}
		}
	}
}

// possible says whether a step can be done for the reader now: while the bot is down,
// only what needs no bot. Anything else would fail, and end the story.
func (t *tour) possible(kind StepKind) bool {
	switch kind {
	case StepKills, StepStarts, StepTurnsOn, StepMends, StepWaits:
		return true
	default:
		return t.running()
	}
}

func (t *tour) show(st *Step, at func() Target) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.step, t.at = st, at
	if st != nil {
		t.number++
		select { // what was pressed before belongs to the step before
		case <-t.pushed:
		default:
		}
	}
	t.poke()
}

func (t *tour) note(l line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.told = append(t.told, l)
	t.poke()
}

// tell implements guide.
func (t *tour) tell(kind, text string) { t.note(line{Kind: kind, Text: text}) }

// await implements guide.
func (t *tour) await(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting = what
}

// push passes on what the reader pressed. It is for the step of that number alone.
func (t *tour) push(what string, number int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.step == nil || t.number != number {
		return
	}
	select {
	case t.pushed <- what:
	default:
	}
}

// tourView is how far a tour is.
type tourView struct {
	Story   string  `json:"story"` // "": none
	State   string  `json:"state"`
	Failed  string  `json:"failed,omitempty"`
	Told    []line  `json:"told"`
	Step    *Step   `json:"step,omitempty"`
	Number  int     `json:"number"`
	Target  *Target `json:"target,omitempty"`
	Waiting string  `json:"waiting,omitempty"`
}

func (c *company) tourView() tourView {
	c.mu.Lock()
	t := c.tour
	c.mu.Unlock()
	if t == nil {
		return tourView{State: "none", Told: []line{}}
	}
	t.mu.Lock()
	v := tourView{
		Story: t.story.Name, State: t.state, Failed: t.failed, Told: append([]line{}, t.told...), Step: t.step, Number: t.number, Waiting: t.waiting,
	}
	at := t.at
	t.mu.Unlock()
	if at != nil {
		to := at()
		v.Target = &to
	}
	return v
}

// tourAct is what a reader does with the tour itself.
type tourAct struct {
	Do    string `json:"do"`    // begin, do, next, end
	Story string `json:"story"` // of begin
	Step  int    `json:"step"`  // the number of the step that do and next are for
}

func (p *Page) tourAct(_ *http.Request, co *company, a tourAct) (any, error) {
	switch a.Do {
	case "begin":
		i := slices.IndexFunc(p.o.Stories, func(st Story) bool { return st.Name == a.Story })
		if i < 0 {
			return nil, &badRequest{fmt.Errorf("%w: %q", ErrNoStory, a.Story)}
		}
		return struct{}{}, p.beginTour(p.o.Stories[i])
	case "end":
		if co != nil {
			co.endTour()
		}
		return struct{}{}, nil
	case "do", "next":
	default:
		return nil, &badRequest{fmt.Errorf("no act %q", a.Do)}
	}
	if co == nil {
		return nil, errNoCompany
	}
	co.mu.Lock()
	t := co.tour
	co.mu.Unlock()
	if t == nil {
		return nil, notNow("there is no tour")
	}
	t.push(a.Do, a.Step)
	return struct{}{}, nil
}

// beginTour plays a story in a company of its own, so that nothing that was done
// before is in its way.
func (p *Page) beginTour(st Story) error {
	p.mu.Lock()
	lang := p.lang
	p.mu.Unlock()
	if err := p.fresh(lang); err != nil {
		return err
	}
	co := p.company()
	if co == nil {
		return errors.New("another company was asked for meanwhile")
	}
	co.begin(p.ctx, st, p.hub.poke)
	return nil
}

var _ guide = (*tour)(nil)
