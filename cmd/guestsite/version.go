package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is what a build says about itself.
type version struct {
	Version  string `json:"version"`            // module version; (devel) for a build from a checkout
	Revision string `json:"revision,omitempty"` // commit, if the build knows it
	Time     string `json:"time,omitempty"`     // of that commit, RFC 3339
	Modified bool   `json:"modified"`           // files differed from that commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// buildVersion reads the information the Go linker puts into the binary.
func buildVersion() version {
	v := version{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

func versionCommand() command {
	c := command{name: "version", summary: "print the version of this binary"}
	c.run = func(_ context.Context, p program, args []string) error {
		set := newFlags(p, c)
		output := addOutputFlag(set)
		if _, err := parse(set, args, 0, 0); err != nil {
			return err
		}
		v := buildVersion()
		if *output == "json" {
			return json.NewEncoder(p.stdout).Encode(v)
		}
		_, err := fmt.Fprintf(p.stdout, "guestsite %s %s %s\n", v.Version, v.Go, v.Platform)
		return err
	}
	return c
}
