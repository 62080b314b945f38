// Package teams is the Microsoft Teams side of the bot. It checks and decodes what
// the Bot Connector sends to the one messaging endpoint, hands it to bot.Door,
// draws cards and forms as Adaptive Cards and sends them: it implements bot.Chat.
//
// Teams has no dialog that a message can turn into, so a form is a card of its own
// in the personal chat: it walks step by step in place. What somebody presses is
// answered in the response, which changes his copy alone; every other copy follows
// by an update of the message.
//
// The package holds no rule of the product. A click is only "decoded, and from
// this account"; who may do what is for the engine to judge.
package teams
