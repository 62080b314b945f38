package chromium

import (
	"encoding/json"
	"fmt"
)

// Page is one tab.
type Page struct {
	b       *Browser
	target  string
	session string
}

// Open opens a tab at an address and waits until it is loaded.
func (b *Browser) Open(url string) (*Page, error) {
	p := &Page{b: b}
	var made struct {
		TargetID string `json:"targetId"`
	}
	if err := b.call("", "Target.createTarget", map[string]any{"url": "about:blank"}, &made); err != nil {
		return nil, err
	}
	p.target = made.TargetID
	var at struct {
		SessionID string `json:"sessionId"`
	}
	if err := b.call("", "Target.attachToTarget", map[string]any{"targetId": p.target, "flatten": true}, &at); err != nil {
		return nil, err
	}
	p.session = at.SessionID
	return p, p.Go(url)
}

// Close closes the tab.
func (p *Page) Close() error {
	return p.b.call("", "Target.closeTarget", map[string]any{"targetId": p.target}, nil)
}

func (p *Page) call(method string, params, result any) error {
	return p.b.call(p.session, method, params, result)
}

// Go leads the tab to an address and waits until it is loaded.
func (p *Page) Go(url string) error {
	var went struct{ ErrorText string }
	if err := p.call("Page.navigate", map[string]any{"url": url}, &went); err != nil {
		return err
	}
	if went.ErrorText != "" {
		return fmt.Errorf("the page did not come: %s", went.ErrorText)
	}
	return p.Loaded()
}

// Loaded waits until the document that the tab shows is complete.
func (p *Page) Loaded() error {
	return p.Eval(`new Promise(done => document.readyState === "complete" ? done() : addEventListener("load", () => done()))`, nil)
}

// Resize gives the tab a size in CSS pixels.
func (p *Page) Resize(width, height int) error {
	return p.call("Emulation.setDeviceMetricsOverride", map[string]any{
		"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
	}, nil)
}

// Scheme has the page drawn in "light" or "dark" colours.
func (p *Page) Scheme(scheme string) error {
	return p.call("Emulation.setEmulatedMedia", map[string]any{
		"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}},
	}, nil)
}

// Eval runs an expression in the page, waits for it and decodes what it gives into
// result, which may be nil. An exception in the page is the error.
func (p *Page) Eval(expression string, result any) error {
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	err := p.call("Runtime.evaluate", map[string]any{
		"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
	}, &answer)
	if err != nil {
		return err
	}
	if x := answer.ExceptionDetails; x != nil {
		return fmt.Errorf("in the page: %s %s", x.Text, x.Exception.Description)
	}
	if result == nil || len(answer.Result.Value) == 0 { // undefined
		return nil
	}
	return json.Unmarshal(answer.Result.Value, result)
}

// Click presses the left button of the mouse at a point of what is to be seen.
func (p *Page) Click(x, y float64) error {
	for _, kind := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		m := map[string]any{"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
		if kind == "mouseMoved" {
			m["button"], m["clickCount"] = "none", 0
		}
		if err := p.call("Input.dispatchMouseEvent", m, nil); err != nil {
			return err
		}
	}
	return nil
}

// Type writes text where the focus is.
func (p *Page) Type(text string) error {
	return p.call("Input.insertText", map[string]any{"text": text}, nil)
}

// keys are those that pages are worked with, with the text that they write.
var keys = map[string]struct {
	code int
	text string
}{
	"Tab": {9, ""}, "F6": {117, ""}, "Enter": {13, "\r"}, "Escape": {27, ""}, " ": {32, " "},
	"ArrowLeft": {37, ""}, "ArrowUp": {38, ""}, "ArrowRight": {39, ""}, "ArrowDown": {40, ""},
}

// Press presses a key: Tab, Enter, Escape, F6, " " or an arrow. With shift where asked.
func (p *Page) Press(key string, shift bool) error {
	k, ok := keys[key]
	if !ok {
		return fmt.Errorf("there is no key %q", key)
	}
	modifiers := 0
	if shift {
		modifiers = 8
	}
	for _, kind := range []string{"keyDown", "keyUp"} {
		e := map[string]any{"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": k.code, "modifiers": modifiers}
		if key == " " {
			e["code"] = "Space"
		}
		if kind == "keyDown" && k.text != "" {
			e["text"] = k.text
		}
		if err := p.call("Input.dispatchKeyEvent", e, nil); err != nil {
			return err
		}
	}
	return nil
}

// Picture is a PNG of the page's top left corner.
func (p *Page) Picture(width, height int) ([]byte, error) {
	var shot struct{ Data []byte }
	err := p.call("Page.captureScreenshot", map[string]any{
		"format": "png", "captureBeyondViewport": true, "optimizeForSpeed": true,
		"clip": map[string]any{"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
	}, &shot)
	return shot.Data, err
}
