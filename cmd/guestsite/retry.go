package main

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"guestsite/bot"
	"guestsite/cmd/guestsite/control"
)

const opRetry = "retry"

// retryArgs are what "retry" says.
type retryArgs struct {
	By      string `json:"by"`
	Request string `json:"request"`
}

func (a *app) retryOperations() []control.Operation {
	return []control.Operation{
		operation(opRetry, func(ctx context.Context, in retryArgs) (bot.Retry, error) {
			return a.engine.Retry(ctx, in.Request, in.By)
		}),
	}
}

func retryCommand() command {
	c := command{
		name:    opRetry,
		args:    "G-NUMBER",
		summary: "have what failed in a request tried again, what waits looked at, and cards that reached nobody sent again",
	}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, logs, output := addConfigFlag(set), addLogFlags(set, slog.LevelWarn), addOutputFlag(set)
		words, err := parse(set, args, 1, 1)
		if err != nil {
			return err
		}
		number, err := requestName(words[0])
		if err != nil {
			return err
		}
		cfg, err := file.serving(p)
		if err != nil {
			return err
		}
		in := retryArgs{By: operatorName(p), Request: number}
		did, err := operate[bot.Retry](ctx, cfg, logs, p, opRetry, in)
		if isCode(err, control.NotFound) {
			return usagef("there is no request %s", in.Request)
		}
		if err != nil {
			return err
		}
		if *output == "json" {
			return writeJSON(p.stdout, did)
		}
		_, err = fmt.Fprintf(p.stdout, "%s: %d tried again, %d looked at again, %d cards sent again. What comes of it is on the cards.\n",
			in.Request, did.Failed, did.Parked, did.Cards)
		return err
	}
	return c
}

var requestNumber = regexp.MustCompile(`^G-[0-9]{1,18}$`)

// requestName is a request's number as people write it: "g-1042", "1042".
func requestName(word string) (string, error) {
	name := strings.ToUpper(word)
	if !strings.HasPrefix(name, "G-") {
		name = "G-" + name
	}
	if !requestNumber.MatchString(name) {
		return "", usagef("%q is no number of a request, such as G-1042", word)
	}
	return name, nil
}
