package bolt

import (
	"context"
	"fmt"
	"io"

	"go.etcd.io/bbolt"
)

// Backup writes the file as of now, in one consistent copy that Open opens.
// Commits go on meanwhile; the file keeps the pages that the copy needs.
func (d *DB) Backup(ctx context.Context, w io.Writer) error {
	err := d.view(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(ctxWriter{ctx, w})
		return err
	})
	if err != nil {
		// bbolt drops the cause of a failed write in places.
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// ctxWriter fails once the context ends. It lives for one call.
type ctxWriter struct {
	ctx context.Context //nolint:containedctx // the writer is the call's own
	w   io.Writer
}

func (c ctxWriter) Write(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(p)
}
