package graphfake

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

func tokens(body map[string]any) reply {
	return reply{status: http.StatusOK, body: body, told: "tokens"}
}

// personTokens is the answer for a code: an access token always, an id token if the scope holds openid.
func (c *call) personTokens(app *App, u *User, code *authCode, clientInfo bool) reply {
	scopes := slices.DeleteFunc(slices.Clone(code.scopes), func(s string) bool { return s == "offline_access" })
	access, err := c.s.sign(accessClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: c.s.urls[HostLogin] + "/" + c.s.opt.TenantID + "/", Subject: pairwise(u, app), Audience: jwt.ClaimStrings{graphAppID},
			IssuedAt: jwt.NewNumericDate(time.Now()), ExpiresAt: jwt.NewNumericDate(time.Now().Add(c.s.opt.TokenLifetime)), ID: newID(),
		},
		AppID: app.ClientID, AppIDACR: "1", IDType: "user", Scopes: strings.Join(scopes, " "), TenantID: c.s.opt.TenantID, ObjectID: u.ID,
		Version: "1.0", Generation: c.s.login.generation,
	})
	if err != nil {
		return c.refuse(transient())
	}
	seconds := int(c.s.opt.TokenLifetime.Seconds())
	body := map[string]any{
		"token_type": "Bearer", "scope": strings.Join(scopes, " "), "expires_in": seconds, "ext_expires_in": seconds, "access_token": access,
	}
	if slices.Contains(code.scopes, "openid") && code.forgery != ForgeNoIDToken {
		claims := c.idClaims(app, u, code)
		c.spoilClaims(code.forgery, claims)
		if body["id_token"], err = c.signForged(code.forgery, claims); err != nil {
			return c.refuse(transient())
		}
	}
	if clientInfo {
		raw, err := json.Marshal(map[string]string{"uid": u.ID, "utid": c.s.opt.TenantID})
		if err != nil {
			return c.refuse(transient())
		}
		body["client_info"] = base64.RawURLEncoding.EncodeToString(raw)
	}
	return tokens(body)
}

// idClaims are those of "ID token claims reference", version 2.0. As there, oid, name and preferred_username need the
// scope profile, email the scope email, and only a guest has idp. The times begin five minutes ago, as the vendor's do.
func (c *call) idClaims(app *App, u *User, code *authCode) jwt.MapClaims {
	now := time.Now()
	from := now.Add(-5 * time.Minute).Unix()
	claims := jwt.MapClaims{
		"iss": c.s.urls[HostLogin] + "/" + c.s.opt.TenantID + "/v2.0", "aud": app.ClientID, "sub": pairwise(u, app),
		"iat": from, "nbf": from, "exp": now.Add(time.Hour).Unix(), "tid": c.s.opt.TenantID, "ver": "2.0",
		"uti": newID(), "rh": newID(), // for the vendor's own use
	}
	if code.nonce != "" {
		claims["nonce"] = code.nonce
	}
	name := u.UserPrincipalName
	if u.UserType == Guest {
		// That a guest without a tenant has this idp could not be verified.
		name, claims["idp"] = u.Mail, "mail"
		if home := c.s.tenantOfDomain(domainOf(u.Mail)); home != "" {
			claims["idp"] = stsIssuer(home)
		}
	}
	if slices.Contains(code.scopes, "profile") {
		claims["oid"], claims["name"], claims["preferred_username"] = u.ID, u.DisplayName, name
	}
	if slices.Contains(code.scopes, "email") && u.Mail != "" {
		claims["email"] = u.Mail
	}
	return claims
}

// pairwise is a person's subject for one application alone.
func pairwise(u *User, app *App) string {
	sum := sha256.Sum256([]byte(u.ID + " " + app.ClientID))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// stsIssuer names a tenant as an identity provider.
func stsIssuer(tenantID string) string { return "https://sts.windows.net/" + tenantID + "/" }

// userInfo answers who a person's token is for, OpenID Connect Core §5.3.
func (c *call) userInfo() reply {
	u := c.s.user(c.token.claims.ObjectID)
	scopes := strings.Fields(c.token.claims.Scopes)
	if u == nil || !slices.Contains(scopes, "openid") {
		return fail(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	}
	body := map[string]any{"sub": c.token.claims.Subject}
	if slices.Contains(scopes, "profile") {
		body["name"], body["given_name"], body["family_name"] = u.DisplayName, u.GivenName, u.Surname
	}
	if slices.Contains(scopes, "email") && u.Mail != "" {
		body["email"] = u.Mail
	}
	return ok(body)
}
