import type { WirePublish } from './wire-publish.js'

type UserProperties = NonNullable<WirePublish['userProperties']>

/** A message that a broker sent to tidings 0.1, whose output is a fixture. */
export interface SentMessage {
  readonly sent: WirePublish
  /** The headers that 0.1 wrote if it could not keep their order: it put the values of one name together. */
  readonly regrouped?: UserProperties
}

/** Kinds of payloads: one for each way in which an envelope can hold one. */
const PAYLOADS: readonly (readonly [topic: string, payload: string | Uint8Array])[] = [
  ['json/compact', '{"name":"Ada Lovelace","id":9223372036854775807,"price":1.0,"__proto__":{"7":1},"2":0}'],
  ['json/inner-spaces', '{"b": 1, "a": [1.50, 2E+3]}'],
  ['json/spaced', ' {"b": 1, "a": [1, 2], "b": 3} '],
  ['json/lines', '{\n  "name": "Ada",\r\n\t"note": "caf\u00e9 \u2028",\n  "big": 12345678901234567890\n}\n'],
  ['json/number', '-0'],
  ['json/huge', '1e400'],
  ['json/surrogate', '"\\ud800"'],
  ['json/controls', '"\u007f\u0085\u202e"'],
  ['text/plain', 'plain text'],
  ['text/unicode', 'größe 日本 🚀 "quoted" \\ back'],
  ['text/lines', 'line\nbreak\r\nand\u2028separator'],
  ['text/controls', '\0\u0001\u001b[31mred\u001b[0m\u007f\u0085\u202e\u0007'],
  ['text/bom', '\ufeff{"bom":true}'],
  ['text/nearly-json', '{"a":1'],
  ['bytes/invalid', Uint8Array.of(0xff, 0xfe, 0x80, 0x00)],
  ['bytes/half-character', Uint8Array.of(0x61, 0xe2, 0x82)],
  ['empty', '']
]

/** Messages with every fact that MQTT 3.1.1 has. */
export const SENT_3_1_1: readonly SentMessage[] = [
  ...PAYLOADS.map(([topic, payload]): SentMessage => ({ sent: publish(topic, payload) })),
  { sent: publish('qos/0', 'at most once', { qos: 0 }) },
  { sent: publish('qos/2', 'exactly once', { qos: 2 }) },
  { sent: publish('kept/0', '{"kept":true}', { qos: 0, retain: true }) },
  { sent: publish('kept/1', 'kept', { retain: true }) },
  { sent: publish('kept/2', Uint8Array.of(0xff), { qos: 2, retain: true }) },
  { sent: publish('again/1', '"again"', { dup: true }) },
  { sent: publish('again/2', 'again', { qos: 2, dup: true, retain: true }) },
  { sent: publish('größe/日本/🚀', 'a channel in Unicode') },
  { sent: publish(' with space /"quoted"\\//', 'a channel with empty levels') },
  { sent: publish('a\u200bchannel/\u202e', 'a channel with signs that nobody sees') }
]

