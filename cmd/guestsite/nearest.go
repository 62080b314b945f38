package main

// nearest returns the candidate with the fewest edits from word, if that is
// few enough to be a slip: at most a third of the word's length, at least two.
func nearest(word string, candidates []string) (string, bool) {
	limit := max(2, len(word)/3)
	best := ""
	for _, c := range candidates {
		if d := edits(word, c); d <= limit && d < len(c) {
			best, limit = c, d-1
		}
	}
	return best, best != ""
}

// edits is the Levenshtein distance between a and b in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
