package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"guestsite/bot"
	"guestsite/bot/card"
	"guestsite/bot/flow"
	"guestsite/graph"
)

// metrics counts for Prometheus. No label names a person, an address, a site or a
// request: every value comes from a closed set of this program.
type metrics struct {
	registry *prometheus.Registry

	events   *prometheus.CounterVec // chat, kind, code
	eventFor prometheus.Histogram   // seconds
	jobs     *prometheus.CounterVec // kind, outcome
	effects  *prometheus.CounterVec // kind, code
	jobFor   prometheus.Histogram   // seconds
	commits  *prometheus.CounterVec // outcome
	commit   prometheus.Histogram   // seconds
	calls    *prometheus.CounterVec // operation, status
	callFor  prometheus.Histogram   // seconds
	throttle *prometheus.CounterVec // service
	chats    *prometheus.CounterVec // chat, operation, code
}

// codeOK is the label of what went well.
const codeOK = "ok"

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "guestsite_" + name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: "guestsite_" + name, Help: help, Buckets: buckets})
	}
	quick := prometheus.ExponentialBuckets(0.0005, 2, 14) // 0.5 ms to 4 s
	slow := prometheus.ExponentialBuckets(0.01, 2, 14)    // 10 ms to 82 s
	m := &metrics{
		registry: prometheus.NewRegistry(),
		events:   counter("events_total", "What people did, by chat, kind (command, submit, press) and code.", "chat", "kind", "code"),
		eventFor: histogram("event_duration_seconds", "From an event to its answer, stored.", quick),
		jobs:     counter("job_runs_total", "Runs of jobs, by kind and outcome.", "kind", "outcome"),
		effects:  counter("effects_total", "Runs of jobs, by kind and the code of their error.", "kind", "code"),
		jobFor:   histogram("job_duration_seconds", "Runs of jobs.", slow),
		commits:  counter("commits_total", "Commits to the store, by outcome.", "outcome"),
		commit:   histogram("commit_duration_seconds", "Commits to the store, waiting included.", quick),
		calls:    counter("graph_calls_total", "Calls of Microsoft Graph and SharePoint, by operation and status class.", "operation", "status"),
		callFor:  histogram("graph_call_duration_seconds", "Calls of Microsoft Graph and SharePoint, those in a batch left out.", slow),
		throttle: counter("throttled_total", "Answers of a service that ask to wait.", "service"),
		chats:    counter("chat_calls_total", "Posts, updates and forms, by chat, operation and code.", "chat", "operation", "code"),
	}
	m.registry.MustRegister(m.events, m.eventFor, m.jobs, m.effects, m.jobFor, m.commits, m.commit, m.calls, m.callFor, m.throttle, m.chats,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	// Of what an alarm waits for there is a 0 from the start, so that the first one is
	// seen as a rise.
	for _, service := range []string{serviceGraph, "slack", "teams"} {
		m.throttle.WithLabelValues(service)
	}
	for _, kind := range bot.JobKinds() {
		m.jobs.WithLabelValues(kind, string(bot.OutcomeGivenUp))
	}
	return m
}

const serviceGraph = "graph"

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, MaxRequestsInFlight: 4, Timeout: 2 * readyTimeout})
}

func codeLabel(c bot.Code) string {
	if c == "" {
		return codeOK
	}
	return string(c)
}

func codeLabelOf(err error) string {
	if err == nil {
		return codeOK
	}
	return string(bot.CodeOf(err))
}

// hooks are what the engine tells.
func (m *metrics) hooks() bot.Metrics {
	return bot.Metrics{
		Event: func(chat, kind string, code bot.Code, took time.Duration) {
			m.events.WithLabelValues(chat, kind, codeLabel(code)).Inc()
			m.eventFor.Observe(took.Seconds())
		},
		Job: func(kind string, o bot.Outcome, code bot.Code, took time.Duration) {
			m.jobs.WithLabelValues(kind, string(o)).Inc()
			m.effects.WithLabelValues(kind, codeLabel(code)).Inc()
			m.jobFor.Observe(took.Seconds())
		},
	}
}

