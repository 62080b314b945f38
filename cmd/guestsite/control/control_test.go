package control

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// folder is one that nobody else writes in, with a short path.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ctl") //nolint:usetesting // the path of t.TempDir is too long for a socket on some systems
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// started is a server beside a database, with the operations that the tests use.
func started(t *testing.T, ops ...Operation) (database string, s *Server) {
	t.Helper()
	database = filepath.Join(folder(t), "x.db")
	if err := os.WriteFile(database, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s = NewServer("guestsite 1.2.3", slog.New(slog.DiscardHandler), ops...)
	if err := s.Start(t.Context(), Path(database)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.WithoutCancel(t.Context())) })
	return database, s
}

type name struct{ Name string }

func hello(_ context.Context, in name) (name, error) {
	if in.Name == "" {
		return name{}, Errorf(Invalid, "nobody to greet")
	}
	return name{"hello " + in.Name}, nil
}

func TestCall_AnswersOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	database, _ := started(t, Do("hello", hello), Do("fail", func(context.Context, name) (name, error) {
		return name{}, errors.New("the disk is full")
	}))
	c := NewClient(database, "test")
	var out name
	if err := c.Call(t.Context(), "hello", name{"Ann"}, &out); err != nil || out.Name != "hello Ann" {
		t.Errorf("answer %q, %v", out.Name, err)
	}
	for _, test := range []struct {
		op   string
		in   any
		code Code
		text string
	}{
		{"hello", name{}, Invalid, "nobody to greet"},
		{"hello", 7, Invalid, "cannot be read"},
		{"hello", name{strings.Repeat("x", maxBody)}, Invalid, "too large"},
		{"fail", name{}, Failed, "the disk is full"},
		{"absent", name{}, Unknown, `guestsite 1.2.3) cannot do "absent"`},
	} {
		err := c.Call(t.Context(), test.op, test.in, &out)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != test.code || !strings.Contains(e.Text, test.text) {
			t.Errorf("%s: %v, want %s with %q", test.op, err, test.code, test.text)
		}
	}
}

func TestStream_OnlyAWholeOneIsTaken(t *testing.T) {
	t.Parallel()
	const much = 3 << 20
	database, _ := started(t,
		Stream("whole", func(_ context.Context, _ name, w io.Writer) error {
			_, err := w.Write(bytes.Repeat([]byte("x"), much))
			return err
		}),
		Stream("half", func(_ context.Context, _ name, w io.Writer) error {
			_, _ = w.Write(bytes.Repeat([]byte("x"), much/2))
			return errors.New("a page cannot be read")
		}),
		Stream("dead", func(_ context.Context, _ name, w io.Writer) error {
			_, _ = w.Write(bytes.Repeat([]byte("x"), much/2))
			panic(http.ErrAbortHandler)
		}),
		Stream("none", func(context.Context, name, io.Writer) error { return Errorf(Conflict, "not now") }))
	c := NewClient(database, "test")
	var b bytes.Buffer
	if err := c.Stream(t.Context(), "whole", name{}, &b); err != nil || b.Len() != much {
		t.Errorf("%d bytes, %v", b.Len(), err)
	}
	if err := c.Stream(t.Context(), "whole", name{}, full{}); !errors.Is(err, errFull) || strings.Contains(err.Error(), "server") {
		t.Errorf("what cannot be written here is laid to the server: %v", err)
	}
	for op, want := range map[string]string{"half": "a page cannot be read", "dead": "cut off", "none": "not now"} {
		if err := c.Stream(t.Context(), op, name{}, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", op, err, want)
		}
	}
}

var errFull = errors.New("no space left")

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestServer_EndsWithItsCaller(t *testing.T) {
	t.Parallel()
	began, ended := make(chan struct{}), make(chan struct{})
	database, _ := started(t, Do("wait", func(ctx context.Context, _ name) (name, error) {
		close(began)
		<-ctx.Done()
		close(ended)
		return name{}, ctx.Err()
	}))
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan error, 1)
	go func() { got <- NewClient(database, "test").Call(ctx, "wait", name{}, &name{}) }()
	<-began
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the operation goes on without its caller")
	}
}

// other speaks another version of the protocol, at either end.
type other struct{}

func (other) RoundTrip(r *http.Request) (*http.Response, error) {
	database := r.Header.Get("Database")
	r.Header.Set(headerVersion, "99")
	return (&http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", Path(database)) //nolint:noctx // a test's
	}}).RoundTrip(r)
}

func TestVersion_AnotherOneIsRefusedAtBothEnds(t *testing.T) {
	t.Parallel()
	called := false
	database, _ := started(t, Do("hello", func(context.Context, name) (name, error) { called = true; return name{}, nil }))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://control/hello", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Database", database)
	res, err := other{}.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || called || res.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), "guestsite 1.2.3") {
		t.Errorf("a newer client: %d %s, %v; called: %v", res.StatusCode, text, err, called)
	}

	strange := filepath.Join(folder(t), "y.db")
	l, err := net.Listen("unix", Path(strange)) //nolint:noctx // a test's
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(headerVersion, strconv.Itoa(Version+1))
		w.Header().Set(headerSoftware, "guestsite 9.0.0")
		_, _ = io.WriteString(w, `{"Name":"hi"}`)
	})}
	go func() { _ = server.Serve(l) }()
	defer func() { _ = server.Close() }()
	err = NewClient(strange, "test").Call(t.Context(), "hello", name{}, &name{})
	if e, ok := errors.AsType[*Error](err); !ok || e.Code != Mismatch || !strings.Contains(e.Text, "guestsite 9.0.0") {
		t.Errorf("a newer server: %v", err)
	}
}

