package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// The layout of bbolt's pages (bbolt: internal/common/page.go), as far as it takes
// to see that every page lies in the file and is named once. bbolt's own check
// follows page numbers wherever they lead: out of the file, or in circles.
const (
	pageHead   = 16 // id 8, flags 2, count 2, overflow 4
	pageElem   = 16 // of a branch: pos 4, ksize 4, pgid 8; of a leaf: flags 4, pos 4, ksize 4, vsize 4
	bucketHead = 16 // root 8, sequence 8

	flagBranch, flagLeaf, flagFree = 0x01, 0x02, 0x10
	leafBucket                     = 0x01

	noFreelist = 1<<64 - 1
	headMagic  = 0xED0CDAED
)

var errPages = errors.New("its pages are not in order")

// pageWalk follows the pages from a root down.
type pageWalk struct {
	r    io.ReaderAt
	size int64  // of a page
	end  uint64 // the first page number behind the file
	seen map[uint64]bool
}

// read gives a whole page that was not read before.
func (w *pageWalk) read(id uint64) (flags, count uint16, page []byte, err error) {
	bad := func(what string) (uint16, uint16, []byte, error) {
		return 0, 0, nil, fmt.Errorf("page %d %s: %w", id, what, errPages)
	}
	if id < 2 || id >= w.end {
		return bad("is outside")
	}
	head := make([]byte, pageHead)
	at := int64(id) * w.size // #nosec G115 -- below end
	if _, err := w.r.ReadAt(head, at); err != nil {
		return 0, 0, nil, err
	}
	over := uint64(binary.NativeEndian.Uint32(head[12:]))
	if binary.NativeEndian.Uint64(head) != id || id+over >= w.end {
		return bad("is not itself")
	}
	for n := id; n <= id+over; n++ {
		if w.seen[n] {
			return bad("is named twice")
		}
		w.seen[n] = true
	}
	page = make([]byte, int64(over+1)*w.size) // #nosec G115 -- below end
	if _, err := w.r.ReadAt(page, at); err != nil {
		return 0, 0, nil, err
	}
	return binary.NativeEndian.Uint16(head[8:]), binary.NativeEndian.Uint16(head[10:]), page, nil
}

func (w *pageWalk) tree(id uint64) error {
	flags, count, page, err := w.read(id)
	if err != nil {
		return err
	}
	switch flags {
	case flagBranch:
		for i := range int(count) {
			elem, _, err := element(page, i, flagBranch)
			if err == nil {
				err = w.tree(binary.NativeEndian.Uint64(elem[8:]))
			}
			if err != nil {
				return err
			}
		}
		if count == 0 {
			return fmt.Errorf("page %d is an empty branch: %w", id, errPages)
		}
		return nil
	case flagLeaf:
		return w.leaf(page, int(count), true)
	}
	return fmt.Errorf("page %d has flags %#x: %w", id, flags, errPages)
}

