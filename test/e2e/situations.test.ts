import { afterAll, describe, expect, it } from 'vitest'
import { lastingSubscribe } from '../support/lasting-subscribe.js'
import { makeHome, runProgram } from '../support/program.js'
import { accept, type Peer, type Script } from '../support/scripted-broker.js'
import { expectOneReason, grant } from '../support/situation.js'
import { useScriptedBrokers } from '../support/use-scripted-brokers.js'

// What a broker, a network or a user can do to a client; each situation was seen on a real broker.

const home = makeHome()
const { brokers, scripted } = useScriptedBrokers()
afterAll(() => home.remove())

const run = (args: readonly string[], stdin?: string, env: Record<string, string> = {}) =>
  runProgram(args, { env: { ...home.env, ...env }, ...(stdin !== undefined && { stdin }) })

const acknowledge = async (peer: Peer): Promise<never> => {
  for (;;) {
    const { messageId = 0 } = await peer.next('publish')
    peer.send({ cmd: 'puback', messageId })
  }
}

const saying = (bytes: number[] | string): Script => {
  return async (peer) => {
    await accept(peer)
    await grant(peer, 1)
    peer.sendBytes(Buffer.from(bytes as string))
  }
}

/** A PUBLISH of QoS 0 over MQTT 5 to a channel of these bytes. */
const publishTo = (channel: Buffer) =>
  Buffer.concat([Buffer.from([0x30, channel.length + 3, 0, channel.length]), channel, Buffer.from([0])])

/** A SUBACK over MQTT 5 with a property that does not exist. */
const UNREADABLE = [0x90, 4, 0, 1, 1, 0x7f] as const

interface Situation {
  readonly what: string
  readonly script: Script
  readonly args: readonly string[]
  readonly stdin?: string
  readonly code: number
  readonly says: string
}

const publishing = ['publish', 'a', 'x'] as const
const subscribing = ['subscribe', 'a', '--timeout', '20s', '--protocol', '5'] as const

