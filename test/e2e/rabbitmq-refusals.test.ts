import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAmqpClient } from '../support/amqp-client.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { isRabbitmqMissing, startRabbitmq } from '../support/rabbitmq.js'
import { expectOneReason } from '../support/situation.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'

// What a user of RabbitMQ can do wrong, and what RabbitMQ refuses.

const home = makeHome()
afterAll(() => home.remove())

const run = (args: readonly string[], stdin?: string) =>
  runProgram(args, { env: home.env, ...(stdin !== undefined && { stdin }) })

interface Situation {
  readonly what: string
  readonly args: readonly string[]
  /** The URL, made of that of the virtual host. */
  readonly url?: (url: string) => string
  readonly code: number
  readonly says: string
  readonly tries: string
}

const to = (path: string) => (url: string) => url.replace(/\/[^/]*$/, path)
const withQuery = (query: string) => (url: string) => `${url}?${query}`

/** What is known before anything is sent to a broker. */
const UNMEANT: readonly Situation[] = [
  {
    what: 'QoS 2',
    args: ['publish', 'a', 'x', '--qos', '2'],
    code: 2,
    says: 'cannot use "--qos 2" with amqp://: AMQP 0-9-1 confirms a message, and cannot tell a second copy',
    tries: 'use --qos 1'
  },
  {
    what: 'a retained message',
    args: ['publish', 'a', 'x', '--retain'],
    code: 2,
    says: 'cannot use "--retain" with amqp://: an AMQP broker keeps messages in queues',
    tries: 'tidings subscribe --session NAME --count 0'
  },
  {
    what: 'a last will',
    args: ['subscribe', 'a', '--will-channel', 'gone'],
    code: 2,
    says: 'cannot use "--will-channel" with amqp://: AMQP has no last will',
    tries: 'mqtt://'
  },
  {
    what: 'a version of MQTT',
    args: ['publish', 'a', 'x', '--protocol', '5'],
    code: 2,
    says: 'cannot use "--protocol" with amqp://: tidings speaks AMQP 0-9-1 alone',
    tries: 'leave it out'
  },
  {
    what: 'a client certificate without TLS',
    args: ['publish', 'a', 'x', '--key', 'client.key'],
    code: 2,
    says: 'cannot use "--key" with amqp://: this scheme does not use TLS',
    tries: 'use amqps://'
  },
  {
    what: 'own messages left out',
    args: ['subscribe', 'a', '--no-local'],
    code: 2,
    says: 'cannot use "--no-local" with amqp://: RabbitMQ sends a subscriber its own messages, too',
    tries: 'publish to another channel'
  },
  {
    what: 'a channel with a wildcard',
    args: ['publish', 'a.*', 'x'],
    code: 2,
    says: 'cannot use channel "a.*": it holds a wildcard',
    tries: 'name one channel, for example lights.kitchen'
  },
  {
    what: 'a wildcard within a level',
    args: ['subscribe', 'a+b'],
    code: 2,
    says: 'cannot use pattern "a+b": "+" is not a whole level',
    tries: 'lights.+.state, lights.#'
  },
  {
    what: 'an excluded pattern with a wildcard within a level',
    args: ['subscribe', '#', '--exclude', 'a*'],
    code: 2,
    says: 'cannot use pattern "a*": "*" is not a whole level',
    tries: 'lights.+.state, lights.#'
  },
  {
    what: 'an address with a wrong escape',
    args: ['publish', '/exchanges/amq.topic/50%', 'x'],
    code: 2,
    says: 'its "%" escapes are not valid; %25 stands for a percent sign',
    tries: 'name a channel'
  },
  {
    what: 'a routing key that is too long',
    args: ['publish', 'k'.repeat(256), 'x'],
    code: 2,
    says: 'the routing key is 256 bytes long, and 255 is the most',
    tries: 'name a channel'
  },
  {
    what: 'a group whose name is too long',
    args: ['subscribe', 'a', '--group', 'g'.repeat(248)],
    code: 2,
    says: 'it is longer than 247 bytes',
    tries: '--group workers'
  },
  {
    what: 'a session whose name is too long',
    args: ['subscribe', 'a', '--session', 's'.repeat(248)],
    code: 2,
    says: 'it is longer than 247 bytes',
    tries: 'billing'
  },
  {
    what: 'a session to delete whose name is too long',
    args: ['session', 'delete', 's'.repeat(248)],
    code: 2,
    says: 'it is longer than 247 bytes',
    tries: 'billing'
  },
  {
    what: 'the history of an exchange',
    args: ['subscribe', 'a', '--from', 'beginning'],
    code: 2,
    says: 'cannot subscribe to "a": an exchange keeps no history',
    tries: 'address a stream queue, which keeps one: /queues/NAME'
  },
  {
    what: 'the history of an exchange, to be recorded',
    args: ['record', 'a', '--from', '-1h', '--output', '/dev/null'],
    code: 2,
    says: 'cannot subscribe to "a": an exchange keeps no history',
    tries: '/queues/NAME'
  },
  {
    what: 'the history of an exchange, whose channels are to be observed',
    args: ['channels', 'a', '--from', 'beginning', '--for', '1s'],
    code: 2,
    says: 'cannot subscribe to "a": an exchange keeps no history',
    tries: '/queues/NAME'
  },
  {
    what: 'the end of what an exchange keeps',
    args: ['channels', '--until-end'],
    code: 2,
    says: 'cannot subscribe to "#": an exchange keeps no messages',
    tries: 'name a queue: /queues/NAME'
  },
  {
    what: 'looking at an exchange',
    args: ['subscribe', 'a', '--browse'],
    code: 2,
    says: 'cannot subscribe to "a": an exchange keeps no messages',
    tries: 'name a queue: /queues/NAME'
  },
  {
    what: 'a session of a member of a group',
    args: ['subscribe', 'a', '--group', 'workers', '--session', 'mine'],
    code: 2,
    says: 'cannot use "--session --group" with amqp://: the queue of a group keeps messages for all its members',
    tries: 'leave out --session'
  },
  {
    what: 'a session of a reader of a queue',
    args: ['subscribe', '/queues/orders', '--session', 'mine'],
    code: 2,
    says: 'cannot subscribe to "/queues/orders": a queue keeps its messages itself',
    tries: 'leave out --session and --group'
  },
  {
    what: 'a group of readers of a queue',
    args: ['subscribe', '/queues/orders', '--group', 'workers'],
    code: 2,
    says: 'cannot subscribe to "/queues/orders": a queue keeps its messages itself, and shares them among its readers',
    tries: 'leave out --session and --group'
  },
  {
    what: 'the last messages of a stream, by number',
    args: ['subscribe', '/queues/audit', '--from', '-10'],
    code: 2,
    says: 'RabbitMQ does not count the messages of a stream from its end',
    tries: '--from 1000, --from -1h'
  },
  {
    what: 'a parameter of the URL that other clients know',
    args: ['publish', 'a', 'x'],
    url: withQuery('heartbeat=5'),
    code: 2,
    says: 'its query has a parameter that tidings does not know',
    tries: '--keepalive'
  },
  {
    what: 'a "#" in the virtual host',
    args: ['publish', 'a', 'x'],
    url: to('/team#shop'),
    code: 2,
    says: 'it has a "#" part',
    tries: 'write %23 for a "#" in a name'
  },
  {
    what: 'a slash in the virtual host',
    args: ['publish', 'a', 'x'],
    url: to('/team/shop'),
    code: 2,
    says: 'it has a path of several parts',
    tries: 'write %2F for a "/" in the virtual host'
  }
]

