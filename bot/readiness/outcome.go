package readiness

// conclude makes one word of all findings. A definite stop outweighs what could
// not be read, and that outweighs the owner who has still to decide; within
// each the first in layer order decides.
func conclude(findings []Finding) (Outcome, int) {
	stop, doubt, owner := -1, -1, -1
	for i := range findings {
		f := &findings[i]
		switch {
		case f.Status == Blocks && f.Code == CodeNotOwner:
			owner = first(owner, i)
		case f.Status == Blocks:
			stop = first(stop, i)
		case f.Status == CannotTell && f.Stops != Warning:
			doubt = first(doubt, i)
		}
	}
	switch {
	case stop >= 0:
		return Cannot, stop
	case doubt >= 0:
		return Unknown, doubt
	case owner >= 0:
		return WaitsOwner, owner
	default:
		return Can, -1
	}
}

func first(have, i int) int {
	if have >= 0 {
		return have
	}
	return i
}

// DecisiveFinding is the finding that decides; not ok where nothing stops.
func (v *Verdict) DecisiveFinding() (Finding, bool) {
	if v.Decisive < 0 || v.Decisive >= len(v.Findings) {
		return Finding{}, false
	}
	return v.Findings[v.Decisive], true
}

// Blocking lists what stops or leaves in doubt, in layer order.
func (v *Verdict) Blocking() []Finding {
	var out []Finding
	for _, f := range v.Findings {
		if f.Status == Blocks || f.Status == CannotTell && f.Stops != Warning {
			out = append(out, f)
		}
	}
	return out
}
