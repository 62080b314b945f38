// Slack's own libraries as clients of the fake Slack. What they see is judged
// here: a line with ✓ or ✕ for each expectation, exit status 1 if any has ✕.
//
//	PEERS_MODE     http or socket: how the app gets what people do
//	PEERS_API      the Web API's address, with its slash
//	PEERS_CONTROL  the fake's control port, where people act
//	PEERS_HARNESS  takes the app's address and sends forged requests (http only)
//	PEERS_TRIGGER_MS  how long a trigger of the fake works
//	PEERS_BOT_TOKEN, PEERS_APP_TOKEN, PEERS_SECRET
import bolt from '@slack/bolt'
import { SocketModeClient } from '@slack/socket-mode'
import { WebClient } from '@slack/web-api'

const env = (name) => process.env[`PEERS_${name}`] ?? ''
const overSocket = env('MODE') === 'socket'
const user = 'U0SANNE'
let failed = 0

function expect(claim, good, seen) {
  if (good) {
    console.log(`✓ ${claim}`)
    return
  }
  failed++
  console.log(`✕ ${claim}: ${typeof seen === 'string' ? seen : JSON.stringify(seen)}`)
}

const same = (claim, got, want) => expect(claim, got === want, `${got}, want ${want}`)

// code is the error that a library reports, "ok" when it reports none.
async function code(promise) {
  try {
    await promise
    return 'ok'
  } catch (err) {
    return err.data?.error ?? err.original?.data?.error ?? (err.statusCode ? `http ${err.statusCode}` : String(err.message))
  }
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

// until looks again until something is there. Slack's client waits 5 s before it
// opens a socket in place of one that it was told to leave, and twice as long when
// the first try fails, as on a busy machine.
async function until(what, look) {
  for (const end = Date.now() + 60000; Date.now() < end; await sleep(20)) {
    const got = await look()
    if (got) return got
  }
  throw new Error(`waited in vain for ${what}`)
}

async function ask(method, url, body) {
  const resp = await fetch(url, { method, body: body === undefined ? undefined : JSON.stringify(body) })
  const text = await resp.text()
  if (!resp.ok) throw new Error(`${method} ${url}: ${resp.status} ${text}`)
  return text ? JSON.parse(text) : null
}

// The person, through the fake's control port.
const person = {
  act: (what, body = {}) => ask('POST', `${env('CONTROL')}/users/${user}/${what}`, body),
  messages: () => ask('GET', `${env('CONTROL')}/users/${user}/messages`),
  views: () => ask('GET', `${env('CONTROL')}/users/${user}/views`),
  async top() {
    const views = await this.views()
    return views[views.length - 1]
  },
}

const plain = (text) => ({ type: 'plain_text', text })
const button = (action_id, text) => ({ type: 'button', action_id, text: plain(text), value: action_id })
const modal = (title) => ({
  type: 'modal', callback_id: 'form', title: plain(title), submit: plain('Send'), close: plain('Close'),
  blocks: [
    { type: 'input', block_id: 'name', label: plain('Name'), element: { type: 'plain_text_input', action_id: 'text' } },
    { type: 'actions', block_id: 'more', elements: [button('push', 'More')] },
  ],
})

const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => 'error', setName() {} }
const clientOptions = { slackApiUrl: env('API'), retryConfig: { retries: 0 } }
const endpoints = ['/slack/commands', '/slack/interactive', '/slack/options', '/slack/events']
// Bolt ends a request that nobody acknowledged after 3,001 ms, which is as long as
// Slack waits: it gets longer here, so that the fake is the one whose time is up.
const receiver = () => new bolt.HTTPReceiver({ signingSecret: env('SECRET'), endpoints, logger: quiet, unhandledRequestTimeoutMillis: 60000 })
const app = new bolt.App({
  token: env('BOT_TOKEN'), logger: quiet, clientOptions,
  ...(overSocket ? { socketMode: true, appToken: env('APP_TOKEN') } : { receiver: receiver() }),
})

// What the app was told, by the name that the test gave the command.
const told = {}
let pushes = 0
const noted = { pushes: [], views: [] }