/** What RabbitMQ refuses. */
const REFUSED: readonly Situation[] = [
  {
    what: 'a wrong password',
    args: ['publish', 'a', 'x'],
    url: (url) => url.replace(':secret@', ':wrong@'),
    code: 4,
    says: 'the broker refused: Login was refused using authentication mechanism PLAIN',
    tries: 'check user name and password'
  },
  {
    what: 'an unknown virtual host',
    args: ['subscribe', 'a'],
    url: to('/nowhere'),
    code: 4,
    says: 'the broker refused: vhost nowhere not found',
    tries: 'name a virtual host that exists: amqp://HOST/VHOST'
  },
  {
    what: 'a virtual host of others',
    args: ['subscribe', 'a'],
    url: to('/'),
    code: 4,
    says: "access to vhost '/' refused for user",
    tries: 'rabbitmqctl set_permissions'
  },
  {
    what: 'a queue that does not exist',
    args: ['publish', '/queues/none', 'x'],
    code: 4,
    says: 'published 0 of 1 message to /queues/none: 1 refused: there is no queue "none"',
    tries: 'name a queue that exists'
  },
  {
    what: 'reading a queue that does not exist',
    args: ['subscribe', '/queues/none'],
    code: 4,
    says: 'cannot subscribe to "/queues/none": there is no queue "none"',
    tries: 'rabbitmqctl list_queues'
  },
  {
    what: 'an unknown exchange',
    args: ['publish', 'a', 'x'],
    url: withQuery('exchange=none'),
    code: 4,
    says: "published 0 of 1 message to a: 1 refused: no exchange 'none' in vhost",
    tries: 'name an exchange that exists'
  },
  {
    what: 'an unknown exchange, at QoS 0',
    args: ['publish', '/exchanges/none/a', 'x', '--qos', '0'],
    code: 5,
    says: "no exchange 'none' in vhost",
    tries: ''
  },
  {
    what: 'subscribing at an unknown exchange',
    args: ['subscribe', 'a'],
    url: withQuery('exchange=none'),
    code: 4,
    says: 'cannot subscribe to "a": no exchange \'none\' in vhost',
    tries: 'name an exchange that exists'
  },
  {
    what: 'a content type that is too long',
    args: ['publish', 'a', 'x', '--content-type', 't'.repeat(256)],
    code: 6,
    says: 'the content type is 256 bytes long, and 255 is the most',
    tries: 'make it shorter'
  }
]

