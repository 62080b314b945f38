package bolt

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"

	"go.etcd.io/bbolt"

	"guestsite/bot"
	"guestsite/store"
)

// journalPage is how many entries are read in one transaction. The reader works
// outside of it: a transaction that stays open would hold up a growing file, and
// for ever if the reader himself commits.
const journalPage = 256

// lastEntry answers the last position of the part with its digest; Seq 0 when
// the part has no entry.
func lastEntry(tx *bbolt.Tx, codec *store.Codec, part string) (store.PreparedEntry, error) {
	last := store.PreparedEntry{Position: bot.Position{Part: part}}
	c := tx.Bucket(bucketJournal).Cursor()
	// One behind the part's last possible key, then one back.
	var k, v []byte
	if behind, _ := c.Seek(append([]byte(part), 1)); behind == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	if k != nil && k[len(k)-1] == entryPayload {
		k, v = c.Prev()
	}
	if k == nil || !bytes.HasPrefix(k, append([]byte(part), 0)) {
		return last, nil
	}
	e, err := codec.DecodeEntry(v)
	if err != nil {
		return last, fmt.Errorf("journal %s: %w", part, err)
	}
	last.Seq, last.Digest = e.Seq, e.Digest
	return last, nil
}

// checkJournal says whether each entry follows the last one of its part.
func checkJournal(tx *bbolt.Tx, codec *store.Codec, entries []store.PreparedEntry) error {
	if len(entries) == 0 {
		return nil
	}
	lasts := make(map[string]store.PreparedEntry, 1)
	for _, e := range entries {
		last, ok := lasts[e.Part]
		if !ok {
			var err error
			if last, err = lastEntry(tx, codec, e.Part); err != nil {
				return err
			}
		}
		if !e.Follows(last) {
			return fmt.Errorf("journal %s/%d does not follow %d: %w", e.Part, e.Seq, last.Seq, bot.ErrConflict)
		}
		lasts[e.Part] = e
	}
	return nil
}

func appendJournal(tx *bbolt.Tx, entries []store.PreparedEntry) error {
	b := tx.Bucket(bucketJournal)
	for _, e := range entries {
		if err := b.Put(entryKey(e.Position, entryItself), e.Data); err != nil {
			return fmt.Errorf("journal %s/%d: %w", e.Part, e.Seq, err)
		}
		if len(e.Payload) == 0 {
			continue
		}
		if err := b.Put(entryKey(e.Position, entryPayload), e.Payload); err != nil {
			return fmt.Errorf("journal %s/%d: %w", e.Part, e.Seq, err)
		}
	}
	return nil
}

// checkDrop says whether each part ends where it is to be dropped.
func checkDrop(tx *bbolt.Tx, codec *store.Codec, drop []bot.Position) error {
	for _, pos := range drop {
		last, err := lastEntry(tx, codec, pos.Part)
		if err != nil {
			return err
		}
		if last.Seq != pos.Seq || pos.Seq == 0 {
			return fmt.Errorf("journal %s ends at %d, not %d: %w", pos.Part, last.Seq, pos.Seq, bot.ErrConflict)
		}
	}
	return nil
}

// cutJournal takes payloads out, and whole parts.
func cutJournal(tx *bbolt.Tx, erase, drop []bot.Position) error {
	b := tx.Bucket(bucketJournal)
	for _, pos := range erase {
		if err := b.Delete(entryKey(pos, entryPayload)); err != nil {
			return fmt.Errorf("erase journal %s/%d: %w", pos.Part, pos.Seq, err)
		}
	}
	for _, pos := range drop {
		prefix := append([]byte(pos.Part), 0)
		var keys [][]byte // collected first: a cursor may lose its place when what it is at goes
		c := b.Cursor()
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			keys = append(keys, slices.Clone(k))
		}
		for _, k := range keys {
			if err := b.Delete(k); err != nil {
				return fmt.Errorf("drop journal %s: %w", pos.Part, err)
			}
		}
	}
	return nil
}

// Journal reads entries from a position on, that one included; see [bot.Store].
// Entries that are appended meanwhile may be seen too.
func (d *DB) Journal(ctx context.Context, from bot.Position) iter.Seq2[bot.Entry, error] {
	return func(yield func(bot.Entry, error) bool) {
		start := entryKey(from, entryItself)
		for start != nil {
			if err := ctx.Err(); err != nil {
				yield(bot.Entry{}, fmt.Errorf("journal: %w", err))
				return
			}
			entries, next, err := d.journalPage(start)
			if err != nil {
				yield(bot.Entry{}, fmt.Errorf("journal: %w", err))
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
			}
			start = next
		}
	}
}

// journalPage reads a page and says where the next begins; nil after the last.
func (d *DB) journalPage(start []byte) (entries []bot.Entry, next []byte, err error) {
	err = d.view(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketJournal).Cursor()
		for k, v := c.Seek(start); k != nil; k, v = c.Next() {
			pos, what, err := splitEntryKey(k)
			if err != nil {
				return err
			}
			if n := len(entries); what == entryPayload && n > 0 && entries[n-1].Position == pos {
				entries[n-1].Payload = slices.Clone(v)
				continue
			}
			if len(entries) == journalPage {
				next = slices.Clone(k)
				return nil
			}
			e, err := d.readEntry(pos, what, v)
			if err != nil {
				return err
			}
			entries = append(entries, e)
		}
		return nil
	})
	return entries, next, err
}

// readEntry refuses a payload without its entry, and an entry in another's place.
func (d *DB) readEntry(pos bot.Position, what byte, v []byte) (bot.Entry, error) {
	if what != entryItself {
		return bot.Entry{}, fmt.Errorf("%s/%d has lost its entry", pos.Part, pos.Seq)
	}
	e, err := d.codec.DecodeEntry(v)
	if err != nil {
		return bot.Entry{}, fmt.Errorf("%s/%d: %w", pos.Part, pos.Seq, err)
	}
	if e.Position != pos {
		return bot.Entry{}, fmt.Errorf("%s/%d says that it is %s/%d", pos.Part, pos.Seq, e.Part, e.Seq)
	}
	return e, nil
}
