import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Capability } from '../../src/core/capabilities.js'
import type { ChannelGrammar } from '../../src/core/channel-grammar.js'
import { parseEnvelope } from '../../src/core/envelope/envelope.js'
import type { Guarantee, Header, Message } from '../../src/core/message.js'
import { Losses, MessageTarget } from '../../src/core/message-target.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { textMessage } from '../support/memory-connection.js'
import { mqttTarget } from '../support/mqtt-target.js'
import { separatedGrammar } from '../support/separated-grammar.js'
import { capabilitiesWithout } from './capabilities-without.js'

const NOT_UTF8 = Buffer.from([0xff])
const plain = textMessage('a', 'x', { mqtt: undefined })

interface Wish {
  readonly strict?: boolean
  readonly grammar?: ChannelGrammar
  readonly nullAsEmpty?: boolean
}

const targetWithout = (
  lacking: readonly Capability[],
  { strict = false, grammar = mqttGrammar, nullAsEmpty }: Wish = {}
) => new MessageTarget({ grammar, capabilities: capabilitiesWithout(...lacking), strict, nullAsEmpty })

/** Each fact that a target may lack: a message with the fact, what is left of it, and the fact in words for one and for two. */
const FACTS: readonly (readonly [Capability, Partial<Message>, Partial<Message>, string, string])[] = [
  ['key', { key: 'k' }, {}, 'a key', '2 keys'],
  [
    'partition',
    { kafka: { partition: 0 } },
    { kafka: {} },
    'a choice of a partition',
    '2 choices of a partition'
  ],
  [
    'null-headers',
    { kafka: { nullHeaders: [1] } },
    { kafka: {} },
    'a list of headers without a value, which are empty now',
    '2 lists of headers without a value, which are empty now'
  ],
  ['source-time', { sourceTime: 5 }, {}, 'a source time', '2 source times'],
  [
    'header-bytes',
    {
      headers: [
        ['a', 'text'],
        ['b', NOT_UTF8],
        ['a', NOT_UTF8]
      ]
    },
    { headers: [['a', 'text']] },
    'a header that is not text',
    '2 headers that are not text'
  ],
  [
    'headers',
    {
      headers: [
        ['a', 'b'],
        ['c', 'd']
      ]
    },
    {},
    'a list of headers',
    '2 lists of headers'
  ],
  ['content-type', { contentType: 'x/y' }, {}, 'a content type', '2 content types'],
  ['response-channel', { responseChannel: 'r' }, {}, 'a response channel', '2 response channels'],
  ['correlation', { correlation: NOT_UTF8 }, {}, 'a correlation', '2 correlations'],
  ['expiry', { expiry: 0.5 }, {}, 'an expiry', '2 expiries'],
  [
    'retained',
    { mqtt: { retain: true, payloadUtf8: true } },
    { mqtt: { retain: false, payloadUtf8: true } },
    'a retain flag',
    '2 retain flags'
  ],
  [
    'header-types',
    { amqp: { table: NOT_UTF8, appId: 'shop' } },
    { amqp: { appId: 'shop' } },
    'a table of headers with types',
    '2 tables of headers with types'
  ],
  ['priority', { amqp: { priority: 0 } }, { amqp: {} }, 'a priority', '2 priorities'],
  [
    'message-properties',
    { amqp: { messageId: 'm', type: 't', appId: 'a', userId: 'u', contentEncoding: 'gzip', priority: 1 } },
    { amqp: { priority: 1 } },
    'a set of properties (message id, type and the like)',
    '2 sets of properties (message id, type and the like)'
  ],
  ['exactly-once', { guarantee: 2 }, { guarantee: 1 }, 'a QoS of 2', '2 QoS of 2'],
  ['at-most-once', { guarantee: 0 }, { guarantee: 1 }, 'a QoS of 0', '2 QoS of 0']
]

