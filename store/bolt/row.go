package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"

	"guestsite/store"
)

// row is a record as it lies in its bucket.
type row struct {
	rev   int64
	order string
	index []store.IndexValue
	data  []byte // envelope; part of the bytes that were decoded
}

var errRow = errors.New("the row is damaged")

func (r row) encode() []byte {
	n := 3*binary.MaxVarintLen64 + len(r.order) + len(r.data)
	for _, iv := range r.index {
		n += 2*binary.MaxVarintLen32 + len(iv.Name) + len(iv.Value)
	}
	b := binary.AppendVarint(make([]byte, 0, n), r.rev)
	b = appendString(b, r.order)
	b = binary.AppendUvarint(b, uint64(len(r.index)))
	for _, iv := range r.index {
		b = appendString(appendString(b, iv.Name), iv.Value)
	}
	return append(b, r.data...)
}

func decodeRow(b []byte) (row, error) {
	var r row
	rev, n := binary.Varint(b)
	if n <= 0 {
		return row{}, fmt.Errorf("revision: %w", errRow)
	}
	r.rev, b = rev, b[n:]
	var err error
	if r.order, b, err = cutString(b); err != nil {
		return row{}, err
	}
	count, n := binary.Uvarint(b)
	if n <= 0 || count > uint64(len(b)) {
		return row{}, fmt.Errorf("index values: %w", errRow)
	}
	b = b[n:]
	for range count {
		var iv store.IndexValue
		if iv.Name, b, err = cutString(b); err != nil {
			return row{}, err
		}
		if iv.Value, b, err = cutString(b); err != nil {
			return row{}, err
		}
		r.index = append(r.index, iv)
	}
	r.data = b
	return r, nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func cutString(b []byte) (string, []byte, error) {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b[w:])) {
		return "", nil, fmt.Errorf("text: %w", errRow)
	}
	b = b[w:]
	return string(b[:n]), b[n:], nil
}
