package signin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
)

// askedKeys checks the signature of one token, and notes where the keys for it could
// not be read: then nothing is known of the signature. The verifier itself tells the
// two apart by words alone.
type askedKeys struct {
	set    oidc.KeySet
	unread error
}

// VerifySignature implements [oidc.KeySet].
func (k *askedKeys) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := k.set.VerifySignature(ctx, token)
	if _, ok := errors.AsType[*url.Error](err); ok || err != nil && ctx.Err() != nil {
		k.unread = err
	}
	return payload, err
}

// keySets makes an answer that is no key set the error of its request.
type keySets struct{ next http.RoundTripper }

var errNoKeys = errors.New("the answer holds no keys")

func (k keySets) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := k.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	switch {
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: status %d", errNoKeys, res.StatusCode)
	case json.Unmarshal(raw, &set) != nil || len(set.Keys) == 0:
		return nil, errNoKeys
	}
	res.Body = io.NopCloser(bytes.NewReader(raw))
	return res, nil
}