app.command('/guestsite', async ({ command, ack, client, respond }) => {
  const { text, trigger_id } = command
  told[text] = command
  const say = (result) => { told[`${text} result`] = result }
  switch (text) {
    case 'say':
      await ack({ text: 'Heard.' })
      return
    case 'open':
      await ack()
      say(await code(client.views.open({ trigger_id, view: modal('First') })))
      return
    case 'twice':
      await ack()
      await client.views.open({ trigger_id, view: modal('Twice') })
      say(await code(client.views.open({ trigger_id, view: modal('Again') })))
      return
    case 'late':
      await ack()
      await sleep(Number(env('TRIGGER_MS')) + 200)
      say(await code(client.views.open({ trigger_id, view: modal('Late') })))
      return
    case 'respond': {
      await ack()
      const codes = []
      for (let i = 1; i <= 6; i++) codes.push(await code(respond({ text: `Answer ${i}`, response_type: 'ephemeral' })))
      say(codes.join(' '))
      return
    }
    case 'silent': // no ack
      return
    default:
      await ack()
  }
})
app.action('push', async ({ ack, body, client }) => {
  await ack()
  noted.pushes.push(await code(client.views.push({ trigger_id: body.trigger_id, view: modal(`Pushed ${++pushes}`) })))
})
app.action('press', async ({ ack, body, client }) => {
  await ack()
  noted.press = body
  noted.pressed = await code(client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: 'Pressed.' }))
})
app.view('form', async ({ ack, view }) => {
  const name = view.state.values.name.text.value
  noted.views.push(name)
  if (name === 'wrong') return ack({ response_action: 'errors', errors: { name: 'Not this one.' } })
  if (name === 'next') return ack({ response_action: 'update', view: modal('Second') })
  return ack()
})
app.event('message', async ({ event }) => { noted.message = event })
app.error(async (err) => { noted.error = err })

async function command(text) {
  return person.act('command', { text: `/guestsite ${text}` })
}
const result = (text) => until(`the result of ${text}`, () => told[`${text} result`])

async function commands() {
  const out = await command('say')
  same('Bolt takes a command and answers it', out.message?.text, 'Heard.')
  const c = told.say ?? {}
  expect('a command says who, where and in which team', c.user_id === user && /^[CDG]/.test(c.channel_id) && c.team_id === 'T0NOORDZEE' && !!c.trigger_id && !!c.response_url, c)
  same('a command that is not acknowledged times out', (await command('silent')).code, 'operation_timeout')
  await command('respond')
  same('a response URL takes five posts', await result('respond'), 'ok ok ok ok ok http 404')
  const answers = (await person.messages()).filter((m) => m.ephemeral && m.text.startsWith('Answer'))
  same('five answers are seen', answers.length, 5)
}

async function dialogs() {
  await command('open')
  same('a dialog opens', await result('open'), 'ok')
  let view = await person.top()
  same('the person sees it', view.title, 'First')
  const fill = async (text) => {
    await person.act('fill', { ref: { view: (await person.top()).id }, key: 'name', values: [text] })
    return person.act('submit')
  }
  same('errors are an answer to a submission', (await fill('wrong')).answer, 'errors')
  view = await person.top()
  same('the error stands under its field', view.errors?.name, 'Not this one.')
  same('another view is an answer to a submission', (await fill('next')).answer, 'update')
  view = await person.top()
  same('the other view is seen', view.title, 'Second')
  const old = view.hash
  same('an update with the present hash is taken', await code(app.client.views.update({ view_id: view.id, hash: old, view: modal('Third') })), 'ok')
  same('an update with an old hash is refused', await code(app.client.views.update({ view_id: view.id, hash: old, view: modal('Fourth') })), 'hash_conflict')
  for (let i = 0; i < 3; i++) {
    await person.act('click', { ref: { view: (await person.top()).id }, key: 'push' })
    await until('the push', () => noted.pushes.length > i)
  }
  same('the fourth view is refused', noted.pushes.join(' '), 'ok ok push_limit_reached')
  same('three are open', (await person.views()).length, 3)
  same('an empty answer closes the view', (await fill('done')).answer, 'close')
  same('Bolt saw what was typed', noted.views.join(' '), 'wrong next done')
  await person.act('close-all')
  await command('twice')
  same('a spent trigger is refused', await result('twice'), 'exchanged_trigger_id')
  await person.act('close-all')
  await command('late')
  same('a late trigger is refused', await result('late'), 'expired_trigger_id')
  same('an invented trigger is refused', await code(app.client.views.open({ trigger_id: '1.2.abc', view: modal('No') })), 'invalid_trigger_id')
}

async function messages() {
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*Press*' } }, { type: 'actions', elements: [button('press', 'Press')] }]
  const posted = await app.client.chat.postMessage({ channel: user, text: 'Press', blocks })
  expect('a message is posted to a person', posted.ok && /^D/.test(posted.channel) && !!posted.ts, posted)
  await person.act('click', { ref: { channel: posted.channel, ts: posted.ts }, key: 'press' })
  same('a click reaches Bolt, which edits the message', await until('the click', () => noted.pressed), 'ok')
  expect('a click says where it was', noted.press.container?.message_ts === posted.ts && noted.press.user?.id === user && noted.press.actions?.[0]?.value === 'press', noted.press)
  const seen = (await person.messages()).find((m) => m.ts === posted.ts)
  expect('an update with text alone takes the blocks away', seen.text === 'Pressed.' && !seen.blocks, seen)
  await person.act('say', { text: 'Hello, bot' })
  same('an event reaches Bolt', (await until('the event', () => noted.message))?.text, 'Hello, bot')
}

