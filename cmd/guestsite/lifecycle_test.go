package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

func TestLifecycle_StopsInReverseAndJoinsErrors(t *testing.T) {
	t.Parallel()
	var order []string
	first, second := errors.New("first"), errors.New("second")
	l := &lifecycle{logger: slog.New(slog.DiscardHandler)}
	add := func(name string, err error) {
		l.add(name, func(context.Context) error {
			order = append(order, name)
			return err
		})
	}
	add("store", first)
	add("worker", nil)
	add("http", second)
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // no budget left: the store is closed all the same
	err := l.Stop(ctx)
	if want := []string{"http", "worker", "store"}; !slices.Equal(order, want) {
		t.Errorf("stopped %v, want %v", order, want)
	}
	if !errors.Is(err, first) || !errors.Is(err, second) || !strings.Contains(err.Error(), "stop store: first") {
		t.Errorf("error %v, want both, with their steps' names", err)
	}
	if again := l.Stop(t.Context()); !errors.Is(again, first) || len(order) != 3 {
		t.Errorf("a second Stop returned %v after %v", again, order)
	}
}

func TestLifecycle_EmptyStops(t *testing.T) {
	t.Parallel()
	l := &lifecycle{logger: slog.New(slog.DiscardHandler)}
	if err := l.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
