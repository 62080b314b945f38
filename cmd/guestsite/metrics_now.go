package main

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"guestsite/bot"
	"guestsite/bot/slack"
)

// How much a look at the store reads at most, and how long its count of requests
// holds.
const (
	mostCounted = 100_000
	countLife   = time.Minute
)

// nowCollector reads, when Prometheus asks, how things stand.
type nowCollector struct {
	a    *app
	info map[string]*prometheus.Desc

	mu      sync.Mutex // guards what follows
	at      time.Time
	waiting map[string]int // requests by state
}

// counted lists what nowCollector gives, by name, with help and labels.
func counted() []struct {
	name, help string
	labels     []string
} {
	return []struct {
		name, help string
		labels     []string
	}{
		{"build_info", "What was built; always 1.", []string{"version", "revision", "go"}},
		{"jobs_due", "Jobs that are due and wait, 100000 at most.", nil},
		{"oldest_due_job_age_seconds", "How long the oldest due job has waited; 0 when none does.", nil},
		{"store_bytes", "Size of the database.", nil},
		{"requests", "Requests that may yet change, by state, 100000 at most; counted once a minute.", []string{"state"}},
		{"paused", "Whether the operator has paused changes to the tenant.", nil},
		{"ready", "Whether a part works, as /readyz says.", []string{"part"}},
		{"certificate_expiry_timestamp_seconds", "When the certificate of a registration ends.", []string{"registration"}},
		{"slack_sockets_up", "Sockets over which Slack delivers now.", nil},
		{"slack_socket_reconnects_total", "Sockets that were replaced, by reason.", []string{"reason"}},
		{"slack_envelopes_total", "Deliveries over sockets, by type.", []string{"type"}},
		{"slack_envelopes_resent_total", "Deliveries that Slack marked as delivered before.", nil},
		{"slack_envelopes_unacked_total", "Deliveries that were left to Slack, by reason.", []string{"reason"}},
		{"slack_answers_too_large_total", "Answers that were shown in another way for their size.", nil},
		{"slack_panics_total", "Deliveries that crashed.", nil},
	}
}

func newNowCollector(a *app) *nowCollector {
	c := &nowCollector{a: a, info: map[string]*prometheus.Desc{}}
	for _, d := range counted() {
		c.info[d.name] = prometheus.NewDesc("guestsite_"+d.name, d.help, d.labels, nil)
	}
	return c
}

// Describe implements prometheus.Collector.
func (c *nowCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range c.info {
		out <- d
	}
}

// Collect implements prometheus.Collector. What cannot be read is left out, and
// guestsite_ready says that.
func (c *nowCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeoutCause(context.Background(), readyTimeout, errReadyTimeout)
	defer cancel()
	gauge := func(name string, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(c.info[name], prometheus.GaugeValue, value, labels...)
	}
	v := buildVersion()
	gauge("build_info", 1, v.Version, revisionOf(v), v.Go)
	now := c.a.clock.Now()
	if n, oldest, err := c.a.db.Overdue(ctx, now, mostCounted); err == nil {
		gauge("jobs_due", float64(n))
		age := 0.0
		if n > 0 {
			age = max(0, now.Sub(oldest).Seconds())
		}
		gauge("oldest_due_job_age_seconds", age)
	}
	if size, err := c.a.db.Size(ctx); err == nil {
		gauge("store_bytes", float64(size))
	}
	for state, n := range c.requests(ctx) {
		gauge("requests", float64(n), state)
	}
	if p, err := c.a.engine.Paused(ctx); err == nil {
		gauge("paused", truth(p.On))
	}
	down := partsOf(c.a.ready(ctx))
	for _, part := range c.a.partNames() {
		gauge("ready", truth(!slices.Contains(down, part)), part)
	}
	for _, cert := range c.a.certificates {
		gauge("certificate_expiry_timestamp_seconds", float64(cert.file.Value().end.Unix()), strings.TrimPrefix(cert.block, "microsoft365."))
	}
	c.slack(out)
}

// slack gives the counts of Slack's adapter, if there is one.
func (c *nowCollector) slack(out chan<- prometheus.Metric) {
	for _, chat := range c.a.chats {
		adapter, ok := chat.(*slack.Adapter)
		if !ok {
			continue
		}
		n := adapter.Counts()
		if c.a.cfg.Slack.Mode == SlackSocket {
			out <- prometheus.MustNewConstMetric(c.info["slack_sockets_up"], prometheus.GaugeValue, float64(n.SocketsUp))
		}
		count := func(name string, value uint64, labels ...string) {
			out <- prometheus.MustNewConstMetric(c.info[name], prometheus.CounterValue, float64(value), labels...)
		}
		for name, values := range map[string]map[string]uint64{
			"slack_socket_reconnects_total": n.Reconnects, "slack_envelopes_total": n.Envelopes, "slack_envelopes_unacked_total": n.Unacked,
		} {
			for label, value := range values {
				count(name, value, label)
			}
		}
		count("slack_envelopes_resent_total", n.Resent)
		count("slack_answers_too_large_total", n.TooLarge)
		count("slack_panics_total", n.Panics)
	}
}

// requests counts by state, at most countLife ago.
func (c *nowCollector) requests(ctx context.Context) map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting != nil && time.Since(c.at) < countLife {
		return c.waiting
	}
	counted := map[string]int{}
	for _, s := range openStates() {
		n, err := c.a.db.CountIndex(ctx, bot.KindRequest, bot.ByState, string(s), mostCounted)
		if err != nil {
			return nil
		}
		counted[string(s)] = n
	}
	c.waiting, c.at = counted, time.Now()
	return counted
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