describe.skipIf(isRabbitmqMissing)('RabbitMQ', () => {
  const host = useRabbitmq()

  it.each([...UNMEANT, ...REFUSED])('$what ends with $code and a reason', async (situation) => {
    const { args, url = (whole: string) => whole, code, says, tries } = situation
    const { exitCode, stdout, stderr } = await run([...args, '-b', url(host().url)])
    expect([exitCode, stdout]).toEqual([code, ''])
    expect(stderr).toContain(says)
    if (tries !== '') expect(stderr).toMatch(/\n {2}Try: /)
    expect(stderr.slice(stderr.indexOf('\n'))).toContain(tries)
    expect(stderr).not.toContain('secret')
    expectOneReason(stderr)
  })

  it.each(UNMEANT)('$what is told before a socket opens', async ({ args, url, code, says }) => {
    // Nobody can connect to this address.
    const broker = (url ?? ((whole: string) => whole))('amqp://user:secret@broker.invalid/shop')
    const { exitCode, stderr } = await run([...args, '-b', broker])
    expect(exitCode).toBe(code)
    expect(stderr).toContain(says)
  })

  it.each([
    [
      'that wants QoS 2, with --strict',
      ['--strict'],
      '"payload":"x","encoding":"text","mqtt":{"qos":2}',
      'it has a QoS of 2, and AMQP 0-9-1 confirms a message',
      'without --strict it is left out and counted; or go on without it: --skip-invalid'
    ],
    [
      'with a key, with --strict',
      ['--strict'],
      '"payload":"x","encoding":"text","key":"k"',
      'it has a key, and AMQP has no message keys',
      'without --strict it is left out and counted; "headers" can say it; or go on without it: --skip-invalid'
    ],
    [
      'without a payload',
      [],
      '"payload":null,"encoding":"null"',
      'it has no payload, and AMQP has no messages without a payload',
      '--null-as-empty sends it as an empty one; or go on without it: --skip-invalid'
    ]
  ])('an envelope %s is bad input', async (_what, flags, fields, says, suggestion) => {
    const args = ['publish', '--json', ...flags, '-b', host().url]
    const { exitCode, stderr } = await run(args, `{"channel":"a",${fields}}\n`)
    const { error } = JSON.parse(stderr)
    expect([exitCode, error.suggestion]).toEqual([6, suggestion])
    expect(error.message).toContain(says)
  })

  it('envelopes with what AMQP lacks are published without it, which is told once for each fact', async () => {
    const lines = [0, 1, 2].map((qos) =>
      JSON.stringify({
        channel: 'dropped',
        payload: 'x',
        encoding: 'text',
        key: 'k',
        mqtt: { qos, retain: qos === 0 }
      })
    )
    const { exitCode, stderr } = await run(['publish', '--json', '-b', host().url], `${lines.join('\n')}\n`)
    expect(exitCode).toBe(0)
    expect(stderr.match(/dropped .*/g)).toEqual([
      expect.stringMatching(/^dropped 3 keys: AMQP has no message keys/),
      expect.stringMatching(/^dropped a retain flag: an AMQP broker keeps messages in queues/),
      expect.stringMatching(/^dropped a QoS of 2: AMQP 0-9-1 confirms a message/)
    ])
  })

  it('that nobody has bound a queue is a notice, and no failure', async () => {
    const { exitCode, stderr } = await run(['publish', 'nobody.listens', 'x', '-b', host().url])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^Published 1 message to nobody\.listens: acknowledged; nobody is subscribed, /)
  })

  it('a subscription that brings nothing makes the user think of the exchange', async () => {
    const { exitCode, stderr } = await run(['subscribe', 'silent', '--timeout', '500ms', '-b', host().url])
    expect(exitCode).toBe(7)
    expect(stderr).toContain(
      'its messages may go to another exchange than that of the URL: amqp://HOST/VHOST?exchange=NAME'
    )
    expect(stderr).not.toContain('deny reading')
  })

  it('missing rights are named for publishing, for subscribing and for sessions', async () => {
    const url = await host().addUser('visitor', 'secret', {
      configure: '^amq\\.gen',
      write: '^amq\\.gen',
      read: '.*'
    })
    const published = await run(['publish', 'a', 'x', '-b', url])
    expect(published.exitCode).toBe(4)
    expect(published.stderr).toMatch(/refused: (write )?access to exchange 'amq\.topic' in vhost/)
    expect(published.stderr).toContain('Try: ask for the right to write: rabbitmqctl set_permissions')
    const session = await run(['subscribe', 'a', '--session', 'mine', '--count', '0', '-b', url])
    expect(session.exitCode).toBe(4)
    expect(session.stderr).toMatch(/access to queue 'tidings\.mine' in vhost/)
    expect(session.stderr).toContain('Try: ask for the rights to declare, bind and read')
    await host().allow(host().ownName('visitor'), { configure: '.*', write: '.*', read: '^$' })
    const subscribed = await run(['subscribe', 'a', '--count', '0', '-b', url])
    expect(subscribed.exitCode).toBe(4)
    expect(subscribed.stderr).toMatch(/access to .* in vhost/)
  })

  it('a queue that is full refuses, and the user is told where to look', async () => {
    const client = await openAmqpClient(host().url)
    await client.ask(await client.channel(), 'queue.declare', { queue: 'full' }, 'queue.declare-ok')
    await host().setPolicy('full', '^full$', { 'max-length': 1, overflow: 'reject-publish' })
    const { exitCode, stderr } = await run(
      ['publish', '/queues/full', '--lines', '-b', host().url],
      '1\n2\n3\n4\n5\n'
    )
    await client.close()
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/refused: the broker could not take it: a queue is full, or it has failed/)
    expect(stderr).toContain('Try: look at the queues: rabbitmqctl list_queues')
  })

  it('TLS: an unknown authority, a plain port and a TLS port by the wrong scheme are each named', async () => {
    const secure = await run(['publish', 'a', 'x', '-b', host().secureUrl])
    expect(secure).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('--ca ca.pem') })
    const plain = await run(['publish', 'a', 'x', '-b', host().url.replace('amqp:', 'amqps:')])
    expect(plain).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('without TLS it is amqp://') })
    const tls = await run(['publish', 'a', 'x', '-b', host().secureUrl.replace('amqps:', 'amqp:')])
    expect(tls).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('amqps://') })
  })

  it('MQTT on the port of AMQP is named', async () => {
    const { port } = new URL(host().url)
    const mqtt = await run(['publish', 'a', 'x', '-b', `mqtt://127.0.0.1:${port}`])
    expect(mqtt.exitCode).toBe(3)
    expect(mqtt.stderr).toContain('a broker of AMQP answered on this port')
    expect(mqtt.stderr).toContain('Try: connect with amqp://')
  })

  it('AMQP on the port of MQTT is named', async () => {
    const { port } = new URL(host().mqttUrl)
    const broker = ['--connect-timeout', '1s', '-b', `amqp://127.0.0.1:${port}`]
    const amqp = await run(['publish', 'a', 'x', ...broker])
    expect(amqp.exitCode).toBe(3)
    expect(amqp.stderr).toContain('no answer within 1000 ms')
    expect(amqp.stderr).toContain('a broker of MQTT may be silent like that: mqtt://')
  })
})

