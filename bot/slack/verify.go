package slack

import (
	"errors"
	"net/http"

	"github.com/slack-go/slack"
)

// verify checks that Slack signed the body within the last or next five minutes,
// with any of our secrets ("Verifying requests from Slack"). Every secret is
// tried, so that the time taken does not tell which one matched.
func (a *Adapter) verify(h http.Header, body []byte) error {
	ok := false
	var last error
	for _, secret := range a.secrets() {
		if err := verifyOne(h, body, secret); err != nil {
			last = err
			continue
		}
		ok = true
	}
	if ok {
		return nil
	}
	if last == nil {
		last = errors.New("no signing secret")
	}
	return last
}

func verifyOne(h http.Header, body []byte, secret string) error {
	v, err := slack.NewSecretsVerifier(h, secret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}
