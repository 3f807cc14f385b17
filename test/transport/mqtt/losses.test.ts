import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerConnection, ConnectionOptions } from '../../../src/core/connection.js'
import { connectionOptions, message, Notices, Received } from '../../support/connection-options.js'
import { lastingSubscribe } from '../../support/lasting-subscribe.js'
import { openConnection } from '../../support/open-connection.js'
import {
  accept,
  type Peer,
  type Script,
  type ScriptedBroker,
  startScriptedBroker
} from '../../support/scripted-broker.js'

const brokers: ScriptedBroker[] = []
const connections: BrokerConnection[] = []

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()))
  await Promise.all(brokers.splice(0).map((broker) => broker.close()))
})

async function connectTo(
  script: Script,
  options: Partial<ConnectionOptions> = {},
  further: readonly string[] = []
): Promise<{ broker: ScriptedBroker; connection: BrokerConnection; notices: Notices }> {
  const broker = await startScriptedBroker(script)
  brokers.push(broker)
  const notices = new Notices()
  const connection = await openConnection(
    connectionOptions([broker.url, ...further], {
      mqtt: { version: '5' },
      onNotice: notices.take,
      ...options
    })
  )
  connections.push(connection)
  return { broker, connection, notices }
}

/** Each topic filter that its first client asked for, with its QoS and retain handling. */
const askedOf = ({ peers: [peer] }: ScriptedBroker) =>
  peer?.received.flatMap((packet) =>
    packet.cmd === 'subscribe' ? packet.subscriptions.map(({ topic, qos, rh }) => [topic, qos, rh]) : []
  )

async function grant(peer: Peer, granted: number[]): Promise<void> {
  const { messageId } = await lastingSubscribe(peer)
  peer.send({ cmd: 'suback', messageId: messageId ?? 0, granted })
}

