package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guestsite/bot/teams/teamsfake"
)

// load sends clicks to a bot over a number of connections that stay open, on each
// the next one when the last was answered.
type load struct {
	addr  string
	conns int
	pid   int // of the bot; 0 when not known

	spent    time.Duration
	took     []time.Duration
	cpu, own time.Duration // the bot's processor time, and that of this process
}

// warm sends clicks that are not counted.
func (l *load) warm(tb testing.TB, clicks []click) {
	tb.Helper()
	(&load{addr: l.addr, conns: l.conns}).run(tb, clicks)
}

// run sends each click once. What is measured begins when all connections are open.
func (l *load) run(tb testing.TB, clicks []click) {
	tb.Helper()
	lines := make([]*line, l.conns)
	for i := range lines {
		var err error
		if lines[i], err = dial(tb, l.addr); err != nil {
			tb.Fatal(err)
		}
	}
	took := make([]time.Duration, len(clicks))
	errs := make([]error, l.conns)
	var next atomic.Int64
	var wg sync.WaitGroup
	cpu, own := cpuOf(l.pid), cpuOf(os.Getpid())
	began := time.Now()
	for i, c := range lines {
		wg.Go(func() {
			for k := next.Add(1) - 1; k < int64(len(clicks)) && errs[i] == nil; k = next.Add(1) - 1 {
				sent := time.Now()
				errs[i] = c.send(clicks[k].wire)
				took[k] = time.Since(sent)
			}
		})
	}
	wg.Wait()
	l.spent += time.Since(began)
	l.cpu += cpuOf(l.pid) - cpu
	l.own += cpuOf(os.Getpid()) - own
	l.took = append(l.took, took...)
	for i, c := range lines {
		_ = c.conn.Close()
		if errs[i] != nil {
			tb.Fatalf("%s: %v", l.addr, errs[i])
		}
	}
}

func (l *load) perSecond() float64 { return float64(len(l.took)) / l.spent.Seconds() }

// micros is a part of the processor's time by request.
func micros(d time.Duration, l *load) float64 {
	return float64(d) / float64(time.Microsecond) / float64(len(l.took))
}

// cpuOf is the processor's time that a process took so far; 0 where the system does
// not tell.
func cpuOf(pid int) time.Duration {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0
	}
	const user, system = 11, 12 // behind the name, which may hold anything
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks int
	for _, f := range []string{fields[user], fields[system]} {
		n, err := strconv.Atoi(f)
		if err != nil {
			return 0
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// report gives requests per second, and how long half and 99 of 100 took at most.
func (l *load) report(b *testing.B, prefix string) {
	b.Helper()
	slices.Sort(l.took)
	at := func(part float64) float64 {
		return float64(l.took[int(part*float64(len(l.took)-1))]) / float64(time.Millisecond)
	}
	b.ReportMetric(l.perSecond(), prefix+"req/s")
	b.ReportMetric(at(0.50), prefix+"p50-ms")
	b.ReportMetric(at(0.99), prefix+"p99-ms")
	b.ReportMetric(micros(l.cpu, l), prefix+"cpu-µs")
}

// inParallel runs do for the numbers below n on some goroutines.
func inParallel(goroutines, n int, do func(int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	wg.Wait()
}

// line is one connection. It is written to as the bytes come, so that the generator
// costs the machine as little as can be.
type line struct {
	conn net.Conn
	in   *bufio.Reader
	body bytes.Buffer
}

// linePatience bounds a turn on one connection.
const linePatience = time.Minute

func dial(tb testing.TB, addr string) (*line, error) {
	tb.Helper()
	var d net.Dialer
	conn, err := d.DialContext(tb.Context(), "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &line{conn: conn, in: bufio.NewReaderSize(conn, 16<<10)}, conn.SetDeadline(time.Now().Add(linePatience))
}

// wire is a request to a bot, with the headers of the connector.
func wire(token, body string) []byte {
	return fmt.Appendf(nil, "POST /api/messages HTTP/1.1\r\nHost: bot.example\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: application/json; charset=utf-8\r\nUser-Agent: Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)\r\n"+
		"Content-Length: %d\r\n\r\n%s", token, len(body), body)
}

// cardSign begins an answer that is a card.
var cardSign = []byte(`{"statusCode":200,"type":"application/vnd.microsoft.card.adaptive","value":{`)

// send sends a request, and wants a card.
func (l *line) send(wire []byte) error {
	if _, err := l.conn.Write(wire); err != nil {
		return err
	}
	answer, err := http.ReadResponse(l.in, nil)
	if err != nil {
		return err
	}
	l.body.Reset()
	if _, err := l.body.ReadFrom(answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || !bytes.HasPrefix(l.body.Bytes(), cardSign) {
		return fmt.Errorf("no card: %s: %.300s", answer.Status, l.body.Bytes())
	}
	return nil
}

// peer is a bot to measure beside.
type peer struct {
	name, addr string
	pid        int
}

// peers gives the bots that GUESTSITE_BENCH_PEER names; none when it is not set.
func (c *crowd) peers(b *testing.B) []peer {
	b.Helper()
	named := os.Getenv("GUESTSITE_BENCH_PEER")
	switch {
	case named == "":
		return nil
	case strings.HasPrefix(named, "http://"):
		return []peer{{name: "peer", addr: hostOf(named)}}
	}
	dir := b.TempDir()
	authorities, drawn := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "card.json")
	for file, text := range map[string][]byte{authorities: c.Teams.CAPEM(), drawn: c.card} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	open := []string{"PORT=0", "CARD=" + drawn}
	checked := append([]string{"METADATA=" + c.Teams.MetadataURL(), "APP_ID=" + c.Teams.AppID(), "NODE_EXTRA_CA_CERTS=" + authorities}, open...)
	strict := startPeer(b, "peer-jwt", named, checked)
	c.checksTokens(b, strict.addr)
	return []peer{startPeer(b, "peer", named, open), strict}
}

// checksTokens sends a click whose token is for another bot, which must be refused:
// else what is compared is not the same work.
func (c *crowd) checksTokens(b *testing.B, addr string) {
	b.Helper()
	l, err := dial(b, addr)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.conn.Close() }()
	token := c.Teams.SignedToken(teamsfake.TokenSpec{Audience: "00000000-0000-4000-8000-000000000000"})
	if err := l.send(wire(token, c.body)); err == nil || !strings.Contains(err.Error(), "401") {
		b.Fatalf("%s takes a token for another bot: %v", addr, err)
	}
}

func hostOf(u string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(u, "http://"), "/")
	return host
}

// startPeer starts the bot in a folder.
func startPeer(b *testing.B, name, dir string, env []string) peer {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), "node", "peer.js")
	var complaints screen
	cmd.Dir, cmd.Stderr = dir, &complaints
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed, and says so
		if b.Failed() {
			b.Logf("%s says:\n%s", name, tail(complaints.String()))
		}
	})
	said, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatalf("%s does not start: %v", dir, err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return peer{name, hostOf(strings.TrimSpace(said)), cmd.Process.Pid}
}