// call is told each call of the tenant.
func (m *metrics) call(c graph.Call) {
	m.calls.WithLabelValues(c.Operation, statusClass(c.Status)).Inc()
	if !c.InBatch {
		m.callFor.Observe(c.Took.Seconds())
	}
	if c.Status == http.StatusTooManyRequests {
		m.throttle.WithLabelValues(serviceGraph).Inc()
	}
}

// statusClass is the class of an HTTP status; those that say to wait or to sign in
// anew stand by themselves.
func statusClass(status int) string {
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusUnauthorized, status == http.StatusForbidden:
		return map[int]string{http.StatusTooManyRequests: "429", http.StatusUnauthorized: "401", http.StatusForbidden: "403"}[status]
	case status >= 200 && status < 600:
		return string(rune('0'+status/100)) + "xx"
	}
	return "none"
}

// countedStore times commits.
type countedStore struct {
	bot.Store

	m *metrics
}

// Commit implements bot.Store.
func (s countedStore) Commit(ctx context.Context, ch bot.Change) error {
	began := time.Now()
	err := s.Store.Commit(ctx, ch)
	s.m.commit.Observe(time.Since(began).Seconds())
	s.m.commits.WithLabelValues(commitOutcome(err)).Inc()
	return err
}

func commitOutcome(err error) string {
	_, seen := errors.AsType[*bot.SeenError](err)
	switch {
	case err == nil:
		return codeOK
	case seen:
		return "seen"
	case errors.Is(err, bot.ErrConflict):
		return "conflict"
	case errors.Is(err, bot.ErrLeaseLost):
		return "lease_lost"
	}
	return "failed"
}

// countedChat counts what is sent to people.
type countedChat struct {
	bot.Chat

	m *metrics
}

func (c countedChat) count(operation string, err error) {
	c.m.chats.WithLabelValues(c.Name(), operation, codeLabelOf(err)).Inc()
	if bot.CodeOf(err) == bot.Throttled {
		c.m.throttle.WithLabelValues(c.Name()).Inc()
	}
}

// Post implements bot.Chat.
func (c countedChat) Post(ctx context.Context, to bot.ChatUser, id string, what card.Card) (bot.Ref, error) {
	ref, err := c.Chat.Post(ctx, to, id, what)
	c.count("post", err)
	return ref, err
}

// Update implements bot.Chat.
func (c countedChat) Update(ctx context.Context, ref bot.Ref, what card.Card) error {
	err := c.Chat.Update(ctx, ref, what)
	c.count("update", err)
	return err
}

// OpenForm implements bot.Chat.
func (c countedChat) OpenForm(ctx context.Context, trigger string, f card.Form) (bot.Ref, error) {
	ref, err := c.Chat.OpenForm(ctx, trigger, f)
	c.count("open_form", err)
	return ref, err
}

// UpdateForm implements bot.Chat.
func (c countedChat) UpdateForm(ctx context.Context, ref bot.Ref, f card.Form) error {
	err := c.Chat.UpdateForm(ctx, ref, f)
	c.count("update_form", err)
	return err
}

// Whisper implements bot.Chat.
func (c countedChat) Whisper(ctx context.Context, reply string, what card.Card) error {
	err := c.Chat.Whisper(ctx, reply, what)
	c.count("whisper", err)
	return err
}

// openStates are the states of requests that are counted: those that may yet change.
func openStates() []flow.State { return []flow.State{flow.Draft, flow.Open} }

// revisionOf is what build information says about the commit, shortened.
func revisionOf(v version) string {
	short := v.Revision[:min(len(v.Revision), 12)]
	if v.Modified && short != "" {
		short += "+"
	}
	return short
}

// partsOf lists the parts that problems are about, notes left out.
func partsOf(problems []Problem) []string {
	var out []string
	for _, p := range problems {
		if !p.Note {
			out = append(out, strings.ToLower(p.Part))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
