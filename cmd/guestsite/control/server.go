package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

// Operation is something that a server does for a subcommand. Make one with [Do]
// or [Stream].
type Operation struct {
	Name string

	do     func(ctx context.Context, args []byte) (any, error)
	stream func(ctx context.Context, args []byte, w io.Writer) error
}

// Do is an operation that takes an In and answers an Out, both as JSON.
func Do[In, Out any](name string, run func(context.Context, In) (Out, error)) Operation {
	return Operation{Name: name, do: func(ctx context.Context, args []byte) (any, error) {
		in, err := decode[In](args)
		if err != nil {
			return nil, err
		}
		return run(ctx, in)
	}}
}

// Stream is an operation that takes an In and answers bytes.
func Stream[In any](name string, run func(context.Context, In, io.Writer) error) Operation {
	return Operation{Name: name, stream: func(ctx context.Context, args []byte, w io.Writer) error {
		in, err := decode[In](args)
		if err != nil {
			return err
		}
		return run(ctx, in, w)
	}}
}

func decode[In any](args []byte) (In, error) {
	var in In
	if err := json.Unmarshal(args, &in); err != nil {
		return in, Errorf(Invalid, "the call cannot be read: %v", err)
	}
	return in, nil
}

// Server does operations for whoever owns it, and for root.
type Server struct {
	software string
	log      *slog.Logger
	ops      map[string]Operation
	http     *http.Server
	done     chan struct{}
	trusted  func(uid int) bool
	stall    time.Duration // how long a client of a stream may take nothing
}

const (
	headerTimeout = 5 * time.Second
	// A stream may hold a view of the database, which cannot let go of old pages
	// meanwhile: whoever takes nothing for so long is not waited for.
	stallTimeout = 5 * time.Minute
)

// NewServer opens nothing yet. software is this program and its version.
func NewServer(software string, log *slog.Logger, ops ...Operation) *Server {
	s := &Server{
		software: software, log: log.With("component", "control"), ops: map[string]Operation{}, done: make(chan struct{}), stall: stallTimeout,
		trusted: func(uid int) bool { return uid == 0 || uid == os.Getuid() },
	}
	for _, o := range ops {
		s.ops[o.Name] = o
	}
	s.http = &http.Server{
		Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: headerTimeout, ReadTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	return s
}

// Start listens at path. The caller holds the lock of the database beside it, and
// keeps it until Stop has returned: the lock, not the socket, says who the server
// is. It answers a *[LengthError] or a *[FolderError] for a path that will not do.
func (s *Server) Start(ctx context.Context, path string) error {
	if err := makeRoom(path); err != nil {
		return fmt.Errorf("open the control socket: %w", err)
	}
	config := net.ListenConfig{Control: bornPrivate}
	l, err := config.Listen(ctx, "unix", path)
	if err != nil {
		return fmt.Errorf("open the control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return errors.Join(fmt.Errorf("open the control socket: %w", err), l.Close())
	}
	go func() {
		defer close(s.done)
		if err := s.http.Serve(guarded{l, s}); !errors.Is(err, http.ErrServerClosed) {
			s.log.ErrorContext(ctx, "control socket failed", "error", err)
		}
	}()
	return nil
}

// Stop takes no further calls, waits for those that run until ctx ends, and
// removes the socket.
func (s *Server) Stop(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("drain the control socket: %w", err), s.http.Close())
	}
	<-s.done
	return err
}

// guarded lets nobody in whom the system says to be somebody else.
type guarded struct {
	net.Listener

	s *Server
}

// Accept implements net.Listener.
func (g guarded) Accept() (net.Conn, error) {
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		uid, known := peerOf(conn)
		if !known || g.s.trusted(uid) {
			return conn, nil
		}
		g.s.log.Warn("a stranger was turned away", "uid", uid)
		_ = conn.Close()
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(headerVersion, strconv.Itoa(Version))
	w.Header().Set(headerSoftware, s.software)
	if theirs := r.Header.Get(headerVersion); theirs != strconv.Itoa(Version) {
		s.refuse(w, http.StatusBadRequest, Errorf(Mismatch,
			"the running server is %s and speaks version %d of the control protocol, this program version %q: use the program of the server, or restart the server with this one",
			s.software, Version, theirs))
		return
	}
	if r.Method != http.MethodPost || len(r.URL.Path) < 2 {
		s.refuse(w, http.StatusBadRequest, Errorf(Invalid, "no call"))
		return
	}
	o, ok := s.ops[r.URL.Path[1:]]
	if !ok {
		s.refuse(w, http.StatusNotFound, Errorf(Unknown, "the running server (%s) cannot do %q: restart it with this program", s.software, r.URL.Path[1:]))
		return
	}
	args, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		s.refuse(w, http.StatusBadRequest, Errorf(Invalid, "the call cannot be read: %v", err))
		return
	}
	s.log.InfoContext(r.Context(), "control call", "operation", o.Name)
	if o.stream != nil {
		s.streamed(w, r, o, args)
		return
	}
	out, err := o.do(r.Context(), args)
	if err != nil {
		s.refuse(w, http.StatusUnprocessableEntity, err)
		return
	}
	text, err := json.Marshal(out)
	if err != nil {
		s.refuse(w, http.StatusInternalServerError, err)
		return
	}
	w.Header().Set("Content-Type", kindJSON)
	_, _ = w.Write(text) // the caller may be gone
}

// streamed answers with a stream that says at its end whether it is whole.
func (s *Server) streamed(w http.ResponseWriter, r *http.Request, o Operation, args []byte) {
	w.Header().Set("Content-Type", kindStream)
	w.Header().Set("Trailer", trailerOutcome)
	outcome := outcomeWhole
	if err := o.stream(r.Context(), args, patient{w, http.NewResponseController(w), s.stall}); err != nil {
		outcome = encodeError(err)
		s.log.WarnContext(r.Context(), "control call failed", "operation", o.Name, "error", err)
	}
	w.Header().Set(trailerOutcome, outcome)
}

// patient waits for its reader for a while at each write, and no longer.
type patient struct {
	w     io.Writer
	rc    *http.ResponseController
	stall time.Duration
}

// Write implements io.Writer.
func (p patient) Write(b []byte) (int, error) {
	if err := p.rc.SetWriteDeadline(time.Now().Add(p.stall)); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}

func (s *Server) refuse(w http.ResponseWriter, status int, err error) {
	s.log.Warn("control call failed", "error", err)
	w.Header().Set("Content-Type", kindJSON)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, encodeError(err))
}

// Call does an operation made with [Do] in this process, as a server would do it
// for a client.
func (o Operation) Call(ctx context.Context, in, out any) error {
	args, err := json.Marshal(in)
	if err != nil {
		return err
	}
	answer, err := o.do(ctx, args)
	if err != nil {
		return asError(err)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, out)
}