describe('a message on its way to a target', () => {
  it.each(FACTS)(
    'loses what a target without "%s" lacks, and nothing else',
    (capability, had, left, one, many) => {
      const target = targetWithout([capability])
      const others = Object.assign({}, ...FACTS.map(([, facts]) => facts)) as Partial<Message>
      const message = { ...plain, ...others, ...had }
      expect(target.fit({ ...plain, ...had })).toEqual({ ...plain, ...left })
      expect(target.losses).toEqual([`dropped ${one}: there is no ${capability} here`])
      const [name] = Object.keys(had)
      const rest = Object.fromEntries(Object.entries(others).filter(([each]) => each !== name))
      expect(target.fit(message)).toMatchObject(rest)
      expect(target.losses).toEqual([`dropped ${many}: there is no ${capability} here`])
    }
  )

  it.each(FACTS)('is refused by a strict target without "%s"', (capability, had, _left, one) => {
    const target = targetWithout([capability], { strict: true })
    expect(() => target.fit({ ...plain, ...had })).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        code: 'not-supported',
        message: `it has ${one}, and there is no ${capability} here`,
        suggestion: expect.stringContaining('without --strict it is left out')
      })
    )
    expect(target.losses).toEqual([])
    expect(target.fit(plain)).toBe(plain)
  })

  it('from Kafka loses on its way to MQTT what MQTT lacks, each counted, and nothing is said of where it was', () => {
    const line = (kafka: string) =>
      parseEnvelope(
        Buffer.from(
          `{"channel":"a","key":"k","payload":1,"sourceTime":"2026-01-01T00:00:00Z","headers":{"h":"","i":"1"},"kafka":${kafka}}`
        )
      )
    const target = mqttTarget()
    const fitted = ['{"partition":1,"offset":7,"nullHeaders":[0]}', '{"partition":1}'].map((kafka) =>
      target.fit(line(kafka))
    )
    for (const { key, sourceTime, headers } of fitted)
      expect({ key, sourceTime, headers }).toEqual({
        headers: [
          ['h', ''],
          ['i', '1']
        ]
      })
    expect(target.losses.map((each) => each.replace(/:.*/, ''))).toEqual([
      'dropped 2 keys',
      'dropped a list of headers without a value, which are empty now',
      'dropped 2 source times',
      'dropped a choice of a partition'
    ])
  })

  it('loses nothing of where it was, which nobody has chosen', () => {
    const target = targetWithout(['partition'], { strict: true })
    const received = { ...plain, kafka: { partition: 3, offset: 7, isAppendTime: true } }
    expect(target.fit(received)).toBe(received)
    expect(target.losses).toEqual([])
  })

  it('stays the same object where the target lacks nothing of it', () => {
    const full: Message = Object.assign({}, plain, ...FACTS.map(([, facts]) => facts))
    expect(targetWithout([]).fit(full)).toBe(full)
    expect(targetWithout([], { strict: true }).fit(full)).toBe(full)
    const lackingAll = targetWithout(FACTS.map(([capability]) => capability))
    expect(lackingAll.fit(plain)).toBe(plain)
    expect(lackingAll.losses).toEqual([])
  })

  it('is itself never changed', () => {
    const headers: Header[] = [['a', NOT_UTF8]]
    const message = Object.freeze({ ...plain, key: 'k', headers, mqtt: Object.freeze({ retain: true }) })
    targetWithout(['key', 'header-bytes', 'retained']).fit(message)
    expect(message).toMatchObject({ key: 'k', headers: [['a', NOT_UTF8]], mqtt: { retain: true } })
  })

  it('without a guarantee needs no guarantee of the target', () => {
    const message = { ...plain, guarantee: undefined }
    expect(targetWithout(['at-most-once', 'exactly-once']).fit(message)).toBe(message)
  })

  it('loses a header that is not text and then the rest of the list, if the target lacks both', () => {
    const target = targetWithout(['headers', 'header-bytes'])
    const headers: Header[] = [
      ['a', 'text'],
      ['b', NOT_UTF8]
    ]
    expect(target.fit({ ...plain, headers }).headers).toEqual([])
    expect(target.losses).toEqual([
      'dropped a header that is not text: there is no header-bytes here',
      'dropped a list of headers: there is no headers here'
    ])
  })

  it('loses every fact that the target lacks, and each loss is counted once per message', () => {
    const messages = fc.array(
      fc.record(
        {
          key: fc.constant('k'),
          sourceTime: fc.constant(5),
          contentType: fc.constant('x/y'),
          correlation: fc.constant(NOT_UTF8),
          expiry: fc.constant(1),
          guarantee: fc.constantFrom<Guarantee[]>(0, 1, 2)
        },
        { requiredKeys: [] }
      ),
      { maxLength: 6 }
    )
    const facts = {
      key: 'key',
      'source-time': 'sourceTime',
      'content-type': 'contentType',
      expiry: 'expiry'
    } as const
    const lacking = fc.subarray(Object.keys(facts) as (keyof typeof facts)[])
    fc.assert(
      fc.property(messages, lacking, (stream, lacks) => {
        const target = targetWithout(lacks)
        const names = lacks.map((capability) => facts[capability])
        for (const of of stream) {
          const left = Object.entries(of).filter(([name]) => !names.some((each) => each === name))
          expect(target.fit({ channel: 'a', payload: null, headers: [], ...of })).toEqual({
            channel: 'a',
            payload: null,
            headers: [],
            ...Object.fromEntries(left)
          })
        }
        const counts = lacks
          .map((capability) => stream.filter((message) => message[facts[capability]] !== undefined).length)
          .filter((count) => count > 0)
        const told = target.losses.map((sentence) =>
          Number(/^dropped (?:an? |(\d+) )/.exec(sentence)?.[1] ?? 1)
        )
        expect(told.sort()).toEqual(counts.sort())
      })
    )
  })
})

