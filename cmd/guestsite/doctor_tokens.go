package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"guestsite/bot"
	"guestsite/graph"
)

// tokens gets a token for each resource that the access needs.
func (x *examiner) tokens(ctx context.Context) []finding {
	m := x.cfg.Microsoft365
	out := []finding{x.judgeToken("token for Microsoft Graph", x.cfg.registrations()[0], x.readRoles(ctx, graph.ResourceGraph))}
	if m.Access != AccessFull {
		return out
	}
	own := x.cfg.forSharePoint()
	const name = "token for SharePoint"
	_, signedIn := x.roles[graph.ResourceGraph]
	if own.auth == AuthClientSecret {
		return append(out, warning(name, "is not given to a client secret, so the sharing level of sites is not read and every site waits",
			"Write "+own.block+".auth: certificate, or give microsoft365.sharepoint_admin a certificate"))
	}
	if known := x.cloud.SharePoint != "" && x.cloud.SharePointAdmin != ""; !known && !signedIn {
		return append(out, untold(name, "could not be asked for without one for Microsoft Graph, which tells SharePoint's host", ""))
	}
	if _, _, err := x.tenant.SharePointHosts(ctx); err != nil {
		return append(out, untold(name, "could not be asked for, since SharePoint's host was not found: "+said(err, x.cloud.CAFile),
			"Look at Sites.Read.All below, or write sharepoint_admin into a record under clouds"))
	}
	return append(out, x.judgeToken(name, own, x.readRoles(ctx, graph.ResourceSharePoint)))
}

// readRoles keeps what a token carries, if there is one.
func (x *examiner) readRoles(ctx context.Context, resource string) error {
	roles, err := x.tenant.Roles(ctx, resource)
	if err == nil {
		x.roles[resource] = roles
	}
	return err
}

func (x *examiner) judgeToken(name string, r registration, err error) finding {
	if err == nil {
		return works(name, "is given to "+r.block)
	}
	if r.auth == AuthManagedIdentity {
		return judgeIdentity(name, r, err)
	}
	if refused, ok := errors.AsType[*graph.LoginError](err); ok {
		for _, code := range refused.Codes {
			if what, where := x.refusedBecause(code, r); what != "" {
				return lacking(name, fmt.Sprintf("is refused: %s (AADSTS%d)", what, code), where)
			}
		}
		var codes []string
		for _, code := range refused.Codes {
			codes = append(codes, fmt.Sprintf("AADSTS%d", code))
		}
		return lacking(name, "is refused ("+strings.Join(codes, ", ")+")", "Look the code up at "+x.cloud.Login+"/error")
	}
	if bot.ReasonOf(err) == bot.ReasonCredentials {
		return lacking(name, "is refused: "+said(err, x.cloud.CAFile), "Look at "+r.block+" in the configuration")
	}
	if _, ok := errors.AsType[*graph.NoLoginError](err); ok && r.auth == AuthWorkloadIdentity {
		return untold(name, "could not be had", "Look at the hosts above, and whether this is a pod whose service account is federated with the registration: there "+podVariables)
	}
	return untold(name, "could not be had: "+said(err, x.cloud.CAFile), "Look at the hosts above")
}

// podVariables are what Azure's webhook gives a pod with a workload identity.
const podVariables = "AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE are set"

// judgeIdentity is judgeToken for a managed identity, which exists on some machines
// alone: elsewhere nobody answers, or something else does.
func judgeIdentity(name string, r registration, err error) finding {
	where := "Has this machine an identity endpoint? Only a resource of Azure that was given an identity has one, or a machine with Azure Arc; " +
		"elsewhere write " + r.block + ".auth: certificate. Where it has one, look which identity " + r.block + " names"
	e, _ := errors.AsType[*bot.Error](err)
	if bot.ReasonOf(err) == bot.ReasonCredentials {
		return lacking(name, "is refused by what answers as this machine's identity endpoint: "+strings.TrimSpace(e.Detail), where)
	}
	return untold(name, "could not be had: this machine's identity endpoint gave none, or there is no such endpoint", where)
}

// refusedBecause is what a code of the login host means and what to do (Microsoft
// identity platform: authentication and authorization error codes). The texts
// behind several of the codes are not documented, so they say what is likely.
func (x *examiner) refusedBecause(code int, r registration) (what, where string) {
	m := x.cfg.Microsoft365
	switch code {
	case 90002:
		return "there is no such tenant in this cloud", "Look at microsoft365.tenant_id, and at cloud"
	case 700016:
		return "the tenant has no registration " + r.clientID, "Look at " + r.block + "'s id and at microsoft365.tenant_id, or run the script that setup wrote"
	case 7000229:
		return "the registration has no service principal in the tenant", "az ad sp create --id " + r.clientID
	case 700027:
		return "the certificate is not registered there, or not with this key", "Upload the certificate of " + r.block + ".certificate_file, without its key, to the registration " + r.clientID
	case 700024:
		return "the time of what was signed is not now", "Set this machine's clock"
	case 700021, 700023, 50027:
		return "what was signed is not accepted", "Look at " + r.block + "'s id, and at login of the cloud"
	case 7000215:
		return "the client secret is wrong", "Write the secret's value, not its id, into the file of " + r.block + ".client_secret_file"
	case 7000222:
		return "the client secret has expired", "Make another in the registration " + r.clientID + ", or better, use a certificate"
	case 500011:
		return "the tenant knows no such service", "Look at graph, sharepoint_admin and bot_scope of the cloud, and at microsoft365.tenant_id " + m.TenantID
	case 53003, 530035:
		return "a conditional access policy blocks it", "Entra admin center, Conditional Access: exempt this workload identity"
	}
	return "", ""
}

// said is an error for an operator, without what it was asked with.
func said(err error, caFile string) string {
	e, ok := errors.AsType[*bot.Error](err)
	if !ok {
		what, _ := inWords(err, caFile)
		return what
	}
	if _, ok := errors.AsType[*graph.NoLoginError](err); ok {
		return "the login host was not reached"
	}
	if what, _ := whyUnreached(e.Err, caFile); what != "" && e.Detail == "" {
		return what
	}
	text := string(e.Code)
	if e.Reason != "" {
		text += " (" + e.Reason + ")"
	}
	if e.Detail != "" {
		text += ", " + e.Detail
	} else if e.Err != nil {
		what, _ := inWords(e.Err, caFile)
		text += ", " + what
	}
	return text
}
