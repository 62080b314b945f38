package signin

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func sprint(v any) string { return fmt.Sprintf("%v %+v %#v %s", v, v, v, v) }

// The page's colours can be read in the light and in the dark.
func TestStyle_HasEnoughContrast(t *testing.T) {
	t.Parallel()
	roots := regexp.MustCompile(`:root \{([^}]*)\}`).FindAllStringSubmatch(style, -1)
	if len(roots) != 2 || !strings.Contains(style, "prefers-color-scheme: dark") {
		t.Fatalf("%d sets of colours", len(roots))
	}
	for i, root := range roots {
		colour := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]{6})`).FindAllStringSubmatch(root[1], -1) {
			colour[m[1]] = luminance(t, m[2])
		}
		for _, pair := range [][2]string{{"text", "page"}, {"quiet", "page"}, {"warning", "page"}, {"label", "button"}} {
			light, dark := max(colour[pair[0]], colour[pair[1]]), min(colour[pair[0]], colour[pair[1]])
			if ratio := (light + .05) / (dark + .05); ratio < 4.5 {
				t.Errorf("set %d: %s on %s has %.1f", i, pair[0], pair[1], ratio)
			}
		}
	}
}

// luminance is relative luminance by WCAG 2.2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var sum float64
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
