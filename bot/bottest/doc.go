// Package bottest runs the engine in one goroutine against a small company in
// memory: no HTTP, one clock that a test moves, every effect counted, every call
// able to fail as scripted, and the process able to die at any call.
//
// It is imported by tests only. The company keeps the rules that the vendors'
// services are documented to have (what is new is not seen at once, an alias is
// given once, an invitation to an account that exists sends one more mail), so
// that a story that ends well here ends well for the right reason.
package bottest
