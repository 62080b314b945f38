package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"guestsite/bot"
	"guestsite/cmd/guestsite/control"
)

const (
	opForget  = "forget"
	opErasure = "erasure"
)

// forgetArgs are what "forget" says.
type forgetArgs struct {
	By   string `json:"by"`
	Mail string `json:"mail"`
}

// erasureArgs name an erasure that was begun.
type erasureArgs struct {
	ID string `json:"id"`
}

func (a *app) forgetOperations() []control.Operation {
	return []control.Operation{
		operation(opForget, func(ctx context.Context, in forgetArgs) (bot.Erasure, error) {
			x, err := a.engine.Forget(ctx, in.Mail, in.By)
			switch bot.ReasonOf(err) {
			case bot.ReasonRunning: // the answer names what stands in the way
				return bot.Erasure{Left: x.Left}, nil
			case bot.ReasonAddress:
				return x, control.Errorf(control.Invalid, "%q is no e-mail address", in.Mail)
			case bot.ReasonInternal:
				return x, control.Errorf(control.Invalid, "that is the address of a colleague; only guests are forgotten")
			}
			return x, err
		}),
		operation(opErasure, func(ctx context.Context, in erasureArgs) (bot.Erasure, error) { return a.engine.Erasure(ctx, in.ID) }),
	}
}

func forgetCommand() command {
	c := command{
		name:    opForget,
		args:    "EMAIL | --status ID",
		summary: "erase a guest from records, journal and cards (exit 3 when requests stand in the way), or say how far that is",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, logs, output := addConfigFlag(set), addLogFlags(set, slog.LevelWarn), addOutputFlag(set)
		id := set.String("status", "", "say how far the erasure `ID` is")
		words, err := parse(set, args, 0, 1)
		if err != nil {
			return err
		}
		if (len(words) == 1) == (*id != "") {
			return usagef("say an address, or --status with an ID")
		}
		cfg, err := file.serving(p)
		if err != nil {
			return err
		}
		var x bot.Erasure
		if *id != "" {
			x, err = operate[bot.Erasure](ctx, cfg, logs, p, opErasure, erasureArgs{*id})
			if isCode(err, control.NotFound) {
				return usagef("there is no erasure %s", *id)
			}
		} else {
			x, err = operate[bot.Erasure](ctx, cfg, logs, p, opForget, forgetArgs{By: operatorName(p), Mail: words[0]})
		}
		if err != nil {
			return err
		}
		if *output == "json" {
			err = writeJSON(p.stdout, x)
		} else {
			_, err = fmt.Fprintln(p.stdout, erasureLine(x))
		}
		if err == nil && len(x.Left) > 0 {
			return &exitError{status: exitNotReady}
		}
		return err
	}
	return c
}

// isCode says whether an error came with a code of the wire.
func isCode(err error, code control.Code) bool {
	e, ok := errors.AsType[*control.Error](err)
	return ok && e.Code == code
}

// erasureLine says in words how an erasure stands.
func erasureLine(x bot.Erasure) string {
	left := strings.Join(x.Left, ", ")
	if x.ID == "" {
		return "Nothing was erased. These requests run with the guest, or he is in through them: " + left +
			". End them first: the requester takes one back, an admin gives up what failed, and access ends on its day or when an owner takes the guest out."
	}
	found := fmt.Sprintf("%d requests, %d records of the guest, %d journal lines, %d cards drawn anew, %d cards that cannot be edited",
		x.Requests, x.Guests, x.Entries, x.Cards, x.CardsLeft)
	line := "Begun as " + x.ID + ". It goes on while the bot runs: so far " + found + ". See guestsite forget --status " + x.ID + "."
	if !x.Done.IsZero() {
		line = "Done: " + found + "."
	}
	if left != "" {
		line += " Left, because they began meanwhile: " + left + "."
	}
	return line
}