const situations: Situation[] = [
  {
    what: 'accepts the connection and never answers',
    script: () => {},
    args: [...publishing, '--connect-timeout', '100ms'],
    code: 3,
    says: 'no answer within 100 ms'
  },
  {
    what: 'closes without a word over either version',
    script: async (peer) => {
      await peer.next('connect')
      peer.cut()
    },
    args: publishing,
    code: 3,
    says: 'closed the connection'
  },
  {
    what: 'is no MQTT broker',
    script: (peer) => void peer.sendBytes('HTTP/1.1 400 Bad Request\r\n\r\n'),
    args: publishing,
    code: 3,
    says: 'an HTTP server answered on this port'
  },
  {
    what: 'refuses the credentials and says why',
    script: (peer) =>
      accept(peer, { reasonCode: 134, properties: { reasonString: 'who\nare you?' } }).then(() => {}),
    args: publishing,
    code: 4,
    says: 'who are you?'
  },
  {
    what: 'speaks MQTT 3.1.1 only, and closes the connection over 5',
    script: async (peer) => {
      await peer.next('connect')
      if (peer.version === 5) return peer.cut()
      peer.connack()
      await acknowledge(peer)
    },
    args: publishing,
    code: 0,
    says: 'Published 1 message'
  },
  {
    what: 'denies a publish over MQTT 5',
    script: async (peer) => {
      await accept(peer)
      const { messageId = 0 } = await peer.next('publish')
      peer.send({ cmd: 'puback', messageId, reasonCode: 0x87, properties: { reasonString: 'not there' } })
    },
    args: publishing,
    code: 4,
    says: 'published 0 of 1 message to a: 1 refused: not authorized (not there)'
  },
  {
    what: 'has nobody who wants the message',
    script: async (peer) => {
      await accept(peer)
      const { messageId = 0 } = await peer.next('publish')
      peer.send({ cmd: 'puback', messageId, reasonCode: 0x10 })
    },
    args: publishing,
    code: 0,
    says: 'acknowledged'
  },
  {
    what: 'closes the connection over a publish each time',
    script: async (peer) => {
      await accept(peer)
      await peer.next('publish')
      peer.cut()
    },
    args: publishing,
    code: 4,
    says: 'published 0 of 1 message'
  },
  {
    what: 'denies one pattern of two',
    script: async (peer) => {
      await accept(peer)
      await grant(peer, 1, 0x87)
    },
    args: ['subscribe', 'a', 'b', '--timeout', '20s'],
    code: 4,
    says: 'cannot subscribe to "b": not authorized'
  },
  {
    what: 'shares no subscriptions and says so',
    script: (peer) => accept(peer, { properties: { sharedSubscriptionAvailable: false } }).then(() => {}),
    args: ['subscribe', 'jobs', '--group', 'g', '--timeout', '20s'],
    code: 4,
    says: 'the broker offers no shared subscriptions'
  },
  {
    what: 'closes the connection over a subscription each time',
    script: async (peer) => {
      await accept(peer)
      await lastingSubscribe(peer)
      peer.cut()
    },
    args: subscribing,
    code: 4,
    says: 'cannot subscribe to'
  },
  {
    what: 'takes no retained messages and no QoS beyond 0',
    script: (peer) => accept(peer, { properties: { maximumQoS: 0, retainAvailable: false } }).then(() => {}),
    args: [...publishing, '--qos', '1', '--retain'],
    code: 4,
    says: "QoS 1 is more than the broker's maximum of 0"
  },
  {
    what: 'keeps no retained messages',
    script: (peer) => accept(peer, { properties: { retainAvailable: false } }).then(() => {}),
    args: [...publishing, '--retain'],
    code: 4,
    says: 'retain'
  },
  {
    what: 'takes only small packets',
    script: (peer) => accept(peer, { properties: { maximumPacketSize: 30 } }).then(() => {}),
    args: ['publish', 'a', 'x'.repeat(100)],
    code: 4,
    says: '30'
  },
  {
    what: 'never acknowledges',
    script: (peer) => accept(peer).then(() => {}),
    args: [...publishing, '--ack-timeout', '200ms'],
    code: 5,
    says: 'published 0 of 1 message to a: 1 not acknowledged'
  },
  {
    what: 'gives the session to another client over MQTT 3.1.1, which has no word for it',
    script: async (peer) => {
      await accept(peer)
      await grant(peer, 1)
      peer.socket.end()
    },
    args: ['subscribe', 'a', '--timeout', '20s', '--protocol', '3.1.1', '--client-id', 'me'],
    code: 5,
    says: 'as "me"'
  },
  ...(
    [
      [
        'got more at once than it takes',
        0x93,
        'receive maximum exceeded, 5 times\n  Try: --protocol 3.1.1; '
      ],
      [
        'gave the session to another client',
        0x8e,
        'another client connected as "me"\n  Try: give each client'
      ],
      [
        'sends its clients away',
        0x9c,
        'use another server, 5 times\n  Try: ask the operator of the broker for its new address'
      ],
      [
        'sends its clients to another one',
        0x9c,
        'use another server, 5 times\n  Try: use the broker that it names: b:1'
      ],
      ['has moved', 0x9d, 'server moved\n  Try: ask the operator of the broker for its new address'],
      ['has moved and says where to', 0x9d, 'server moved\n  Try: use the broker that it names: b:1']
    ] as const
  ).flatMap(([what, reasonCode, says]): Situation[] => {
    const properties = says.endsWith('b:1') ? { serverReference: 'b:1' } : {}
    const script: Script = async (peer) => {
      await accept(peer)
      await Promise.race([grant(peer, 1), peer.next('publish')])
      peer.send({ cmd: 'disconnect', reasonCode, properties })
    }
    const more = { script, code: 5, says }
    return [
      { ...more, what: `${what}, told to a subscriber`, args: [...subscribing, '--client-id', 'me'] },
      { ...more, what: `${what}, told to a publisher`, args: [...publishing, '--client-id', 'me'] }
    ]
  }),
  {
    what: 'answers CONNECT with the name of another one',
    script: (peer) =>
      accept(peer, { reasonCode: 0x9c, properties: { serverReference: 'b:1' } }).then(() => {}),
    args: publishing,
    code: 3,
    says: 'the broker refused: use another server\n  Try: use the broker that it names: b:1'
  },
  ...(
    [
      ['a PUBLISH of QoS 3', [0x36, 5, 0, 1, 0x61, 0, 1]],
      ['a length of five bytes', [0xd0, 0xff, 0xff, 0xff, 0xff, 1]],
      ['a packet of type 0', [0, 0]],
      // After the first one mqtt.js's parser takes the end of the second one for a packet of its own: a PUBREL without an identifier.
      ['an unreadable packet before one that hides a PUBREL', [...UNREADABLE, 0xd0, 6, 0, 0, 0, 4, 0x62, 0]],
      // A property that may come once [MQTT-2.2.2-2] comes twice.
      ['a DISCONNECT with two reasons', [0xe0, 10, 0x8b, 8, 0x1f, 0, 1, 0x61, 0x1f, 0, 1, 0x62]],
      ['a topic longer than its packet', [0x30, 3, 0, 9, 0x61]],
      ['a second CONNACK', [0x20, 3, 0, 0, 0]],
      ['a topic alias that nobody allowed', [0x30, 6, 0, 0, 3, 0x23, 0, 9]],
      ['a channel that is no UTF-8', [...publishTo(Buffer.from([0xff, 0x28]))]],
      ['a channel with a NUL', [...publishTo(Buffer.from('a\0b'))]],
      ['a channel with a wildcard', [...publishTo(Buffer.from('a/#'))]],
      ['an empty channel', [...publishTo(Buffer.alloc(0))]]
    ] as const
  ).map(
    ([what, bytes]): Situation => ({
      what: `sends ${what} each time`,
      script: saying([...bytes]),
      args: subscribing,
      code: 5,
      says: 'the broker violated the MQTT protocol'
    })
  ),
  {
    what: 'answers two patterns with one code',
    script: async (peer) => {
      await accept(peer)
      await grant(peer, 1)
    },
    args: ['subscribe', 'a', 'b', '--timeout', '20s', '--protocol', '5'],
    code: 4,
    says: 'cannot subscribe to'
  },
  {
    what: 'answers a subscription with too many codes',
    script: async (peer) => {
      await accept(peer)
      await grant(peer, 0, 0, 0)
    },
    args: subscribing,
    code: 4,
    says: 'cannot subscribe to'
  }
]