describe('a connection that is lost', () => {
  it('is made again, its subscriptions are renewed, and both are told', async () => {
    const { broker, connection, notices } = await connectTo(async (peer) => {
      await accept(peer)
      await grant(peer, [1, 1])
      if (peer.index === 0) peer.cut()
      else peer.send({ cmd: 'publish', topic: '__proto__', payload: 'x', qos: 0, dup: false, retain: false })
    })
    const received = new Received()
    await connection.subscribe(
      [
        { pattern: 'a/#', guarantee: 1 },
        { pattern: '__proto__', guarantee: 1 }
      ],
      received.take
    )
    await received.atLeast(1)
    expect(notices.all.map(({ kind }) => kind)).toEqual(['reconnecting', 'reconnected'])
    expect(notices.all[1]).toMatchObject({ isKept: false })
    const renewed = broker.peers[1]?.received.find(({ cmd }) => cmd === 'subscribe')
    expect(renewed).toMatchObject({ subscriptions: [{ topic: 'a/#' }, { topic: '__proto__' }] })
  })

  it('is made again with the subscriptions of every receiver, and each goes on getting its own', async () => {
    const say = (topic: string, payload: string) =>
      ({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false }) as const
    const { broker, connection } = await connectTo(async (peer) => {
      await accept(peer)
      if (peer.index === 0) {
        await grant(peer, [1])
        await grant(peer, [1])
        peer.cut()
      } else {
        await grant(peer, [1, 1])
        for (const packet of [say('answer/1', 'yes'), say('event', 'news'), say('answer/1', 'no')])
          peer.send(packet)
      }
    })
    const [events, answers] = [new Received(), new Received()]
    await connection.subscribe([{ pattern: 'event', guarantee: 1 }], events.take)
    await connection.subscribe([{ pattern: 'answer/+', guarantee: 1 }], answers.take)
    await Promise.all([events.atLeast(1), answers.atLeast(2)])
    expect([events.texts, answers.texts]).toEqual([['news'], ['yes', 'no']])
    expect(broker.peers[1]?.received.find(({ cmd }) => cmd === 'subscribe')).toMatchObject({
      subscriptions: [{ topic: 'event' }, { topic: 'answer/+' }]
    })
  })

  it('is renewed at the next one, where it is lost before the broker has renewed everything', async () => {
    const { broker, connection } = await connectTo(async (peer) => {
      // The second connection is without a session, and the third one has the session that the second one has begun.
      await accept(peer, { sessionPresent: peer.index === 2 })
      if (peer.index === 1) {
        await peer.next('subscribe')
        return peer.cut()
      }
      await grant(peer, [1])
      if (peer.index === 0) return peer.cut()
      peer.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })
    })
    const received = new Received()
    await connection.subscribe([{ pattern: 'a', guarantee: 1 }], received.take)
    await received.atLeast(1)
    expect(broker.peers[2]?.received.map(({ cmd }) => cmd)).toEqual(['connect', 'subscribe', 'subscribe'])
  })

  it('does not renew what the broker still has, and says that it has kept what came meanwhile', async () => {
    const { broker, connection, notices } = await connectTo(async (peer) => {
      await accept(peer, { sessionPresent: peer.index > 0 })
      if (peer.index === 0) {
        await grant(peer, [1])
        peer.cut()
      } else peer.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })
    })
    const received = new Received()
    await connection.subscribe([{ pattern: 'a', guarantee: 1 }], received.take)
    await received.atLeast(1)
    expect(broker.peers[1]?.received.map(({ cmd }) => cmd)).toEqual(['connect'])
    expect(broker.peers[1]?.received[0]).toMatchObject({ clean: false })
    expect(await notices.first('reconnected')).toMatchObject({ isKept: true })
  })

  it.each([
    ['asks for', 0, 0],
    ['is granted', 1, 0]
  ] as const)(
    'may miss messages with a session, too, where a subscription %s QoS 0',
    async (_what, wish, granted) => {
      const { broker, connection, notices } = await connectTo(
        async (peer) => {
          await accept(peer, { sessionPresent: peer.index > 0 })
          if (peer.index > 0) return
          await grant(peer, [1])
          await grant(peer, [granted])
          peer.cut()
        },
        { session: 's' }
      )
      await connection.subscribe([{ pattern: 'a', guarantee: 1 }], () => {})
      await connection.subscribe([{ pattern: 'b', guarantee: wish }], () => {})
      const { text, isKept } = await notices.first('reconnected')
      expect(text).toBe(`connected to "${broker.url}" again; what was published meanwhile may be missing`)
      expect(isKept).toBe(false)
      expect(broker.peers[1]?.received.map(({ cmd }) => cmd)).toEqual(['connect'])
    }
  )

  it('ends when a subscription is no longer granted', async () => {
    const { connection } = await connectTo(async (peer) => {
      await accept(peer)
      await grant(peer, [peer.index === 0 ? 1 : 0x87])
      if (peer.index === 0) peer.cut()
    })
    await connection.subscribe([{ pattern: 'a', guarantee: 1 }], () => {})
    expect(await connection.closed).toMatchObject({ kind: 'refused', code: 'subscribe-refused' })
  })

  it('sends again what was not acknowledged', async () => {
    const { broker, connection } = await connectTo(async (peer) => {
      await accept(peer, { sessionPresent: peer.index > 0 })
      const { messageId } = await peer.next('publish')
      if (peer.index === 0) peer.cut()
      else peer.send({ cmd: 'puback', messageId: messageId ?? 0 })
    })
    expect(await connection.publish([message('a', 'x')])).toMatchObject({ acknowledged: 1 })
    expect(broker.peers[1]?.received[1]).toMatchObject({ cmd: 'publish', dup: true })
  })

  it('fails the message over which the broker closes each time, and delivers the others', async () => {
    const { broker, connection } = await connectTo(
      async (peer) => {
        await accept(peer, { sessionPresent: peer.index > 0 })
        for (;;) {
          const { messageId = 0, payload } = await peer.next('publish')
          if (payload.toString() === 'poison') break
          peer.send({ cmd: 'puback', messageId })
        }
        peer.socket.end()
      },
      { mqtt: { version: '3.1.1' }, clientId: 'me' }
    )
    const batch = ['one', 'poison', 'two', 'three'].map((text) => message('a', text))
    expect(await connection.publish(batch)).toMatchObject({
      acknowledged: 3,
      refused: [{ index: 1, code: 'publish-refused' }]
    })
    // Twice with others in flight, three times alone, and once without it.
    expect(broker.peers).toHaveLength(6)
  })

  it('ends when the broker now refuses', async () => {
    const { connection } = await connectTo(async (peer) => {
      await accept(peer, { reasonCode: peer.index === 0 ? 0 : 134 })
      if (peer.index === 0) peer.cut()
    })
    expect(await connection.closed).toMatchObject({ kind: 'refused', code: 'bad-credentials' })
  })

  it.each([
    [0x8e, 'unfinished', 'session-taken-over'],
    [0x87, 'refused', 'not-authorized'],
    [0x95, 'unfinished', 'packet-too-large'],
    [0x9d, 'unfinished', 'server-moved']
  ])('ends when the broker disconnects with code %i', async (reasonCode, kind, code) => {
    const { broker, connection } = await connectTo(
      async (peer) => {
        await accept(peer)
        peer.send({ cmd: 'disconnect', reasonCode })
      },
      { clientId: 'me' }
    )
    const failure = await connection.closed
    expect(failure).toMatchObject({ kind, code, details: { clientId: 'me' } })
    expect(broker.peers).toHaveLength(1)
  })

  it.each([
    ['says to use another server', 0x9c],
    ['has moved', 0x9d]
  ])('goes to the next broker when one %s', async (_, reasonCode) => {
    const next = await startScriptedBroker((peer) => accept(peer).then(() => {}))
    brokers.push(next)
    const { broker, connection, notices } = await connectTo(
      async (peer) => {
        await accept(peer)
        peer.send({ cmd: 'disconnect', reasonCode })
      },
      {},
      [next.url]
    )
    await notices.first('reconnected')
    expect(connection.broker.url).toBe(next.url)
    expect(broker.count).toBe(1)
  })

  const moved = { reasonCode: 0x9d, properties: { serverReference: 'b:1' } }
  const saysWhenItDisconnects: Script = async (peer) => {
    await accept(peer)
    peer.send({ cmd: 'disconnect', ...moved })
  }
  const saysWhenItIsAskedAgain: Script = async (peer) => {
    await accept(peer, peer.index === 0 ? {} : moved)
    if (peer.index === 0) peer.cut()
  }

  it.each([
    ['when it disconnects', saysWhenItDisconnects, 1],
    ['when it is asked again', saysWhenItIsAskedAgain, 2]
  ])('asks a broker no more that said it has moved %s, and ends when all have', async (_, script, times) => {
    const answers = [{}, { reasonCode: 0x88 }, moved]
    const next = await startScriptedBroker(async (peer) => {
      await accept(peer, answers[peer.index])
      if (peer.index === 0) peer.cut()
    })
    brokers.push(next)
    const { broker, connection } = await connectTo(script, {}, [next.url])
    expect(await connection.closed).toMatchObject({
      kind: 'unfinished',
      code: 'server-moved',
      suggestion: 'use the broker that it names: b:1'
    })
    expect([broker.count, next.count]).toEqual([times, 3])
  })

  it('ends when the only broker answers that it has moved', async () => {
    const { broker, connection } = await connectTo(saysWhenItIsAskedAgain)
    expect(await connection.closed).toMatchObject({ kind: 'unfinished', code: 'server-moved' })
    expect(broker.count).toBe(2)
  })

  it('is made again when the broker shuts down, and says why', async () => {
    const { notices } = await connectTo(async (peer) => {
      await accept(peer)
      const properties = { reasonString: 'see you' }
      if (peer.index === 0) peer.send({ cmd: 'disconnect', reasonCode: 0x8b, properties })
    })
    await notices.first('reconnected')
    expect(notices.all[0]?.text).toContain('server shutting down (see you); reconnecting')
  })

  it('ends when two clients of one name take turns over MQTT 3.1.1', async () => {
    const { broker, connection } = await connectTo(
      async (peer) => {
        await accept(peer)
        peer.socket.end()
      },
      { clientId: 'me', mqtt: { version: '3.1.1' } }
    )
    const failure = await connection.closed
    expect(failure).toMatchObject({ kind: 'unfinished', code: 'session-taken-over' })
    expect(failure?.message).toContain('"me"')
    expect(broker.peers).toHaveLength(3)
  })

  it('says of a durable session that is taken over that the session is in use', async () => {
    const { connection } = await connectTo(
      async (peer) => {
        await accept(peer)
        peer.send({ cmd: 'disconnect', reasonCode: 0x8e })
      },
      { session: 'billing' }
    )
    expect(await connection.closed).toMatchObject({
      code: 'session-taken-over',
      suggestion: expect.stringContaining('the session is in use')
    })
  })

  it('is not taken for two clients of one name while messages go over each of its short lives', async () => {
    const { connection } = await connectTo(
      async (peer) => {
        await accept(peer)
        const { messageId = 0 } = await peer.next('publish')
        peer.send({ cmd: 'puback', messageId })
        if (peer.index < 5) peer.socket.end()
      },
      { clientId: 'me', mqtt: { version: '3.1.1' } }
    )
    for (let count = 0; count < 6; count++) {
      expect(await connection.publish([message('a', 'x')])).toMatchObject({ acknowledged: 1 })
    }
  })

  it.each([
    ['a PUBLISH of QoS 3', Buffer.from([0x36, 5, 0, 1, 0x61, 0, 1])],
    ['a length of five bytes', Buffer.from([0xd0, 0xff, 0xff, 0xff, 0xff, 1])],
    ['a topic longer than its packet', Buffer.from([0x30, 3, 0, 9, 0x61])],
    ['a second CONNACK', Buffer.from([0x20, 3, 0, 0, 0])],
    ['an unknown topic alias', Buffer.from([0x30, 6, 0, 0, 3, 0x23, 0, 9])],
    ['a packet of type 0', Buffer.from([0, 0])]
  ])('is not used any more after %s, and not for ever either', async (_name, bytes) => {
    const { broker, connection } = await connectTo(async (peer) => {
      await accept(peer)
      peer.sendBytes(bytes)
    })
    expect(await connection.closed).toMatchObject({ kind: 'unfinished', code: 'protocol-error' })
    expect(broker.peers).toHaveLength(5)
  })

  it('is noticed when the broker only falls silent', async () => {
    const { notices } = await connectTo((peer) => accept(peer).then(() => {}), { keepalive: 1 })
    expect((await notices.first('reconnecting')).text).toContain('does not answer any more')
  })

  it('is not taken for lost while the receiver holds messages back', async () => {
    const { broker, connection, notices } = await connectTo(
      async (peer) => {
        await accept(peer)
        await grant(peer, [1])
        peer.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })
        for (;;) await peer.next('publish').then(() => peer.send({ cmd: 'pingresp' }))
      },
      { keepalive: 1 }
    )
    const pings = () => broker.peers[0]?.received.filter(({ cmd }) => cmd === 'pingreq').length ?? 0
    await new Promise<void>((resolve) => {
      void connection.subscribe([{ pattern: 'a', guarantee: 1 }], async () => {
        // Four pings are three keep-alive intervals.
        while (pings() < 4) await new Promise((next) => setImmediate(next))
        resolve()
      })
    })
    expect(notices.all).toEqual([])
  })
})

