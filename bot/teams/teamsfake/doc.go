// Package teamsfake is a strict, stateful Microsoft Teams for tests and the
// demo.
//
// It listens on 127.0.0.1 and plays both halves of the platform: the Bot
// Connector the bot calls (conversations, activities, members) together with
// the OpenID metadata and keys that its tokens are checked with, and the
// client a person holds, driven from Go: Server.As types messages, fills and
// clicks Adaptive Cards and dialogs, and signs the activities that these cause.
//
// It refuses what Teams refuses: cards it cannot draw, messages that are too
// big, people who have not installed the app, activities that are gone. A
// click whose answer is late or has a wrong shape shows "Unable to reach app"
// and is sent again. Where Microsoft's documents leave a choice open the fake
// takes the stricter one and its comment says so. Nothing here talks to the
// real service.
//
// Locking: one mutex guards all state. Handlers hold it while they run and no
// request to the bot is ever sent under it.
package teamsfake