describe.skipIf(isRabbitmqMissing)('a RabbitMQ with limits', () => {
  let node: Awaited<ReturnType<typeof startRabbitmq>>
  let url: string
  beforeAll(async () => {
    node = await startRabbitmq({ config: ['max_message_size = 1000'] })
    url = (await node.newHost()).url
  })
  afterAll(() => node?.stop())

  it('refuses a message that is too large, and takes the others', async () => {
    const file = join(home.path, 'large.bin')
    writeFileSync(file, Buffer.alloc(1001))
    const { exitCode, stderr } = await run(['publish', 'a', '--file', file, '-b', url])
    expect(exitCode).toBe(4)
    expect(stderr).toContain('message size 1001 is larger than configured max size 1000')
    expect(stderr).toContain('Try: send less in one message, or raise max_message_size')
  })

  it('that is low on memory is waited for', async () => {
    await node.setAlarm('memory', true)
    try {
      const publishing = new RunningProgram(['publish', 'a', 'x', '-b', url], home.env)
      publishing.child.stdin.end()
      await publishing.saying('the broker takes no messages at present: low on memory; waiting')
      await node.setAlarm('memory', false)
      const { exitCode, stderr } = await publishing.exited
      expect(exitCode).toBe(0)
      expect(stderr).toContain('the broker takes messages again')
    } finally {
      await node.setAlarm('memory', false)
    }
  })

  it('that stays low on memory is waited for as long as --ack-timeout says', async () => {
    await node.setAlarm('memory', true)
    try {
      const { exitCode, stderr } = await run(['publish', 'a', 'x', '--ack-timeout', '1s', '-b', url])
      expect(exitCode).toBe(5)
      expect(stderr).toContain('the broker takes no messages at present: low on memory')
      expect(stderr).toMatch(/^Error: published 0 of 1 message to a: 1 not acknowledged/m)
    } finally {
      await node.setAlarm('memory', false)
    }
  })
})
