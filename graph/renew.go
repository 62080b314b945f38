package graph

import (
	"context"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// renewing is a credential whose certificate may be replaced while it is in use. The
// vendor's own takes one for good; so a new one is made, without the tokens that the
// old one was given.
type renewing struct {
	now  func() Secret
	from func(Secret) (azcore.TokenCredential, error)

	mu   sync.Mutex // guards what follows
	pem  Secret     // what cred was made from, or could not be
	cred azcore.TokenCredential
}

// renewable makes the credential of a's certificate, with from, and again where the
// certificate may change.
func renewable(a Auth, from func(Secret) (azcore.TokenCredential, error)) (azcore.TokenCredential, error) {
	cred, err := from(a.Certificate)
	if err != nil || a.Renewed == nil {
		return cred, err
	}
	return &renewing{now: a.Renewed, from: from, pem: a.Certificate, cred: cred}, nil
}

// GetToken implements azcore.TokenCredential.
func (r *renewing) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return r.current().GetToken(ctx, o)
}

// current is the credential of the newest certificate that makes sense.
func (r *renewing) current() azcore.TokenCredential {
	pem := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if pem != r.pem {
		r.pem = pem // looked at once, be it good or not
		if cred, err := r.from(pem); err == nil {
			r.cred = cred
		}
	}
	return r.cred
}
