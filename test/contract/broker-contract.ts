import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../../src/cli/system-clock.js'
import Subscribe from '../../src/commands/subscribe.js'
import type { BrokerConnection, ConnectionOptions } from '../../src/core/connection.js'
import type { Message, Qos } from '../../src/core/message.js'
import { checkBroker } from '../../src/operations/check-broker.js'
import { connectionOptions, message, Notices, Received } from '../support/connection-options.js'
import { openConnection } from '../support/open-connection.js'
import { outcomeOf } from '../support/run-command.js'

/** One way to reach one broker. */
export interface ContractTarget {
  readonly url: () => string
  readonly options?: () => Partial<ConnectionOptions>
  readonly protocol: '5' | '3.1.1'
  readonly limits?: BrokerLimits
}

/** What a broker is known not to do, as measured. What is absent it does as the standard says. */
export interface BrokerLimits {
  /** The highest QoS that it grants to a subscription; it delivers nothing higher. */
  readonly grantedQos?: 0 | 1
  /** What it does with a message that is published at QoS 2. */
  readonly publishedAtQos2?: 'acknowledged as QoS 1' | 'closes the connection'
  /** Only a subscription to exactly their channel gets retained messages. */
  readonly retainedByNameOnly?: boolean
  /** Whose last will it publishes. What is absent is the standard: of a connection that was taken over, not of one that said good-bye. */
  readonly wills?: readonly ('polite' | 'taken over')[]
  /** Names of channels that MQTT allows and that it does not carry as they are. */
  readonly changedNames?: readonly string[]
  /** What becomes of a shared subscription, where it does not work. */
  readonly sharedSubscriptions?: 'granted in silence' | 'refused'
  /** A publisher's DISCONNECT makes it drop the QoS 0 messages that it has read and not yet delivered. */
  readonly dropsQos0AtDisconnect?: boolean
  /** The size of the large message, in bytes, where a megabyte would take too long. */
  readonly large?: number
  /** It keeps the order of the headers of one name only, because it holds them in an object. */
  readonly ordersHeadersByName?: boolean
}

const MEGABYTE = 1 << 20

const byName = (headers: Message['headers']) =>
  [...headers].sort(([one], [other]) => (one < other ? -1 : Number(one > other)))

