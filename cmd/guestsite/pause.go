package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"guestsite/bot"
	"guestsite/cmd/guestsite/control"
)

const (
	opPause  = "pause"
	opResume = "resume"
)

// turnArgs are what "pause" and "resume" say.
type turnArgs struct {
	By     string `json:"by"`
	Reason string `json:"reason,omitempty"`
}

func (a *app) pauseOperations() []control.Operation {
	return []control.Operation{
		operation(opPause, func(ctx context.Context, in turnArgs) (bot.Pause, error) {
			return a.engine.Pause(ctx, in.By, in.Reason)
		}),
		operation(opResume, func(ctx context.Context, in turnArgs) (bot.Pause, error) { return a.engine.Resume(ctx, in.By) }),
	}
}

func pauseCommand() command {
	return turnCommand(opPause, "[--reason TEXT]", "stop every change to the tenant until resume; all else goes on")
}

func resumeCommand() command {
	return turnCommand(opResume, "", "let changes to the tenant go on after pause")
}

// turnCommand is pause or resume: both say how it stands, and 0 if it is as wanted,
// be it that it was so before.
func turnCommand(name, args, summary string) command {
	c := command{name: name, args: args, summary: summary}
	c.run = func(ctx context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, logs, output := addConfigFlag(set), addLogFlags(set, slog.LevelWarn), addOutputFlag(set)
		in := turnArgs{By: operatorName(p)}
		if name == opPause {
			set.StringVar(&in.Reason, "reason", "", "`TEXT` for the people who wait, 200 characters at most")
		}
		if _, err := parse(set, args, 0, 0); err != nil {
			return err
		}
		cfg, err := file.serving(p)
		if err != nil {
			return err
		}
		now, err := operate[bot.Pause](ctx, cfg, logs, p, name, in)
		if err != nil {
			return err
		}
		if *output == "json" {
			return writeJSON(p.stdout, now)
		}
		_, err = fmt.Fprintln(p.stdout, standing(now))
		return err
	}
	return c
}

// standing says in a line how a pause stands.
func standing(p bot.Pause) string {
	if !p.On {
		return "Changes to the tenant go on."
	}
	line := fmt.Sprintf("Changes to the tenant are paused since %s by %s", p.At.Local().Format(time.DateTime), p.By)
	if p.Reason != "" {
		line += ": " + p.Reason
	}
	return line + "."
}
