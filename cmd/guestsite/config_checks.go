package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	guid   = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	teamID = regexp.MustCompile(`^T[A-Z0-9]{2,20}$`)
	upn    = regexp.MustCompile(`^[^\s@:]+@[^\s@:]+$`)
	domain = regexp.MustCompile(`^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])$`)
)

// zeroGUID stands in the example for every id. Nothing has it.
const zeroGUID = "00000000-0000-0000-0000-000000000000"

// checkGUID wants an id, called noun, that somebody wrote.
func checkGUID(f *Faults, key, value, noun, fix string) {
	switch {
	case value == zeroGUID:
		f.add(key, "is still the zeros of the example, which are no "+noun, fix)
	case !guid.MatchString(value):
		f.add(key, fmt.Sprintf("%q is no %s", value, noun), fix)
	}
}

func oneOf(f *Faults, key, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		f.add(key, fmt.Sprintf("%q is not possible", value), "Write "+strings.Join(allowed, " or "))
	}
}

// upTo wants a number from 1 to most.
func upTo(f *Faults, key string, value, most int) {
	if value < 1 || value > most {
		f.add(key, strconv.Itoa(value)+" is out of bounds", fmt.Sprintf("Write a number from 1 to %d", most))
	}
}

// urlRule says what an address may hold beyond https and a host.
type urlRule struct {
	loopbackHTTP bool // http is fine on the machine itself
	path         bool // a path may follow
	slash        bool // and ends in /
}

func checkURL(f *Faults, key, value string, rule urlRule) {
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		f.add(key, "is no address of a web server", "Write https:// and a host")
	case u.Scheme == "http" && (!rule.loopbackHTTP || !loopback(u.Hostname())):
		f.add(key, "is not encrypted", "Write https://")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		f.add(key, "holds more than an address", "Remove a name, a ? and a #")
	case !rule.path && u.Path != "":
		f.add(key, "ends in a path", "Remove everything after the host")
	case rule.slash && !strings.HasSuffix(u.Path, "/"):
		f.add(key, "does not end in /", "Add the /")
	case !rule.slash && strings.HasSuffix(u.Path, "/"):
		f.add(key, "ends in /", "Remove the / at its end")
	}
}

// isHost reports whether value is a host or host:port and nothing else.
func isHost(value string) bool {
	u, err := url.Parse("https://" + value)
	return err == nil && u.Host == value && u.Hostname() != ""
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

func checkHostPort(value string) error {
	host, port, err := net.SplitHostPort(value)
	if err != nil {
		return errHostPort
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil || strings.ContainsAny(host, " /@") {
		return errHostPort
	}
	return nil
}

var errHostPort = errors.New("is no address to listen on")
