package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"syscall"
)

// Client calls the server beside one database.
type Client struct {
	software string
	http     *http.Client
}

var errImpostor = errors.New("the process at the socket is not the database owner's")

// NewClient makes a client of the server with the database at that path. It sends
// nothing. software is this program and its version.
func NewClient(database, software string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		path := Path(database)
		if err := CheckPath(path); err != nil {
			return nil, err
		}
		var d net.Dialer
		conn, err := d.DialContext(ctx, "unix", path)
		if err != nil {
			return nil, err
		}
		owner := ownerOf(database)
		if uid, known := peerOf(conn); known && uid != 0 && owner >= 0 && uid != owner {
			return nil, errors.Join(fmt.Errorf("%s: %w", path, errImpostor), conn.Close())
		}
		return conn, nil
	}
	return &Client{software: software, http: &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

// Call has the server do an operation made with [Do]; out, a pointer, takes the
// answer. Where nobody listens the error is [ErrNoServer]; else it is an *[Error],
// or says why the answer did not come.
func (c *Client) Call(ctx context.Context, name string, in, out any) error {
	res, err := c.send(ctx, name, in)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	switch {
	case err != nil:
		return fmt.Errorf("the server's answer was cut off: %w", err)
	case len(text) > maxBody:
		return errors.New("the server's answer is too long")
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return nil
}

// Stream has the server do an operation made with [Stream] and writes its bytes to
// w. No error means that all of them came; errors are as for Call.
func (c *Client) Stream(ctx context.Context, name string, in any, w io.Writer) error {
	res, err := c.send(ctx, name, in)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	into := &target{w: w}
	if _, err := io.Copy(into, res.Body); into.err != nil {
		return into.err // the server has no part in it
	} else if err != nil {
		return fmt.Errorf("the server's answer was cut off: %w", err)
	}
	switch outcome := res.Trailer.Get(trailerOutcome); outcome {
	case outcomeWhole:
		return nil
	case "":
		return errors.New("the server's answer was cut off")
	default:
		return decodeError([]byte(outcome))
	}
}

// target remembers that it could not be written to.
type target struct {
	w   io.Writer
	err error
}

func (t *target) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	if err != nil {
		t.err = err
	}
	return n, err
}

func (c *Client) send(ctx context.Context, name string, in any) (*http.Response, error) {
	args, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://control/"+name, bytes.NewReader(args))
	if err != nil {
		return nil, err
	}
	r.Header.Set(headerVersion, strconv.Itoa(Version))
	r.Header.Set(headerSoftware, c.software)
	r.Header.Set("Content-Type", kindJSON)
	res, err := c.http.Do(r)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, ErrNoServer
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("ask the running server: %w", errors.Unwrap(err))
	}
	theirs := res.Header.Get(headerVersion)
	if theirs == strconv.Itoa(Version) && res.StatusCode == http.StatusOK {
		return res, nil
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	_ = res.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("the server's answer was cut off: %w", err)
	}
	if theirs != strconv.Itoa(Version) {
		return nil, Errorf(Mismatch, "the running server is %s and speaks version %q of the control protocol, this program version %d: use the program of the server, or restart the server with this one",
			res.Header.Get(headerSoftware), theirs, Version)
	}
	return nil, decodeError(text)
}