describe('the losses of messages that may not be sent', () => {
  it('are counted separately until the messages are sent', () => {
    const target = targetWithout(['key'])
    const losses = new Losses()
    target.fit({ ...plain, key: 'k' })
    target.fit({ ...plain, key: 'k' }, losses)
    expect(target.losses).toEqual(['dropped a key: there is no key here'])
    target.countLosses(losses)
    expect(target.losses).toEqual(['dropped 2 keys: there is no key here'])
  })
})

describe('a message without a payload', () => {
  const tombstone: Message = { ...plain, payload: null }

  it.each([false, true])('is refused if the protocol has no such messages (strict: %s)', (strict) => {
    expect(() => targetWithout(['null-payload'], { strict }).fit(tombstone)).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        code: 'not-supported',
        message: 'it has no payload, and there is no null-payload here',
        suggestion: '--null-as-empty sends it as an empty one'
      })
    )
  })

  it.each([false, true])(
    'becomes an empty one where that is wished, and is counted (strict: %s)',
    (strict) => {
      const target = targetWithout(['null-payload'], { strict, nullAsEmpty: true })
      const retained = { ...tombstone, mqtt: { retain: true } }
      expect(target.fit(retained)).toEqual({ ...retained, payload: new Uint8Array(0) })
      expect(target.losses).toEqual([
        'sent a message without a payload as an empty one: there is no null-payload here'
      ])
      target.fit(tombstone)
      expect(target.losses).toEqual([
        'sent 2 messages without a payload as empty ones: there is no null-payload here'
      ])
      expect(targetWithout([], { strict, nullAsEmpty: true }).fit(tombstone)).toBe(tombstone)
    }
  )

  it('is accepted if the protocol has such messages; an empty payload is always accepted', () => {
    expect(targetWithout([]).fit(tombstone)).toBe(tombstone)
    const empty = { ...plain, payload: Buffer.alloc(0) }
    expect(targetWithout(['null-payload'], { strict: true }).fit(empty)).toBe(empty)
  })
})

describe('the channel of a message', () => {
  const dots: ChannelGrammar = {
    ...separatedGrammar('.'),
    spellChannel: (text) => text.replaceAll('/', '.'),
    whyNotChannel: (channel) =>
      channel.includes('/') ? 'it holds a slash' : mqttGrammar.whyNotChannel(channel)
  }

  it.each([
    ['a wildcard behind a level', 'a/#', 'field "channel" is "a/#": it holds a wildcard'],
    ['a wildcard alone', '+', 'field "channel" is "+": it holds a wildcard'],
    ['nothing', '', 'field "channel" is "": it is empty'],
    ['too much', 'x'.repeat(65_536), expect.stringContaining('it is 65536 bytes long, and 65535 is the most')]
  ])('is refused if it is %s', (_what, channel, message) => {
    const target = targetWithout([])
    const error = expect.objectContaining({ kind: 'bad-input', code: 'bad-channel', message })
    expect(() => target.fit({ ...plain, channel })).toThrow(error)
    expect(target.fit(plain)).toBe(plain)
    expect(() => target.fit({ ...plain, channel })).toThrow(error)
  })

  it('is spelt as the target spells it, for each of several messages', () => {
    const target = targetWithout([], { grammar: dots })
    const channels = ['a/b', 'a/b', 'a.b', 'c', 'a/b'].map(
      (channel) => target.fit({ ...plain, channel }).channel
    )
    expect(channels).toEqual(['a.b', 'a.b', 'a.b', 'c', 'a.b'])
  })

  it('loses its levels if one of them holds what divides levels at the target, which is told once', () => {
    const target = targetWithout([], { grammar: dots })
    for (const channel of ['a/b', 'a.b', 'v1.2', 'a.b']) target.fit({ ...plain, channel })
    expect(target.losses).toEqual([])
    for (const channel of ['v/1.2/x', 'w/1.2', 'v/1.2/x']) target.fit({ ...plain, channel })
    expect(target.losses).toEqual([
      '"v/1.2/x" is "v.1.2.x" at this broker: "." divides levels there, so a level that holds one becomes several'
    ])
  })

  it('on which an answer is expected is spelt and refused in the same way', () => {
    const target = targetWithout([], { grammar: dots })
    const message = { ...plain, channel: 'a/b', responseChannel: 'r/1' }
    expect(target.fit(message)).toMatchObject({ channel: 'a.b', responseChannel: 'r.1' })
    expect(() => target.fit({ ...plain, responseChannel: 'r/#' })).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        code: 'bad-channel',
        message: 'field "responseChannel" is "r/#": it holds a wildcard'
      })
    )
  })

  it('on which an answer is expected is dropped with any name, if the target has no response channels', () => {
    const target = targetWithout(['response-channel'])
    expect(target.fit({ ...plain, responseChannel: 'r/#' })).toEqual(plain)
    expect(target.losses).toEqual(['dropped a response channel: there is no response-channel here'])
  })
})
