package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"guestsite/bot/teams/teamsfake"
)

// ErrNotLoopback says that the door would be open to others than this machine.
var ErrNotLoopback = errors.New("say an address of this machine alone, such as 127.0.0.1:3978: whoever reaches it speaks for anybody in the demo")

// doorAddress reads where the door is to listen.
func doorAddress(addr string) (netip.AddrPort, error) {
	if port, ok := strings.CutPrefix(addr, "localhost:"); ok {
		addr = "127.0.0.1:" + port
	}
	ap, err := netip.ParseAddrPort(addr)
	if err != nil || !ap.Addr().Unmap().IsLoopback() {
		return netip.AddrPort{}, fmt.Errorf("%s: %w", addr, ErrNotLoopback)
	}
	return ap, nil
}

const (
	doorBody    = 1 << 20 // of a request or an answer; Teams takes no message of more than 100 KB
	doorTime    = 30 * time.Second
	doorHeaders = 5 * time.Second
	// doorServices is how many Playgrounds are told apart. Each run of one may have
	// another port.
	doorServices = 64
)

// door lets the Microsoft 365 Agents Playground speak with the product. The
// Playground signs nothing and listens by plain HTTP; the product takes neither. So
// the door stands for the Bot Connector on both sides: what the Playground says is
// signed with the key of the fake Teams, and what the product says, with its token,
// to an https address of the door's is handed on without the token. Both ends are on
// this machine, and the company is the fake one: nobody else's name can be used here.
// The product under it is the one that serves, and knows of no door.
type door struct {
	teams      *teamsfake.Server
	checkToken func(bearer string) error
	http       *http.Client
	holds      holds

	front, back  net.Listener // for the Playground; for the product
	servers      [2]*http.Server
	serving      sync.WaitGroup
	pem          []byte
	connectorURL string

	mu       sync.Mutex
	app      string   // the product's base address
	services []string // of the Playgrounds, in the order in which they were heard of
}

// openDoor listens. checkToken says which tokens of the product are good.
func openDoor(ctx context.Context, at netip.AddrPort, teams *teamsfake.Server, checkToken func(string) error) (*door, error) {
	d := &door{teams: teams, checkToken: checkToken, http: loopbackClient()}
	cert, err := serverCertificate()
	if err != nil {
		return nil, err
	}
	d.pem = certificatePEM(cert.Certificate[0])
	var l net.ListenConfig
	if d.front, err = l.Listen(ctx, "tcp", at.String()); err != nil {
		return nil, fmt.Errorf("listen for the Playground: %w", err)
	}
	if d.back, err = l.Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return nil, errors.Join(fmt.Errorf("listen for the bot: %w", err), d.front.Close())
	}
	d.connectorURL = "https://" + d.back.Addr().String()
	d.servers = [2]*http.Server{doorServer(d.fromPlayground), doorServer(d.toPlayground)}
	d.servers[1].TLSConfig = serverTLS(cert)
	d.serving.Go(func() { _ = d.servers[0].Serve(d.front) }) // they end with Close
	d.serving.Go(func() { _ = d.servers[1].ServeTLS(d.back, "", "") })
	return d, nil
}

func doorServer(h http.HandlerFunc) *http.Server {
	return &http.Server{
		Handler: fromHere(h), ReadHeaderTimeout: doorHeaders, ReadTimeout: doorTime,
		WriteTimeout: 2 * doorTime, IdleTimeout: doorTime, ErrorLog: nothing(),
	}
}

// fromHere refuses whoever is not on this machine, and what a page of another site
// has a browser of this machine send.
func fromHere(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !peer.Addr().Unmap().IsLoopback() || !onLoopback(hostOf(r.Host)) {
			http.Error(w, "from this machine only", http.StatusForbidden)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, doorBody)
		h(w, r)
	})
}

func hostOf(hostport string) string {
	return (&url.URL{Host: hostport}).Hostname()
}

func onLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// loopbackClient calls this machine and no other, whatever a name stands for.
func loopbackClient() *http.Client {
	dialer := &net.Dialer{Timeout: doorHeaders, Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil || !ap.Addr().Unmap().IsLoopback() {
			return ErrNotLoopback
		}
		return nil
	}}
	return &http.Client{
		Timeout:       doorTime,
		Transport:     &http.Transport{DialContext: dialer.DialContext, IdleConnTimeout: doorTime},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Host is the host and port by which the product reaches the door.
func (d *door) Host() string { return d.back.Addr().String() }

// Endpoint is the address that the Playground is started with.
func (d *door) Endpoint() string { return "http://" + d.front.Addr().String() + "/api/messages" }

// SetAppURL tells where the product listens.
func (d *door) SetAppURL(base string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.app = base
}

func (d *door) appURL() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.app
}

// Close ends what is under way.
func (d *door) Close() error {
	err := errors.Join(d.servers[0].Close(), d.servers[1].Close())
	d.serving.Wait()
	d.http.CloseIdleConnections()
	return err
}

var (
	errService  = errors.New("the activity's serviceUrl is not one of this machine")
	errServices = errors.New("too many Playgrounds")
)

// standIn gives the connector address that stands for the service of a Playground,
// and remembers it.
func (d *door) standIn(service string) (string, error) {
	u, err := url.Parse(service)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || strings.ContainsAny(service, "?#") || !onLoopback(u.Hostname()) {
		return "", errService
	}
	service = strings.TrimRight(service, "/")
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for n < len(d.services) && d.services[n] != service {
		n++
	}
	if n == doorServices {
		return "", errServices
	}
	if n == len(d.services) {
		d.services = append(d.services, service)
	}
	return d.connectorURL + "/" + strconv.Itoa(n), nil
}

// behind gives the address of a Playground's service that a path of the door's
// connector leads to, with all that follows, and the connector address that stands
// for that service.
func (d *door) behind(path string) (to, at string, ok bool) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	n, err := strconv.Atoi(name)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil || n < 0 || n >= len(d.services) || !strings.HasPrefix(rest, "v3/") {
		return "", "", false
	}
	return d.services[n] + "/" + rest, d.connectorURL + "/" + name, true
}
