package deploy

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "draw the icons anew")

// accent is accentColor of the manifest.
var accent = color.NRGBA{R: 0x0B, G: 0x6A, B: 0x5C, A: 0xFF}

// The mark is a house with a door and a plus beside its roof, in a square of 1
// by 1 with y downwards. Its sides lie on the 32 pixels of the small icon.

type point struct{ x, y float64 }

const pixel = 1.0 / 32

var house = []point{
	{12.5 * pixel, 6 * pixel}, {25 * pixel, 17 * pixel}, {25 * pixel, 1}, {0, 1}, {0, 17 * pixel},
}

func inDoor(p point) bool { return p.x >= 10*pixel && p.x <= 15*pixel && p.y >= 21*pixel && p.y <= 1 }

func inPlus(p point) bool {
	x, y := math.Abs(p.x-27.5*pixel), math.Abs(p.y-4.5*pixel)
	return max(x, y) <= 4.5*pixel && min(x, y) <= 1.5*pixel
}

func inHouse(p point) bool {
	inside := false
	for i, a := range house {
		b := house[(i+1)%len(house)]
		if (a.y > p.y) != (b.y > p.y) && p.x < a.x+(p.y-a.y)*(b.x-a.x)/(b.y-a.y) {
			inside = !inside
		}
	}
	return inside
}

// toWall is the way from p to the nearest side of the house.
func toWall(p point) float64 {
	nearest := math.Inf(1)
	for i, a := range house {
		b := house[(i+1)%len(house)]
		dx, dy := b.x-a.x, b.y-a.y
		t := min(1, max(0, ((p.x-a.x)*dx+(p.y-a.y)*dy)/(dx*dx+dy*dy)))
		nearest = min(nearest, math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy))
	}
	return nearest
}

// draw paints white where mark says so, over a background, with soft edges. The
// square of the mark lies pad pixels within the icon.
func draw(size, pad int, background color.NRGBA, mark func(point) bool) *image.NRGBA {
	const fine = 8
	icon := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			hits := 0
			for i := range fine * fine {
				at := func(whole, sub int) float64 {
					return (float64(whole-pad) + (float64(sub)+0.5)/fine) / float64(size-2*pad)
				}
				if mark(point{at(x, i%fine), at(y, i/fine)}) {
					hits++
				}
			}
			icon.SetNRGBA(x, y, mix(background, float64(hits)/(fine*fine)))
		}
	}
	return icon
}

// mix is a share of white over a background that is opaque or clear.
func mix(background color.NRGBA, share float64) color.NRGBA {
	if background.A == 0 {
		return color.NRGBA{R: 0xFF, G: 0xFF, B: 0xFF, A: uint8(math.Round(0xFF * share))}
	}
	blend := func(c uint8) uint8 { return uint8(math.Round(float64(c) + (0xFF-float64(c))*share)) }
	return color.NRGBA{R: blend(background.R), G: blend(background.G), B: blend(background.B), A: 0xFF}
}

func icons() map[string]*image.NRGBA {
	return map[string]*image.NRGBA{
		"teams/color.png": draw(192, 48, accent, func(p point) bool {
			return inPlus(p) || inHouse(p) && !inDoor(p)
		}),
		"teams/outline.png": draw(32, 0, color.NRGBA{}, func(p point) bool {
			return inPlus(p) || inDoor(p) || inHouse(p) && toWall(p) <= 2*pixel
		}),
	}
}

// The icons are as drawn here; -update draws them.
func TestIcons_AreAsDrawn(t *testing.T) {
	t.Parallel()
	for name, want := range icons() {
		if *update {
			var out bytes.Buffer
			if err := png.Encode(&out, want); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got := stored(t, name)
		if got.Bounds() != want.Bounds() {
			t.Fatalf("%s is %v, want %v", name, got.Bounds(), want.Bounds())
		}
		for y := range want.Bounds().Dy() {
			for x := range want.Bounds().Dx() {
				if c := color.NRGBAModel.Convert(got.At(x, y)); c != want.NRGBAAt(x, y) {
					t.Fatalf("%s at %d, %d is %v, want %v; look at it after go test -update", name, x, y, c, want.NRGBAAt(x, y))
				}
			}
		}
	}
}

// What Teams asks of the two: a colour icon of 192 with its mark in the middle
// 96, an outline of 32 in white on nothing.
func TestIcons_AreAsTeamsWantsThem(t *testing.T) {
	t.Parallel()
	full, outline := stored(t, "teams/color.png"), stored(t, "teams/outline.png")
	if full.Bounds() != image.Rect(0, 0, 192, 192) || outline.Bounds() != image.Rect(0, 0, 32, 32) {
		t.Fatalf("sizes %v and %v", full.Bounds(), outline.Bounds())
	}
	middle, marked := image.Rect(48, 48, 144, 144), 0
	for y := range 192 {
		for x := range 192 {
			c := color.NRGBAModel.Convert(full.At(x, y)).(color.NRGBA)
			switch {
			case c.A != 0xFF:
				t.Fatalf("the colour icon is not opaque at %d, %d", x, y)
			case c != accent && !(image.Point{X: x, Y: y}).In(middle):
				t.Fatalf("the mark leaves the middle at %d, %d", x, y)
			case c != accent:
				marked++
			}
		}
	}
	drawn, empty := 0, 0
	for y := range 32 {
		for x := range 32 {
			switch c := color.NRGBAModel.Convert(outline.At(x, y)).(color.NRGBA); {
			case c.A == 0:
				empty++
			case c.R != 0xFF || c.G != 0xFF || c.B != 0xFF:
				t.Fatalf("the outline is not white at %d, %d: %v", x, y, c)
			default:
				drawn++
			}
		}
	}
	if marked < 1000 || drawn < 100 || empty < 100 {
		t.Errorf("%d pixels of the mark, %d of the outline, %d clear", marked, drawn, empty)
	}
}

func stored(t *testing.T, name string) image.Image {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	icon, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return icon
}
