package mem

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"guestsite/bot"
	"guestsite/store"
)

// Commit applies a change; see [bot.Store].
func (d *DB) Commit(ctx context.Context, ch bot.Change) error {
	p, err := d.disk.codec.Prepare(ch)
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	k, err := d.begin(ctx, "commit")
	if err != nil {
		return err
	}
	defer k.mu.Unlock()
	if err := k.check(p); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	k.apply(p)
	return nil
}

func (k *Disk) check(p *store.Prepared) error {
	if p.Event != nil {
		if e, ok := k.events[p.Event.Key]; ok {
			return &bot.SeenError{Answer: slices.Clone(e.Answer)}
		}
	}
	if f := p.Finish; f != nil {
		if j, ok := k.jobs[f.Job.ID]; !ok || !j.HeldBy(*f) {
			return fmt.Errorf("job %q: %w", f.Job.ID, bot.ErrLeaseLost)
		}
	}
	for _, put := range p.Puts {
		if err := k.checkRev(put.Key, put.Rev); err != nil {
			return err
		}
	}
	for _, del := range p.Deletes {
		if err := k.checkRev(del.Key, del.Rev); err != nil {
			return err
		}
	}
	for _, pos := range p.Drop {
		if lines := k.journal[pos.Part]; len(lines) == 0 || lines[len(lines)-1].Seq != pos.Seq {
			return fmt.Errorf("journal %s does not end at %d: %w", pos.Part, pos.Seq, bot.ErrConflict)
		}
	}
	lasts := map[string]store.PreparedEntry{}
	for _, e := range p.Journal {
		last, ok := lasts[e.Part]
		if lines := k.journal[e.Part]; !ok && len(lines) > 0 {
			last = lines[len(lines)-1]
		}
		if !e.Follows(last) {
			return fmt.Errorf("journal %s/%d does not follow %d: %w", e.Part, e.Seq, last.Seq, bot.ErrConflict)
		}
		lasts[e.Part] = e
	}
	return nil
}

func (k *Disk) checkRev(key bot.Key, rev int64) error {
	if have := k.records[key].Rev; have != rev {
		return fmt.Errorf("%s %q has revision %d, not %d: %w", key.Kind, key.ID, have, rev, bot.ErrConflict)
	}
	return nil
}

func (k *Disk) apply(p *store.Prepared) {
	for _, put := range p.Puts {
		k.serial++
		k.records[put.Key] = row{Rev: k.serial, Index: put.Index, Order: put.Order, Data: put.Data}
	}
	for _, del := range p.Deletes {
		delete(k.records, del.Key)
	}
	if f := p.Finish; f != nil {
		left, keep := k.jobs[f.Job.ID].Finish(*f)
		k.replaceJob(f.Job.ID, left, keep)
	}
	for _, id := range p.Cancel {
		if j, ok := k.jobs[id]; ok {
			left, keep := j.Cancel()
			k.replaceJob(id, left, keep)
		}
	}
	for _, put := range p.Jobs {
		var old *store.Job
		if j, ok := k.jobs[put.ID]; ok {
			old = &j
		}
		k.jobs[put.ID] = store.Enqueue(old, put)
	}
	for _, e := range p.Journal {
		k.journal[e.Part] = append(k.journal[e.Part], e)
	}
	for _, pos := range p.Erase {
		for i := range k.journal[pos.Part] {
			if k.journal[pos.Part][i].Seq == pos.Seq {
				k.journal[pos.Part][i].Payload = nil
			}
		}
	}
	for _, pos := range p.Drop {
		delete(k.journal, pos.Part)
	}
	if p.Event != nil {
		k.events[p.Event.Key] = *p.Event
	}
}

func (k *Disk) replaceJob(id string, j store.Job, keep bool) {
	if !keep {
		delete(k.jobs, id)
		return
	}
	k.jobs[id] = j
}

// Journal reads entries; see [bot.Store].
func (d *DB) Journal(ctx context.Context, from bot.Position) iter.Seq2[bot.Entry, error] {
	return func(yield func(bot.Entry, error) bool) {
		entries, err := d.entries(ctx, from)
		if err != nil {
			yield(bot.Entry{}, err)
			return
		}
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				yield(bot.Entry{}, fmt.Errorf("journal: %w", err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (d *DB) entries(ctx context.Context, from bot.Position) ([]bot.Entry, error) {
	k, err := d.begin(ctx, "journal")
	if err != nil {
		return nil, err
	}
	defer k.mu.Unlock()
	var entries []bot.Entry
	for _, part := range slices.Sorted(maps.Keys(k.journal)) {
		for _, p := range k.journal[part] {
			if part < from.Part || part == from.Part && p.Seq < from.Seq {
				continue
			}
			e, err := k.codec.DecodeEntry(p.Data)
			if err != nil {
				return nil, fmt.Errorf("journal: %w", err)
			}
			e.Payload = slices.Clone(p.Payload)
			entries = append(entries, e)
		}
	}
	return entries, nil
}
