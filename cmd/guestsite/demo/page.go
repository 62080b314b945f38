package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Page is the demo in a browser: one person is the employee in Slack, the owner in
// Teams, the guest and the admin, side by side. Everything on it is read from the
// fakes and acts through their clients, so what a vendor's client would not let a
// person do is refused here too.
type Page struct {
	o    Options
	ctx  context.Context // ends with the page
	stop context.CancelFunc
	key  string // in the path of every address; who does not know it gets nothing
	addr string
	srv  *http.Server
	hub  *hub
	work sync.WaitGroup

	change sync.Mutex // held while a company is opened or closed

	mu     sync.Mutex // guards all below
	co     *company   // nil between two companies, or when none could be opened
	number int        // of the newest company
	lang   string
}

// company is one company with what the page knows of it.
type company struct {
	number int // counts the companies that the page has had
	lang   string
	lab    *Lab
	wire   *wire
	bodies *bodies
	acts   counter

	mu   sync.Mutex
	tour *tour // nil: none was begun
}

// ErrPage says that the page could not be served.
var ErrPage = errors.New("the page cannot be served")

// OpenPage opens a company and serves its page on a loopback port until Close.
func OpenPage(ctx context.Context, o Options) (*Page, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPage, err)
	}
	p := &Page{o: o, key: newKey(), addr: ln.Addr().String(), lang: o.Lang}
	if p.lang == "" {
		p.lang = "en"
	}
	p.ctx, p.stop = context.WithCancel(ctx)
	p.hub = newHub(p)
	p.srv = &http.Server{
		Handler: p.guarded(p.routes()), ReadHeaderTimeout: pageHeaderTimeout, MaxHeaderBytes: pageHeaderBytes,
		BaseContext: func(net.Listener) context.Context { return p.ctx },
	}
	p.work.Go(func() { _ = p.srv.Serve(ln) })
	p.work.Go(func() { p.hub.run(p.ctx) })
	if err := p.fresh(p.lang); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// URL is the address to open. It holds the key: whoever has it can drive the page.
func (p *Page) URL() string { return "http://" + p.addr + "/" + p.key + "/" }

// company gives the one there is now; nil when there is none.
func (p *Page) company() *company {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.co
}

// fresh replaces the company by a new one, whose people read a language.
func (p *Page) fresh(lang string) error {
	p.change.Lock()
	defer p.change.Unlock()
	p.mu.Lock()
	old := p.co
	p.co, p.lang = nil, lang
	p.number++
	number := p.number
	p.mu.Unlock()
	p.hub.poke()
	if old != nil {
		if err := old.close(); err != nil {
			return err
		}
	}
	if err := p.ctx.Err(); err != nil {
		return context.Cause(p.ctx)
	}
	co := &company{number: number, lang: lang, bodies: newBodies()}
	o := p.o
	o.Lang, o.Story = lang, all // with both chats
	dir := p.o.Dir
	if dir != "" && number > 1 { // each company has files of its own
		dir = filepath.Join(dir, fmt.Sprintf("company-%d", number))
	}
	lab, err := p.openLab(o, dir, co)
	if err != nil {
		return err
	}
	co.lab, co.wire = lab, newWire(lab, co.bodies)
	p.mu.Lock()
	p.co = co
	p.mu.Unlock()
	p.hub.poke()
	return nil
}

// openLab starts a company. The bot's address has to be known before the bot listens
// there, and somebody else can take it in between: then there is another.
func (p *Page) openLab(o Options, dir string, co *company) (*Lab, error) {
	const tries = 5
	for n := 1; ; n++ {
		listen, err := freeAddress(p.ctx)
		if err != nil {
			return nil, err
		}
		lab, err := openLabWith(p.ctx, o, dir, labHooks{tenant: co.bodies.watch, authorize: p.signInURL(), listen: listen})
		if n < tries && errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		return lab, err
	}
}

// freeAddress finds one on this machine where nobody listens. The product listens
// there each time it is started, so that the links it has given away stay good.
func freeAddress(ctx context.Context) (string, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a port for the bot: %w", err)
	}
	return ln.Addr().String(), ln.Close()
}

func (c *company) close() error {
	c.endTour()
	return c.lab.Close()
}

// Close takes everything down.
func (p *Page) Close() error {
	p.stop()
	err := p.srv.Close()
	p.work.Wait()
	p.change.Lock()
	defer p.change.Unlock()
	p.mu.Lock()
	co := p.co
	p.co = nil
	p.mu.Unlock()
	if co != nil {
		err = errors.Join(err, co.close())
	}
	return err
}

// showPage serves the page until the context ends.
func (o Options) showPage(ctx context.Context) error {
	p, err := OpenPage(ctx, o)
	if err != nil {
		return err
	}
	left := "nothing is left behind"
	if o.Dir != "" {
		left = "the files stay in " + o.Dir
	}
	_, _ = fmt.Fprintf(o.Out, "Open this address in a browser on this machine (Demo – no real people or sites):\n\n  %s\n\nStop it with Ctrl-C; %s. Whoever knows the address can use the page.\n\n", p.URL(), left)
	if co := p.company(); co != nil {
		co.lab.Describe(o.Out)
	}
	if o.Open {
		if err := openBrowser(ctx, p.URL()); err != nil {
			_, _ = fmt.Fprintf(o.Out, "\nNo browser was opened: %v\n", err)
		}
	}
	<-ctx.Done()
	return p.Close()
}

// counter counts what was done on the page.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

const (
	pageHeaderTimeout = 5 * time.Second
	pageHeaderBytes   = 16 << 10
)

var _ io.Closer = (*Page)(nil)
