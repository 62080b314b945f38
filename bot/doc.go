// Package bot runs requests: it takes events from the chats, has bot/flow decide
// what they mean, keeps the result, and does the work that follows.
//
// The order of durability, everywhere: persist, then answer; persist, then act;
// act, then persist the result. An event is committed with the records that it
// changed, the jobs that it causes, the journal entries and its own key, in one
// transaction; only then is the person answered. A job is finished only by the
// commit of its own result. Kill the process at any line: the jobs that are left
// say what remains, and every effect looks before it makes.
//
// The package owns its interfaces (ports.go, store.go, inbound.go); the adapters
// around it implement them.
package bot
