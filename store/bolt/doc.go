// Package bolt keeps everything in one bbolt file, for one process on one machine.
//
// All writing goes through one goroutine, which applies whatever waits in one
// bbolt transaction and so shares its fsync, without waiting for more to come.
// Each change is checked before it is applied, and a refused one leaves the
// others alone.
//
// The file has these buckets; times in keys are big-endian and sort as times do:
//
//	meta                 format → its number, software → the program that wrote it
//	kind/<kind>          id → row: revision, index values, order, envelope
//	ix/<kind>/<index>    value 0 order 0 id → nothing
//	jobs                 id → envelope of a job
//	jobs/due             due time, id → nothing, for jobs that wait
//	jobs/lease           end of the lease, id → nothing, for jobs that are held
//	journal              part 0 seq 0 → envelope of an entry
//	                     part 0 seq 1 → its payload, which can be erased by itself
//	events               key → time until, answer
//	events/until         time until, key → nothing
package bolt
