package main

import "testing"

func TestJudge_WantsEachFaultAndNoOther(t *testing.T) {
	t.Parallel()
	cut, label := finding{Kind: "cut"}, finding{Kind: "label"}
	wanted := map[string]string{"cut.a": "cut"}
	tests := []struct {
		name    string
		results []result
		wrong   int
	}{
		{"caught in one drawing of two", []result{{Card: "cut.a"}, {Card: "cut.a", Problems: []finding{cut}}, {Card: "good"}}, 0},
		{"not caught", []result{{Card: "cut.a"}}, 1},
		{"another fault too", []result{{Card: "cut.a", Problems: []finding{cut, label}}}, 1},
		{"a good card with a fault", []result{{Card: "cut.a", Problems: []finding{cut}}, {Card: "good", Problems: []finding{label}}}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := judge(wanted, tt.results); len(got) != tt.wrong {
				t.Errorf("got %q, want %d lines", got, tt.wrong)
			}
		})
	}
}