func TestSocket_IsItsOwnersAloneAndGoesWithTheServer(t *testing.T) {
	t.Parallel()
	if !modesCount {
		t.Skip("no such modes here")
	}
	database, s := started(t)
	info, err := os.Lstat(Path(database))
	if err != nil || info.Mode().Type() != fs.ModeSocket || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v, want a socket with 0600", info.Mode(), err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(Path(database)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket stays: %v", err)
	}
	if err := NewClient(database, "test").Call(t.Context(), "hello", name{}, &name{}); !errors.Is(err, ErrNoServer) {
		t.Errorf("error %v, want ErrNoServer", err)
	}
}

func TestServer_TurnsStrangersAway(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the system does not tell who is there")
	}
	database, s := started(t, Do("hello", hello))
	var none atomic.Bool
	none.Store(true)
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	s = NewServer("x", slog.New(slog.DiscardHandler), Do("hello", hello))
	own := s.trusted
	s.trusted = func(uid int) bool { return !none.Load() && own(uid) }
	if err := s.Start(t.Context(), Path(database)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.WithoutCancel(t.Context())) })
	var out name
	if err := NewClient(database, "test").Call(t.Context(), "hello", name{"Ann"}, &out); err == nil {
		t.Errorf("a stranger got %q", out.Name)
	}
	none.Store(false)
	if err := NewClient(database, "test").Call(t.Context(), "hello", name{"Ann"}, &out); err != nil {
		t.Errorf("the owner was turned away: %v", err)
	}
}

func TestStart_TakesTheSocketOfAServerThatIsGoneAndNothingElse(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	stale := filepath.Join(dir, "stale.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	_ = l.Close()
	file := filepath.Join(dir, "file.sock")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.sock")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(dir, "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil { //nolint:gosec // that it is refused is the test
		t.Fatal(err)
	}
	start := func(path string) error {
		s := NewServer("x", slog.New(slog.DiscardHandler))
		err := s.Start(t.Context(), path)
		if err == nil {
			t.Cleanup(func() { _ = s.Stop(context.WithoutCancel(t.Context())) })
		}
		return err
	}
	if err := start(stale); err != nil {
		t.Errorf("a stale socket is in the way: %v", err)
	}
	for _, path := range []string{file, link} {
		if err := start(path); !errors.Is(err, errNotSocket) {
			t.Errorf("%s: error %v, want errNotSocket", path, err)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "precious" {
		t.Errorf("the file in the socket's place was touched: %q, %v", text, err)
	}
	if _, ok := errors.AsType[*FolderError](start(filepath.Join(open, "x.sock"))); !ok && modesCount {
		t.Error("a folder that others write in was taken")
	}
	long := filepath.Join(dir, strings.Repeat("n", MaxPath)+".sock")
	if e, ok := errors.AsType[*LengthError](start(long)); !ok || !strings.Contains(e.Error(), strconv.Itoa(MaxPath)) {
		t.Error("a path that is too long does not say so")
	}
}

// A reader who takes nothing, such as a pager that was left open, holds nothing up.
func TestStream_WaitsNotForEverForItsReader(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	database := filepath.Join(folder(t), "x.db")
	if err := os.WriteFile(database, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := NewServer("guestsite 1.2.3", slog.New(slog.DiscardHandler), Stream("endless", func(_ context.Context, _ name, w io.Writer) error {
		for {
			if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<16)); err != nil {
				ended <- err
				return err
			}
		}
	}))
	s.stall = 50 * time.Millisecond
	if err := s.Start(t.Context(), Path(database)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.WithoutCancel(t.Context())) })
	first := make(chan struct{}, 1)
	go func() {
		_ = NewClient(database, "test").Stream(t.Context(), "endless", name{}, writerFunc(func(p []byte) (int, error) {
			select {
			case first <- struct{}{}:
			default:
			}
			<-t.Context().Done() // reads no further
			return len(p), nil
		}))
	}()
	<-first
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("it ended with %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A process at the socket that speaks half of the protocol is believed nothing.
func TestClient_TakesNoAnswerThatIsNotWhole(t *testing.T) {
	t.Parallel()
	database := filepath.Join(folder(t), "x.db")
	if err := os.WriteFile(database, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", Path(database))
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(headerVersion, strconv.Itoa(Version))
		if r.URL.Path == "/endless" {
			_, _ = w.Write(bytes.Repeat([]byte(" "), maxBody+1))
		}
		_, _ = io.WriteString(w, `{"Name":"x"}`) // and no outcome
	})}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	c := NewClient(database, "test")
	if err := c.Stream(t.Context(), "copy", name{}, io.Discard); err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("a stream without an outcome: %v", err)
	}
	var out name
	if err := c.Call(t.Context(), "hello", name{}, &out); err != nil || out.Name != "x" {
		t.Errorf("a whole answer: %+v, %v", out, err)
	}
	if err := c.Call(t.Context(), "endless", name{}, &out); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("an answer without end: %v", err)
	}
}