describe('a broker that', () => {
  it.each(situations)('$what: $code', async ({ script, args, stdin, code, says }) => {
    const { exitCode, stdout, stderr } = await run([...args, '-b', await scripted(script)], stdin)
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: code, stdout: '' })
    expect(stderr).toContain(says)
    if (code !== 0) expectOneReason(stderr)
  })

  it.each([
    [
      'shuts down',
      (peer: Peer) => peer.send({ cmd: 'disconnect', reasonCode: 0x8b }),
      'server shutting down'
    ],
    [
      'claims 200 MB and falls silent',
      (peer: Peer) => peer.sendBytes(Buffer.from([0x30, 0x80, 0x84, 0xaf, 0x5f, 0, 1])),
      'does not answer any more'
    ],
    ['is half open', () => {}, 'does not answer any more']
  ])('%s is connected to again, and who waits is told', async (_what, misbehave, says) => {
    const url = await scripted(async (peer) => {
      await accept(peer)
      await grant(peer, 1)
      if (peer.index === 0) return misbehave(peer)
      peer.send({ cmd: 'publish', topic: 'a', payload: 'back', qos: 0, dup: false, retain: false })
    })
    const args = ['subscribe', 'a', '--raw', '--count', '1', '--keepalive', '1s', '-b', url]
    const { exitCode, stdout, stderr } = await run(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'back\n' })
    expect(stderr).toContain(says)
  })

  it('grants less than was asked for makes a warning', async () => {
    const url = await scripted(async (peer) => {
      await accept(peer)
      await grant(peer, 0)
      peer.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })
    })
    const { exitCode, stderr } = await run(['subscribe', 'a', '--qos', '2', '--count', '1', '-b', url])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('Warning: "a" was granted with QoS 0 instead of 2')
  })
})

describe('what a broker says or sends changes nothing for good:', () => {
  it('limits of one CONNACK are not carried into the next CONNECT', async () => {
    const properties = {
      receiveMaximum: 1,
      maximumPacketSize: 50,
      topicAliasMaximum: 7,
      sessionExpiryInterval: 9,
      serverKeepAlive: 1234,
      reasonString: 'x',
      userProperties: { constructor: 'y' },
      authenticationMethod: 'z'
    }
    const url = await scripted(async (peer) => {
      await accept(peer, peer.index === 0 ? { properties } : {})
      await grant(peer, 1)
      if (peer.index === 0) return peer.cut()
      peer.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })
    })
    const { exitCode } = await run(['subscribe', 'a', '--count', '1', '--protocol', '5', '-b', url])
    expect(exitCode).toBe(0)
    const [first, second] = (brokers[0]?.peers ?? []).map(({ received }) => received[0])
    expect(first).toMatchObject({ cmd: 'connect' })
    expect(second).toEqual({ ...first, clean: false })
  })

  it('every QoS 2 identifier, never released, is one message, however often it is sent', async () => {
    const ids = 65_535
    const url = await scripted(async (peer) => {
      await accept(peer)
      await grant(peer, 2)
      const message = { cmd: 'publish', topic: 'a', dup: false, retain: false } as const
      for (let time = 0; time < 2; time++) {
        for (let messageId = 1; messageId <= ids; messageId++) {
          peer.send({ ...message, payload: String(messageId), qos: 2, messageId })
        }
      }
      peer.send({ ...message, payload: 'end', qos: 0 })
    })
    const args = ['subscribe', 'a', '--raw', '--count', String(ids + 1), '--protocol', '5', '-b', url]
    const { exitCode, stdout } = await run(args)
    expect(exitCode).toBe(0)
    expect(stdout).toBe(`${Array.from({ length: ids }, (_, at) => at + 1).join('\n')}\nend\n`)
  })
})

