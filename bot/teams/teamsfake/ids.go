package teamsfake

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var guidPattern = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

func isGUID(s string) bool { return guidPattern.MatchString(s) }

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func newGUID() string {
	h := randomHex(16)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

// opaque makes an id that stays the same from run to run, so that transcripts
// can be compared.
func (s *Server) opaque(prefix string, parts ...string) string {
	sum := sha256.Sum256([]byte(s.opts.AppID + "\x00" + strings.Join(parts, "\x00")))
	id := prefix + base64.RawURLEncoding.EncodeToString(sum[:])
	if s.opts.AwkwardIDs {
		id += "/+%2F?#"
	}
	return id
}

// stableGUID is opaque in the form of a GUID.
func (s *Server) stableGUID(parts ...string) string {
	sum := sha256.Sum256([]byte(s.opts.AppID + "\x00" + strings.Join(parts, "\x00")))
	h := hex.EncodeToString(sum[:])
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:32])
}

// newMessageIDLocked is a message's id: epoch milliseconds, made unique.
func (s *Server) newMessageIDLocked() string {
	s.lastMilli = max(s.opts.Now().UnixMilli(), s.lastMilli+1)
	return strconv.FormatInt(s.lastMilli, 10)
}

// newEventID is the id of a click or another event; it names no message.
func newEventID() string { return "f:" + newGUID() }
