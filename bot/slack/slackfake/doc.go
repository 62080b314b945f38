// Package slackfake is a strict, stateful Slack for tests and the demo.
//
// It listens on 127.0.0.1 and plays both halves of the platform: the Web API
// the app calls (chat.*, conversations.*, users.*, views.*, auth.test,
// team.info, response_url hooks), and the client a person holds, driven from
// Go: Server.As types commands, clicks buttons, fills and submits modals, and
// signs the requests that these cause.
//
// With Options.SocketMode the same acts reach the app in envelopes over the
// WebSockets that it opened instead, and an ack is judged as the answer over
// HTTP is. Connections, Envelopes and IgnoredAcks tell what went where;
// ActOnSocket, Disconnect and faults break it.
//
// It refuses what Slack refuses: bad Block Kit, spent or late triggers, stale
// view hashes, a fourth view, a sixth response_url post, missing scopes.
// Where Slack's documents leave a choice open the fake takes the stricter one
// and its comment says so. Nothing here talks to the real Slack.
//
// Locking: one mutex guards all state. Handlers hold it while they run and no
// request to the app is ever sent under it.
package slackfake