describe('an event loop that runs dry', () => {
  it('before what was published is acknowledged is 5, never 0', async () => {
    const url = await scripted((peer) => accept(peer).then(() => {}))
    // Nothing keeps the process alive: neither sockets nor timers.
    const code = `import net from 'node:net'
      const { setTimeout: later, setInterval: often } = globalThis
      globalThis.setTimeout = (...args) => later(...args).unref()
      globalThis.setInterval = (...args) => often(...args).unref()
      const { write } = net.Socket.prototype
      net.Socket.prototype.write = function (...args) { if (this.remotePort && String(args[0]).includes('unique payload')) this.unref(); return write.apply(this, args) }`
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(code)}`
    const args = ['publish', 'a', 'unique payload', '-b', url]
    const { exitCode, stderr } = await run(args, undefined, { NODE_OPTIONS })
    expect({ exitCode, stderr }).toEqual({
      exitCode: 5,
      stderr: 'Error: the command ended before its work was done\n'
    })
  })
})

describe('a program that was started by another one', () => {
  it('waits for messages however long none comes', async () => {
    let send = () => {}
    const url = await scripted(async (peer) => {
      await accept(peer)
      await grant(peer, 1)
      // Four keep-alive intervals, longer than any check of the output takes.
      for (let pings = 0; pings < 4; pings++) {
        await peer.next('pingreq')
        peer.send({ cmd: 'pingresp' })
      }
      send = () =>
        peer.send({ cmd: 'publish', topic: 'a', payload: 'late', qos: 0, dup: false, retain: false })
      send()
    })
    const args = ['subscribe', 'a', '--raw', '--count', '1', '--keepalive', '1s', '-b', url]
    expect(await run(args)).toMatchObject({ exitCode: 0, stdout: 'late\n' })
  })
})

describe('what cannot be asked of any broker is refused before it is connected to', () => {
  const surrogate = '{"channel":"a\\ud800","payload":1}\n'
  it.each([
    ['a scheme with a slip', ['publish', 'a', 'x', '-b', 'mqttss://h'], 2, 'mqttss'],
    ['a scheme of another tool', ['publish', 'a', 'x', '-b', 'mqtt+ssl://h'], 2, 'mqtt+ssl'],
    ['no URL at all', ['publish', 'a', 'x', '-b', ''], 2, 'broker'],
    ['a query in the URL', ['publish', 'a', 'x', '-b', 'mqtt://h?clientId=x'], 2, 'query'],
    ['a channel of 65,536 bytes', ['publish', 'ä'.repeat(32_768), 'x', '-b', 'mqtt://127.0.0.1:1'], 2, '65'],
    [
      'a keep-alive beyond 16 bits',
      ['publish', 'a', 'x', '--keepalive', '20h', '-b', 'mqtt://127.0.0.1:1'],
      2,
      'keep'
    ]
  ])('%s', async (_what, args, code, says) => {
    const { exitCode, stderr } = await run(args)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: code })
    expect(stderr).toContain(says)
    expectOneReason(stderr)
  })

  it.each([
    ['a channel with a lone surrogate', surrogate],
    ['a channel with a NUL', '{"channel":"a\\u0000b","payload":1}\n'],
    ['a channel with a wildcard', '{"channel":"a/+","payload":1}\n'],
    ['an empty channel', '{"channel":"","payload":1}\n']
  ])('%s in an envelope', async (_what, line) => {
    const url = await scripted((peer) => accept(peer).then(() => {}))
    const { exitCode, stderr } = await run(['publish', '--json', '-b', url], line)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 6 })
    expect(JSON.parse(stderr)).toMatchObject({ error: { exitCode: 6, line: 1 } })
    expect(brokers[0]?.peers[0]?.received.filter(({ cmd }) => cmd === 'publish') ?? []).toEqual([])
  })
})
