package store

import (
	"fmt"
	"time"

	"guestsite/bot"
)

// The kinds of envelope that only backends write.
const (
	kindJob   bot.Kind = "job"
	kindEntry bot.Kind = "entry"
)

func ownTypes() Types {
	return Types{
		kindJob:   {Version: 1, New: func() any { return new(jobData) }},
		kindEntry: {Version: 1, New: func() any { return new(entryData) }},
	}
}

// jobData is a Job on disk. Payloads are kept byte for byte.
type jobData struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Payload   []byte     `json:"payload,omitempty"`
	Due       time.Time  `json:"due"`
	Attempt   int        `json:"attempt,omitempty"`
	LastError string     `json:"last_error,omitempty"`
	Lease     *leaseData `json:"lease,omitempty"`
	Next      *nextData  `json:"next,omitempty"`
	Cancelled bool       `json:"cancelled,omitempty"`
}

type leaseData struct {
	Owner string    `json:"owner"`
	Token int64     `json:"token"`
	Until time.Time `json:"until"`
}

type nextData struct {
	Kind      string    `json:"kind"`
	Payload   []byte    `json:"payload,omitempty"`
	Due       time.Time `json:"due"`
	Attempt   int       `json:"attempt,omitempty"`
	LastError string    `json:"last_error,omitempty"`
}

// entryData is an Entry on disk, without its payload, which lies beside it.
type entryData struct {
	Part          string    `json:"part"`
	Seq           int64     `json:"seq"`
	At            time.Time `json:"at"`
	Request       string    `json:"request,omitempty"`
	Event         string    `json:"event,omitempty"`
	Actor         string    `json:"actor,omitempty"`
	From          string    `json:"from,omitempty"`
	To            string    `json:"to,omitempty"`
	PayloadDigest string    `json:"payload_digest,omitempty"`
	Prev          string    `json:"prev,omitempty"`
	Digest        string    `json:"digest"`
}

// EncodeJob writes a job as a backend keeps it.
func (c *Codec) EncodeJob(j Job) ([]byte, error) {
	d := jobData{
		ID: j.ID, Kind: j.Kind, Payload: j.Payload, Due: j.Due,
		Attempt: j.Attempt, LastError: j.LastError, Cancelled: j.Cancelled,
	}
	if j.Leased() {
		l := leaseData(j.Lease)
		d.Lease = &l
	}
	if j.Next != nil {
		n := nextData(*j.Next)
		d.Next = &n
	}
	return c.Encode(kindJob, &d)
}

// DecodeJob reads what EncodeJob wrote.
func (c *Codec) DecodeJob(b []byte) (Job, error) {
	v, err := c.Decode(kindJob, b)
	if err != nil {
		return Job{}, err
	}
	d, ok := v.(*jobData)
	if !ok {
		return Job{}, fmt.Errorf("decode job: got %T", v)
	}
	j := Job{Job: bot.Job{
		ID: d.ID, Kind: d.Kind, Payload: d.Payload, Due: d.Due, Attempt: d.Attempt, LastError: d.LastError,
	}, Cancelled: d.Cancelled}
	if d.Lease != nil {
		j.Lease = bot.Lease(*d.Lease)
	}
	if d.Next != nil {
		n := Next(*d.Next)
		j.Next = &n
	}
	return j, nil
}

// EncodeEntry writes a line of the journal without its payload.
func (c *Codec) EncodeEntry(e bot.Entry) ([]byte, error) {
	return c.Encode(kindEntry, &entryData{
		Part: e.Part, Seq: e.Seq, At: e.At, Request: e.Request, Event: e.Event, Actor: e.Actor,
		From: e.From, To: e.To, PayloadDigest: e.PayloadDigest, Prev: e.Prev, Digest: e.Digest,
	})
}

// DecodeEntry reads what EncodeEntry wrote.
func (c *Codec) DecodeEntry(b []byte) (bot.Entry, error) {
	v, err := c.Decode(kindEntry, b)
	if err != nil {
		return bot.Entry{}, err
	}
	d, ok := v.(*entryData)
	if !ok {
		return bot.Entry{}, fmt.Errorf("decode entry: got %T", v)
	}
	return bot.Entry{
		Position: bot.Position{Part: d.Part, Seq: d.Seq},
		At:       d.At, Request: d.Request, Event: d.Event, Actor: d.Actor, From: d.From, To: d.To,
		PayloadDigest: d.PayloadDigest, Prev: d.Prev, Digest: d.Digest,
	}, nil
}