/** The facts that MQTT 5 adds: one message for each property, messages with extreme values, and a message with all properties. */
const PROPERTIES: readonly SentMessage[] = [
  { sent: publish('format/text', 'text', { format: 1 }) },
  { sent: publish('format/bytes', 'bytes', { format: 0 }) },
  { sent: publish('expiry/hour', '1', { expiry: 3600 }) },
  { sent: publish('expiry/now', '1', { expiry: 0 }) },
  { sent: publish('expiry/longest', '1', { expiry: 4_294_967_295 }) },
  { sent: publish('type/json', '{}', { contentType: 'application/json' }) },
  { sent: publish('type/odd', '{}', { contentType: 'größe; "x"\\' }) },
  { sent: publish('type/empty', '{}', { contentType: '' }) },
  { sent: publish('answer', '"?"', { responseTopic: 'answers/größe 1' }) },
  { sent: publish('correlation/bytes', '"?"', { correlation: Buffer.from([0, 0xff, 0x0a, 0x22]) }) },
  { sent: publish('correlation/empty', '"?"', { correlation: Buffer.alloc(0) }) },
  { sent: publish('subscription/one', '1', { subscriptionIds: [7] }) },
  { sent: publish('subscription/several', '1', { subscriptionIds: [268_435_455, 1, 128] }) },
  { sent: publish('headers/one', '1', { userProperties: [['source', 'web']] }) },
  {
    sent: publish('headers/order', '1', {
      userProperties: [
        ['z', 'first'],
        ['10', 'ten'],
        ['2', 'two'],
        ['__proto__', 'a name like any other'],
        ['constructor', 'too'],
        ['a', 'last']
      ]
    })
  },
  {
    sent: publish('headers/repeats', '1', {
      userProperties: [
        ['b', '2'],
        ['b', '2'],
        ['b', '1'],
        ['7', 'y'],
        ['7', 'x']
      ]
    })
  },
  {
    sent: publish('headers/apart', '1', {
      userProperties: [
        ['b', '2'],
        ['a', '1'],
        ['b', '3']
      ]
    }),
    regrouped: [
      ['b', '2'],
      ['b', '3'],
      ['a', '1']
    ]
  },
  {
    sent: publish('headers/odd', '1', {
      userProperties: [
        ['', ''],
        ['größe "x"\\', 'line\nbreak\u001b[0m\u2028'],
        ['json', '{"a":1}'],
        ['empty', '']
      ]
    })
  },
  {
    sent: publish('everything', '{\n  "all": true\n}', {
      qos: 2,
      retain: true,
      dup: true,
      format: 1,
      expiry: 86_400,
      contentType: 'application/json; charset=utf-8',
      responseTopic: 'answers/1',
      correlation: Buffer.from('7f00ff', 'hex'),
      subscriptionIds: [1, 2],
      userProperties: [
        ['source', 'web'],
        ['trace', '1'],
        ['trace', '2']
      ]
    })
  },
  {
    sent: publish('everything/plain', Uint8Array.of(0, 0xff), {
      qos: 0,
      format: 0,
      expiry: 1,
      contentType: 'application/octet-stream',
      responseTopic: 'answers/0',
      correlation: Buffer.from('question 0'),
      userProperties: [['k', 'v']]
    })
  }
]

/** Messages with every fact that MQTT 5 has. */
export const SENT_5: readonly SentMessage[] = [...SENT_3_1_1, ...PROPERTIES]

/** A few messages that a larger fixture repeats. They have each field at least once. */
export const SENT_FEW: readonly SentMessage[] = SENT_5.filter(({ sent }) =>
  [
    'json/lines',
    'text/controls',
    'bytes/invalid',
    'empty',
    'qos/0',
    'kept/1',
    'again/1',
    'headers/order',
    'everything'
  ].includes(sent.topic)
)

const PER_GROUP = 6

/** Divides messages into small groups, as a broker sends them. Each group has a time of its own. */
export const inGroups = (messages: readonly SentMessage[]): WirePublish[][] =>
  Array.from({ length: Math.ceil(messages.length / PER_GROUP) }, (_, group) =>
    messages.slice(group * PER_GROUP, (group + 1) * PER_GROUP).map(({ sent }) => sent)
  )

/** A message of QoS 1, unless `fields` names another. */
function publish(
  topic: string,
  payload: string | Uint8Array,
  fields: Partial<WirePublish> = {}
): WirePublish {
  return { topic, payload: Buffer.from(payload), qos: 1, ...fields }
}

/**
 * The packet that publishes a received message again. It has neither DUP nor subscription identifiers, which belong to one delivery
 * only [MQTT-3.3.1-1, MQTT-3.3.4-6].
 */
export function publishedAgain({ sent, regrouped }: SentMessage): WirePublish {
  const { dup: _dup, subscriptionIds: _ids, ...kept } = sent
  return regrouped === undefined ? kept : { ...kept, userProperties: regrouped }
}
