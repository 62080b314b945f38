package teams

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

var (
	errTicketChannel  = errors.New("the activity is not of the channel " + channelID)
	errTicketEndorsed = errors.New("the token's key is not endorsed for the activity's channel")
	errTicketService  = errors.New("the activity's service URL is not the token's")
)

// ticket is what a good token vouches for.
type ticket struct {
	serviceURL   string
	endorsements []string // the channels that the token's key may speak for
}

// covers binds the token to the body it came with: the key is endorsed for the
// activity's channel, and the activity names the service URL of the token. Where a
// key without endorsements is taken for all channels elsewhere, it is for none here.
func (t ticket) covers(channel, serviceURL string) error {
	if channel != channelID {
		return errTicketChannel
	}
	if !slices.Contains(t.endorsements, channel) {
		return errTicketEndorsed
	}
	if named := plainServiceURL(serviceURL); named == "" || named != plainServiceURL(t.serviceURL) {
		return errTicketService
	}
	return nil
}

// plainServiceURL gives a service URL as it is compared: scheme and host in lower
// case, no slash at the end. Which hosts may be called is for the sender to judge;
// here a URL need only be one that a path can be appended to. Empty when it is not.
func plainServiceURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" || u.Host == "" || u.User != nil || strings.ContainsAny(raw, "?#") {
		return ""
	}
	return strings.ToLower(u.Scheme) + "://" + strings.ToLower(u.Host) + strings.TrimSuffix(u.EscapedPath(), "/")
}