/** What every broker and every transport must do alike. */
export function describeContract(target: ContractTarget): void {
  const { limits = {} } = target
  const connections: BrokerConnection[] = []
  let number = 0

  const granted = (qos: Qos): Qos => (qos > (limits.grantedQos ?? 2) ? (limits.grantedQos ?? 2) : qos)

  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()))
  })

  async function connect(options: Partial<ConnectionOptions> = {}): Promise<BrokerConnection> {
    const all = { protocol: target.protocol, ...target.options?.(), ...options }
    const connection = await openConnection(connectionOptions(target.url(), all))
    connections.push(connection)
    return connection
  }

  /** Every fact has channels of its own, since brokers live as long as the suite. */
  const channel = () => `contract/${process.pid}/${++number}`

  async function subscribed(pattern: string, qos: Qos = 2): Promise<Received> {
    const received = new Received()
    const connection = await connect()
    const grants = await connection.subscribe([{ pattern, qos }], received.take)
    expect(grants).toEqual([{ pattern, qos: granted(qos) }])
    return received
  }

  async function publish(...messages: Message[]): Promise<void> {
    const publisher = await connect()
    expect(await publisher.publish(messages)).toEqual({
      acknowledged: messages.length,
      refused: [],
      unacknowledged: 0
    })
    // Otherwise it stays until the test is over, and all that it has sent must arrive.
    if (!limits.dropsQos0AtDisconnect) await publisher.close(5000)
  }

  it('speaks the protocol that was asked for', async () => {
    const connection = await connect()
    expect(connection.broker.protocol).toBe(target.protocol)
    await connection.close()
    expect(await connection.closed).toBeUndefined()
  })

  const publishable = ([0, 1, 2] as const).filter(
    (qos) => qos < 2 || limits.publishedAtQos2 !== 'closes the connection'
  )

  it.each(publishable)('delivers what is published at QoS %i, bytes unchanged', async (qos) => {
    const name = channel()
    const received = await subscribed(name)
    const payload = Buffer.from([0, 0xff, 0xc3, 0x28, 0x1b, 0x0a, 0])
    await publish(message(name, payload, qos), message(name, '', qos))
    await received.atLeast(2)
    expect(received.messages.map((each) => [...each.payload])).toEqual([[...payload], []])
    expect(received.messages[0]).toMatchObject({ channel: name, mqtt: { qos: granted(qos), retain: false } })
  })

  it('delivers a large message', async () => {
    const name = channel()
    const received = await subscribed(name)
    const payload = Buffer.alloc(limits.large ?? MEGABYTE, 'tidings')
    await publish(message(name, payload))
    const [first] = await received.atLeast(1)
    expect(payload.equals(first?.payload ?? Buffer.alloc(0))).toBe(true)
  })

  it.each(publishable)('delivers 5000 messages of QoS %i in their order', async (qos) => {
    const name = channel()
    const received = await subscribed(name)
    const texts = Array.from({ length: 5000 }, (_, index) => String(index))
    await publish(...texts.map((text) => message(name, text, qos)))
    await received.atLeast(5000)
    expect(received.texts).toEqual(texts)
  })

  it('shows the last retained message to who comes later, until it is cleared', async () => {
    const name = channel()
    await publish(message(name, 'old', 1, true), message(name, 'new', 1, true))
    const later = await subscribed(limits.retainedByNameOnly ? name : `${name}/#`)
    await later.atLeast(1)
    expect(later.messages[0]).toMatchObject({ channel: name, mqtt: { retain: true } })
    expect(later.texts).toEqual(['new'])
    await publish(message(name, '', 1, true))
    const latest = await subscribed(name)
    await publish(message(name, 'live'))
    await latest.atLeast(1)
    expect(latest.texts).toEqual(['live'])
  })

  it('delivers to patterns with wildcards what they match and nothing else', async () => {
    const name = channel()
    const received = await subscribed(`${name}/+/b/#`)
    await publish(message(`${name}/b`, 'no'), message(`${name}/a/c`, 'no'), message(`${name}/a/b`, '1'))
    await publish(message(`${name}/é\u{1f4a1}/b/c/d`, '2'))
    await received.atLeast(2)
    expect(received.messages.map((each) => each.channel)).toEqual([`${name}/a/b`, `${name}/é\u{1f4a1}/b/c/d`])
  })

  it('keeps the messages of a durable session until its owner is back', async () => {
    const name = channel()
    const session = { clientId: `durable-${process.pid}-${number}`, durable: true }
    const before = await connect(session)
    await before.subscribe([{ pattern: name, qos: 1 }], () => {})
    await before.close()
    await publish(message(name, 'one'), message(name, 'two'))
    const after = await connect(session)
    expect(after.broker.sessionPresent).toBe(true)
    const received = new Received()
    await after.subscribe([{ pattern: name, qos: 1 }], received.take)
    await received.atLeast(2)
    expect(received.texts).toEqual(['one', 'two'])
    await after.close()
    await (await connect({ clientId: session.clientId })).close()
  })

  it('acknowledges only what the receiver has taken', async () => {
    const name = channel()
    const session = { clientId: `slow-${process.pid}-${number}`, durable: true }
    const failing = await connect(session)
    await failing.subscribe([{ pattern: name, qos: 1 }], () => Promise.reject(new Error('disk full')))
    await publish(message(name, 'precious'))
    expect(await failing.closed).toMatchObject({ code: 'receiver-failed' })
    const again = await connect(session)
    const received = new Received()
    await again.subscribe([{ pattern: name, qos: 1 }], received.take)
    await received.atLeast(1)
    expect(received.texts).toEqual(['precious'])
    await again.close()
    await (await connect({ clientId: session.clientId })).close()
  })

  it('lets a slow receiver hold messages back, one batch at a time, and loses none', async () => {
    const name = channel()
    const connection = await connect()
    let isBusy = false
    const received = new Received()
    await connection.subscribe([{ pattern: name, qos: 1 }], async (batch) => {
      expect(isBusy).toBe(false)
      isBusy = true
      await new Promise((resolve) => setImmediate(resolve))
      received.take(batch)
      isBusy = false
    })
    await publish(...Array.from({ length: 500 }, (_, index) => message(name, `${index}`.padEnd(2000))))
    await received.atLeast(500)
    expect(received.texts.map((text) => Number(text))).toEqual(Array.from({ length: 500 }, (_, i) => i))
  })

  it('has sent QoS 0 messages when the connection is closed right after', async () => {
    const name = channel()
    const received = await subscribed(name)
    const publisher = await connect()
    const report = publisher.publish(Array.from({ length: 1000 }, (_, index) => message(name, `${index}`, 0)))
    await publisher.close(5000)
    expect(await report).toMatchObject({ acknowledged: 1000 })
    if (!limits.dropsQos0AtDisconnect) await received.atLeast(1000)
  })

  const willOwners = limits.wills?.map((one) => `a ${one} connection`).join(' and ') || 'no connection'
  const ofWhom = limits.wills ? willOwners : 'a connection that ended without good-bye, and only of that'
  it(`publishes the last will of ${ofWhom}`, async () => {
    const name = channel()
    const clientId = `will-${process.pid}-${number}`
    const received = await subscribed(name)
    const polite = await connect({ clientId, will: message(name, 'polite', 1) })
    await polite.close()
    await connect({ clientId, will: message(name, 'taken over', 1) })
    await (await connect({ clientId })).close()
    const wills = limits.wills ?? ['taken over']
    await received.atLeast(wills.length)
    await publish(message(name, 'end'))
    await received.atLeast(wills.length + 1)
    expect(received.texts).toEqual([...wills, 'end'])
  })

  if (limits.publishedAtQos2 === 'acknowledged as QoS 1') {
    it('has its user told that QoS 2 messages may arrive more than once', async () => {
      const notices = new Notices()
      const publisher = await connect({ onNotice: notices.take })
      expect(await publisher.publish([message(channel(), 'x', 2)])).toMatchObject({ acknowledged: 1 })
      expect((await notices.first('warning')).text).toContain('acknowledges QoS 2 messages at QoS 1')
    })
  }

  if (limits.publishedAtQos2 === 'closes the connection') {
    it('gets no more QoS 2 messages after two, and all of them are reported as refused', async () => {
      const name = channel()
      const received = await subscribed(name)
      const publisher = await connect()
      const batch = [...Array.from({ length: 50 }, () => message(name, 'x', 2)), message(name, 'QoS 1')]
      const report = await publisher.publish(batch)
      expect(report).toMatchObject({ acknowledged: 1, unacknowledged: 0 })
      expect(report.refused.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_, i) => i))
      expect(report.refused.at(-1)?.reason).toBe('the broker closes the connection over QoS 2 messages')
      await received.atLeast(1)
      expect(received.texts).toEqual(['QoS 1'])
    })
  }

  if (limits.sharedSubscriptions !== 'refused') {
    const each = limits.sharedSubscriptions === undefined ? 'delivers each message once' : 'delivers nothing'
    it(`${each} to the subscribers that share a pattern`, async () => {
      const name = channel()
      const pattern = `$share/group/${name}`
      const shared = new Received()
      for (const connection of [await connect(), await connect()]) {
        expect(await connection.subscribe([{ pattern, qos: 1 }], shared.take)).toEqual([{ pattern, qos: 1 }])
      }
      const witness = await subscribed(name)
      const texts = Array.from({ length: 100 }, (_, index) => String(index))
      await publish(...texts.map((text) => message(name, text)))
      await witness.atLeast(100)
      if (limits.sharedSubscriptions === undefined) await shared.atLeast(100)
      const inOrder = [...shared.texts].sort((one, other) => Number(one) - Number(other))
      expect(inOrder).toEqual(limits.sharedSubscriptions === undefined ? texts : [])
    })
  } else {
    it('has its user told that it shares no subscriptions', async () => {
      const pattern = `$share/group/${channel()}`
      const outcome = await (await connect())
        .subscribe([{ pattern, qos: 1 }], () => {})
        .then(
          ([grant]) => grant?.reason,
          (error: Error) => error.message
        )
      expect(outcome).toMatch(
        /^refused$|offers no shared subscriptions|closed the connection, each time it is asked/
      )
    })
  }

  if (limits.sharedSubscriptions !== undefined) {
    it('refuses "subscribe --group", which waits for nothing', async () => {
      const argv = ['-b', target.url(), '--protocol', target.protocol, '--group', 'workers', channel()]
      const { exitCode, stdout, stderr } = await outcomeOf(Subscribe, argv)
      expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' })
      expect(stderr).toMatch(/^Error: cannot subscribe (as a group|to)/m)
    })
  }

  it('is told truly by "tidings broker check", which leaves nothing behind', async () => {
    const scratch = channel()
    const seen = await checkBroker({
      connect: (wish) => connect({ clientId: `check-${process.pid}-${++number}`, ...wish }),
      clock: systemClock,
      scratch,
      clientId: `check-${process.pid}`,
      protocols: [target.protocol],
      patience: 1500,
      rounds: 3,
      stop: new AbortController().signal
    })
    expect(seen.protocols).toEqual([target.protocol])
    const closes = limits.publishedAtQos2 === 'closes the connection'
    expect(seen.qos).toMatchObject([
      { granted: 0, acknowledged: true, delivered: 0 },
      { granted: 1, acknowledged: true, delivered: 1 },
      { granted: granted(2), acknowledged: !closes, delivered: closes ? undefined : granted(2) }
    ])
    expect(seen.retained).toMatchObject({
      byName: { works: true },
      byPattern: { works: !limits.retainedByNameOnly }
    })
    expect(seen.shared.works).toBe(limits.sharedSubscriptions === undefined)
    expect(seen.session).toEqual({ works: true })
    expect(seen.latency?.rounds).toBe(3)
    expect(seen.names.map(({ name }) => name)).toEqual(limits.changedNames ?? [])
    const name = `${scratch}/retained`
    const later = await subscribed(name)
    await publish(message(name, 'live'))
    await later.atLeast(1)
    expect(later.texts).toEqual(['live'])
  })

  if (target.protocol === '5') {
    it('carries headers and properties unchanged', async () => {
      const name = channel()
      const received = await subscribed(name)
      const sent: Message = {
        channel: name,
        payload: Buffer.from('{"a":1}'),
        headers: [
          ['b', '2'],
          ['1', 'one'],
          ['b', ''],
          ['__proto__', 'x\u{1f4a1}']
        ],
        mqtt: {
          qos: 1,
          retain: false,
          payloadUtf8: true,
          expiry: 3600,
          contentType: 'application/json',
          responseChannel: 'answer/here',
          correlation: Buffer.from([0, 1, 255])
        }
      }
      await publish(sent)
      const [first] = await received.atLeast(1)
      const inOrder = limits.ordersHeadersByName ? byName : (headers: Message['headers']) => headers
      expect(inOrder(first?.headers ?? [])).toEqual(inOrder(sent.headers))
      expect(first?.mqtt).toMatchObject({ ...sent.mqtt, correlation: expect.anything() })
      expect([...(first?.mqtt.correlation ?? [])]).toEqual([0, 1, 255])
    })

    it('does not send back what a no-local subscriber published itself', async () => {
      const name = channel()
      const connection = await connect()
      const received = new Received()
      await connection.subscribe([{ pattern: name, qos: 1, noLocal: true }], received.take)
      await connection.publish([message(name, 'own')])
      await publish(message(name, 'other'))
      await received.atLeast(1)
      expect(received.texts).toEqual(['other'])
    })
  }
}
