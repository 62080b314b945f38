package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

func setupCommand() command {
	c := command{
		name:    "setup",
		args:    "--tenant ID --chats CHATS --public-url URL | --config FILE",
		summary: "write what is to be registered, as files, and say what to do with each",
		more: `Where there is no configuration yet, say --tenant, and --chats unless --access is
diagnose. --public-url is needed for Teams, for Slack with --slack-mode http, and
for --identity link, the default. A configuration says all that itself: with
--config there are only --dir, --force, --name and --output.`,
	}
	c.run = func(_ context.Context, p program, args []string) error {
		set := newFlags(p, c)
		file, output := addConfigFlag(set), addOutputFlag(set)
		dir := set.String("dir", defaultSetupDir, "write into `FOLDER`")
		force := set.Bool("force", false, "write over what setup wrote before, if nobody changed it")
		flags := addSetupFlags(set)
		if _, err := parse(set, args, 0, 0); err != nil {
			return err
		}
		cfg, err := file.draft(p)
		found := !errors.Is(err, errNoConfig)
		if err != nil && found {
			return err
		}
		var given []string
		set.Visit(func(f *flag.Flag) { given = append(given, f.Name) })
		plan := setupPlan{Config: cfg, Given: found, Dir: *dir, Name: flags.name, File: cmp.Or(file.path, defaultConfigFile)}
		wrong := flags.wrong(given, found)
		if *dir == "" {
			wrong = append(wrong, "--dir is empty: name a folder")
		}
		if !found {
			plan.Config, plan.File = flags.config(), filepath.Join(*dir, defaultConfigFile)
			wrong = append(wrong, plan.wrong()...)
		}
		if len(wrong) > 0 {
			return usagef("%s", strings.Join(wrong, "\n  "))
		}
		return writePlan(p.stdout, plan, *force, *output)
	}
	return c
}

// setupJSON is the answer of "setup --output json".
type setupJSON struct {
	Dir   string          `json:"dir"`
	Files []setupFileJSON `json:"files"`
	Next  []string        `json:"next"`
}

type setupFileJSON struct {
	Name  string `json:"name"`
	State string `json:"state"` // written or unchanged
}

func writePlan(w io.Writer, plan setupPlan, force bool, output string) error {
	if err := plan.faults().err(); err != nil {
		return err
	}
	made := plan.render()
	if made.err != nil {
		return made.err
	}
	states, err := writeSetup(plan.Dir, made.files, force)
	if err != nil {
		return err
	}
	report := setupJSON{Dir: plan.Dir, Next: made.next}
	for i, f := range made.files {
		report.Files = append(report.Files, setupFileJSON{Name: f.Name, State: states[i]})
	}
	if output == "json" {
		return writeJSON(w, report)
	}
	return report.print(w)
}

func (r setupJSON) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "In %s:\n", r.Dir)
	for _, f := range r.Files {
		fmt.Fprintf(&b, "  %-9s %s\n", f.State, f.Name)
	}
	b.WriteString("\nNext:\n")
	for i, step := range r.Next {
		fmt.Fprintf(&b, "  %d. %s\n", i+1, step)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
