package main

import (
	"context"
	"errors"
	"os/user"
	"slices"

	"guestsite/bot"
	"guestsite/cmd/guestsite/control"
)

// operate has an operation of the registry done: by the running server, or, where
// none runs, here, on the program as it would be served.
func operate[Out any](ctx context.Context, cfg Config, logs *logFlags, p program, name string, in any) (Out, error) {
	var out Out
	here := func() error {
		a, err := newApp(cfg, logs.logger(p, nil), realClock{})
		if err != nil {
			return err
		}
		ops := a.operations()
		i := slices.IndexFunc(ops, func(o control.Operation) bool { return o.Name == name })
		return errors.Join(ops[i].Call(ctx, in, &out), a.Stop())
	}
	err := reach(ctx, cfg, here, func(c *control.Client) error { return c.Call(ctx, name, in, &out) })
	if e, ok := errors.AsType[*control.Error](err); ok && e.Code == control.Invalid {
		return out, &usageError{text: e.Text}
	}
	return out, err
}

// operation is control.Do with the engine's errors in words for an operator.
func operation[In, Out any](name string, run func(context.Context, In) (Out, error)) control.Operation {
	return control.Do(name, func(ctx context.Context, in In) (Out, error) {
		out, err := run(ctx, in)
		if e, ok := errors.AsType[*bot.Error](err); ok && e.Code == bot.Invalid && e.Detail != "" {
			return out, control.Errorf(control.Invalid, "%s", e.Detail) // of the words; where it was seen helps nobody
		} else if ok {
			return out, control.Errorf(codeOnWire(e.Code), "%v", e)
		}
		return out, err
	})
}

func codeOnWire(c bot.Code) control.Code {
	switch c {
	case bot.Invalid:
		return control.Invalid
	case bot.NotFound:
		return control.NotFound
	case bot.Conflict:
		return control.Conflict
	default:
		return control.Failed
	}
}

// operatorName is who sits at the terminal, as this machine knows him: behind sudo
// the one who called it.
func operatorName(p program) string {
	name := "somebody"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if behind, ok := p.env("SUDO_USER"); ok && behind != "" {
		return behind + " as " + name
	}
	return name
}
