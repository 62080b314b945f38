package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"guestsite/bot/signin"
)

// linking looks at the sign-in with which people link their Slack account.
func (x *examiner) linking(ctx context.Context) []finding {
	if !x.cfg.links() {
		return nil
	}
	id := x.cfg.Microsoft365.ClientID
	out := []finding{x.signInPage(ctx)}
	all := x.cfg.registrations()
	if i := slices.IndexFunc(all, func(r registration) bool { return r.block == "identity.sign_in" }); i >= 0 {
		id = all[i].clientID
		out = append(out, x.judgeToken("registration for the sign-in", all[i], x.signInToken(ctx, all[i])))
	}
	return append(out, byHand("redirect URI", "cannot be tried from here: whether the registration "+id+" has it",
		"Entra admin center, that registration, Authentication, platform Web has to list "+signin.RedirectURI(x.cfg.PublicURL)+
			", and employees' browsers have to reach it"))
}

// signInPage reads where the tenant's people sign in.
func (x *examiner) signInPage(ctx context.Context) finding {
	const name, most = "sign-in page", 1 << 20
	at := strings.TrimSuffix(x.cloud.Login, "/") + "/" + x.cfg.Microsoft365.TenantID + "/v2.0/.well-known/openid-configuration"
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, http.NoBody)
	if err != nil {
		return untold(name, "has no address", "Look at login of the cloud")
	}
	res, err := x.client.Do(r)
	if err != nil {
		what, where := inWords(err, x.cloud.CAFile)
		return untold(name, "could not be looked for: "+what, where)
	}
	defer func() { _ = res.Body.Close() }()
	var said struct {
		Issuer    string `json:"issuer"`
		Authorize string `json:"authorization_endpoint"`
	}
	err = json.NewDecoder(io.LimitReader(res.Body, most)).Decode(&said)
	if res.StatusCode != http.StatusOK || err != nil || said.Authorize == "" {
		return lacking(name, fmt.Sprintf("is not told by the login host, which answers %d", res.StatusCode), "Look at microsoft365.tenant_id, and at login of the cloud")
	}
	return works(name, "is told by "+said.Issuer)
}

func (x *examiner) signInToken(ctx context.Context, r registration) error {
	auth, err := credentials(r.block, r.auth, r.certificate, x.cfg.Identity.SignIn.ClientSecret)
	if err != nil {
		return err
	}
	return x.tokenFor(ctx, r.clientID, auth, x.cloud.Graph+"/.default")
}
