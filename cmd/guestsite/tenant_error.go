package main

import (
	"context"
	"errors"
	"log/slog"
	"net/url"

	"guestsite/bot"
	"guestsite/graph"
)

// tenantError is an error of the tenant in a sentence for an operator.
type tenantError struct {
	text string
	err  error
}

func (e *tenantError) Error() string { return e.text + "; \"guestsite doctor\" says what is missing" }

func (e *tenantError) Unwrap() error { return e.err }

// inTenant puts what the tenant's services said to c into a sentence, and the error
// itself into the log. Others pass.
func inTenant(ctx context.Context, c Config, log *slog.Logger, err error) error {
	_, slip := errors.AsType[*usageError](err)
	_, told := errors.AsType[*exitError](err)
	e, ok := errors.AsType[*bot.Error](err)
	if !ok || slip || told || errors.Is(err, context.Canceled) {
		return err
	}
	log.DebugContext(ctx, "the tenant gave no answer", logError, err)
	return &tenantError{tenantText(c, e), err}
}

func tenantText(c Config, e *bot.Error) string {
	cloud, _ := c.Hosts()
	from := ""
	if e.Detail != "" {
		from = " (" + e.Detail + ")"
	}
	_, noLogin := errors.AsType[*graph.NoLoginError](e.Err)
	switch managed := c.Microsoft365.Auth == AuthManagedIdentity; {
	case noLogin && managed:
		return "No token was given: this machine's identity endpoint gave none, or there is no such endpoint"
	case noLogin:
		return "Entra was not reached to sign in at " + hostPart(cloud.Login)
	case e.Reason == bot.ReasonCredentials && managed:
		return "What answers as this machine's identity endpoint refuses a token" + from
	case e.Reason == bot.ReasonCredentials:
		return "Entra refuses the sign-in" + from
	case e.Reason == bot.ReasonPermission:
		return "Microsoft refuses to tell, which a permission opens that is not given" + from
	case e.Code == bot.Throttled:
		return "Microsoft asks to wait, so try it again in a while" + from
	case e.Code == bot.Unavailable && e.Detail == "":
		what, _ := inWords(e.Err, cloud.CAFile)
		return "Microsoft's services were not reached: " + what
	case e.Code == bot.Unavailable:
		return "Microsoft's services do not answer as they should" + from
	}
	return "Microsoft refuses to tell" + from
}

func hostPart(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}