async function people() {
  const { user: u } = await app.client.users.info({ user, include_locale: true })
  expect('users.info knows a person', u.id === user && u.profile.email === 'sanne@noordzee.nl' && u.is_bot === false && !!u.tz && u.locale === 'en-US', u)
  same('users.info refuses a stranger', await code(app.client.users.info({ user: 'U0NOBODY' })), 'user_not_found')
  same('users.lookupByEmail finds', (await app.client.users.lookupByEmail({ email: 'sanne@noordzee.nl' })).user.id, user)
  same('users.lookupByEmail refuses', await code(app.client.users.lookupByEmail({ email: 'nobody@noordzee.nl' })), 'users_not_found')
  same('auth.test says who the bot is', (await app.client.auth.test()).user_id, 'U0GUESTBOT')
}

async function refusals() {
  const bad = new WebClient('xoxb-wrong', { ...clientOptions, logger: quiet })
  same('a wrong bot token is refused', await code(bad.auth.test()), 'invalid_auth')
  same('no token is refused', await code(new WebClient(undefined, { ...clientOptions, logger: quiet }).auth.test()), 'not_authed')
  const post = (channel, blocks) => code(app.client.chat.postMessage({ channel, text: 'x', blocks }))
  same('an unknown channel is refused', await post('C0NOWHERE'), 'channel_not_found')
  const long = [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }]
  same('a text that is too long is refused', await post(user, long), 'invalid_blocks')
  same('an invented block is refused', await post(user, [{ type: 'carousel_of_wonders' }]), 'invalid_blocks')
  same('an unknown message is refused', await code(app.client.chat.update({ channel: (await app.client.chat.postMessage({ channel: user, text: 'y' })).channel, ts: '1.000001', text: 'x' })), 'message_not_found')
  same('an unknown view is refused', await code(app.client.views.update({ view_id: 'V0NONE', view: modal('x') })), 'not_found')
}

// Over HTTP: what the fake signs is accepted, what it forges is not.
async function forgeries() {
  const forge = async (kind) => (await ask('POST', `${env('HARNESS')}/forge/${kind}`)).status
  await command('say')
  same('the same request again is accepted', await forge('again'), 200)
  same('another secret is refused', await forge('secret'), 401)
  same('no signature is refused', await forge('unsigned'), 401)
  same('a changed body is refused', await forge('tampered'), 401)
  same('an old request is refused', await forge('old'), 401)
}

// Over a socket: what only a socket can refuse.
async function sockets() {
  const open = (token) => code(new WebClient(token, { ...clientOptions, logger: quiet }).apps.connections.open())
  same('a wrong app token opens no socket', await open('xapp-wrong'), 'invalid_auth')
  same('a bot token opens no socket', await open(env('BOT_TOKEN')), 'not_allowed_token_type')
  const client = new SocketModeClient({ appToken: 'xapp-wrong', clientOptions, logger: quiet, autoReconnectEnabled: false })
  same('Socket Mode does not start with a wrong app token', await code(client.start()), 'invalid_auth')

  const live = async () => (await ask('GET', `${env('CONTROL')}/sockets`)).filter((c) => !c.until && !c.leaving)
  const before = await live()
  await ask('POST', `${env('CONTROL')}/sockets/all/disconnect`, { reason: 'refresh_requested' })
  await until('another connection', async () => (await live()).some((c) => !before.some((b) => b.id === c.id)))
  same('after a refresh a command comes over the new socket', (await command('say')).message?.text, 'Heard.')
}

try {
  if (overSocket) {
    await app.start()
  } else {
    const server = await app.start({ port: 0, host: '127.0.0.1' })
    // Node closes what was idle for 5 s, perhaps just when the fake sends on it.
    server.keepAliveTimeout = 120000
    await ask('POST', `${env('HARNESS')}/app`, { url: `http://127.0.0.1:${server.address().port}` })
  }
  expect(`Bolt starts over ${env('MODE')}`, true)
  for (const part of [commands, dialogs, messages, people, refusals, overSocket ? sockets : forgeries]) await part()
} catch (err) {
  expect('the script runs to its end', false, err.stack)
}
if (noted.error) expect('no handler of the app ends with an error', false, String(noted.error.stack))
process.exit(failed ? 1 : 0)
