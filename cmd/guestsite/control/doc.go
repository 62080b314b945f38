// Package control is how a subcommand talks to a running server: over a unix
// socket beside the database, which only their common owner can use.
//
// A call is POST /NAME over HTTP with a JSON body, and says which version of this
// protocol it speaks; a server of another version refuses it and says which it is.
// The answer is JSON, or a stream that ends in a trailer, so that one that was cut
// off is never taken for a whole one. What the calls do is not known here.
package control

// Version of the protocol. It grows when a call of an older program would be
// misunderstood; a new operation or a new optional field does not count.
const Version = 1

const (
	headerVersion  = "Guestsite-Control"
	headerSoftware = "Guestsite-Software"
	trailerOutcome = "Guestsite-Outcome" // of a stream: "whole", or an error as JSON

	outcomeWhole = "whole"

	kindJSON   = "application/json"
	kindStream = "application/octet-stream"

	// maxBody bounds a call and an answer that is no stream, in bytes.
	maxBody = 8 << 20
)
