package main

import (
	"context"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"time"

	"guestsite/graph"
)

// A certificate that ends in this time is spoken of every day.
const (
	certificateWarning = 30 * 24 * time.Hour
	certificateRound   = 24 * time.Hour
)

// certified is a certificate with its key, and when it ends.
type certified struct {
	pem graph.Secret
	end time.Time
}

// parseCertificate reads PEM with a certificate and its RSA key, as "Microsoft
// identity platform: Certificate credentials" wants them. A certificate that is not
// valid yet passes; one that has ended does not.
func parseCertificate(text []byte) (certified, error) {
	pair, err := tls.X509KeyPair(text, text)
	if err != nil {
		return certified{}, err
	}
	if _, ok := pair.PrivateKey.(*rsa.PrivateKey); !ok {
		return certified{}, errKeyNotRSA
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return certified{}, err
	}
	if time.Now().After(leaf.NotAfter) {
		return certified{}, fmt.Errorf("%w on %s", errExpired, leaf.NotAfter.Format(time.DateOnly))
	}
	return certified{pem: graph.Secret(text), end: leaf.NotAfter}, nil
}

// watched is a file with the certificate of a registration, watched.
type watched struct {
	block string // of the configuration
	file  *freshFile[certified]
}

// certificates are all that the program signs in with.
type certificates []watched

func openCertificates(c Config, log *slog.Logger) (certificates, error) {
	var out certificates
	for _, r := range c.registrations() {
		if r.certificate == "" {
			continue
		}
		file, err := openFresh(r.certificate, parseCertificate, log)
		if err != nil {
			return nil, fmt.Errorf("%s.certificate_file: %w", r.block, err)
		}
		out = append(out, watched{r.block, file})
	}
	return out, nil
}

// problems names the certificates that have ended, and, as notes, those whose file
// is of no use any more.
func (cs certificates) problems(now time.Time) []Problem {
	var out []Problem
	for _, c := range cs {
		switch value := c.file.Value(); {
		case now.After(value.end):
			out = append(out, Problem{Part: "certificate", Text: c.block + ": it ended on " + value.end.UTC().Format(time.DateOnly)})
		case c.file.Broken():
			out = append(out, Problem{Part: "certificate", Text: c.block + ": its file cannot be used any more; the one before is still in use", Note: true})
		}
	}
	return out
}

// start watches until stop.
func (cs certificates) start(ctx context.Context, log *slog.Logger) (stop func(context.Context) error) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		cs.watch(ctx, log)
	}()
	return func(context.Context) error {
		cancel()
		<-done
		return nil
	}
}

// watch says at once, and every day, how long each certificate lasts: at first of
// all, then of those that end soon. It ends with ctx.
func (cs certificates) watch(ctx context.Context, log *slog.Logger) {
	cs.say(ctx, log, time.Now(), true)
	tick := time.NewTicker(certificateRound)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			cs.say(ctx, log, now, false)
		}
	}
}

func (cs certificates) say(ctx context.Context, log *slog.Logger, now time.Time, all bool) {
	for _, c := range cs {
		end := c.file.Value().end
		left := end.Sub(now)
		days := int(left / (24 * time.Hour))
		switch {
		case left < certificateWarning:
			log.WarnContext(ctx, "a certificate ends soon: put a new one in its file", "block", c.block, "days", days, "ends", end)
		case all:
			log.InfoContext(ctx, "certificate", "block", c.block, "days", days, "ends", end)
		}
	}
}
