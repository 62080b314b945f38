// The bot that BenchmarkTeamsExecute is measured beside: botbuilder 4.23.3 on plain
// node http, as small as a bot with it can be. It answers each click on a card with a
// card, reads and stores nothing, and calls nobody. See ../README.md.
//
//   PORT      where it listens on 127.0.0.1; 3978 when not set, any free port for 0
//   CARD      a file with the card that it answers; one of 3.5 KB when not set
//   METADATA  the OpenID metadata of who signs the tokens. With it, tokens are checked
//             as in production; without it, they are not looked at.
//   APP_ID    whom the tokens are for; needed with METADATA
//
// It prints its address once it listens.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  TeamsActivityHandler,
} = require('botbuilder');

// padded is about as long as an owner's card with one guest on it.
function padded() {
  const line = (text) => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] });
  const button = (title) => ({ type: 'Action.Execute', verb: 'press', title, data: { v: 'g1', request: 'G-1001', part: 'g1' } });
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    body: [
      ...Array.from({ length: 20 }, () => line('x'.repeat(80))),
      { type: 'ActionSet', actions: ['Add the guest', 'Ask', 'Do not add'].map(button) },
    ],
  };
}

const card = process.env.CARD ? JSON.parse(fs.readFileSync(process.env.CARD, 'utf8')) : padded();

class Bot extends TeamsActivityHandler {
  async onAdaptiveCardInvoke() {
    return { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card };
  }
}

const settings = process.env.METADATA
  ? {
      MicrosoftAppType: 'MultiTenant',
      MicrosoftAppId: process.env.APP_ID,
      MicrosoftAppPassword: 'never used, since nobody is called',
      ToBotFromChannelOpenIdMetadataUrl: process.env.METADATA,
      ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
      // Where one of these is set, all have to be.
      ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
      ToChannelFromBotOAuthScope: 'https://api.botframework.com',
      ToBotFromEmulatorOpenIdMetadataUrl: process.env.METADATA,
      OAuthUrl: 'https://api.botframework.com',
      ValidateAuthority: 'true',
    }
  : {};
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication(settings));
const bot = new Bot();

// answer is what the adapter asks of a response, as restify and express have it.
function answer(res) {
  return {
    socket: res.socket,
    header: (name, value) => res.setHeader(name, value),
    status: (code) => {
      res.statusCode = code;
    },
    send: (body) => {
      if (typeof body === 'string') {
        res.write(body);
        return;
      }
      const text = JSON.stringify(body);
      res.setHeader('Content-Type', 'application/json; charset=utf-8');
      res.setHeader('Content-Length', Buffer.byteLength(text));
      res.write(text);
    },
    end: () => res.end(),
  };
}

const server = http.createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    try {
      req.body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch {
      res.writeHead(400).end();
      return;
    }
    adapter
      .process(req, answer(res), (context) => bot.run(context))
      .catch((err) => {
        console.error(err);
        res.destroy();
      });
  });
});
server.keepAliveTimeout = 120_000; // the generator keeps its connections between turns
server.listen(Number(process.env.PORT ?? 3978), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/api/messages`);
});