// leaf looks at the entries of a leaf; buckets may stand in the file's own leaves
// only, since ours hold none.
func (w *pageWalk) leaf(page []byte, count int, outer bool) error {
	for i := range count {
		elem, value, err := element(page, i, flagLeaf)
		if err != nil {
			return err
		}
		if binary.NativeEndian.Uint32(elem)&leafBucket == 0 {
			continue
		}
		if !outer || len(value) < bucketHead {
			return fmt.Errorf("a bucket of %d bytes: %w", len(value), errPages)
		}
		root := binary.NativeEndian.Uint64(value)
		if root != 0 {
			err = w.tree(root)
		} else { // a small bucket lies in its entry as a page of its own
			inline := value[bucketHead:]
			if len(inline) < pageHead || binary.NativeEndian.Uint16(inline[8:]) != flagLeaf {
				return fmt.Errorf("a bucket without a page: %w", errPages)
			}
			err = w.leaf(inline, int(binary.NativeEndian.Uint16(inline[10:])), false)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// element gives the i-th element of a page, and the value where it is a leaf.
func element(page []byte, i int, kind uint16) (elem, value []byte, err error) {
	at := pageHead + i*pageElem
	if at+pageElem > len(page) {
		return nil, nil, fmt.Errorf("more entries than there is room for: %w", errPages)
	}
	elem = page[at : at+pageElem]
	sizes := elem[4:]
	pos, vsize := uint64(binary.NativeEndian.Uint32(elem)), uint64(0)
	if kind == flagLeaf {
		pos, sizes = uint64(binary.NativeEndian.Uint32(elem[4:])), elem[8:]
		vsize = uint64(binary.NativeEndian.Uint32(elem[12:]))
	}
	from := uint64(at) + pos + uint64(binary.NativeEndian.Uint32(sizes)) // #nosec G115 -- a place in a slice
	if from+vsize > uint64(len(page)) {
		return nil, nil, fmt.Errorf("an entry ends behind its page: %w", errPages)
	}
	return elem, page[from : from+vsize], nil
}

// free looks at the list of free pages.
func (w *pageWalk) free(id uint64) error {
	flags, short, page, err := w.read(id)
	if err != nil {
		return err
	}
	count, list := uint64(short), page[pageHead:]
	if short == 0xffff {
		count, list = binary.NativeEndian.Uint64(list), list[8:]
	}
	if flags != flagFree || count > uint64(len(list)/8) {
		return fmt.Errorf("the list of free pages is none: %w", errPages)
	}
	for i := range count {
		if n := binary.NativeEndian.Uint64(list[8*i:]); n < 2 || n >= w.end {
			return fmt.Errorf("page %d is free and outside: %w", n, errPages)
		}
	}
	return nil
}

// checkPages looks at the newest of the file's two heads, as bbolt itself chose it,
// and at all that it leads to. end is how many pages the head says there are.
func checkPages(r io.ReaderAt, pageSize int64, end uint64, txid uint64) error {
	const magicAt, rootAt, freeAt, txidAt = pageHead, pageHead + 16, pageHead + 32, pageHead + 48
	for n := range int64(2) {
		head := make([]byte, pageHead+64)
		if _, err := r.ReadAt(head, n*pageSize); err != nil {
			return err
		}
		if binary.NativeEndian.Uint32(head[magicAt:]) != headMagic || binary.NativeEndian.Uint64(head[txidAt:]) != txid {
			continue
		}
		w := &pageWalk{r: r, size: pageSize, end: end, seen: map[uint64]bool{}}
		if err := w.tree(binary.NativeEndian.Uint64(head[rootAt:])); err != nil {
			return err
		}
		if id := binary.NativeEndian.Uint64(head[freeAt:]); id != noFreelist {
			return w.free(id)
		}
		return nil
	}
	return fmt.Errorf("it has no head: %w", errPages)
}

// cutOff says whether the file is shorter than a head of it says. bbolt maps such a
// file, and who reads behind its end is killed. No lock is needed to look: a writer
// makes the file longer before a head says so, and never shorter.
func cutOff(f *os.File) bool {
	const sizeAt, endAt, sumAt = pageHead + 8, pageHead + 40, pageHead + 56
	page := int64(os.Getpagesize())
	for n := range int64(2) {
		head := make([]byte, pageHead+64)
		if _, err := f.ReadAt(head, n*page); err != nil {
			return false // none, or too short: bbolt sees that itself
		}
		sum := fnv.New64a()
		_, _ = sum.Write(head[pageHead:sumAt])
		if binary.NativeEndian.Uint32(head[pageHead:]) != headMagic || sum.Sum64() != binary.NativeEndian.Uint64(head[sumAt:]) {
			continue // bbolt takes the other
		}
		if n == 0 {
			page = int64(binary.NativeEndian.Uint32(head[sizeAt:]))
		}
		end := binary.NativeEndian.Uint64(head[endAt:])
		stat, err := f.Stat()
		if err == nil && page > 0 && end > uint64(stat.Size()/page) { // #nosec G115 -- a file's size
			return true
		}
	}
	return false
}
