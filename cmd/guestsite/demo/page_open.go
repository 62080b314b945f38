package demo

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
)

// openBrowser has the desktop open an address, where --open asks for it.
func openBrowser(ctx context.Context, url string) error {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	if err := exec.CommandContext(ctx, name, args...).Start(); err != nil { //nolint:gosec // one of three names, and our own address
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
