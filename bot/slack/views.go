package slack

import (
	"context"
	"errors"

	"github.com/slack-go/slack"

	"guestsite/bot"
	"guestsite/bot/card"
)

// OpenForm opens a form (views.open) within 2 s. The trigger works once and for 3 s;
// after that it is Expired. The same form keeps its Ref through every update.
func (a *Adapter) OpenForm(ctx context.Context, trigger string, f card.Form) (bot.Ref, error) {
	const op = "open form"
	view := renderForm(f, nil)
	if p := checkView(view); len(p) > 0 {
		return "", badCard(op, p)
	}
	return a.open(ctx, op, trigger, func(ctx context.Context) (*slack.ViewResponse, error) {
		return a.api().OpenViewContext(ctx, trigger, *view)
	})
}

// isUsedTrigger says whether a form was not opened because its trigger was used.
func isUsedTrigger(err error) bool {
	e, ok := errors.AsType[*bot.Error](err)
	return ok && e.Code == bot.Expired && e.Reason == reasonUsed
}

// UpdateForm redraws an open form (views.update). It sends no hash: a form that was
// opened empty is filled by a job that cannot know the hash of today. What was
// typed stays where the form gives the same value for a field as before.
func (a *Adapter) UpdateForm(ctx context.Context, ref bot.Ref, f card.Form) error {
	id, err := parseViewRef(ref)
	if err != nil {
		return err
	}
	_, err = a.redraw(ctx, id, "", renderForm(f, nil))
	return err
}

// redraw updates a view and gives its new hash. With a hash it is a Conflict
// (hash_conflict) when the view was redrawn meanwhile: what is on the screen is then
// newer and stays.
func (a *Adapter) redraw(ctx context.Context, id, hash string, view *slack.ModalViewRequest) (now string, err error) {
	const op = "update form"
	if p := checkView(view); len(p) > 0 {
		return "", badCard(op, p)
	}
	ctx, cancel := within(ctx)
	defer cancel()
	v, err := a.api().UpdateViewContext(ctx, *view, "", hash, id)
	if err != nil {
		return "", gone(failed(op, err))
	}
	if v == nil || v.ID == "" {
		return "", lost(op)
	}
	return v.Hash, nil
}

// push lays a view over the open one (views.push) and is otherwise like OpenForm.
func (a *Adapter) push(ctx context.Context, trigger string, view *slack.ModalViewRequest) error {
	const op = "push view"
	if p := checkView(view); len(p) > 0 {
		return badCard(op, p)
	}
	_, err := a.open(ctx, op, trigger, func(ctx context.Context) (*slack.ViewResponse, error) {
		return a.api().PushViewContext(ctx, trigger, *view)
	})
	return err
}

func (a *Adapter) open(ctx context.Context, op, trigger string,
	call func(context.Context) (*slack.ViewResponse, error),
) (bot.Ref, error) {
	if trigger == "" {
		return "", &bot.Error{Code: bot.Expired, Op: "slack: " + op, Detail: "no trigger"}
	}
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	v, err := call(ctx)
	if err != nil {
		return "", failed(op, err)
	}
	if v == nil {
		return "", lost(op)
	}
	ref, ok := viewRef(v.ID)
	if !ok {
		return "", lost(op)
	}
	return ref, nil
}