describe('a subscription', () => {
  it('is reported pattern by pattern', async () => {
    const { connection } = await connectTo(async (peer) => {
      await accept(peer)
      const { messageId } = await lastingSubscribe(peer)
      const properties = { reasonString: 'not for you' }
      peer.send({ cmd: 'suback', messageId: messageId ?? 0, granted: [1, 0x87, 0x80, 0x8f], properties })
    })
    const patterns = ['a', 'b', 'resubscribe', '7']
    const grants = await connection.subscribe(
      patterns.map((pattern) => ({ pattern, guarantee: 2 as const })),
      () => {}
    )
    expect(grants).toEqual([
      { pattern: 'a', guarantee: 1 },
      { pattern: 'b', guarantee: undefined, reason: 'not authorized (not for you)' },
      { pattern: 'resubscribe', guarantee: undefined, reason: 'unspecified error (not for you)' },
      { pattern: '7', guarantee: undefined, reason: 'pattern not valid (not for you)' }
    ])
  })

  it('is not asked for where the broker has said that it cannot', async () => {
    const properties = { sharedSubscriptionAvailable: false, wildcardSubscriptionAvailable: false }
    const { broker, connection } = await connectTo((peer) => accept(peer, { properties }).then(() => {}))
    const grants = await connection.subscribe(
      [
        { pattern: 'a', group: 'g', guarantee: 1 },
        { pattern: 'a/#', guarantee: 1 }
      ],
      () => {}
    )
    expect(grants.map(({ reason }) => reason)).toEqual([
      'the broker offers no shared subscriptions',
      'the broker offers no wildcards'
    ])
    expect(broker.peers[0]?.received.map(({ cmd }) => cmd)).toEqual(['connect'])
  })

  it.each([
    [
      'at QoS 1 has what is retained sent before at QoS 0',
      {},
      [
        ['a', 0, 0],
        ['a', 1, 2]
      ]
    ],
    ['at QoS 0 is one', { guarantee: 0 as const }, [['a', 0, 0]]],
    ['without what is retained is one', { mqtt: { retainHandling: 2 as const } }, [['a', 1, 2]]],
    ['in a group is one', { group: 'g' }, [['$share/g/a', 1, 0]]]
  ])('%s', async (_what, wish, asked) => {
    const { broker, connection } = await connectTo(async (peer) => {
      await accept(peer)
      for (;;) {
        const { messageId = 0, subscriptions } = await peer.next('subscribe')
        peer.send({ cmd: 'suback', messageId, granted: subscriptions.map(({ qos }) => qos) })
      }
    })
    await connection.subscribe([{ pattern: 'a', guarantee: 1, ...wish }], () => {})
    expect(askedOf(broker)).toEqual(asked)
  })

  it.each([
    ['at QoS 1 has no guarantee of what is retained', 1 as const, [undefined, 0, 1]],
    ['at QoS 0 has the guarantee that it asked for', 0 as const, [0, 0, 1]]
  ])('%s', async (_what, guarantee, guarantees) => {
    const { connection } = await connectTo(async (peer) => {
      await accept(peer)
      const { messageId = 0, subscriptions } = await peer.next('subscribe')
      peer.send({ cmd: 'publish', topic: 'a', payload: 'kept', qos: 0, dup: false, retain: true })
      peer.send({ cmd: 'suback', messageId, granted: subscriptions.map(({ qos }) => qos) })
      if (guarantee === 1) await grant(peer, [1])
      await peer.next('pingreq')
      peer.send({ cmd: 'publish', topic: 'a', payload: 'live', qos: 0, dup: false, retain: true })
      peer.send({
        cmd: 'publish',
        topic: 'a',
        payload: 'end',
        qos: 1,
        messageId: 1,
        dup: false,
        retain: false
      })
    })
    const received = new Received()
    await connection.subscribe([{ pattern: 'a', guarantee }], received.take)
    await connection.publish([{ ...message('go', ''), guarantee: 0 }])
    expect((await received.atLeast(3)).map((message) => message.guarantee)).toEqual(guarantees)
  })

  it('of a group is asked for as MQTT spells it, and granted by its pattern', async () => {
    const { broker, connection } = await connectTo(async (peer) => {
      await accept(peer)
      await grant(peer, [1, 0x8f])
      await grant(peer, [2])
    })
    const grants = await connection.subscribe(
      [
        { pattern: 'a/#', group: 'workers', guarantee: 2 },
        { pattern: 'a/#', guarantee: 2 },
        { pattern: 'a/#', group: 'others', guarantee: 2 }
      ],
      () => {}
    )
    expect(grants).toEqual([
      { pattern: 'a/#', guarantee: 1 },
      { pattern: 'a/#', guarantee: 2 },
      { pattern: 'a/#', guarantee: undefined, reason: 'pattern not valid' }
    ])
    // Only who is in no group is sent what is retained.
    expect(askedOf(broker)).toEqual([
      ['a/#', 0, 0],
      ['$share/workers/a/#', 2, 0],
      ['$share/others/a/#', 2, 0],
      ['a/#', 2, 2]
    ])
  })

  it('of a group over MQTT 3.1.1 is tried out on one more connection, which delivers to a group', async () => {
    const { broker, connection } = await connectTo(
      async (peer) => {
        await accept(peer)
        const granting = async () => {
          for (;;) await grant(peer, [1])
        }
        const delivering = async () => {
          for (;;) {
            const { messageId = 0, topic, payload } = await peer.next('publish')
            peer.send({ cmd: 'puback', messageId })
            peer.send({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false })
          }
        }
        await Promise.all([granting(), delivering()])
      },
      { mqtt: { version: '3.1.1' } }
    )
    const grants = await connection.subscribe([{ pattern: 'a', group: 'g', guarantee: 1 }], () => {})
    expect(grants).toEqual([{ pattern: 'a', guarantee: 1 }])
    expect(broker.count).toBe(2)
    const [own, other] = broker.peers.map(({ received }) =>
      received.flatMap((packet) => (packet.cmd === 'subscribe' ? packet.subscriptions : []))
    )
    expect(own).toMatchObject([{ topic: '$share/g/a' }])
    expect(other).toMatchObject([{}, { topic: expect.stringMatching(/^\$share\/tidings\//) }])
  })

  it('is refused by a broker that closes the connection over it each time', async () => {
    const { connection } = await connectTo(async (peer) => {
      await accept(peer)
      await lastingSubscribe(peer)
      peer.cut()
    })
    await expect(connection.subscribe([{ pattern: 'a', guarantee: 1 }], () => {})).rejects.toMatchObject({
      kind: 'refused',
      code: 'subscribe-refused'
    })
  })

  it('does not outlive a SUBACK with the wrong number of answers', async () => {
    const { connection } = await connectTo(async (peer) => {
      await accept(peer)
      await grant(peer, [0, 0, 0])
    })
    await expect(connection.subscribe([{ pattern: 'a', guarantee: 1 }], () => {})).rejects.toMatchObject({
      kind: 'refused'
    })
  })
})

describe('closing', () => {
  it('ends the session, and resolves although the broker keeps its side open', async () => {
    const { broker, connection } = await connectTo((peer) => accept(peer).then(() => {}))
    const peer = broker.peers[0]
    const disconnect = peer?.next('disconnect')
    await connection.close()
    expect(await disconnect).toMatchObject({ reasonCode: 0, properties: { sessionExpiryInterval: 0 } })
    expect(await connection.closed).toBeUndefined()
  })

  it('keeps a durable session', async () => {
    const { broker, connection } = await connectTo((peer) => accept(peer).then(() => {}), {
      session: 'me'
    })
    const disconnect = broker.peers[0]?.next('disconnect')
    await connection.close()
    expect(await disconnect).not.toMatchObject({ properties: { sessionExpiryInterval: 0 } })
    expect(broker.peers[0]?.received[0]).toMatchObject({
      clean: false,
      properties: { sessionExpiryInterval: 604_800 }
    })
  })

  it.each([1, 2])(
    'waits for receiver %i of two that are at work on a message, which is then acknowledged',
    async (slow) => {
      const { broker, connection } = await connectTo(async (peer) => {
        await accept(peer)
        await grant(peer, [1])
        await grant(peer, [1])
        peer.send({
          cmd: 'publish',
          topic: 'a',
          payload: 'x',
          qos: 1,
          messageId: 7,
          dup: false,
          retain: false
        })
      })
      let finish: () => void = () => {}
      const work = new Promise<void>((resolve) => {
        finish = resolve
      })
      const started: Promise<void>[] = []
      for (const [index, pattern] of ['a', '+'].entries()) {
        await new Promise<void>((subscribed) => {
          started.push(
            new Promise<void>((start) => {
              const receive = () => {
                start()
                return index + 1 === slow ? work : Promise.resolve()
              }
              void connection.subscribe([{ pattern, guarantee: 1 }], receive).then(() => subscribed())
            })
          )
        })
      }
      await Promise.all(started)
      const closed = connection.close(60_000)
      const said = () => broker.peers[0]?.received.map(({ cmd }) => cmd) ?? []
      // Time enough for a DISCONNECT that does not wait.
      for (let turn = 0; turn < 200 && !said().includes('disconnect'); turn++)
        await new Promise((resolve) => setImmediate(resolve))
      finish()
      await closed
      const subscribes = Array.from({ length: 4 }, () => 'subscribe')
      expect(said()).toEqual(['connect', ...subscribes, 'puback', 'disconnect'])
    }
  )

  it('counts what was not acknowledged when the broker says nothing more', async () => {
    const { connection } = await connectTo((peer) => accept(peer).then(() => {}))
    const report = connection.publish([message('a', 'x'), message('a', 'y')])
    await connection.close(50)
    expect(await report).toEqual({ acknowledged: 0, refused: [], unacknowledged: 2 })
  })

  it('does not wait any longer when it is asked for again', async () => {
    const { connection } = await connectTo((peer) => accept(peer).then(() => {}))
    const report = connection.publish([message('a', 'x')])
    void connection.close(3_600_000)
    await connection.close()
    expect(await report).toMatchObject({ unacknowledged: 1 })
  })

  it('removes the session that QoS 2 needed over MQTT 3.1.1', async () => {
    const { broker, connection } = await connectTo(
      async (peer) => {
        await accept(peer)
        const { messageId = 0 } = await peer.next('publish')
        peer.send({ cmd: 'pubrec', messageId })
        await peer.next('pubrel')
        peer.send({ cmd: 'pubcomp', messageId })
      },
      { mqtt: { version: '3.1.1' } }
    )
    expect(await connection.publish([message('a', 'x', 2)])).toMatchObject({ acknowledged: 1 })
    await connection.close()
    expect(broker.peers.map(({ received }) => received[0])).toMatchObject([
      { clean: true },
      { clean: false },
      { clean: true }
    ])
  })

  it('works while the connection is lost', async () => {
    const { broker, connection, notices } = await connectTo((peer) => accept(peer).then(() => {}))
    await broker.close()
    await notices.first('reconnecting')
    const report = connection.publish([message('a', 'x')])
    await connection.close()
    expect(await report).toMatchObject({ unacknowledged: 1 })
    brokers.length = 0
  })
})
